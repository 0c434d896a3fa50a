"""How far judges agree: middle half of their answers, and Kendall's coefficient of concordance.

Quartiles are of type 7 (linear between order statistics; Hyndman and Fan 1996, doi:10.2307/2684934), the
default of NumPy and R, unless another of the nine types is asked for.
W: Kendall and Babington Smith (1939), corrected for ties as in Siegel and Castellan (1988), section 9.6.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2, rankdata

QuantileMethod = Literal[
    "inverted_cdf",
    "averaged_inverted_cdf",
    "closest_observation",
    "interpolated_inverted_cdf",
    "hazen",
    "weibull",
    "linear",
    "median_unbiased",
    "normal_unbiased",
]

FEWEST_OBJECTS_FOR_CHI2 = 8
QUANTILE_TYPES: Mapping[int, QuantileMethod] = {
    1: "inverted_cdf",
    2: "averaged_inverted_cdf",
    3: "closest_observation",
    4: "interpolated_inverted_cdf",
    5: "hazen",
    6: "weibull",
    7: "linear",
    8: "median_unbiased",
    9: "normal_unbiased",
}
"""Hyndman and Fan's number -> NumPy's name."""


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


def middle_half(values: Sequence[float], *, quantile_type: int = 7) -> MiddleHalf:
    """Median, always the usual one, and quartiles of at least one answer. Errors: ValueError without any.

    >>> middle_half([1, 2, 3, 4])
    MiddleHalf(n=4, median=2.5, q1=1.75, q3=3.25)
    """
    if len(values) == 0:
        raise ValueError("no answers")
    answers = np.asarray(values, dtype=np.float64)
    q1, q3 = np.quantile(answers, (0.25, 0.75), method=QUANTILE_TYPES[quantile_type])
    return MiddleHalf(len(values), float(np.median(answers)), float(q1), float(q3))


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
