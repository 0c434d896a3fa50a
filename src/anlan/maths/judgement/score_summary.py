"""Scores of several experts as one number: weighted mean or median, with an interval for the panel.

Experts are taken as a sample of those who could have been asked; their weights are fixed. Then the variance
of a weighted mean is sigma^2 sum(w^2), and sum w (x - mean)^2 / (1 - sum w^2) is unbiased for sigma^2.
1 / sum(w^2) is Kish's effective number of experts. The median gets the percentile interval of the bootstrap
over experts, each taking the weight along.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from anlan.domain.interval import Interval
from anlan.maths.streams import Stream

Floats = NDArray[np.float64]
REDRAWN = 4000
_PURPOSE = 71


def effective_number(weights: Floats) -> float:
    """As how many experts of equal weight they count.

    >>> effective_number(np.array([1.0, 1.0, 2.0])).__round__(3)
    2.667
    """
    shares = weights / weights.sum()
    return float(1 / (shares**2).sum())


def weighted_spread(values: Floats, *, weights: Floats) -> float:
    """Standard deviation among the experts; the usual n - 1 one for equal weights. At least two values."""
    shares = weights / weights.sum()
    squares = float(shares @ (values - shares @ values) ** 2)
    return float(np.sqrt(squares / (1 - (shares**2).sum())))


def mean_by_t(values: Floats, *, weights: Floats, level: float = 0.95) -> Interval:
    """Weighted mean with Student's limits, n - 1 degrees of freedom. At least two values."""
    mean = float(weights @ values / weights.sum())
    error = weighted_spread(values, weights=weights) / np.sqrt(effective_number(weights))
    half = float(stdtrit(len(values) - 1, 0.5 + level / 2) * error)
    return Interval(mean, mean - half, mean + half, level)


def weighted_median(values: Floats, *, weights: Floats) -> float:
    """The value with half of the weight below it; the middle of two where exactly half lies below.

    >>> weighted_median(np.array([1.0, 2.0, 3.0, 10.0]), weights=np.ones(4))
    2.5
    """
    return float(_medians(values[None, :], weights[None, :])[0])


def centre_by_bootstrap(
    values: Floats, *, weights: Floats, median: bool, seed: int, level: float = 0.95
) -> Interval:
    """Mean or median with percentile limits over panels redrawn with replacement. At least two values."""
    n = len(values)
    drawn = np.minimum(Stream(seed).uniform(REDRAWN * n, purpose=_PURPOSE) * n, n - 1).astype(np.int64)
    chosen = drawn.reshape(REDRAWN, n)
    x, w = values[chosen], weights[chosen]
    centres = _medians(x, w) if median else (x * w).sum(axis=1) / w.sum(axis=1)
    whole = weighted_median(values, weights=weights) if median else float(weights @ values / weights.sum())
    low, high = np.quantile(centres, ((1 - level) / 2, (1 + level) / 2))
    return Interval(whole, min(float(low), whole), max(float(high), whole), level)


def _medians(values: Floats, weights: Floats) -> Floats:
    """Weighted median of each row."""
    order = np.argsort(values, axis=1, kind="stable")
    x, w = np.take_along_axis(values, order, 1), np.take_along_axis(weights, order, 1)
    below = np.cumsum(w, axis=1) / w.sum(axis=1, keepdims=True)
    lower = (below < 0.5 - 1e-12).sum(axis=1)
    upper = np.minimum((below <= 0.5 + 1e-12).sum(axis=1), values.shape[1] - 1)
    rows = np.arange(len(x))
    return np.asarray((x[rows, lower] + x[rows, upper]) / 2)


def outlying(deviations: Floats) -> Floats:
    """How far each deviation lies from the others, in robust standard deviations (Iglewicz and Hoaglin 1993).

    0.6745 (d - median) / MAD; where more than half are alike, so that MAD is 0, the mean absolute deviation
    times 1.2533 takes its place; zeros where all are alike. Above 3.5 in size is worth a question.
    """
    apart = deviations - np.median(deviations)
    scale = np.median(np.abs(apart)) / 0.6745
    if scale <= 0:
        scale = 1.2533 * np.abs(apart).mean()
    return apart / scale if scale > 0 else np.zeros(len(deviations))
