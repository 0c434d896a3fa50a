"""Multipliers for outside factors: their product, laid out evenly in probability.

Factors are taken as independent. The mean of the product is exact; its distribution is drawn by stratified
sampling, each factor with every 1/n of its probability exactly once (Latin hypercube), so that it repeats for
one seed and hardly moves between seeds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.maths.distributions import Distribution
from anlan.maths.streams import Stream

DRAWN = 512
_PURPOSE = 73


@dataclass(frozen=True, eq=False)
class Product:
    """mean, exact; sample: the product, `DRAWN` equally likely values (one, where nothing is uncertain)."""

    mean: float
    sample: NDArray[np.float64]

    def limits(self, level: float) -> tuple[float, float]:
        low, high = np.quantile(self.sample, ((1 - level) / 2, (1 + level) / 2))
        return float(low), float(high)


NONE = Product(1.0, np.ones(1))


def product(factors: Sequence[Distribution], *, seed: int) -> Product:
    """The product of independent positive factors; 1 without any."""
    certain = [each for each in factors if each.variance <= 0]
    unsure = [each for each in factors if each.variance > 0]
    mean = float(np.prod([each.mean for each in factors])) if factors else 1.0
    sample = np.full(DRAWN if unsure else 1, float(np.prod([each.mean for each in certain])))
    for place, factor in enumerate(unsure):
        uniform = Stream(seed).uniform(2 * DRAWN, purpose=_PURPOSE, place=place)
        even = (np.argsort(uniform[:DRAWN], kind="stable") + uniform[DRAWN:]) / DRAWN
        sample = sample * factor.quantile(even)
    return Product(mean, sample)
