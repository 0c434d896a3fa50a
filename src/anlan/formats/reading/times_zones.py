"""Clock times of a zone into UTC, for whole columns.

A clock time that occurs twice (clocks set back) is the first of the two; one that does not exist
(clocks set forward) is shifted forward by the gap. Both follow from using, up to the later of the
two clock readings of a change, the offset before it.
"""

import re
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import UsageError
from anlan.formats.reading.times_forms_kernels import FIXED, LOCAL
from anlan.formats.reading.times_kernels import to_utc
from anlan.maths.clock_changes import DAY_US, offset_steps

_FIXED = re.compile(r"^(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?$")
_SECOND_US = 1_000_000
_YEAR_US = 366 * DAY_US


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
    _zone(zone)
    since, offsets = offset_steps(zone, first_us - _YEAR_US, last_us + _YEAR_US)
    return ClockChanges(since[1:] + np.maximum(offsets[:-1], offsets[1:]), offsets)


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
