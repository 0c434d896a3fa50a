"""How values are written for people: durations, shares, counts, names, times; in zh and en."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

_UNITS_S = (("d", 86_400.0), ("h", 3_600.0), ("min", 60.0), ("s", 1.0))
_UNIT_NAMES = {
    "zh": {"d": "天", "h": "小时", "min": "分钟", "s": "秒"},
    "en": {"d": "d", "h": "h", "min": "min", "s": "s"},
}
_WORKING_NAMES = {
    "zh": {"h": "工作小时", "min": "工作分钟", "s": "工作秒"},
    "en": {"h": "working h", "min": "working min", "s": "working s"},
}
_NO_VALUE = "—"


class WorkingSeconds(float):
    """Seconds counted on a working-time calendar. They are written in working hours and never in days: a
    day of 24 working hours is not the day anybody works."""


@dataclass(frozen=True)
class DurationUnit:
    """A unit of durations: its name in the language and its length in seconds."""

    name: str
    length_s: float


def duration_unit(size_s: float, language: str, *, working: bool = False) -> DurationUnit:
    """The largest unit that keeps `size_s` at 1 or more; on a working-time calendar no longer than an
    hour."""
    units = _UNITS_S[1:] if working else _UNITS_S
    code, length = next(((u, s) for u, s in units if abs(size_s) >= s), units[-1])
    return DurationUnit((_WORKING_NAMES if working else _UNIT_NAMES)[language][code], length)


def duration(seconds: Any, language: str) -> str:
    """Seconds in the largest unit that keeps the figure at 1 or more: 0.5 s, 12 min, 3.2 h, 5.1 d; 50
    working h where they are `WorkingSeconds`."""
    if seconds is None:
        return _NO_VALUE
    unit = duration_unit(float(seconds), language, working=isinstance(seconds, WorkingSeconds))
    return f"{number(float(seconds) / unit.length_s, language)} {unit.name}"


def percent(share: Any, language: str) -> str:
    """A share 0..1 as per cent with up to two significant decimals: 0.034 -> 3.4 %."""
    if share is None:
        return _NO_VALUE
    value = 100 * float(share)
    digits = 2 if 0 < abs(value) < 1 else 1 if abs(value) < 10 else 0 if abs(value) >= 99.95 else 1
    return f"{value:.{digits}f}%" if language == "zh" else f"{value:.{digits}f} %"


def count(value: Any, language: str) -> str:
    """A whole number with thousands separators."""
    return _NO_VALUE if value is None else f"{round(float(value)):,}"


_SMALLEST_PLAIN = 1e-5
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _power_of_ten(size: float) -> str:
    mantissa, exponent = f"{size:.2e}".split("e")
    return f"{mantissa.replace('-', '−')} × 10{str(int(exponent)).translate(_RAISED)}"


def number(value: Any, language: str) -> str:
    """Three significant digits, thousands separators, a true minus sign; below 0.00001 a power of ten."""
    if value is None:
        return _NO_VALUE
    size = float(value)
    if not math.isfinite(size):
        return "∞" if size > 0 else "−∞"
    if size == 0:
        return "0"
    if abs(size) < _SMALLEST_PLAIN:
        return _power_of_ten(size)
    digits = max(0, 2 - math.floor(math.log10(abs(size))))
    text = f"{size:,.{min(digits, 6)}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", "−")


def ratio(value: Any, language: str) -> str:
    """How many times one outweighs another, as people write it: `3`, `1/5`."""
    if value is None or not 0 < value < 1:
        return number(value, language)
    return f"1/{number(1 / value, language)}"


def names(values: Any, language: str) -> str:
    """Names in quotation marks, joined as a list."""
    if isinstance(values, str):
        values = (values,)
    shown: Sequence[str] = [shortened(str(v)) for v in values]
    if language == "zh":
        return "、".join(f"“{name}”" for name in shown)
    return ", ".join(f"“{name}”" for name in shown)


def listed(values: Any, language: str) -> str:
    """Codes and flags joined as a list, without quotation marks."""
    return ("、" if language == "zh" else ", ").join(str(v) for v in values)


def shortened(name: str, limit: int = 60) -> str:
    """A long name cut to `limit` characters with an ellipsis."""
    return name if len(name) <= limit else name[: limit - 1] + "…"


def time(microseconds: Any, language: str) -> str:
    """A point in time (microseconds since 1970 of the clock to be shown) as date and minute."""
    if microseconds is None:
        return _NO_VALUE
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(microseconds))
    return moment.strftime("%Y-%m-%d %H:%M")


def moment(text: str | None, *, as_written: bool = False) -> str:
    """Day, minute and offset of an ISO 8601 time; without the offset where the log gave none and its
    clock stands as written."""
    if text is None:
        return _NO_VALUE
    clock = f"{text[:10]} {text[11:16]}".strip()
    return clock if as_written else f"{clock} {_offset(text[19:])}".strip()


def _offset(text: str) -> str:
    """`UTC+08:00` also where fractions of a second stand before it; `UTC` where there is no offset."""
    if text.endswith(("Z", "00:00")):
        return "UTC"
    for sign in "+-":
        if sign in text:
            return f"UTC{'−' if sign == '-' else '+'}{text.split(sign)[-1]}"
    return ""


FORMATTERS: dict[str, Callable[[Any, str], str]] = {
    "duration": duration,
    "percent": percent,
    "count": count,
    "number": number,
    "names": names,
    "ratio": ratio,
    "listed": listed,
    "time": time,
}
