"""How far judges agree: middle half of their answers, and Kendall's coefficient of concordance.

Quartiles are of type 7 (linear between order statistics; Hyndman and Fan 1996), the default of NumPy and R.
W: Kendall and Babington Smith (1939), corrected for ties as in Siegel and Castellan (1988), section 9.6.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2, rankdata

FEWEST_OBJECTS_FOR_CHI2 = 8


@dataclass(frozen=True)
class MiddleHalf:
    """n answers; median and quartiles in the unit of the answers."""

    n: int
    median: float
    q1: float
    q3: float

    @property
    def iqr(self) -> float:
        return self.q3 - self.q1


def middle_half(values: Sequence[float]) -> MiddleHalf:
    """Median and quartiles of at least one answer. Errors: ValueError without any.

    >>> middle_half([1, 2, 3, 4])
    MiddleHalf(n=4, median=2.5, q1=1.75, q3=3.25)
    """
    if len(values) == 0:
        raise ValueError("no answers")
    q1, median, q3 = (float(q) for q in np.quantile(np.asarray(values, dtype=np.float64), (0.25, 0.5, 0.75)))
    return MiddleHalf(len(values), median, q1, q3)


@dataclass(frozen=True)
class Concordance:
    """w in 0..1; chi2 = m (n - 1) w with n - 1 degrees of freedom, a good approximation only for more than
    seven objects: `p` is None below that, and where nothing is ranked at all."""

    w: float
    chi2: float
    df: int
    p: float | None
    n_objects: int
    n_judges: int


def kendall_w(ratings: NDArray[np.float64]) -> Concordance | None:
    """Agreement of judges on an order. ratings: (n objects, m judges), any monotone scale.

    None where there are fewer than two objects or judges, or where every judge ties everything.
    """
    n, m = ratings.shape
    if n < 2 or m < 2:
        return None
    ranks = np.column_stack([rankdata(ratings[:, judge]) for judge in range(m)])
    spread = float(((ranks.sum(axis=1) - m * (n + 1) / 2) ** 2).sum())
    ties = sum(float((count**3 - count).sum()) for count in map(_tie_counts, ranks.T))
    whole = m**2 * (n**3 - n) - m * ties
    if whole <= 0:
        return None
    w = 12 * spread / whole
    statistic, df = m * (n - 1) * w, n - 1
    p = float(chi2.sf(statistic, df)) if n >= FEWEST_OBJECTS_FOR_CHI2 else None
    return Concordance(w, statistic, df, p, n, m)


def _tie_counts(ranks: NDArray[np.float64]) -> NDArray[np.int64]:
    counts: NDArray[np.int64] = np.unique(ranks, return_counts=True)[1]
    return counts
