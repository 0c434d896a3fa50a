"""Several people's distributions as one: the mixture of densities (linear opinion pool, Stone 1961).

The mixture keeps every opinion and is wide where they differ. The mean of quantiles (Vincent average) is
always narrower: it describes a typical opinion, not what may come, and is given for comparison only.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anlan.maths.distributions import Distribution

Floats = NDArray[np.float64]
_HALVINGS = 200


@dataclass(frozen=True)
class Pool:
    """parts with shares that sum to 1."""

    parts: tuple[Distribution, ...]
    shares: tuple[float, ...]

    @property
    def mean(self) -> float:
        return sum(share * part.mean for share, part in zip(self.shares, self.parts, strict=True))

    @property
    def variance_within(self) -> float:
        """Mean of the parts' own variances."""
        return sum(share * part.variance for share, part in zip(self.shares, self.parts, strict=True))

    @property
    def variance_between(self) -> float:
        """Variance of the parts' means: what people disagree about."""
        mean = self.mean
        return sum(s * (part.mean - mean) ** 2 for s, part in zip(self.shares, self.parts, strict=True))

    @property
    def variance(self) -> float:
        return self.variance_within + self.variance_between

    def cdf(self, value: ArrayLike) -> Floats:
        """P(X <= value)."""
        x = np.asarray(value, dtype=np.float64)
        found = np.zeros(x.shape)
        for share, part in zip(self.shares, self.parts, strict=True):
            found = found + share * part.cdf(x)
        return np.asarray(found)

    def quantile(self, probability: ArrayLike) -> Floats:
        """Smallest value with cdf >= probability, by halving between the parts' own quantiles."""
        q = np.asarray(probability, dtype=np.float64)
        each = np.stack([part.quantile(q) for part in self.parts])
        low, high = each.min(axis=0), each.max(axis=0)
        for _ in range(_HALVINGS):
            middle = low + (high - low) / 2
            below = self.cdf(middle) < q
            low, high = np.where(below, middle, low), np.where(below, high, middle)
            if bool((high - low <= 1e-14 * np.abs(high)).all()):
                break
        return np.asarray(high)

    def mean_of_quantiles(self, probability: ArrayLike) -> Floats:
        """The Vincent average."""
        q = np.asarray(probability, dtype=np.float64)
        weighted = [s * part.quantile(q) for s, part in zip(self.shares, self.parts, strict=True)]
        return np.asarray(np.sum(weighted, axis=0))


def pool(parts: Sequence[Distribution], *, weights: Sequence[float]) -> Pool:
    """weights: > 0, any sum.

    >>> from anlan.maths.distributions import pert
    >>> pool([pert(0, 1, 2), pert(8, 9, 10)], weights=[1, 1]).mean
    5.0
    """
    total = sum(weights)
    return Pool(tuple(parts), tuple(weight / total for weight in weights))
