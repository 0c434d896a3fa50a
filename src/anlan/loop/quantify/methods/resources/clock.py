"""Names of intervals by the clock: the hour, with the number of the day where there are several."""

import datetime

DAY_MIN = 1440


def interval_names(
    count: int, *, minutes: int, first_hour: float = 0.0, start: datetime.date | None = None
) -> tuple[str, ...]:
    """`08:00`, `08:30`, ...; over more than a day `1·08:00`, the day counted from 1, or `03-01 08:00` where
    the first day is known."""
    begin = round(first_hour * 60)
    several = begin + count * minutes > DAY_MIN
    return tuple(_name(begin + place * minutes, several=several, start=start) for place in range(count))


def _name(minute: int, *, several: bool, start: datetime.date | None) -> str:
    day, rest = divmod(minute, DAY_MIN)
    clock = f"{rest // 60:02d}:{rest % 60:02d}"
    if not several:
        return clock
    return f"{day + 1}·{clock}" if start is None else f"{day_after(start, day).strftime('%m-%d')} {clock}"


def day_after(start: datetime.date, days: int) -> datetime.date:
    """So many days later, or the last day there is."""
    return datetime.date.fromordinal(min(start.toordinal() + days, datetime.date.max.toordinal()))
