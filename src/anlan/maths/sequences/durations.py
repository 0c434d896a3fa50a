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
    gap_offsets = _offsets(flow.counts)
    if len(columns.start) and columns.start.min() != NO_TIME:
        return _all_durations(columns, dictionary, flow, clock)
    gaps = lay_gaps(clock.end, clock.before, flow.edge, flow.place.copy(), gap_offsets[-1])
    return Grouped(gaps, gap_offsets), *_known_durations(columns, dictionary, flow, clock)


def _all_durations(
    columns: Columns, dictionary: Dictionary, flow: Flow, clock: Clock
) -> tuple[Grouped, Grouped, Grouped]:
    """As `grouped_durations` in one walk, for a part in which every start is known."""
    gaps, service, waiting = (
        _offsets(counts) for counts in (flow.counts, flow.count, flow.count - flow.tallies[2])
    )
    values = lay_all(
        columns.activity, dictionary.activity_rank, clock.start, clock.end, clock.before, flow.edge,
        flow.place.copy(), service[:-1].copy(), waiting[:-1].copy(),
        np.array([gaps[-1], service[-1], waiting[-1]]),
    )  # fmt: skip
    return Grouped(values[0], gaps), Grouped(values[1], service), Grouped(values[2], waiting)


def _known_durations(
    columns: Columns, dictionary: Dictionary, flow: Flow, clock: Clock
) -> tuple[Grouped, Grouped]:
    """Service and waiting of the events whose start is known."""
    rank, n = dictionary.activity_rank, len(dictionary.activity_names)
    if not len(columns.start):
        nothing = Grouped(np.zeros(0, dtype=np.int64), np.zeros(n + 1, dtype=np.int64))
        return nothing, nothing
    counts = count_started(columns.activity, rank, columns.start, flow.edge, NO_TIME, n)
    service, waiting = _offsets(counts[0]), _offsets(counts[1])
    values = lay_known(
        columns.activity, rank, columns.start, clock.start, clock.end, clock.before, flow.edge, NO_TIME,
        service[:-1].copy(), waiting[:-1].copy(), np.array([service[-1], waiting[-1]]),
    )  # fmt: skip
    return Grouped(values[0], service), Grouped(values[1], waiting)


def _offsets(counts: Times) -> Times:
    offsets = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=offsets[1:])
    return offsets
