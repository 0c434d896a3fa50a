"""When the clock of a zone changes: the steps of its offset from UTC over a stretch of time."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import UsageError

SECOND_US = 1_000_000
DAY_US = 86_400 * SECOND_US
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIXED = re.compile(r"^(?:UTC|GMT)?([+-])(\d{1,2}):?(\d{2})$")
_FIRST_YEAR, _LAST_YEAR = 1890, 2210


def zone_of(name: str) -> tzinfo:
    """The zone of an IANA name (`Asia/Shanghai`) or a fixed offset (`+08:00`, `UTC+08:00`)."""
    fixed = _FIXED.match(name)
    if name in ("UTC", "Z"):
        return UTC
    if fixed:
        size = timedelta(hours=int(fixed[2]), minutes=int(fixed[3]))
        return timezone(-size if fixed[1] == "-" else size)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UsageError("calendar.unknown_zone", zone=name) from error


def offset_steps(zone: str, first_us: int, last_us: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Offsets of `zone` from `first_us` to `last_us` (UTC microseconds).

    Returns (since, offset): from `since[k]` up to `since[k + 1]` local time is UTC + `offset[k]`;
    `since[0]` is the smallest int64. Outside the years 1890..2210 the nearest known offset holds.
    """
    place = zone_of(zone)
    first_year, last_year = _year(first_us), _year(last_us)
    if place is UTC or isinstance(place, timezone):
        steps: list[tuple[int, int]] = []
    else:
        steps = [step for year in range(first_year, last_year + 1) for step in _steps_of_year(zone, year)]
    start = _offset_us(place, datetime(first_year, 1, 1, tzinfo=UTC))
    since = np.array([np.iinfo(np.int64).min, *(when for when, _ in steps)], dtype=np.int64)
    return since, np.array([start, *(offset for _, offset in steps)], dtype=np.int64)


def _year(moment_us: int) -> int:
    days = moment_us // DAY_US
    return min(max(1970 + round(days / 365.2425 - 0.5), _FIRST_YEAR), _LAST_YEAR)


@lru_cache(maxsize=4_096)
def _steps_of_year(zone: str, year: int) -> tuple[tuple[int, int], ...]:
    """(UTC microseconds, new offset) of every change within the UTC year and the day before it."""
    place = zone_of(zone)
    midnights = [datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(367)]
    midnights = [day for day in midnights if day <= datetime(year + 1, 1, 1, tzinfo=UTC)]
    offsets = [_offset_us(place, day) for day in midnights]
    return tuple(
        _change_between(place, midnights[day], midnights[day + 1])
        for day in range(len(midnights) - 1)
        if offsets[day] != offsets[day + 1]
    )


def _change_between(place: tzinfo, low: datetime, high: datetime) -> tuple[int, int]:
    """The second at which the offset changes, by bisection."""
    before = _offset_us(place, low)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        low, high = (middle, high) if _offset_us(place, middle) == before else (low, middle)
    return (high - _EPOCH) // timedelta(microseconds=1), _offset_us(place, high)


def _offset_us(place: tzinfo, moment: datetime) -> int:
    offset = moment.astimezone(place).utcoffset() or timedelta(0)
    return offset // timedelta(microseconds=1)
