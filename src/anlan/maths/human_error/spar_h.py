"""SPAR-H: a nominal probability, eight shaping factors, and an adjustment where three or more are negative.

Source: D. Gertman et al. (2005), The SPAR-H Human Reliability Analysis Method, NUREG/CR-6883, worksheets for
power operation; uncertainty: C. L. Atwood (1996), Constrained noninformative priors in risk assessment,
Reliability Engineering & System Safety 53(1).
"""

import math
from collections.abc import Iterable, Mapping

from scipy.optimize import brentq
from scipy.special import i0e, i1e
from scipy.stats import chi2, vonmises

NOMINAL: Mapping[str, float] = {"diagnosis": 0.01, "action": 0.001}

CERTAIN = math.inf
"""Multiplier of a level at which the step fails for sure."""

_NEGATIVE_FOR_ADJUSTMENT = 3

MULTIPLIERS: Mapping[str, Mapping[str, Mapping[str, float]]] = {
    "diagnosis": {
        "time": {"inadequate": CERTAIN, "barely": 10, "nominal": 1, "extra": 0.1, "expansive": 0.01},
        "stress": {"extreme": 5, "high": 2, "nominal": 1},
        "complexity": {"high": 5, "moderate": 2, "nominal": 1, "obvious": 0.1},
        "training": {"low": 10, "nominal": 1, "high": 0.5},
        "procedures": {"missing": 50, "incomplete": 20, "poor": 5, "nominal": 1, "diagnostic": 0.5},
        "ergonomics": {"misleading": 50, "poor": 10, "nominal": 1, "good": 0.5},
        "fitness": {"unfit": CERTAIN, "degraded": 5, "nominal": 1},
        "work_processes": {"poor": 2, "nominal": 1, "good": 0.8},
    },
    "action": {
        "time": {"inadequate": CERTAIN, "barely": 10, "nominal": 1, "extra": 0.1, "expansive": 0.01},
        "stress": {"extreme": 5, "high": 2, "nominal": 1},
        "complexity": {"high": 5, "moderate": 2, "nominal": 1},
        "training": {"low": 3, "nominal": 1, "high": 0.5},
        "procedures": {"missing": 50, "incomplete": 20, "poor": 5, "nominal": 1},
        "ergonomics": {"misleading": 50, "poor": 10, "nominal": 1, "good": 0.5},
        "fitness": {"unfit": CERTAIN, "degraded": 5, "nominal": 1},
        "work_processes": {"poor": 5, "nominal": 1, "good": 0.5},
    },
}
"""Kind of task -> shaping factor -> level -> multiplier of the nominal probability."""


def spar_h_probability(nominal: float, multipliers: Iterable[float]) -> float:
    """Probability of error, at most 1.

    With three or more multipliers above 1: nominal * m / (nominal * (m - 1) + 1), m their product with all
    others, which stays below 1 by itself.
    """
    given = tuple(multipliers)
    if CERTAIN in given:
        return 1.0
    product = math.prod(given)
    if sum(each > 1 for each in given) >= _NEGATIVE_FOR_ADJUSTMENT:
        return nominal * product / (nominal * (product - 1.0) + 1.0)
    return min(1.0, nominal * product)


def constrained_limits(mean: float, shares: tuple[float, float] = (0.05, 0.95)) -> tuple[float, float]:
    """Quantiles of the distribution that says nothing but its mean (constrained non-informative).

    It is the least informed change of Jeffreys' prior that has this mean: density in proportion to
    exp(b p) / sqrt(p (1 - p)). With p = (1 - cos t) / 2 the angle t is von Mises distributed, which is
    where mean and quantiles are taken from; below a mean of 1/2000 it is a gamma of shape 1/2.
    """
    if mean > 0.5:
        low, high = constrained_limits(1.0 - mean, (1.0 - shares[1], 1.0 - shares[0]))
        return 1.0 - high, 1.0 - low
    if mean < 5e-4:
        low, high = (mean * float(chi2.ppf(share, 1)) for share in shares)
        return low, high
    kappa = brentq(lambda k: (1.0 - i1e(k) / i0e(k)) / 2 - mean, 0.0, 1e4) if mean < 0.5 else 0.0
    low, high = (math.sin(float(vonmises.ppf((1 + share) / 2, kappa)) / 2) ** 2 for share in shares)
    return low, high
