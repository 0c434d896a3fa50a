"""Places in a ranking where values are equal, or known only within limits."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]


def shared_places(values: ArrayLike) -> tuple[Ints, Ints]:
    """(first, last) place of each value, 1 = largest: equal values share all places from first to last."""
    given = np.asarray(values, dtype=float)
    ascending = np.sort(given)
    n = len(given)
    first = n - np.searchsorted(ascending, given, side="right") + 1
    last = n - np.searchsorted(ascending, given, side="left")
    return first.astype(np.int64), last.astype(np.int64)


def possible_places(low: ArrayLike, high: ArrayLike) -> tuple[Ints, Ints]:
    """(best, worst) place, 1 = largest, of items whose values lie anywhere in [low, high].

    best: 1 + items that are surely above; worst: n - items that are surely below. Linear but for the sort.
    """
    lows, highs = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    n = len(lows)
    surely_above = n - np.searchsorted(np.sort(lows), highs, side="right")
    surely_below = np.searchsorted(np.sort(highs), lows, side="left")
    return (1 + surely_above).astype(np.int64), (n - surely_below).astype(np.int64)
