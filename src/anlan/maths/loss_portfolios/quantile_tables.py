"""A positive distribution as a table of its quantiles: any shape, truncated, capped, insured, for one loop.

Knots lie at v = 2^-(j+1) (2 - k / 64), k = 0..63, for the probabilities v of a larger value: 64 to each
halving of v, down to 2^-40. Between knots the quantile is a straight line, which keeps quantiles within 1e-3
and means within 2e-5 of the distribution's, out to the largest loss in 10^12. `portfolio_kernels.table_value`
reads the table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammainccinv, ndtri

from anlan.maths.distributions import Distribution

CELLS = 64
OCTAVES = 40
LAST = CELLS * OCTAVES

_Array = NDArray[np.float64]


def _survival_knots() -> _Array:
    octave, cell = np.divmod(np.arange(LAST + 1), CELLS)
    return np.asarray(2.0 ** -(octave + 1.0) * (2.0 - cell / CELLS))


SURVIVAL = _survival_knots()
"""Probability of a larger value at each knot, from 1 down to 2^-40."""


@dataclass(frozen=True)
class Terms:
    """What of a loss is borne: the event's loss between `truncated_below` and `truncated_above` (others do
    not occur), no more than `limit`; of what exceeds `deductible`, `insured_share` is paid by the insurer,
    at most `cover`."""

    truncated_below: float = 0.0
    truncated_above: float = np.inf
    limit: float = np.inf
    deductible: float = 0.0
    insured_share: float = 0.0
    cover: float = np.inf

    def borne(self, loss: _Array) -> _Array:
        """The part that is not insured; it never falls as the loss rises."""
        capped = np.minimum(loss, self.limit)
        if self.insured_share == 0.0:
            return capped
        paid = np.minimum(self.insured_share * np.maximum(capped - self.deductible, 0.0), self.cover)
        return np.asarray(capped - paid)


@dataclass(frozen=True, eq=False)
class QuantileTable:
    """values: quantiles at `SURVIVAL`, ascending, all >= 0."""

    values: _Array

    @cached_property
    def mean(self) -> float:
        return float(self._below[-1] + self.values[-1] * SURVIVAL[-1])

    @cached_property
    def variance(self) -> float:
        v, q = SURVIVAL, self.values
        squares = (q[:-1] ** 2 + q[:-1] * q[1:] + q[1:] ** 2) / 3.0 @ (v[:-1] - v[1:])
        return max(0.0, float(squares + q[-1] ** 2 * v[-1]) - self.mean**2)

    @cached_property
    def _below(self) -> _Array:
        """Integral of the quantiles up to each knot."""
        parts = (self.values[:-1] + self.values[1:]) / 2.0 * (SURVIVAL[:-1] - SURVIVAL[1:])
        return np.concatenate([[0.0], np.cumsum(parts)])

    def quantile(self, probability: ArrayLike) -> _Array:
        """Value not exceeded with the given probability."""
        survival = 1.0 - np.asarray(probability, dtype=np.float64)
        return np.interp(-survival, -SURVIVAL, self.values)

    def limited_mean(self, limit: ArrayLike) -> _Array:
        """E[min(X, limit)] for limits >= 0."""
        d = np.asarray(limit, dtype=np.float64)
        q, v = self.values, SURVIVAL
        knot = np.clip(np.searchsorted(q, d, side="right") - 1, 0, LAST - 1)
        width = q[knot + 1] - q[knot]
        inside = np.clip((d - q[knot]) / np.where(width > 0, width, 1.0), 0.0, 1.0)
        larger = v[knot] + inside * (v[knot + 1] - v[knot])
        reached = np.minimum(d, q[knot] + inside * width)
        up_to = self._below[knot] + (q[knot] + reached) / 2.0 * (v[knot] - larger)
        value = up_to + d * larger
        value = np.where(d >= q[-1], self.mean, np.where(d <= q[0], d, value))
        return np.asarray(value)

    def groups(self, per_octave: int = 4, octaves: int = 12) -> tuple[_Array, _Array]:
        """(values, probabilities) of a few points with the same mean: means of groups."""
        ends = np.arange(0, octaves * CELLS + 1, CELLS // per_octave)
        weights = np.append(SURVIVAL[ends[:-1]] - SURVIVAL[ends[1:]], SURVIVAL[ends[-1]])
        sums = np.append(np.diff(self._below[ends]), self.mean - self._below[ends[-1]])
        return np.asarray(sums / weights), np.asarray(weights)


def quantile_table(distribution: Distribution, terms: Terms | None = None) -> QuantileTable:
    """The table of what is borne of a loss with this distribution."""
    terms = terms or Terms()
    above_low = 1.0 - distribution.cdf(terms.truncated_below) if terms.truncated_below > 0 else 1.0
    above_high = 1.0 - distribution.cdf(terms.truncated_above) if np.isfinite(terms.truncated_above) else 0.0
    survival = above_high + SURVIVAL * (above_low - above_high)
    with np.errstate(over="ignore"):
        values = _by_survival(distribution, np.asarray(survival))
    values = np.clip(values, terms.truncated_below, terms.truncated_above)
    return QuantileTable(np.maximum.accumulate(terms.borne(values)))


def _by_survival(distribution: Distribution, survival: _Array) -> _Array:
    """Quantiles where a larger value has the given probability; small ones keep their digits."""
    p, kind = distribution.parameters, distribution.kind
    survival = np.maximum(survival, 2.0**-60)
    precise: dict[str, Callable[[], _Array]] = {
        "lognormal": lambda: np.exp(p["mu"] - p["sigma"] * ndtri(survival)),
        "weibull": lambda: p["scale"] * (-np.log(survival)) ** (1.0 / p["shape"]),
        "gamma": lambda: p["scale"] * gammainccinv(p["shape"], survival),
    }
    if kind in precise:
        return np.asarray(precise[kind]())
    return distribution.quantile(1.0 - survival)
