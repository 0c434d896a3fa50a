"""A rate known from several opinions and from counts: mixtures of gamma distributions.

Each opinion is a gamma prior with a share. Counts update each by adding events and exposure, and move the
shares by how well each foretold the counts (negative binomial probability). Multipliers F for outside factors
scale the rate: P(rate F <= x) is the mean of P(rate <= x / F) over F.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, gammainc, gammaincinv, gammaln, logsumexp

from anlan.maths.blending.elicited import Gamma
from anlan.maths.blending.factors import NONE, Product

Floats = NDArray[np.float64]
_HALVINGS = 100


@dataclass(frozen=True)
class Rate:
    """gammas with shares summing to 1; factor: the multipliers on top."""

    gammas: tuple[Gamma, ...]
    shares: tuple[float, ...]
    factor: Product = NONE

    @property
    def mean(self) -> float:
        each = (share * g.shape / g.exposure for share, g in zip(self.shares, self.gammas, strict=True))
        return sum(each) * self.factor.mean

    def cdf(self, value: ArrayLike) -> Floats:
        """P(rate <= value), values >= 0."""
        x = np.asarray(value, dtype=np.float64)
        scaled = np.maximum(x, 0.0)[..., None] / self.factor.sample
        found = np.zeros(x.shape)
        for share, g in zip(self.shares, self.gammas, strict=True):
            found = found + share * gammainc(g.shape, scaled * g.exposure).mean(axis=-1)
        return np.asarray(found)

    def quantile(self, probability: float) -> float:
        """By halving between the smallest and largest a part and a multiplier allow."""
        each = [float(gammaincinv(g.shape, probability)) / g.exposure for g in self.gammas]
        low = min(each) * float(self.factor.sample.min())
        high = max(each) * float(self.factor.sample.max())
        return halved(lambda x: float(self.cdf(x)), probability, low, high)

    def updated(self, events: float, exposure: float) -> "Rate":
        """After `events` in `exposure` > 0. An improper prior (exposure 0) must stand alone."""
        gammas = tuple(Gamma(g.shape + events, g.exposure + exposure) for g in self.gammas)
        if len(gammas) == 1:
            return Rate(gammas, (1.0,), self.factor)
        logs = np.array([_log_foretold(g, events, exposure) for g in self.gammas]) + np.log(self.shares)
        return Rate(gammas, tuple(float(s) for s in np.exp(logs - logsumexp(logs))), self.factor)

    def scaled(self, factor: Product) -> "Rate":
        """The rate times the multipliers."""
        return Rate(self.gammas, self.shares, factor)

    def count(self, exposure: float) -> "Count":
        """The number of events in a further `exposure`."""
        return Count(self, exposure)


@dataclass(frozen=True)
class Count:
    """Events in `exposure` at an uncertain rate: a mixture of negative binomials."""

    rate: Rate
    exposure: float

    @property
    def mean(self) -> float:
        return self.rate.mean * self.exposure

    def up_to(self, count: int) -> float:
        """P(N <= count)."""
        if count < 0:
            return 0.0
        reach = self.exposure * self.rate.factor.sample
        parts = (
            share * float(betainc(g.shape, count + 1.0, g.exposure / (g.exposure + reach)).mean())
            for share, g in zip(self.rate.shares, self.rate.gammas, strict=True)
        )
        return min(1.0, sum(parts))

    def quantile(self, probability: float) -> int:
        """Smallest count with P(N <= count) >= probability."""
        high = 1
        while self.up_to(high) < probability and high < 2**60:
            high *= 2
        low = -1
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.up_to(middle) >= probability else (middle, high)
        return high

    def surprise(self, count: int) -> float:
        """Two-sided predictive p value: twice the smaller of P(N <= count) and P(N >= count), at most 1."""
        return min(1.0, 2 * min(self.up_to(count), 1 - self.up_to(count - 1)))


def _log_foretold(g: Gamma, events: float, exposure: float) -> float:
    """log P(events) under a gamma prior, without what all priors share."""
    return float(
        gammaln(g.shape + events)
        - gammaln(g.shape)
        + g.shape * math.log(g.exposure / (g.exposure + exposure))
        + events * math.log(exposure / (g.exposure + exposure))
    )


def halved(cdf: Callable[[float], float], probability: float, low: float, high: float) -> float:
    """Where a rising function reaches a probability, between low and high."""
    for _ in range(_HALVINGS):
        middle = low + (high - low) / 2
        if cdf(middle) < probability:
            low = middle
        else:
            high = middle
        if high - low <= 1e-13 * abs(high):
            break
    return high


def exact_rate(events: int, exposure: float, *, level: float = 0.9) -> tuple[float, float]:
    """Exact limits of a Poisson rate from chi-square quantiles (Garwood 1936)."""
    tail = (1 - level) / 2
    low = float(gammaincinv(events, tail)) / exposure if events else 0.0
    return low, float(gammaincinv(events + 1.0, 1 - tail)) / exposure


def pooled(gammas: Sequence[Gamma], weights: Sequence[float]) -> Rate:
    """Opinions with weights > 0."""
    total = sum(weights)
    return Rate(tuple(gammas), tuple(w / total for w in weights))
