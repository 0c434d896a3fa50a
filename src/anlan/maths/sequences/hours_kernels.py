"""Hours of the week and days on the wall clock."""

import numpy as np

from anlan.maths.compile import inline_kernel, kernel

_HOUR_US = np.uint64(3_600_000_000)
_DAY_US = np.uint64(86_400_000_000)
_WEEK = np.uint64(168)
_LAST = np.int64(0x7FFFFFFFFFFFFFFF)

_DAYS_AHEAD = 7 * 7_000_000 + 3
"""Added so that only positive numbers are divided, which is faster. 1970-01-01 was a Thursday, day 3 of
a week that begins on Monday; the rest are whole weeks, 134,000 years of them."""

_SHIFT_US = np.int64(_DAYS_AHEAD * 86_400_000_000)


@inline_kernel
def step_of(moment, since):
    """Last step of the zone's offset that begins at or before `moment`."""
    low = 0
    high = len(since) - 1
    while low < high:
        middle = (low + high + 1) >> 1
        if since[middle] <= moment:
            low = middle
        else:
            high = middle - 1
    return low


@kernel
def count_hours_of_week(moments, since, offset):
    """How many moments fall in each local hour of the week; hour 0 = Monday 00:00 to 01:00.

    since, offset: steps of the zone, see `anlan.maths.clock_changes.offset_steps`.
    """
    counts = np.zeros(168, dtype=np.int64)
    low = np.int64(1)
    high = np.int64(0)
    shift = np.int64(0)
    for i in range(len(moments)):
        moment = moments[i]
        if moment < low or moment >= high:
            step = step_of(moment, since)
            low = since[step]
            high = since[step + 1] if step + 1 < len(since) else _LAST
            shift = offset[step] + _SHIFT_US
        counts[np.int64((np.uint64(moment + shift) // _HOUR_US) % _WEEK)] += 1
    return counts


@kernel
def local_days(moments, since, offset):
    """Days since 1970-01-01 on the wall clock."""
    days = np.empty(len(moments), dtype=np.int64)
    low = np.int64(1)
    high = np.int64(0)
    shift = np.int64(0)
    for i in range(len(moments)):
        moment = moments[i]
        if moment < low or moment >= high:
            step = step_of(moment, since)
            low = since[step]
            high = since[step + 1] if step + 1 < len(since) else _LAST
            shift = offset[step] + _SHIFT_US
        days[i] = np.int64(np.uint64(moment + shift) // _DAY_US) - _DAYS_AHEAD
    return days
