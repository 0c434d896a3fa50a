"""Cases and events cut into local days or weeks, to be read as a series."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import NO_TIME, EventLog
from anlan.loop.identify.context import WorkingClock
from anlan.maths.local_time import day_number, local_us

GRAINS = {"week": 7, "day": 1}
"""Days of a period; weeks first, for a week holds every weekday once."""

_OPENED_BY_THE_END = 0.98
"""When this share of the cases has opened the rest of the log is its running out."""

_MONDAY_SHIFT = 3
"""1970-01-01 was a Thursday."""


@dataclass(frozen=True, eq=False)
class CaseTable:
    """The cases of a log that hold an event. `case` are their numbers; the rest is in their order.

    opened_day, closed_day: local day of its beginning and of its last completion, days since 1970-01-01.
    duration_us: first completion (or first start, where known) to last completion, on the clock in use.
    """

    case: NDArray[np.int64]
    opened_day: NDArray[np.int64]
    closed_day: NDArray[np.int64]
    duration_us: NDArray[np.int64]


def case_table(log: EventLog, working: WorkingClock | None = None) -> CaseTable:
    """One row per case with an event; durations on the `working` clock where there is one."""
    case = np.flatnonzero(np.diff(log.case_offsets) > 0)
    begin, end = log.case_offsets[case], log.case_offsets[case + 1] - 1
    first, last = log.end_us[begin], log.end_us[end]
    opened = _opened(log.start_us, log.end_us, begin) if log.has_start else first
    duration = last - opened
    if working is not None:
        start_clock, end_clock = working.start_us, working.end_us
        opened_clock = _opened(start_clock, end_clock, begin) if log.has_start else end_clock[begin]
        duration = end_clock[end] - opened_clock
    return CaseTable(
        case=case.astype(np.int64),
        opened_day=day_number(local_us(opened, log.zone)),
        closed_day=day_number(local_us(last, log.zone)),
        duration_us=duration,
    )


def _opened(
    start_us: NDArray[np.int64], end_us: NDArray[np.int64], begin: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Earliest start (completion where no start is known) of each case that begins at `begin`."""
    if not len(begin):
        return end_us[:0]
    earliest: NDArray[np.int64] = np.minimum.reduceat(np.where(start_us == NO_TIME, end_us, start_us), begin)
    return earliest


@dataclass(frozen=True)
class Periods:
    """Consecutive periods of one grain from the first opening to the last closing.

    `whole` is True for the periods that show the process as it runs: covered by the log in full, not
    so early that only quick cases could have closed, nor so late that hardly any case still opened.
    """

    grain: str
    first: int
    last: int
    whole: NDArray[np.bool_]

    @classmethod
    def covering(cls, grain: str, cases: CaseTable, *, typical_days: int) -> "Periods":
        """`typical_days`: days a case usually takes; closings before that hold only quick cases."""
        length = GRAINS[grain]
        first_day, last_day = int(cases.opened_day.min()), int(cases.closed_day.max())
        first, last = period_of(first_day, length), period_of(last_day, length)
        starts = np.arange(first, last + 1) * length - _shift(length)
        ends = starts + length - 1
        running_until = min(last_day, int(np.quantile(cases.opened_day, _OPENED_BY_THE_END, method="lower")))
        whole = (starts >= first_day + typical_days) & (ends <= running_until)
        return cls(grain, first, last, whole)

    @property
    def n(self) -> int:
        return self.last - self.first + 1

    def index(self, days: NDArray[np.int64]) -> NDArray[np.int64]:
        """Position of the period of each day."""
        length = GRAINS[self.grain]
        return (days + _shift(length)) // length - self.first

    def start_date(self, position: int) -> str:
        """First local day of a period, ISO 8601."""
        length = GRAINS[self.grain]
        return (date(1970, 1, 1) + timedelta((self.first + position) * length - _shift(length))).isoformat()


def period_of(day: int, length: int) -> int:
    return (day + _shift(length)) // length


def _shift(length: int) -> int:
    return _MONDAY_SHIFT if length == 7 else 0
