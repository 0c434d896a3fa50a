"""Gamma and beta distributions from what people can say: a mean and a P95, or two quantiles.

The gamma's shape follows from one ratio, because the scale cancels. Of the two shapes a mean and a P95 allow,
the larger one is taken: the other has nearly all its probability at 0.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import betaincinv, gammaincinv

from anlan.domain.errors import UsageError

SMALLEST_SHAPE, LARGEST_SHAPE = 0.02, 1e7
TURN_SHAPE = 0.0877
"""Where the P95 of a gamma over its mean is largest."""
_HALVINGS = 120


@dataclass(frozen=True)
class Gamma:
    """shape (as so many events) and exposure (its rate parameter)."""

    shape: float
    exposure: float


@dataclass(frozen=True)
class Beta:
    """a (as so many hits) and b (as so many others)."""

    a: float
    b: float


def gamma_from_mean(mean: float, *, p95: float) -> Gamma:
    """Errors: UsageError `elicited.ratio` where P95 over mean is not possible for a gamma.

    >>> found = gamma_from_mean(2.0, p95=5.0)
    >>> round(float(gammaincinv(found.shape, 0.95)) / found.exposure, 6)
    5.0
    """
    ratio = p95 / mean
    most, least = _p95_over_mean(TURN_SHAPE), _p95_over_mean(LARGEST_SHAPE)
    if not least < ratio < most:
        raise UsageError("elicited.ratio", found=ratio, low=least, high=most)
    shape = _falling(_p95_over_mean, ratio, TURN_SHAPE, LARGEST_SHAPE)
    return Gamma(shape, shape / mean)


def gamma_from_quantiles(low: float, high: float, *, level: float = 0.9) -> Gamma:
    """The gamma that lies between low and high with probability `level`, as often below as above.

    Errors: UsageError `elicited.ratio` where high over low is not possible.
    """
    tail = (1 - level) / 2

    def spread(shape: float) -> float:
        lowest = float(gammaincinv(shape, tail))
        return float(gammaincinv(shape, 1 - tail)) / lowest if lowest > 1e-300 else math.inf

    ratio, least, most = high / low, spread(LARGEST_SHAPE), min(spread(SMALLEST_SHAPE), 1e12)
    if not least < ratio < most:
        raise UsageError("elicited.ratio", found=ratio, low=least, high=most)
    shape = _falling(spread, ratio, SMALLEST_SHAPE, LARGEST_SHAPE)
    return Gamma(shape, float(gammaincinv(shape, 1 - tail)) / high)


def beta_from_mean(mean: float, *, p95: float) -> Beta:
    """The most concentrated beta with this mean and P95.

    Errors: UsageError `elicited.share` where none has them.
    """

    def p95_of(size: float) -> float:
        return float(betaincinv(mean * size, (1 - mean) * size, 0.95))

    sizes = np.geomspace(1e7, 1e-2, 400)
    wide = next((i for i, size in enumerate(sizes) if p95_of(size) >= p95), None)
    if wide is None or wide == 0:
        raise UsageError("elicited.share", mean=mean, p95=p95)
    size = _falling(p95_of, p95, float(sizes[wide]), float(sizes[wide - 1]))
    return Beta(mean * size, (1 - mean) * size)


def beta_from_quantiles(low: float, high: float, *, level: float = 0.9) -> Beta:
    """The beta that lies between low and high with probability `level`, as often below as above.

    The mean is fitted to `low` for each size a + b, then the size to `high`.
    Errors: UsageError `elicited.share` where none has them.
    """
    tail = (1 - level) / 2

    def fitted(size: float) -> Beta:
        def lacking(odds: float) -> float:
            mean = 1 / (1 + math.exp(-odds))
            return -float(betaincinv(mean * size, (1 - mean) * size, tail))

        mean = 1 / (1 + math.exp(-_falling(lacking, -low, -30.0, 30.0, geometric=False)))
        return Beta(mean * size, (1 - mean) * size)

    def upper(size: float) -> float:
        found = fitted(size)
        return float(betaincinv(found.a, found.b, 1 - tail))

    smallest, largest = 0.2, 1e7
    if not upper(largest) < high < upper(smallest):
        raise UsageError("elicited.share", mean=low, p95=high)
    return fitted(_falling(upper, high, smallest, largest))


def _p95_over_mean(shape: float) -> float:
    return float(gammaincinv(shape, 0.95)) / shape


def _falling(
    function: Callable[[float], float], value: float, low: float, high: float, *, geometric: bool = True
) -> float:
    """Where a falling function takes a value, by halving (of the logarithms where `geometric`)."""
    for _ in range(_HALVINGS):
        middle = math.sqrt(low * high) if geometric else (low + high) / 2
        if function(middle) > value:
            low = middle
        else:
            high = middle
        if high - low <= 1e-13 * abs(high):
            break
    return math.sqrt(low * high) if geometric else (low + high) / 2
