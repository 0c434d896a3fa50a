"""Models tried on the past: from many origins each forecasts what is known by now, and is held against it.

MASE: mean absolute error over that of the seasonal naive forecast within the first past (Hyndman, Koehler
2006, doi:10.1016/j.ijforecast.2006.03.001); below 1 is better. Pinball loss: mean over the quantiles of the
intervals. Limits of an interval come from the errors of the back-test, each over its own spread, which grows
with the expected count; whether they hold is counted day by day with limits that other days alone made.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls
from scipy.special import stdtrit

from anlan.domain.interval import Interval
from anlan.maths.forecasts.demand import MODELS, Steps, forecast
from anlan.maths.progress import tell

Floats = NDArray[np.float64]
LEVELS = (0.8, 0.95)
"""Of the intervals that are given."""
QUANTILES = tuple(sorted(q for level in LEVELS for q in ((1 - level) / 2, (1 + level) / 2)))


@dataclass(frozen=True, eq=False)
class Spread:
    """How errors spread: variance = a + b x + c x**2 of the expected count x, and the quantiles of errors
    over their standard deviation, in the order of `QUANTILES`."""

    a: float
    b: float
    c: float
    quantiles: Floats

    def deviation(self, expected: Floats) -> Floats:
        return np.asarray(np.sqrt(self.a + self.b * expected + self.c * expected**2))

    def limits(self, expected: Floats) -> Floats:
        """Quantiles of the counts (n, 4), none negative."""
        return np.maximum(
            0.0, expected[:, None] + self.deviation(expected)[:, None] * self.quantiles[None, :]
        )


@dataclass(frozen=True, eq=False)
class Trial:
    """One model in the back-test. expected, actual, day: (k,) of every origin's steps; mae, mase, pinball;
    covered: share within each interval of `LEVELS`; better: by how much the mean error is below that
    of the seasonal naive forecast, over it, with its interval from the days; None of that one itself.
    """

    model: str
    expected: Floats
    actual: Floats
    day: NDArray[np.int64]
    mae: float
    mase: float | None
    pinball: float
    covered: tuple[float, ...]
    better: Interval | None
    spread: Spread


def back_test(past: Floats, steps: Steps, *, ahead: int, origins: Sequence[int]) -> list[Trial]:
    """Every model from every origin (a number of steps that were known), the best by MASE first.

    steps: of the past at least; `ahead` steps are forecast, fewer where the past ends before.
    """
    held: dict[str, list[Floats]] = {name: [] for name in MODELS}
    actual, day = [], []
    for turn, origin in enumerate(origins):
        until = min(len(past), origin + ahead)
        actual.append(past[origin:until])
        day.append(np.arange(origin, until) // steps.per_day)
        for name in MODELS:
            held[name].append(forecast(name, past[:origin], steps, ahead=until - origin))
        tell((turn + 1) / len(origins))
    seen, days = np.concatenate(actual), np.concatenate(day)
    naive = np.concatenate(held["seasonal_naive"])
    scale = _scale(past[: min(origins)], steps.season)
    found = [_trial(name, np.concatenate(held[name]), seen, days, naive, scale) for name in MODELS]
    return sorted(found, key=lambda trial: trial.mae)


def _scale(first: Floats, season: int) -> float:
    """Mean absolute error of the seasonal naive forecast within the first past; 0 where it has one week."""
    return float(np.abs(first[season:] - first[:-season]).mean()) if len(first) > season else 0.0


def _trial(
    name: str, expected: Floats, actual: Floats, day: NDArray[np.int64], naive: Floats, scale: float
) -> Trial:
    mae = float(np.abs(actual - expected).mean())
    limits = _limits_by_others(expected, actual, day)
    covered = tuple(
        float(((actual >= limits[:, low]) & (actual <= limits[:, high])).mean())
        for low, high in ((1, 2), (0, 3))
    )
    return Trial(
        name,
        expected,
        actual,
        day,
        mae,
        mae / scale if scale > 0 else None,
        _pinball(limits, actual),
        covered,
        None if name == "seasonal_naive" else _better(expected, actual, day, naive),
        spread_of(expected, actual, day),
    )


def spread_of(expected: Floats, actual: Floats, day: NDArray[np.int64]) -> Spread:
    """The spread of errors: variances by least squares with weights, none negative, then the quantiles.

    Errors of one day hang together, so the quantiles are taken as from so many independent errors as these
    are worth, whose outermost leave 1 / (n + 1) outside on average.
    """
    error = actual - expected
    weight = 1.0 / (1.0 + expected)
    design = np.column_stack([np.ones_like(expected), expected, expected**2]) * weight[:, None]
    (a, b, c), _ = nnls(design, error**2 * weight)
    a = max(a, 1e-9)
    scaled = error / np.sqrt(a + b * expected + c * expected**2)
    return Spread(float(a), float(b), float(c), np.quantile(scaled, _levels(_worth(scaled, day))))


def _worth(errors: Floats, day: NDArray[np.int64]) -> float:
    """How many independent errors these are worth: n / (1 + (m - 1) r), m errors a day that correlate by r
    (one-way analysis of variance; Kish 1965)."""
    _, place, count = np.unique(day, return_inverse=True, return_counts=True)
    n, k = len(errors), len(count)
    if n <= k or k < 2:
        return float(n)
    means = np.bincount(place, weights=errors) / count
    within = float(((errors - means[place]) ** 2).sum()) / (n - k)
    between = float((count * (means - errors.mean()) ** 2).sum()) / (k - 1)
    m = n / k
    shared = between + (m - 1.0) * within
    correlation = max(0.0, (between - within) / shared) if shared > 0 else 1.0
    return n / (1.0 + (m - 1.0) * correlation)


def _levels(n: float) -> Floats:
    return np.clip(0.5 + (np.asarray(QUANTILES) - 0.5) * (1.0 + 1.0 / n), 0.0, 1.0)


def _limits_by_others(expected: Floats, actual: Floats, day: NDArray[np.int64]) -> Floats:
    """Limits of each step from the errors of all other days."""
    limits = np.empty((len(expected), len(QUANTILES)))
    for each in np.unique(day):
        here = day == each
        rest = ~here if (~here).any() else here
        limits[here] = spread_of(expected[rest], actual[rest], day[rest]).limits(expected[here])
    return limits


def _pinball(limits: Floats, actual: Floats) -> float:
    error = actual[:, None] - limits
    q = np.asarray(QUANTILES)
    return float(np.maximum(q * error, (q - 1.0) * error).mean())


def _better(expected: Floats, actual: Floats, day: NDArray[np.int64], naive: Floats) -> Interval | None:
    """How much smaller the error is, paired by the day that is forecast; None where naive makes none."""
    gained = np.abs(actual - naive) - np.abs(actual - expected)
    size = float(np.abs(actual - naive).mean())
    days = np.unique(day)
    if size == 0.0 or len(days) < 3:
        return None
    by_day = np.array([gained[day == each].sum() for each in days]) * len(days) / len(day) / size
    mean, error = float(by_day.mean()), float(by_day.std(ddof=1)) / math.sqrt(len(days))
    half = float(stdtrit(len(days) - 1, 0.975)) * error
    return Interval(mean, mean - half, mean + half)


def spread_of_days(trial: Trial, *, per_day: int) -> Spread:
    """The spread of the sums of whole days, for a trial whose origins lie between days."""
    expected, actual = (by_days(each, per_day=per_day) for each in (trial.expected, trial.actual))
    return spread_of(expected, actual, trial.day[::per_day])


def by_days(values: Floats, *, per_day: int) -> Floats:
    """Sums over whole days (d,) of steps (d * per_day,)."""
    return np.asarray(values.reshape(-1, per_day).sum(axis=1))
