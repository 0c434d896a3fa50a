"""Cases and events cut into local days or weeks, to be read as a series."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import NO_TIME, EventLog
from anlan.maths.local_time import day_number, local_us

GRAINS = {"week": 7, "day": 1}
"""Days of a period; weeks first, for a week holds every weekday once."""

_MONDAY_SHIFT = 3
"""1970-01-01 was a Thursday."""


@dataclass(frozen=True, eq=False)
class CaseTable:
    """The cases of a log that hold an event. `case` are their numbers; the rest is in their order.

    opened_day, closed_day: local day of its beginning and of its last completion, days since 1970-01-01.
    duration_us: first completion (or first start, where known) to last completion.
    """

    case: NDArray[np.int64]
    opened_day: NDArray[np.int64]
    closed_day: NDArray[np.int64]
    duration_us: NDArray[np.int64]


def case_table(log: EventLog) -> CaseTable:
    """One row per case with an event."""
    case = np.flatnonzero(np.diff(log.case_offsets) > 0)
    begin, end = log.case_offsets[case], log.case_offsets[case + 1] - 1
    first, last = log.end_us[begin], log.end_us[end]
    opened = first
    if log.has_start and len(case):
        known_start = np.where(log.start_us == NO_TIME, log.end_us, log.start_us)
        opened = np.minimum.reduceat(known_start, begin)
    return CaseTable(
        case=case.astype(np.int64),
        opened_day=day_number(local_us(opened, log.zone)),
        closed_day=day_number(local_us(last, log.zone)),
        duration_us=last - opened,
    )


@dataclass(frozen=True)
class Periods:
    """Consecutive periods of one grain that cover days `first_day` to `last_day`.

    `whole` is False for a period the log covers only in part, and for those so early that only quick
    cases could have closed in them.
    """

    grain: str
    first: int
    last: int
    whole: NDArray[np.bool_]

    @classmethod
    def covering(cls, grain: str, *, first_day: int, last_day: int, settled_day: int) -> "Periods":
        """`settled_day`: the first day on which cases of typical duration could have closed."""
        length = GRAINS[grain]
        first, last = period_of(first_day, length), period_of(last_day, length)
        starts = np.arange(first, last + 1) * length - _shift(length)
        whole = (starts >= max(first_day, settled_day)) & (starts + length - 1 <= last_day)
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
