"""Durations on a clock, grouped by what they belong to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import NO_TIME
from anlan.maths.sequences.columns import NO_TIMES, Columns
from anlan.maths.sequences.dictionary import Dictionary
from anlan.maths.sequences.durations_kernels import count_started, lay_all, lay_gaps, lay_known
from anlan.maths.sequences.flow import Flow

Times = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Grouped:
    """Durations side by side: those of key k are `values[offsets[k]:offsets[k + 1]]`."""

    values: Times
    offsets: Times

    def begins(self) -> Times:
        """Where the durations of each key begin, as a copy to be moved on."""
        return self.offsets[:-1].copy()


@dataclass(frozen=True, eq=False)
class Clock:
    """Readings of the clock that durations are measured on, one per event.

    start, end: at its own start and completion; before: at the completion of the event before it, read
    on the clock of this event; empty where one clock serves all, then it is `end` of the event before.
    """

    start: Times
    end: Times
    before: Times

    def since_before(self) -> Times:
        """Reading at the completion of the event before; of no meaning at the first of a case."""
        return self.before if len(self.before) else np.concatenate([self.end[:1], self.end[:-1]])


def elapsed_clock(columns: Columns) -> Clock:
    """The clock that never stops: durations are differences of the times themselves."""
    return Clock(columns.start, columns.end, NO_TIMES)


def grouped_durations(
    columns: Columns, dictionary: Dictionary, flow: Flow, clock: Clock
) -> tuple[Grouped, Grouped, Grouped]:
    """Gaps by pair; service and waiting by activity (no values where the log has no start times)."""
    if len(columns.start) and columns.start.min() != NO_TIME:
        return _all_durations(columns, dictionary, flow, clock)
    gaps = _room(flow.counts)
    lay_gaps(clock.end, clock.before, flow.edge, flow.place.copy(), gaps.values)
    return gaps, *_known_durations(columns, dictionary, flow, clock)


def _all_durations(
    columns: Columns, dictionary: Dictionary, flow: Flow, clock: Clock
) -> tuple[Grouped, Grouped, Grouped]:
    """As `grouped_durations` in one walk, for a part in which every start is known."""
    gaps, service, waiting = (
        _room(counts) for counts in (flow.counts, flow.count, flow.count - flow.tallies[2])
    )
    lay_all(
        columns.activity, dictionary.activity_rank, clock.start, clock.end, clock.before, flow.edge,
        flow.place.copy(), service.begins(), waiting.begins(), gaps.values, service.values, waiting.values,
    )  # fmt: skip
    return gaps, service, waiting


def _known_durations(
    columns: Columns, dictionary: Dictionary, flow: Flow, clock: Clock
) -> tuple[Grouped, Grouped]:
    """Service and waiting of the events whose start is known."""
    rank, n = dictionary.activity_rank, len(dictionary.activity_names)
    if not len(columns.start):
        nothing = _room(np.zeros(n, dtype=np.int64))
        return nothing, nothing
    counts = count_started(columns.activity, rank, columns.start, flow.edge, NO_TIME, n)
    service, waiting = _room(counts[0]), _room(counts[1])
    lay_known(
        columns.activity, rank, columns.start, clock.start, clock.end, clock.before, flow.edge, NO_TIME,
        service.begins(), waiting.begins(), service.values, waiting.values,
    )  # fmt: skip
    return service, waiting


def _room(counts: Times) -> Grouped:
    """Room for so many durations of each key."""
    offsets = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=offsets[1:])
    return Grouped(np.empty(offsets[-1], dtype=np.int64), offsets)
