"""Which law describes a sample of times, and how well: constant, exponential, lognormal, gamma, Weibull,
or the sample's own quantiles.

1. No spread (deviation at most 0.1 % of the mean): constant.
2. A share of zeros above `MOST_ZEROS`, or fewer than `FITTED_FROM` values: the quantiles.
3. The law of the smallest AICc = 2 k - 2 ln L + 2 k (k + 1) / (n - k - 1), the exponential with k = 1, the
   others with k = 2, is taken where it is close: Kolmogorov's distance at most the larger of `CLOSE` and
   1.36 / sqrt(n), and its mean within 2 standard errors or 2 % of the sample's.
4. Otherwise (several modes, gaps, heavy tails): the quantiles.

Source: Burnham & Anderson (2002), Model Selection and Multimodel Inference, 2nd ed., ch. 2.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anlan.domain.interval import Interval
from anlan.maths.distribution_fits import fit_all
from anlan.maths.distributions import Distribution

FITTED_FROM, MOST_ZEROS, CLOSE, CELLS = 30, 0.005, 0.05, 100
_Z95 = 1.959963984540054
_ALIKE = 1e-3
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class TimeFit:
    """kind      constant, exponential, lognormal, gamma, weibull or quantiles
    law       the fitted law, None for quantiles
    values    quantiles at evenly spaced probabilities 0 to 1, of any kind
    n, zeros  values, and the share of them that is zero; mean with its 95 % interval
    distance  Kolmogorov's distance of the best fitted law (None where none was fitted); reason: why this kind
    """

    kind: str
    law: Distribution | None
    values: Floats
    n: int
    zeros: float
    mean: Interval
    distance: float | None
    reason: str


def fit_times(sample: ArrayLike) -> TimeFit:
    """The law of times >= 0 (at least one)."""
    x = np.sort(np.asarray(sample, dtype=np.float64))
    mean, zeros = mean_interval(x), float((x <= 0).mean())
    values = quantile_table(x)
    if float(x.std()) <= _ALIKE * mean.estimate:
        law = Distribution("constant", {"value": mean.estimate})
        return TimeFit("constant", law, values, len(x), zeros, mean, None, "all_alike")
    if len(x) < FITTED_FROM or zeros > MOST_ZEROS:
        reason = "zeros" if zeros > MOST_ZEROS else "few_values"
        return TimeFit("quantiles", None, values, len(x), zeros, mean, None, reason)
    kind, law, distance = _closest(x[x > 0])
    fine = distance <= max(CLOSE, 1.36 / math.sqrt(len(x))) and _mean_agrees(law, x, mean)
    if not fine:
        return TimeFit("quantiles", None, values, len(x), zeros, mean, distance, "no_fit")
    return TimeFit(kind, law, values, len(x), zeros, mean, distance, "best_fit")


def quantile_table(ascending: Floats, *, cells: int = CELLS) -> Floats:
    """Quantiles of an ascending sample at evenly spaced probabilities, with the sample's mean when joined by
    straight lines: the last one is moved for what the tail holds, the rest by one factor."""
    values = np.quantile(ascending, np.linspace(0.0, 1.0, cells + 1))
    mean, inner = float(ascending.mean()), float((values[:-2] + values[1:-1]).sum() / 2)
    wanted = 2 * (cells * mean - inner) - values[-2]
    values[-1] = min(max(wanted, values[-2]), ascending[-1])
    made = float((values[:-1] + values[1:]).mean() / 2)
    return np.asarray(values * (mean / made)) if made > 0 else values


def mean_interval(x: Floats) -> Interval:
    """Mean with its large-sample 95 % interval, not below 0."""
    mean = float(x.mean())
    half = _Z95 * float(x.std(ddof=1)) / math.sqrt(len(x)) if len(x) > 1 else 0.0
    return Interval(mean, max(0.0, mean - half), mean + half)


def _closest(x: Floats) -> tuple[str, Distribution, float]:
    """(kind, law, Kolmogorov's distance) of the smallest AICc."""
    n, mean = len(x), float(x.mean())
    exponential = Distribution("gamma", {"shape": 1.0, "scale": mean})
    found = [(2 + 2 * n * (math.log(mean) + 1) + 4 / (n - 2), "exponential", exponential)]
    found += [(fit.aicc, fit.distribution.kind, fit.distribution) for fit in fit_all(x)]
    _, kind, law = min(found, key=lambda each: each[0])
    steps = np.arange(n + 1) / n
    cdf = law.cdf(x)
    return kind, law, float(max(np.abs(steps[1:] - cdf).max(), np.abs(cdf - steps[:-1]).max()))


def _mean_agrees(law: Distribution, x: Floats, mean: Interval) -> bool:
    error = float(x.std(ddof=1)) / math.sqrt(len(x))
    return abs(law.mean - mean.estimate) <= max(2 * error, 0.02 * mean.estimate)
