"""A scenario by the ids of its diagram."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from anlan.domain.errors import RefusedInput

Estimate = Mapping[str, Any] | float
"""A time in minutes as a spec file writes it."""
Span = tuple[int, float, float]
"""Day from 0 (Monday), from hour, to hour, the last above the first and at most 24."""


@dataclass(frozen=True)
class Told:
    """Something that was not carried over, or only partly; code: `simulate.notes` of the catalogues; n: how
    many."""

    code: str
    found: tuple[str, ...] = ()
    n: int = 1


@dataclass(frozen=True)
class Worker:
    """Somebody, or several who are alike: who they are called, how many, what an hour costs, when they are
    there, and how long each task takes them, with its mean in minutes."""

    id: str
    group: str
    people: int
    cost_per_hour: float
    hours: tuple[Span, ...]
    times: Mapping[str, "Time"] = field(hash=False)


@dataclass(frozen=True)
class Time:
    """A law of times in minutes and its mean."""

    estimate: Any = field(hash=False)
    mean: float = 0.0


@dataclass(frozen=True)
class Scenario:
    """between: mean minutes from one arrival to the next within `hours`; shares: by id of the flow; waits: of
    events; cases: how many, None where nothing is said."""

    between: float
    hours: tuple[Span, ...]
    workers: tuple[Worker, ...]
    shares: Mapping[str, float]
    waits: Mapping[str, Time] = field(default_factory=dict)
    cases: int | None = None
    notes: tuple[Told, ...] = ()


WEEK: tuple[Span, ...] = tuple((day, 0.0, 24.0) for day in range(7))
_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def number_of(given: Any, where: str) -> float:
    """A finite number, also as a text. Errors: RefusedInput `scenario.number`."""
    try:
        found = math.nan if isinstance(given, bool) else float(given)
    except (TypeError, ValueError, OverflowError):
        found = math.nan
    if not math.isfinite(found):
        raise RefusedInput("scenario.number", where=where, found=str(given)[:40])
    return found


def cases_of(given: Any, where: str) -> int | None:
    """How many cases; None where nothing is said. Errors: RefusedInput `scenario.number`, `.cases`."""
    if given in (None, ""):
        return None
    found = number_of(given, where)
    if found < 1 or found != int(found):
        raise RefusedInput("scenario.cases", where=where, found=found)
    return int(found)


def people_of(given: Any, where: str, *, least: int) -> int:
    """How many people. Errors: RefusedInput `scenario.number`, `scenario.people`."""
    found = number_of(given, where)
    if found < least or found != int(found):
        raise RefusedInput("scenario.people", where=where, found=found, least=least)
    return int(found)


def day_of(name: str) -> int | None:
    """0 for Monday; None for what is no day."""
    return _DAYS.index(name.strip().upper()) if name.strip().upper() in _DAYS else None


def hour_of(text: str) -> float | None:
    """Hours of a time of day, `09:30:00.000+00:00`; the last second of a day is its end."""
    parts = text.strip().split("+")[0].rstrip("Z").split(":")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return None
    if not 1 <= len(numbers) <= 3 or not 0 <= numbers[0] <= 24 or any(not 0 <= n < 60 for n in numbers[1:]):
        return None
    hours = sum(number / 60**place for place, number in enumerate(numbers))
    return 24.0 if hours > 24.0 - 2.0 / 3600 else hours


def spans(first: int, last: int, begin: float, end: float) -> list[Span]:
    """The same hours of every day from `first` to `last`, over Sunday where the last is before the first.
    Hours that end no later than they begin go on to the next day."""
    days = [(first + n) % 7 for n in range((last - first) % 7 + 1)]
    if end > begin:
        return [(day, begin, end) for day in days]
    over = [(day, begin, 24.0) for day in days]
    return over + [((day + 1) % 7, 0.0, end) for day in days if end > 0]


def rates_by_hour(between: float, hours: Sequence[Span]) -> list[float]:
    """168 arrivals an hour: those of the mean time between within the hours, none outside."""
    rates = [0.0] * 168
    for day, begin, end in dict.fromkeys(hours):
        for hour in range(24):
            part = max(0.0, min(end, hour + 1) - max(begin, hour))
            rates[24 * day + hour] = min(60 / between, rates[24 * day + hour] + part * 60 / between)
    return rates
