"""Hours and days on the wall clock of the log's zone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import NO_TIME, EventLog
from anlan.domain.log_summary import HOURS_OF_WEEK, Days
from anlan.maths.clock_changes import offset_steps
from anlan.maths.read_only import constant
from anlan.maths.sequences.hours_kernels import (
    CELL_BITS,
    UNSETTLED,
    count_hours_of_week,
    local_days,
    local_hours,
)

Times = NDArray[np.int64]

_MOST_DAYS = 200_000
"""Days are counted in a table over their range up to this many (547 years), sorted beyond."""


_FIRST_HOUR_OF_WEEK = 72
"""1970-01-01 00:00 began a Thursday."""


@dataclass(frozen=True, eq=False)
class WallClock:
    """The zone's offsets over the time of the log, laid out for quick reading; see `hours_kernels`."""

    origin: int
    cells: Times
    since: Times
    offset: Times

    def hours_of_week(self, moments: Times) -> Times:
        """Counts (168,), hour 0 = Monday 00:00 to 01:00."""
        return np.asarray(
            count_hours_of_week(constant(moments), self.origin, self.cells, self.since, self.offset)
        )

    def hour_of_week_of(self, moments: Times) -> Times:
        """Local hour of the week of each moment."""
        hours = local_hours(constant(moments), self.origin, self.cells, self.since, self.offset)
        return np.asarray((hours + _FIRST_HOUR_OF_WEEK) % HOURS_OF_WEEK)

    def days_of(self, moments: Times) -> Times:
        """Days since 1970-01-01."""
        return np.asarray(local_days(constant(moments), self.origin, self.cells, self.since, self.offset))

    def days(self, moments: Times) -> Days:
        """Counts per day."""
        days = self.days_of(moments)
        first = int(days.min()) if len(days) else 0
        if len(days) and int(days.max()) - first > _MOST_DAYS:
            return Days(*np.unique(days, return_counts=True))
        counts = np.bincount(days - first)
        present = np.flatnonzero(counts)
        return Days(present + first, counts[present])


def wall_clock(log: EventLog) -> WallClock:
    """The wall clock of the log's zone from its earliest start or completion to its last completion."""
    if not log.n_events:
        nothing = np.zeros(1, dtype=np.int64)
        return WallClock(0, nothing, nothing, nothing)
    origin, last = int(log.end_us.min()), int(log.end_us.max())
    if log.has_start:
        earliest = int(log.start_us.min())
        if earliest == NO_TIME:
            earliest = int(log.start_us[log.start_us != NO_TIME].min(initial=origin))
        origin = min(origin, earliest)
    since, offset = offset_steps(log.zone, origin, last)
    begins = origin + (np.arange(((last - origin) >> CELL_BITS) + 1) << CELL_BITS)
    first = np.searchsorted(since, begins, side="right")
    last_in = np.searchsorted(since, begins + (1 << CELL_BITS) - 1, side="right")
    cells = np.where(first == last_in, offset[first - 1], UNSETTLED)
    return WallClock(origin, constant(cells), constant(since), constant(offset))
