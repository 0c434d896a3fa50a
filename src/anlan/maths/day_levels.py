"""How much days differ beyond chance: counts that are Poisson given a level of their day, with mean 1.

The variance of a count with expectation e is then e + v e^2, where v is the variance of the level; with
levels of a gamma law the counts are negative binomial.

>>> round(level_variance(np.array([4.0, 20, 3, 21, 12]), np.full(5, 12.0), free=4).estimate, 2)
0.39
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import chdtri

from anlan.domain.interval import Interval

_MOST = 1e6


def level_variance(seen: ArrayLike, expected: ArrayLike, *, free: float, level: float = 0.95) -> Interval:
    """Variance of the levels of days; 0 where the counts differ no more than by chance.

    seen, expected: (n_days,), expected above 0; free: degrees of freedom, days less fitted rates.

    v makes Pearson's statistic sum (n - e)^2 / (e + v e^2) equal to `free`; the limits make it equal to
    quantiles of chi-square, which holds where most days expect five or more. Source: Breslow (1984), Applied
    Statistics 33:38, equation (5).
    """
    n, e = np.asarray(seen, dtype=np.float64), np.asarray(expected, dtype=np.float64)

    def statistic(variance: float) -> float:
        return float(((n - e) ** 2 / (e + variance * e**2)).sum())

    def reaches(aim: float) -> float:
        if statistic(0.0) <= aim:
            return 0.0
        return _MOST if statistic(_MOST) >= aim else float(brentq(lambda v: statistic(v) - aim, 0.0, _MOST))

    tail = (1.0 - level) / 2.0
    low, high = (reaches(float(chdtri(free, tail_of))) for tail_of in (tail, 1.0 - tail))
    return Interval(reaches(free), low, high, level)
