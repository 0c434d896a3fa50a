"""A share known from several opinions and from counts: mixtures of beta distributions.

Like `rates`, with hits among trials. Multipliers act on the odds s / (1 - s), so that a share stays below 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import bdtr, betainc, betaincinv, betaln, logsumexp

from anlan.maths.blending.elicited import Beta
from anlan.maths.blending.factors import NONE, Product
from anlan.maths.blending.rates import halved

Floats = NDArray[np.float64]
_EVEN = 2000
"""Equally likely values of the share that a prediction is averaged over."""


@dataclass(frozen=True)
class Share:
    """betas with shares summing to 1; factor: multipliers of the odds."""

    betas: tuple[Beta, ...]
    shares: tuple[float, ...]
    factor: Product = NONE

    @property
    def mean(self) -> float:
        """Exact without uncertain multipliers, else over evenly laid out values."""
        if len(self.factor.sample) == 1 and self.factor.mean == 1:
            return sum(s * b.a / (b.a + b.b) for s, b in zip(self.shares, self.betas, strict=True))
        return float(self.even.mean())

    def cdf(self, value: ArrayLike) -> Floats:
        """P(share <= value), values in 0..1."""
        y = np.clip(np.asarray(value, dtype=np.float64), 0.0, 1.0)[..., None]
        before = y / (self.factor.sample * (1 - y) + y)
        found = np.zeros(before.shape[:-1])
        for share, b in zip(self.shares, self.betas, strict=True):
            found = found + share * betainc(b.a, b.b, before).mean(axis=-1)
        return np.asarray(found)

    def quantile(self, probability: float) -> float:
        each = [float(betaincinv(b.a, b.b, probability)) for b in self.betas]
        f = self.factor.sample
        low, high = float(_moved(min(each), float(f.min()))), float(_moved(max(each), float(f.max())))
        return halved(lambda x: float(self.cdf(x)), probability, low, high)

    def updated(self, hits: int, trials: int) -> "Share":
        """After `hits` among `trials`."""
        betas = tuple(Beta(b.a + hits, b.b + trials - hits) for b in self.betas)
        logs = np.array(
            [
                betaln(after.a, after.b) - betaln(b.a, b.b) + np.log(share)
                for after, b, share in zip(betas, self.betas, self.shares, strict=True)
            ]
        )
        return Share(betas, tuple(float(s) for s in np.exp(logs - logsumexp(logs))), self.factor)

    def scaled(self, factor: Product) -> "Share":
        return Share(self.betas, self.shares, factor)

    def hits(self, trials: int) -> "Hits":
        """The number of hits among further `trials`."""
        return Hits(self, trials, self.even)

    @cached_property
    def even(self) -> Floats:
        """Equally likely values of the share, by inverting the distribution function on a fine grid."""
        wanted = (np.arange(_EVEN) + 0.5) / _EVEN
        each = [betaincinv(b.a, b.b, wanted) for b in self.betas]
        if len(each) == 1 and len(self.factor.sample) == 1:
            return np.asarray(_moved(each[0], float(self.factor.sample[0])))
        f = (float(self.factor.sample.min()), float(self.factor.sample.max()))
        low = _moved(np.min(each, axis=0), f[0])
        high = _moved(np.max(each, axis=0), f[1])
        grid = np.unique(np.concatenate([np.linspace(low[0], high[-1], 200), low[::20], high[::20]]))
        return np.asarray(np.interp(wanted, self.cdf(grid), grid))


@dataclass(frozen=True, eq=False)
class Hits:
    """Hits among `trials` at an uncertain share: binomials averaged over `even`, equally likely shares."""

    share: Share
    trials: int
    even: Floats

    @property
    def mean(self) -> float:
        return self.trials * self.share.mean

    def up_to(self, count: int) -> float:
        """P(N <= count)."""
        if count < 0:
            return 0.0
        if count >= self.trials:
            return 1.0
        return float(bdtr(count, self.trials, self.even).mean())

    def quantile(self, probability: float) -> int:
        """Smallest count with P(N <= count) >= probability."""
        low, high = -1, self.trials
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.up_to(middle) >= probability else (middle, high)
        return high

    def surprise(self, count: int) -> float:
        """Two-sided predictive p value."""
        return min(1.0, 2 * min(self.up_to(count), 1 - self.up_to(count - 1)))


def _moved(share: ArrayLike, factor: float) -> Floats:
    """The share whose odds are `factor` times those of `share`."""
    s = np.asarray(share, dtype=np.float64)
    return np.asarray(factor * s / (1 - s + factor * s))


def exact_share(hits: int, trials: int, *, level: float = 0.9) -> tuple[float, float]:
    """Exact binomial limits (Clopper and Pearson 1934)."""
    tail = (1 - level) / 2
    low = float(betaincinv(hits, trials - hits + 1.0, tail)) if hits else 0.0
    high = float(betaincinv(hits + 1.0, trials - hits, 1 - tail)) if hits < trials else 1.0
    return low, high


def pooled(betas: Sequence[Beta], weights: Sequence[float]) -> Share:
    """Opinions with weights > 0."""
    total = sum(weights)
    return Share(tuple(betas), tuple(w / total for w in weights))
