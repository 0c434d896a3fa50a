"""An index that adds weighted scores of factors: its parts, its limits, and what a weight does to a ranking.

    index_u = sum_f w_f s_uf + extra_u

with scores s (n units, k factors), weights w (k) and points of declared interactions, `extra` (n).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anlan.maths.rank_ties import shared_places

Floats = NDArray[np.float64]
_ROUNDING = 1e-12


@dataclass(frozen=True)
class FactorIndex:
    """scores: (n, k), weights: (k,), extra: (n,)."""

    scores: Floats
    weights: Floats
    extra: Floats

    @property
    def parts(self) -> Floats:
        """Weight x score of every unit and factor."""
        parts: Floats = self.scores * self.weights
        return parts

    @property
    def values(self) -> Floats:
        values: Floats = self.parts.sum(axis=1) + self.extra
        return values

    def limits(self, change: float) -> tuple[Floats, Floats]:
        """Exact limits of every index where each weight may be off by the share `change`, on its own."""
        reach = change * np.abs(self.parts).sum(axis=1)
        return self.values - reach, self.values + reach

    def with_weight(self, factor: int, weight: float) -> Floats:
        """All indices with another weight of one factor."""
        changed: Floats = self.values + (weight - self.weights[factor]) * self.scores[:, factor]
        return changed

    def weights_that_keep_the_first(self, factor: int) -> tuple[float, float]:
        """Weights of one factor, others as they are, between which the unit in first place stays there.

        Not below 0; infinite where no larger weight takes the place away. The first of equal units is meant.
        """
        values, score = self.values, self.scores[:, factor]
        first = int(np.argmax(values))
        steeper = score - score[first]
        ahead = values[first] - values
        own = float(self.weights[factor])
        gaining, losing = steeper > _ROUNDING, steeper < -_ROUNDING
        above = own + float(np.min(ahead[gaining] / steeper[gaining], initial=np.inf))
        below = own - float(np.min(ahead[losing] / -steeper[losing], initial=np.inf))
        return max(0.0, below), above

    def moved(self, factor: int, weight: float) -> tuple[int, int]:
        """(units that change place, largest number of places one moves) at another weight of one factor."""
        before, _ = shared_places(np.round(self.values, 9))
        after, _ = shared_places(np.round(self.with_weight(factor, weight), 9))
        steps = np.abs(after - before)
        return int((steps > 0).sum()), int(steps.max())


def factor_index(scores: ArrayLike, weights: ArrayLike, extra: ArrayLike) -> FactorIndex:
    """The index of all units."""
    s, w, e = (np.asarray(each, dtype=float) for each in (scores, weights, extra))
    return FactorIndex(s, w, e)
