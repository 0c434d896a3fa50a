"""The products of likelihood and severity that a cell, and a level, can hold.

Cells are rectangles between the bounds of both axes, counted with their edges: `likelihood_bounds`
(n + 1 ascending numbers, none negative) and `severity_bounds` (m + 1).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class CellRanges:
    """Smallest and largest product of each cell, shape (n, m)."""

    low: Floats
    high: Floats

    @property
    def compression(self) -> Floats:
        """Largest over smallest product of each cell; infinite where a cell reaches down to zero."""
        return ratio(self.high, self.low)


def cell_ranges(likelihood_bounds: ArrayLike, severity_bounds: ArrayLike) -> CellRanges:
    """The range of likelihood x severity inside every cell."""
    likelihood = np.asarray(likelihood_bounds, dtype=float)
    severity = np.asarray(severity_bounds, dtype=float)
    return CellRanges(
        np.multiply.outer(likelihood[:-1], severity[:-1]), np.multiply.outer(likelihood[1:], severity[1:])
    )


@dataclass(frozen=True)
class LevelRange:
    """Smallest and largest product that is given one level, and the number of its cells."""

    cells: int
    low: float
    high: float

    @property
    def compression(self) -> float:
        return float(ratio(np.array(self.high), np.array(self.low)))


def level_ranges(levels: Ints, ranges: CellRanges, *, count: int) -> tuple[LevelRange | None, ...]:
    """The range of each level 0..count-1; None for a level that no cell has."""
    return tuple(
        LevelRange(int(inside.sum()), float(ranges.low[inside].min()), float(ranges.high[inside].max()))
        if (inside := levels == level).any()
        else None
        for level in range(count)
    )


def ratio(high: Floats, low: Floats) -> Floats:
    """high / low; infinite where low is zero or so small that the ratio passes the largest number."""
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        found: Floats = np.where(low > 0, high / np.where(low > 0, low, 1.0), np.inf)
    return found
