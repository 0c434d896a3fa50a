"""Where a period begins: on the clock of the unit where its length is whole days, else on that of UTC."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_DAY_S, _WEEK = 86_400, 7
_EPOCH = date(1970, 1, 1)
_MONDAY_SHIFT = 3
"""1970-01-01 was a Thursday."""


def period_of(at: int, grain_s: int, zone: str) -> tuple[int, int]:
    """(begin, end) of the period that holds a time, microseconds UTC; the end belongs to the next.

    Whole days are local days, weeks begin on Monday; other lengths count from 1970-01-01T00:00Z.
    """
    if grain_s % _DAY_S:
        grain = grain_s * 1_000_000
        begin = at // grain * grain
        return begin, begin + grain
    place, days = ZoneInfo(zone), grain_s // _DAY_S
    shift = _MONDAY_SHIFT if days % _WEEK == 0 else 0
    day = (datetime.fromtimestamp(at // 1_000_000, UTC).astimezone(place).date() - _EPOCH).days
    first = (day + shift) // days * days - shift
    return _midnight(first, place), _midnight(first + days, place)


def _midnight(day: int, place: ZoneInfo) -> int:
    found = _EPOCH + timedelta(day)
    return round(datetime(found.year, found.month, found.day, tzinfo=place).timestamp()) * 1_000_000
