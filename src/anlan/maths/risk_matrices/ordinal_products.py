"""What becomes of scores 1..n when they are multiplied: which values exist, and how unevenly.

Source: J. B. Bowles (2003), An assessment of RPN prioritization in a failure modes effects and criticality
analysis, RAMS 2003: three scores of 1..10 give 120 values, 88 % of the range 1..1000 is empty.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class OrdinalProducts:
    """All products of one score from each scale: `values` ascending, `counts` combinations of each."""

    values: Ints
    counts: Ints

    @property
    def combinations(self) -> int:
        return int(self.counts.sum())

    @property
    def distinct(self) -> int:
        return len(self.values)

    @property
    def largest(self) -> int:
        return int(self.values[-1])

    @property
    def empty_share(self) -> float:
        """Share of the whole numbers 1..largest that no combination gives."""
        return 1.0 - self.distinct / self.largest

    @property
    def most_alike(self) -> tuple[int, int]:
        """(value, number of combinations) of the value that most combinations share; the smallest such."""
        place = int(np.argmax(self.counts))
        return int(self.values[place]), int(self.counts[place])

    @property
    def mean(self) -> float:
        return float((self.values * self.counts).sum() / self.combinations)

    @property
    def median(self) -> float:
        middle = (self.combinations - 1) // 2, self.combinations // 2
        return float(self.values[np.searchsorted(self.counts.cumsum(), middle, side="right")].mean())

    def share_above(self, value: float) -> float:
        """Share of the combinations whose product is above `value`."""
        return float(self.counts[self.values > value].sum() / self.combinations)

    def count_of(self, value: int) -> int:
        """Number of combinations that give `value`."""
        return int(self.counts[self.values == value].sum())


def ordinal_products(sizes: Sequence[int]) -> OrdinalProducts:
    """The products of scores 1..size of each scale."""
    one = np.array([1]), np.array([1])
    values, counts = reduce(_times, sizes, one)
    return OrdinalProducts(values, counts)


def _times(so_far: tuple[Ints, Ints], size: int) -> tuple[Ints, Ints]:
    values, counts = so_far
    products = np.multiply.outer(values, np.arange(1, size + 1)).ravel()
    found, place = np.unique(products, return_inverse=True)
    return found, np.bincount(place, weights=np.repeat(counts, size)).astype(np.int64)
