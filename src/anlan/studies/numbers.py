"""Values of the domain as JSON: intervals, durations, times, texts. Never a NaN."""

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from anlan.domain.histograms import Histograms
from anlan.domain.interval import Interval
from anlan.domain.pack import Text
from anlan.formats.messages import in_both_languages
from anlan.formats.wording import WorkingSeconds
from anlan.maths.local_time import local_us

_OFFSET = re.compile(r"^([+-])(\d{2}):?(\d{2})$")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def zone_of(name: str) -> tzinfo:
    """An IANA name or a fixed offset such as `+08:00` as a time zone."""
    match = _OFFSET.match(name)
    if not match:
        return ZoneInfo(name)
    minutes = int(match[2]) * 60 + int(match[3])
    return timezone(timedelta(minutes=-minutes if match[1] == "-" else minutes))


def is_zone(name: str) -> bool:
    """Whether `zone_of` knows the zone."""
    try:
        zone_of(name)
    except (ValueError, LookupError, OSError):
        return False
    return True


def iso(microseconds: int | None, zone: str) -> str | None:
    """UTC microseconds as ISO 8601 with offset, in `zone`."""
    if microseconds is None:
        return None
    return (_EPOCH + timedelta(microseconds=microseconds)).astimezone(zone_of(zone)).isoformat()


FIRST_YEAR, LAST_YEAR = 1900, 9998
"""Years a point of view can lie in; a year more would leave the calendar in some zones."""


def moment_us(text: str, zone: str) -> int | None:
    """ISO 8601 (a date is its last moment; without offset: local time of `zone`) as UTC microseconds;
    None where it is none, or outside the years 1900 to 9998."""
    text = _iso_date(text)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None
    if len(text) <= 10:
        moment += timedelta(days=1, microseconds=-1)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone_of(zone))
    return (moment - _EPOCH) // timedelta(microseconds=1)


_WRITTEN_DATE = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(.*)$", re.DOTALL)


def _iso_date(text: str) -> str:
    """`2026/7/14`, `2026年7月14日` and digits of full width as ISO writes them; anything else as it is."""
    plain = unicodedata.normalize("NFKC", text).strip()
    match = _WRITTEN_DATE.match(plain)
    if match is None:
        return plain
    year, month, day, rest = match.groups()
    return f"{year}-{int(month):02}-{int(day):02}{rest}"


_MOMENTS = ("split_us", "since_time")


@dataclass(frozen=True)
class Clock:
    """What the times in texts are told by: a zone, and whether durations are working time."""

    zone: str = "UTC"
    working: bool = False

    def said(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Parameters of a text: moments (UTC microseconds) moved to the zone, so that the text shows the
        time people saw; durations (names end in `_s`) marked as working time where they are."""
        return {name: self._said(name, value) for name, value in parameters.items()}

    def _said(self, name: str, value: Any) -> Any:
        if value is None:
            return None
        if name in _MOMENTS:
            return _local(value, self.zone)
        return WorkingSeconds(value) if self.working and name.endswith("_s") else value


def _local(microseconds: int, zone: str) -> int:
    return int(local_us(np.array([microseconds], dtype=np.int64), zone)[0])


def interval(value: Interval | None) -> dict[str, float] | None:
    """An interval as `{estimate, low, high, level}`."""
    if value is None:
        return None
    numbers = {"estimate": value.estimate, "low": value.low, "high": value.high, "level": value.level}
    return {name: finite(number) for name, number in numbers.items()}


def finite(value: float) -> float:
    """The number as a Python float; an infinite or undefined one is a fault of the method."""
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"a result must be a finite number, not {number}")
    return number


def optional(value: float | None) -> float | None:
    """As `finite`, with None for no value."""
    return None if value is None else finite(value)


def durations(histograms: Histograms, key: int) -> dict[str, float | int] | None:
    """Count, mean, median and 95 % quantile in seconds; None where there is none."""
    mean, median, p95 = (
        histograms.mean_s(key), histograms.quantile_s(key, 0.5), histograms.quantile_s(key, 0.95),
    )  # fmt: skip
    if mean is None or median is None or p95 is None:
        return None
    return {"n": int(histograms.n[key]), "mean": mean, "median": median, "p95": p95}


def text(value: Text) -> dict[str, str]:
    """A bilingual text of a pack as `{zh, en}`."""
    return {"zh": value.zh, "en": value.en}


def significant(value: float, digits: int) -> float:
    """A number rounded to so many significant digits.

    >>> significant(209561041.5, 3), significant(0.0, 3)
    (210000000.0, 0.0)
    """
    return float(f"{finite(value):.{digits - 1}e}")


def warning(code: str, where: str, **parameters: Any) -> dict[str, Any]:
    """A note to read before any figure: the result may answer another question than the one meant."""
    return {**note(code, where, **parameters), "warning": True}


def note(code: str, where: str, **parameters: Any) -> dict[str, Any]:
    """One entry of `notes`: why something is null or limited."""
    return {"code": code, "where": where, "text": in_both_languages(f"notes.{code}", **parameters)}
