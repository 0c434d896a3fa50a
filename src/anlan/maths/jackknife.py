"""Intervals from groups that were left out in turn: the delete-a-group jackknife.

Cut the data into G groups at random (here: the 64 buckets of cases, by a hash of the case id) and
compute the statistic G times, each time without one group: t_(1) ... t_(G). Then

    var(t) = (G - 1) / G * sum_g (t_(g) - mean of all t_(g))**2

and t +- quantile of Student's t with G - 1 degrees of freedom * sqrt(var) is an interval. It holds
for smooth statistics (sums, ratios, functions of moments), for several at once (their covariance
has the same form), and not for medians or maxima of few values.

Sources: Quenouille (1956) and Tukey (1958) for the jackknife; Kott (2001), "The delete-a-group
jackknife", Journal of Official Statistics 17(4), for groups; Efron and Tibshirani (1993), "An
Introduction to the Bootstrap", chapter 11, for the formula.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from anlan.domain.errors import NotEnoughData

MINIMUM_GROUPS = 20
"""Under this many non-empty groups the spread itself is too uncertain to be shown."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Jackknife:
    """Estimates (k,) with their spread.

    deviations: float64 (G, k), sqrt((G - 1) / G) * (t_(g) - mean); their cross products, summed
    over the groups, are the covariances.
    """

    estimate: Floats
    deviations: Floats
    level: float

    @property
    def degrees_of_freedom(self) -> int:
        return len(self.deviations) - 1

    @property
    def standard_error(self) -> Floats:
        return np.asarray(np.sqrt(np.sum(self.deviations**2, axis=0)), dtype=np.float64)

    @property
    def low(self) -> Floats:
        return self.estimate - self._half_width()

    @property
    def high(self) -> Floats:
        return self.estimate + self._half_width()

    def _half_width(self) -> Floats:
        quantile = stdtrit(self.degrees_of_freedom, 0.5 + self.level / 2)
        return np.asarray(quantile * self.standard_error, dtype=np.float64)

    def covariance(self) -> Floats:
        """Covariance of the estimates, (k, k)."""
        return np.asarray(self.deviations.T @ self.deviations, dtype=np.float64)


def delete_group_jackknife(estimate: Floats, left_out: Floats, *, level: float = 0.95) -> Jackknife:
    """Spread of `estimate` (k,) from `left_out` (G, k): the same statistics without group g.

    Groups without any data must not be among the rows. NotEnoughData under 20 groups.
    """
    groups = len(left_out)
    if groups < MINIMUM_GROUPS:
        raise NotEnoughData("jackknife.too_few_groups", groups=groups, minimum=MINIMUM_GROUPS)
    scale = np.sqrt((groups - 1) / groups)
    deviations = scale * (left_out - left_out.mean(axis=0))
    return Jackknife(np.asarray(estimate, dtype=np.float64), deviations, level)


def left_out_totals(groups: Floats) -> Floats:
    """Totals without each group in turn: (G, ...) group totals -> (G, ...) sums of the others."""
    return np.asarray(groups.sum(axis=0, keepdims=True) - groups, dtype=np.float64)
