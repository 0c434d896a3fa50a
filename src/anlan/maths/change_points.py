"""Has a series of periods moved from one level to another, and when?

Pettitt (1979), Appl. Statist. 28:126: the rank statistic of a single change at an unknown time.
Neighbouring periods of a service share their queue, so the size of the series is reduced to its
effective number of independent periods before p is taken.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class ChangePoint:
    """The series moves between positions `position - 1` and `position`; `up` where it rises.

    autocorrelation: of neighbouring periods once the step is taken out, 0..0.95. A slow swing looks
    like a step and leaves much of it.
    """

    position: int
    p: float
    up: bool
    n_effective: float
    autocorrelation: float


def single_change(series: NDArray[np.float64]) -> ChangePoint | None:
    """Most likely single change of level; None under eight periods or for a constant series."""
    n = len(series)
    if n < 8 or np.ptp(series) == 0:
        return None
    ranks = _middle_ranks(series)
    cumulated = 2 * np.cumsum(ranks) - np.arange(1, n + 1) * (n + 1)
    inner = np.abs(cumulated[1:-2])
    at = int(np.argmax(inner)) + 1
    size = float(abs(cumulated[at]))
    residual = _without_step(ranks, at + 1)
    n_effective = effective_periods(residual)
    scaled = size * (n_effective / n) ** 2
    p = 2 * math.exp(-6 * scaled**2 / (n_effective**3 + n_effective**2))
    return ChangePoint(at + 1, min(1.0, p), bool(cumulated[at] < 0), n_effective, lag_one(residual))


def effective_periods(residual: NDArray[np.float64]) -> float:
    """Number of independent periods worth as much as these: n (1 - r) / (1 + r), r from `lag_one`."""
    r = lag_one(residual)
    return len(residual) * (1 - r) / (1 + r)


def lag_one(residual: NDArray[np.float64]) -> float:
    """Lag-1 autocorrelation corrected for its small-sample bias, taken between 0 and 0.95; 0 for a
    constant series."""
    centred = residual - residual.mean()
    total = float(np.sum(centred**2))
    if total == 0:
        return 0.0
    r = float(np.sum(centred[1:] * centred[:-1])) / total
    return min(0.95, max(0.0, r + (1 + 3 * r) / len(residual)))


def _without_step(values: NDArray[np.float64], position: int) -> NDArray[np.float64]:
    residual = values.copy()
    residual[:position] -= residual[:position].mean()
    residual[position:] -= residual[position:].mean()
    return residual


def _middle_ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2.0)[inverse]


def mean_with_autocorrelation(series: NDArray[np.float64]) -> tuple[float, float]:
    """Mean of a series and its standard error from Bartlett-weighted autocovariances (Newey & West
    1987) up to lag 4 (n / 100)^(2/9), with the small-sample factor n / (n - 1)."""
    n = len(series)
    centred = series - series.mean()
    lags = int(4 * (n / 100) ** (2 / 9))
    variance = float(np.dot(centred, centred)) / n
    for lag in range(1, lags + 1):
        weight = 1 - lag / (lags + 1)
        variance += 2 * weight * float(np.dot(centred[lag:], centred[:-lag])) / n
    return float(series.mean()), math.sqrt(max(variance, 0.0) / (n - 1))
