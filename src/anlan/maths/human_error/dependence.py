"""How the failure or success of a step depends on that of the step before: the five levels of THERP.

Source: A. D. Swain & H. E. Guttmann (1983), Handbook of Human Reliability Analysis, NUREG/CR-1278,
table 20-17; the formulas themselves, not the rounded values printed beside them.
"""

import math
from collections.abc import Mapping, Sequence

LEVELS: Mapping[str, tuple[float, float]] = {
    "zero": (0.0, 1.0),
    "low": (1.0, 20.0),
    "moderate": (1.0, 7.0),
    "high": (1.0, 2.0),
    "complete": (1.0, 1.0),
}
"""Level -> (a, b) of conditional = (a + (b - a) * basic) / b."""


def given_the_same_before(basic: float, level: str) -> float:
    """Probability that a step fails given that the step before failed; with the probability of success, that
    it succeeds given that the step before did.

    zero p, low (1 + 19 p) / 20, moderate (1 + 6 p) / 7, high (1 + p) / 2, complete 1.
    """
    a, b = LEVELS[level]
    return (a + (b - a) * basic) / b


def all_fail(basic: Sequence[float], levels: Sequence[str]) -> float:
    """Probability that every step of a row fails; levels[i]: dependence of step i on the one before."""
    return math.prod(given_the_same_before(p, level) for p, level in zip(basic, levels, strict=True))


def any_fails(basic: Sequence[float], levels: Sequence[str]) -> float:
    """Probability that at least one step of a row fails: that not all succeed."""
    # by the failures, so that small probabilities keep their digits: 1 - conditional success of each step
    left = [p * (1.0 - share) for p, share in zip(basic, (_share(level) for level in levels), strict=True)]
    if any(p >= 1.0 for p in left):
        return 1.0
    return -math.expm1(sum(math.log1p(-p) for p in left))


def _share(level: str) -> float:
    a, b = LEVELS[level]
    return a / b
