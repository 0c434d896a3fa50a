"""How far two samples, or two profiles, lie apart.

>>> float(wasserstein([0.0, 1.0], [5.0, 6.0]))
5.0
>>> float(total_variation([1, 0, 1], [2, 0, 0]))
0.5
"""

import numpy as np
from numpy.typing import ArrayLike


def wasserstein(first: ArrayLike, second: ArrayLike) -> float:
    """Area between the distribution functions of two samples, in their unit: what each value has to be
    moved by on average to make one sample of the other (Vallender 1974). Each holds at least one value."""
    a, b = np.sort(np.asarray(first, dtype=np.float64)), np.sort(np.asarray(second, dtype=np.float64))
    every = np.sort(np.concatenate((a, b)))
    share_a = np.searchsorted(a, every[:-1], side="right") / len(a)
    share_b = np.searchsorted(b, every[:-1], side="right") / len(b)
    return float((np.abs(share_a - share_b) * np.diff(every)).sum())


def total_variation(first: ArrayLike, second: ArrayLike) -> float:
    """Half the sum of the differences of shares, 0 to 1; counts of the same places, each with a sum above
    0."""
    a, b = np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
    return float(np.abs(a / a.sum() - b / b.sum()).sum() / 2)
