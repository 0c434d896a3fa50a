"""Clock times of a zone into UTC, for whole columns.

A clock time that occurs twice (clocks set back) is the first of the two; one that does not exist
(clocks set forward) is shifted forward by the gap. Both follow from using, up to the later of the
two clock readings of a change, the offset before it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import UsageError
from anlan.formats.reading.times_forms_kernels import FIXED, LOCAL
from anlan.formats.reading.times_kernels import to_utc

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIXED = re.compile(r"^(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?$")
_SECOND_US = 1_000_000


@dataclass(frozen=True)
class ClockChanges:
    """`offsets_us[i]` holds for local times in [boundaries[i-1], boundaries[i]); both int64."""

    boundaries: NDArray[np.int64]
    offsets_us: NDArray[np.int64]


def localise(moment: NDArray[np.int64], kind: NDArray[np.uint8], zone: str | None) -> None:
    """Turn the LOCAL moments into UTC in place; no zone means the clock is taken as UTC."""
    clock = moment[kind == LOCAL] if (kind == FIXED).any() else moment[kind != 0]
    if zone in (None, "UTC") or not len(clock):
        return
    changes = clock_changes(str(zone), int(clock.min()), int(clock.max()))
    to_utc(moment, kind, changes.boundaries, changes.offsets_us)


def clock_changes(zone: str, first_us: int, last_us: int) -> ClockChanges:
    """The changes of a zone's clock that local times between two moments can meet."""
    fixed = _FIXED.match(zone)
    if fixed:
        sign = 1 if fixed[1] == "+" else -1
        minutes = int(fixed[2]) * 60 + int(fixed[3] or 0)
        return ClockChanges(np.empty(0, np.int64), np.array([sign * minutes * 60 * _SECOND_US], np.int64))
    years = range(_year(first_us) - 1, _year(last_us) + 2)
    changes = [change for year in years for change in _changes_in_year(zone, year)]
    start = _offset_s(_zone(zone), _utc_s(years[0]))
    boundaries = [(moment + max(before, after)) * _SECOND_US for moment, before, after in changes]
    offsets = [start, *(after for _, _, after in changes)]
    return ClockChanges(np.array(boundaries, np.int64), np.array(offsets, np.int64) * _SECOND_US)


@cache
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as fault:
        raise UsageError("option.tz", found=name) from fault


def known_zone(name: str) -> str:
    """The name itself where it is an IANA zone or a fixed offset; UsageError otherwise."""
    if name != "UTC" and not _FIXED.match(name):
        _zone(name)
    return name


@cache
def _changes_in_year(zone: str, year: int) -> tuple[tuple[int, int, int], ...]:
    """(moment, offset before, offset after) in seconds of every change in one UTC year, found by day."""
    info = _zone(zone)
    days = range(_utc_s(year), _utc_s(year + 1), 86_400)
    found = []
    before = _offset_s(info, days[0])
    for day in days:
        after = _offset_s(info, day + 86_400)
        if after != before:
            found.append((_moment_of_change(info, day, day + 86_400), before, after))
            before = after
    return tuple(found)


def _moment_of_change(info: ZoneInfo, early: int, late: int) -> int:
    """First second with the later offset, by halving."""
    before = _offset_s(info, early)
    while late - early > 1:
        middle = (early + late) // 2
        if _offset_s(info, middle) == before:
            early = middle
        else:
            late = middle
    return late


def _offset_s(info: ZoneInfo, moment_s: int) -> int:
    offset = (_EPOCH + timedelta(seconds=moment_s)).astimezone(info).utcoffset() or timedelta(0)
    return round(offset.total_seconds())


def _utc_s(year: int) -> int:
    return int((datetime(year, 1, 1, tzinfo=UTC) - _EPOCH).total_seconds())


def _year(moment_us: int) -> int:
    return (_EPOCH + timedelta(microseconds=moment_us)).year
