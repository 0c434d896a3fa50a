"""How often: a rate or a share from a count, with its interval and what the next period brings.

Counts are Poisson with an unknown rate; the rate has a gamma prior, by default Jeffreys'
Gamma(1/2, 0). After `events` in `exposure` it is Gamma(events + 1/2, exposure), whose quantiles are
those of chi-square with 2 events + 1 degrees of freedom over 2 exposure (NUREG/CR-6823, 6.2.2.5).
Zero events are evidence too. The rate must have been the same over the whole exposure: do not pool
periods before and after a change of the process.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, betaincinv, gammaincinv, nbdtr, nbdtrik

from anlan.domain.errors import UsageError
from anlan.domain.interval import Interval

JEFFREYS_SHAPE = 0.5


@dataclass(frozen=True)
class RatePosterior:
    """Gamma distribution of a rate: `shape` (events), `exposure` (its rate parameter).

    >>> posterior = rate_posterior(10, exposure=6.0)
    >>> round(posterior.mean, 3)
    1.75
    """

    shape: float
    exposure: float

    @property
    def mean(self) -> float:
        return self.shape / self.exposure

    @property
    def variance(self) -> float:
        return self.shape / self.exposure**2

    def quantile(self, probability: float) -> float:
        return float(gammaincinv(self.shape, probability)) / self.exposure

    def interval(self, *, level: float = 0.95) -> Interval:
        """Posterior mean with equal-tailed limits."""
        tail = (1.0 - level) / 2.0
        return Interval(self.mean, self.quantile(tail), self.quantile(1.0 - tail), level)

    def predicted(self, *, exposure: float) -> "CountPrediction":
        """Distribution of the count in a further `exposure`."""
        if not (math.isfinite(exposure) and exposure > 0):
            raise UsageError("counts.bad_exposure", exposure=exposure)
        return CountPrediction(self.shape, self.exposure / (self.exposure + exposure))


@dataclass(frozen=True)
class CountPrediction:
    """Negative binomial count: `shape`, and `success` = old exposure / (old + new exposure)."""

    shape: float
    success: float

    @property
    def mean(self) -> float:
        return self.shape * (1.0 - self.success) / self.success

    @property
    def variance(self) -> float:
        return self.mean / self.success

    def probability_up_to(self, count: int) -> float:
        """P(N <= count)."""
        if count < 0:
            return 0.0
        if self.shape == int(self.shape):
            return float(nbdtr(count, int(self.shape), self.success))
        return float(betainc(self.shape, count + 1.0, self.success))

    def quantile(self, probability: float) -> int:
        """Smallest count with P(N <= count) >= probability."""
        start = float(nbdtrik(probability, self.shape, self.success))
        count = max(0, math.floor(start) - 2) if math.isfinite(start) else 0
        while count > 0 and self.probability_up_to(count - 1) >= probability:
            count -= 1
        while self.probability_up_to(count) < probability:
            count += 1
        return count


def rate_posterior(
    events: float,
    *,
    exposure: float,
    prior_shape: float = JEFFREYS_SHAPE,
    prior_exposure: float = 0.0,
) -> RatePosterior:
    """Rate after `events` in `exposure` (any unit: years, thousands of cases)."""
    if not (np.isfinite(events) and events >= 0):
        raise UsageError("counts.bad_events", events=events)
    if not (np.isfinite(exposure) and exposure > 0):
        raise UsageError("counts.bad_exposure", exposure=exposure)
    return RatePosterior(events + prior_shape, exposure + prior_exposure)


def share_interval(hits: int, *, trials: int, level: float = 0.95) -> Interval:
    """Share of `trials` that are hit: mean and equal-tailed limits of Beta(k + 1/2, n - k + 1/2).

    Jeffreys' prior for a proportion; unlike a rate it stays below one, also where all are hit.

    >>> round(share_interval(3, trials=9).estimate, 3)
    0.35
    """
    if not 0 <= hits <= trials:
        raise UsageError("counts.bad_share", hits=hits, trials=trials)
    a, b = hits + JEFFREYS_SHAPE, trials - hits + JEFFREYS_SHAPE
    tail = (1.0 - level) / 2.0
    low, high = (float(betaincinv(a, b, p)) for p in (tail, 1.0 - tail))
    return Interval(a / (a + b), low, high, level)


def positive_interval(mean: float, *, relative_variance: float, level: float = 0.95) -> Interval:
    """Interval of a positive quantity known by its mean and its squared coefficient of variation.

    Limits are those of the gamma distribution with these two moments: never negative, and for a
    small variance those of the normal. `relative_variance` = variance / mean^2.
    """
    if mean <= 0 or relative_variance <= 0:
        return Interval(mean, mean, mean, level)
    shape = 1.0 / relative_variance
    tail = (1.0 - level) / 2.0
    low, high = (float(gammaincinv(shape, p)) / shape for p in (tail, 1.0 - tail))
    return Interval(mean, mean * low, mean * high, level)
