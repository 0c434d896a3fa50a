"""Whether stated intervals held what happened as often as they said, and how wide they were.

Interval score of a central interval of level 1 - a (Gneiting and Raftery 2007,
doi:10.1198/016214506000001437): width + 2 / a times the distance outside; smaller is better.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.interval import Interval
from anlan.maths.rates import binomial_lower, binomial_upper, wilson

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Coverage:
    """n intervals; share that held the value with Wilson limits; nominal: mean level they claimed.
    below, above: how many values fell under and over. p: exact two-sided test of the claim, None where the
    levels differ. width, score: means.
    """

    n: int
    held: Interval
    nominal: float
    below: int
    above: int
    p: float | None
    width: float
    score: float


def coverage(low: Floats, high: Floats, actual: Floats, level: Floats) -> Coverage:
    """All arrays (n,), n >= 1; low <= high; ends belong to the interval; level in (0, 1)."""
    below, above = actual < low, actual > high
    n, held = len(actual), int((~below & ~above).sum())
    miss = np.where(below, low - actual, 0.0) + np.where(above, actual - high, 0.0)
    alike = bool(np.ptp(level) <= 1e-12)
    return Coverage(
        n,
        wilson(held, n),
        float(level.mean()),
        int(below.sum()),
        int(above.sum()),
        _two_sided(held, n, float(level[0])) if alike else None,
        float((high - low).mean()),
        float((high - low + 2 / (1 - level) * miss).mean()),
    )


def _two_sided(held: int, n: int, level: float) -> float:
    """Twice the smaller binomial tail, at most 1."""
    tails = float(binomial_lower(held, n, level)), float(binomial_upper(held, n, level))
    return min(1.0, 2 * min(tails))
