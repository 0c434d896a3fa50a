"""Hours of the week and days on the wall clock."""

import numpy as np

from anlan.maths.compile import kernel

_HOUR_US = np.uint64(3_600_000_000)
_DAY_US = np.uint64(86_400_000_000)
_WEEK = np.uint64(168)

_DAYS_AHEAD = 7 * 7_000_000 + 3
"""Added so that only positive numbers are divided, which is faster. 1970-01-01 was a Thursday, day 3 of
a week that begins on Monday; the rest are whole weeks, 134,000 years of them."""

_SHIFT_US = np.int64(_DAYS_AHEAD * 86_400_000_000)


CELL_BITS = 36
"""The offset of the zone is looked up per stretch of 2**36 microseconds (19 hours)."""

UNSETTLED = np.int64(-(1 << 62))
"""Marks a stretch in which the offset changes."""


@kernel
def offset_at(moment, since, offset):
    """Offset of the zone at a moment, from its steps: see `anlan.maths.clock_changes.offset_steps`."""
    step = 0
    while step + 1 < len(since) and since[step + 1] <= moment:
        step += 1
    return offset[step]


@kernel
def count_hours_of_week(moments, origin, cells, since, offset):
    """How many moments fall in each local hour of the week; hour 0 = Monday 00:00 to 01:00.

    origin: no moment is before it; cells: offset of each stretch after it, or `UNSETTLED`.
    """
    counts = np.zeros(168, dtype=np.int64)
    for i in range(len(moments)):
        moment = moments[i]
        shift = cells[np.uint64((moment - origin) >> CELL_BITS)]
        if shift == UNSETTLED:
            shift = offset_at(moment, since, offset)
        counts[(np.uint64(moment + shift + _SHIFT_US) // _HOUR_US) % _WEEK] += 1
    return counts


@kernel
def local_days(moments, origin, cells, since, offset):
    """Days since 1970-01-01 on the wall clock; arguments as `count_hours_of_week`."""
    days = np.empty(len(moments), dtype=np.int64)
    for i in range(len(moments)):
        moment = moments[i]
        shift = cells[np.uint64((moment - origin) >> CELL_BITS)]
        if shift == UNSETTLED:
            shift = offset_at(moment, since, offset)
        days[i] = np.int64(np.uint64(moment + shift + _SHIFT_US) // _DAY_US) - _DAYS_AHEAD
    return days


@kernel
def local_hours(moments, origin, cells, since, offset):
    """Hours since 1970-01-01 00:00 on the wall clock; arguments as `count_hours_of_week`."""
    hours = np.empty(len(moments), dtype=np.int64)
    for i in range(len(moments)):
        moment = moments[i]
        shift = cells[np.uint64((moment - origin) >> CELL_BITS)]
        if shift == UNSETTLED:
            shift = offset_at(moment, since, offset)
        hours[i] = np.int64(np.uint64(moment + shift + _SHIFT_US) // _HOUR_US) - 24 * _DAYS_AHEAD
    return hours
