"""What a simulated sample of yearly losses says, each number with its standard error.

Quantiles are values of the sample: the smallest loss not exceeded with the asked probability. CVaR is
the mean of the worst 1 - p of the years (integral definition, so it never lies below the quantile).
Standard errors: of the mean s/sqrt(n); of a quantile half the distance between the order statistics
one binomial standard deviation to each side; of CVaR after Manistre & Hancock (2005), from the
variance beyond the quantile plus p times the squared distance from the quantile to the CVaR.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anlan.domain.errors import NotEnoughData
from anlan.maths.annual_loss_kernels import ordered_sum

CURVE_SHARES = (*(k / 100 for k in range(100)), 0.995, 0.998, 0.999, 0.9995, 0.9998, 0.9999)


@dataclass(frozen=True)
class Estimate:
    """A statistic of the sample and its standard error."""

    value: float
    standard_error: float


@dataclass(frozen=True, eq=False)
class LossSample:
    """Simulated losses in ascending order."""

    ascending: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.ascending)

    @property
    def mean(self) -> Estimate:
        n = len(self.ascending)
        centre = float(self.ascending[n // 2])
        total, squares = ordered_sum(self.ascending, centre)
        variance = max(0.0, (squares - total * total / n) / (n - 1)) if n > 1 else 0.0
        return Estimate(centre + total / n, math.sqrt(variance / n))

    def quantile(self, probability: float) -> Estimate:
        """Value at risk at `probability`: the loss a year stays within with that probability."""
        n = len(self.ascending)
        spread = math.sqrt(n * probability * (1.0 - probability))
        low, high = (self._at(n * probability + side * spread) for side in (-1.0, 1.0))
        return Estimate(self._at(n * probability), (high - low) / 2.0)

    def cvar(self, probability: float) -> Estimate:
        """Mean of the worst 1 - `probability` of the years."""
        n = len(self.ascending)
        at_risk = self.quantile(probability).value
        tail = self.ascending[_position(n * probability, n) + 1 :]
        weight = n * (1.0 - probability)
        total, squares = ordered_sum(tail, at_risk)
        beyond = total / weight
        variance = max(0.0, squares / weight - beyond * beyond)
        error = math.sqrt((variance + probability * beyond * beyond) / weight)
        return Estimate(at_risk + beyond, error)

    def curve(self, shares: Sequence[float] = CURVE_SHARES) -> tuple[tuple[float, float], ...]:
        """(loss, probability of a higher loss) at the given quantiles, losses ascending, none twice."""
        losses = np.unique([self._at(len(self) * share) for share in shares])
        higher = len(self) - np.searchsorted(self.ascending, losses, side="right")
        return tuple(zip(losses.tolist(), (higher / len(self)).tolist(), strict=True))

    def _at(self, rank: float) -> float:
        return float(self.ascending[_position(rank, len(self.ascending))])


def loss_sample(losses: ArrayLike) -> LossSample:
    """The sample in order; at least one year is needed."""
    values = np.sort(np.asarray(losses, dtype=np.float64))
    if len(values) == 0:
        raise NotEnoughData("annual_loss.no_years", needed=1, found=0)
    return LossSample(values)


def _position(rank: float, n: int) -> int:
    """Index of the smallest value whose share of the sample reaches rank / n."""
    return min(n - 1, max(0, math.ceil(rank - 1e-9) - 1))
