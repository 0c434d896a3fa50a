"""Names of intervals by the clock: the hour, with the number of the day where there are several."""

DAY_MIN = 1440


def interval_names(count: int, *, minutes: int, first_hour: float = 0.0) -> tuple[str, ...]:
    """`08:00`, `08:30`, ...; over more than a day `1·08:00`, the day counted from 1."""
    begin = round(first_hour * 60)
    several = begin + count * minutes > DAY_MIN
    return tuple(_name(begin + place * minutes, several=several) for place in range(count))


def _name(minute: int, *, several: bool) -> str:
    day, rest = divmod(minute, DAY_MIN)
    clock = f"{rest // 60:02d}:{rest % 60:02d}"
    return f"{day + 1}·{clock}" if several else clock
