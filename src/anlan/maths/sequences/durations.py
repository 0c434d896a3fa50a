"""Durations on a clock, grouped by what they belong to, as histograms."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import NO_TIME
from anlan.domain.histograms import Histograms, empty_histograms
from anlan.maths.sequences.columns import NO_TIMES, Columns
from anlan.maths.sequences.dictionary import Dictionary
from anlan.maths.sequences.durations_kernels import (
    count_started,
    lay_gaps,
    lay_service,
    lay_waiting,
)
from anlan.maths.sequences.flow import Flow
from anlan.maths.sequences.scratch import Scratch

Times = NDArray[np.int64]


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


def gaps_by_pair(flow: Flow, clock: Clock, scratch: Scratch) -> Histograms:
    """Completion to completion per pair of activities."""
    offsets = _offsets(flow.counts)
    values = scratch.room(int(offsets[-1]))
    lay_gaps(clock.end, clock.before, flow.edge, flow.place.copy(), values)
    return scratch.describe(values, offsets)


def service_and_waiting(
    columns: Columns,
    dictionary: Dictionary,
    flow: Flow,
    clock: Clock,
    scratch: Scratch,
    *,
    missing_starts: int,
) -> tuple[Histograms, Histograms]:
    """Start to completion, and completion before to start, per activity; none without start times."""
    rank, n = dictionary.activity_rank, len(dictionary.activity_names)
    if not len(columns.start):
        return empty_histograms(n), empty_histograms(n)
    counts, known = (flow.count, flow.count - flow.tallies[2]), NO_TIMES
    if missing_starts:
        counts, known = (
            count_started(columns.activity, rank, columns.start, flow.edge, NO_TIME, n),
            columns.start,
        )
    offsets = _offsets(counts[0])
    values = scratch.room(int(offsets[-1]))
    lay_service(columns.activity, rank, known, clock.start, clock.end, NO_TIME, offsets[:-1].copy(), values)
    service = scratch.describe(values, offsets)
    offsets = _offsets(counts[1])
    values = scratch.room(int(offsets[-1]))
    lay_waiting(
        columns.activity, rank, known, clock.start, clock.end, clock.before, flow.edge, NO_TIME,
        offsets[:-1].copy(), values,
    )  # fmt: skip
    return service, scratch.describe(values, offsets)


def _offsets(counts: Times) -> Times:
    offsets = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=offsets[1:])
    return offsets
