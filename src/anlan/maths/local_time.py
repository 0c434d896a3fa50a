"""UTC microseconds as the clock on the wall of a zone shows them, for arrays."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

_DAY_US = 86_400_000_000
_QUARTER_US = 900_000_000
_FIXED = re.compile(r"^(?:UTC)?([+-])(\d{2}):?(\d{2})$")


def local_us(moments_us: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """Microseconds since 1970-01-01 00:00 of the local clock; `zone` is an IANA name or `+08:00`.

    The offset is looked up once per UTC day, and once per quarter hour on days when it changes.
    """
    fixed = _FIXED.match(zone)
    if zone == "UTC" or not len(moments_us):
        return moments_us
    if fixed:
        sign = 1 if fixed[1] == "+" else -1
        shift_us = sign * (int(fixed[2]) * 60 + int(fixed[3])) * 60_000_000
        return np.asarray(moments_us + shift_us, dtype=np.int64)
    info = ZoneInfo(zone)
    days, day_of = np.unique(moments_us // _DAY_US, return_inverse=True)
    at_start = np.array([_offset_us(info, int(day) * _DAY_US) for day in days])
    at_end = np.array([_offset_us(info, int(day + 1) * _DAY_US) for day in days])
    offsets = at_start[day_of]
    changing = np.flatnonzero((at_start != at_end)[day_of])
    if len(changing):
        quarters, quarter_of = np.unique(moments_us[changing] // _QUARTER_US, return_inverse=True)
        exact = np.array([_offset_us(info, int(quarter) * _QUARTER_US) for quarter in quarters])
        offsets[changing] = exact[quarter_of]
    return np.asarray(moments_us + offsets, dtype=np.int64)


def _offset_us(info: ZoneInfo, moment_us: int) -> int:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=moment_us)
    offset = moment.astimezone(info).utcoffset() or timedelta(0)
    return int(offset.total_seconds() * 1_000_000)


def hour_of_day(local: NDArray[np.int64]) -> NDArray[np.int64]:
    """0..23 of local microseconds."""
    return (local % _DAY_US) // 3_600_000_000


def day_number(local: NDArray[np.int64]) -> NDArray[np.int64]:
    """Days since 1970-01-01 of local microseconds."""
    return local // _DAY_US


def weekday(local: NDArray[np.int64]) -> NDArray[np.int64]:
    """0 = Monday .. 6 = Sunday; 1970-01-01 was a Thursday."""
    return (local // _DAY_US + 3) % 7
