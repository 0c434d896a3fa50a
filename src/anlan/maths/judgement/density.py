"""A distribution as a curve: probability of narrow strips over their width, which needs no formula."""

from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
STRIPS = 120


class Cumulative(Protocol):
    """Whatever knows P(X <= value)."""

    def cdf(self, value: ArrayLike) -> Floats: ...


def strips(low: float, high: float) -> Floats:
    """Edges of `STRIPS` even strips."""
    return np.linspace(low, high, STRIPS + 1)


def density(of: Cumulative, edges: Floats) -> Floats:
    """Mean density in each strip between neighbouring edges."""
    return np.asarray(np.diff(of.cdf(edges)) / np.diff(edges))
