"""Loss distributions on an evenly spaced lattice, with the mean kept exactly.

A distribution is put on the lattice 0, h, 2h, ... by local moment matching of order 1 (Gerber 1982):
every loss is split between its two neighbours so that the mean of each cell is right. With the
limited mean L(d) = E[min(X, d)] that is f_0 = 1 - L(h)/h, f_k = (2 L(kh) - L(kh-h) - L(kh+h))/h.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.maths.distributions import Distribution


@dataclass(frozen=True, eq=False)
class Lattice:
    """Probabilities of the values start, start + step, start + 2 step, ..."""

    start: float
    step: float
    probability: NDArray[np.float64]

    @property
    def values(self) -> NDArray[np.float64]:
        return np.asarray(self.start + self.step * np.arange(len(self.probability)), dtype=np.float64)

    @property
    def mean(self) -> float:
        return float(self.values @ self.probability)

    @property
    def variance(self) -> float:
        return float((self.values - self.mean) ** 2 @ self.probability)

    def quantile(self, probability: float) -> float:
        """Smallest lattice value v with P(X <= v) >= probability."""
        cumulated = np.cumsum(self.probability)
        index = int(np.searchsorted(cumulated, probability * cumulated[-1] - 1e-12))
        return self.start + self.step * min(index, len(cumulated) - 1)

    def exceedance(self, value: float) -> float:
        """P(X > value)."""
        first = math.floor((value - self.start) / self.step + 1e-9) + 1
        return float(self.probability[max(0, first) :].sum())

    def tail_mean(self, probability: float) -> float:
        """Mean of the worst 1 - probability of the outcomes (CVaR, integral definition)."""
        at_risk = self.quantile(probability)
        beyond = np.maximum(self.values - at_risk, 0.0) @ self.probability
        return at_risk + float(beyond) / (1.0 - probability)


def put_on_lattice(distribution: Distribution, *, step: float, size: int) -> NDArray[np.float64]:
    """Probabilities of 0, step, ..., (size - 1) step; what lies beyond is put on the last value."""
    if distribution.kind in ("none", "constant", "empirical"):
        return _split_atoms(_atoms(distribution), step=step, size=size)
    return lattice_of_limited_means(distribution.limited_mean(step * np.arange(size + 1)), step=step)


def lattice_of_limited_means(limited: NDArray[np.float64], *, step: float) -> NDArray[np.float64]:
    """Probabilities of 0, step, ... from the limited means at 0, step, ... and one step more."""
    size = len(limited) - 1
    slope = np.diff(limited) / step
    pmf = np.empty(size)
    pmf[0] = 1.0 - slope[0]
    pmf[1:] = slope[:-1] - slope[1:]
    pmf[-1] = slope[size - 2] if size > 1 else 1.0
    return np.asarray(np.maximum(pmf, 0.0))


def thinned(lattice: Lattice, *, factor: int) -> Lattice:
    """The same distribution on every `factor`-th value; losses between are split, the mean is kept."""
    if factor == 1:
        return lattice
    index = np.arange(len(lattice.probability))
    below, above_share = index // factor, (index % factor) / factor
    size = len(index) // factor + 1
    pmf = np.bincount(below, weights=lattice.probability * (1.0 - above_share), minlength=size)
    pmf += np.bincount(below + 1, weights=lattice.probability * above_share, minlength=size)
    return Lattice(lattice.start, lattice.step * factor, np.asarray(pmf))


def _atoms(distribution: Distribution) -> NDArray[np.float64]:
    return distribution.points if distribution.kind == "empirical" else np.array([distribution.mean])


def _split_atoms(atoms: NDArray[np.float64], *, step: float, size: int) -> NDArray[np.float64]:
    place = np.minimum(atoms / step, size - 1.0)
    below = np.minimum(place.astype(np.int64), size - 2)
    above_share = place - below
    pmf = np.bincount(below, weights=1.0 - above_share, minlength=size)
    pmf += np.bincount(below + 1, weights=above_share, minlength=size)
    return np.asarray(pmf / len(atoms))
