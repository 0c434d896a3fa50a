"""When cases arrive, keyed by the number of the case: the same luck whatever else is changed."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import UsageError
from anlan.maths.streams import Stream

ARRIVAL = 9
"""Purpose of the draws."""
HOURS, HOUR_S = 168, 3600.0
Floats = NDArray[np.float64]


def steady(stream: Stream, n: int, *, per_hour: float) -> Floats:
    """The first n arrivals of a Poisson process, in seconds."""
    _rate(per_hour)
    return np.cumsum(stream.exponential(n, purpose=ARRIVAL)) * (HOUR_S / per_hour)


def by_hour_of_week(
    stream: Stream,
    *,
    per_hour: Sequence[float],
    until_s: float,
    week_start_s: float = 0.0,
    place: int = 0,
    by_day: Floats | None = None,
) -> Floats:
    """Arrivals before `until_s` of a Poisson process whose rate is that of the hour of the week.

    by_day: factors of the rates, of the day that holds second 0 and each one after it; none: all 1.

    per_hour: 168 rates from Monday 0:00; week_start_s: seconds from there to second 0; place: of the draws,
    another for each process of its own. Unit-rate arrivals are carried through the inverse of the expected
    number (Cinlar 1975), so a higher rate moves every arrival earlier and leaves its luck.
    """
    rates = np.asarray(per_hour, dtype=np.float64)
    if rates.shape != (HOURS,) or not bool(np.isfinite(rates).all()) or bool((rates < 0).any()):
        raise UsageError("simulation.hours", found=int(rates.size))
    if not (math.isfinite(until_s) and until_s > 0 and rates.sum() > 0):
        raise UsageError("simulation.number", name="until_s", found=until_s, where="arrivals")
    borders, expected = _expected(rates, until_s, week_start_s, by_day)
    n = int(expected[-1] + 10 * math.sqrt(expected[-1]) + 20)
    met = np.cumsum(stream.exponential(n, purpose=ARRIVAL, place=place))
    return _inverse(met[met < expected[-1]], expected, borders)


def _expected(
    rates: Floats, until_s: float, week_start_s: float, by_day: Floats | None
) -> tuple[Floats, Floats]:
    """Borders of the hours, in seconds from the start, and the number expected until each."""
    first = math.floor(week_start_s / HOUR_S)
    n = math.ceil((week_start_s + until_s) / HOUR_S) - first
    borders = np.clip((first + np.arange(n + 1)) * HOUR_S - week_start_s, 0.0, until_s)
    hours = (first + np.arange(n)) % HOURS
    level = 1.0 if by_day is None else by_day[(first + np.arange(n)) // 24 - first // 24]
    return borders, np.concatenate(([0.0], np.cumsum(rates[hours] * level * np.diff(borders) / HOUR_S)))


def _inverse(met: Floats, expected: Floats, borders: Floats) -> Floats:
    """The time by which `met` are expected; inside the hour whose expectation passes it."""
    hour = np.searchsorted(expected, met, side="right") - 1
    part = (met - expected[hour]) / (expected[hour + 1] - expected[hour])
    return np.asarray(borders[hour] + part * (borders[hour + 1] - borders[hour]))


def _rate(per_hour: float) -> None:
    if not (math.isfinite(per_hour) and per_hour > 0):
        raise UsageError("simulation.number", name="per_hour", found=per_hour, where="arrivals")
