"""Quantiles of a yearly loss times the factor that all risks of a year share.

The factor is gamma with mean 1 and a given variance. P(G X <= v) is the mean of P(X <= v / g) over the
factor's own quantiles at 512 even steps; the quantile is found by bisection.
"""

import numpy as np
from scipy.special import gammaincinv

from anlan.maths.lattice import Lattice

_NODES = 512
_STEPS = 60


def scaled_quantile(year: Lattice, probability: float, *, common_variance: float) -> float:
    """Loss that a year times its factor stays within with `probability`; variance 0 is the year alone."""
    if common_variance <= 0.0:
        return year.quantile(probability)
    shape = 1.0 / common_variance
    factors = gammaincinv(shape, (np.arange(_NODES) + 0.5) / _NODES) / shape
    factors = factors[factors > 0.0]
    cumulated = np.concatenate([[0.0], np.cumsum(year.probability)])
    cumulated /= cumulated[-1]
    low, high = 0.0, year.quantile(1.0 - 1e-9) * float(factors[-1])
    for _ in range(_STEPS):
        middle = (low + high) / 2.0
        place = np.floor((middle / factors - year.start) / year.step + 1e-9) + 1.0
        reached = cumulated[np.clip(place, 0, len(cumulated) - 1).astype(np.int64)]
        within = (float(reached.sum()) + _NODES - len(factors)) / _NODES
        low, high = (low, middle) if within >= probability else (middle, high)
    return high
