"""Columns of a decision table brought to comparable scales.

values: (m alternatives, n criteria); benefit: (n,), True where more is better.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_NO_SPREAD = 1e-12
"""A column whose range is below this share of its size is constant but for rounding."""


def constant_columns(values: Floats) -> Flags:
    """(n,), True where all alternatives are alike."""
    size = np.abs(values).max(axis=0)
    return np.asarray(np.ptp(values, axis=0) <= _NO_SPREAD * size)


def by_length(values: Floats) -> Floats:
    """Each column divided by its Euclidean length; a column of zeros stays zero.

    Division by the largest entry first keeps squares of very large or small numbers in range.
    """
    largest = np.abs(values).max(axis=0)
    scaled = values / np.where(largest > 0, largest, 1.0)
    length = np.sqrt(np.sum(scaled**2, axis=0))
    return np.asarray(scaled / np.where(length > 0, length, 1.0))


def by_range(values: Floats, *, benefit: Flags) -> Floats:
    """Each column on 0 (worst) .. 1 (best); a constant column is 1, as nobody falls behind in it."""
    flat = constant_columns(values)
    reach = np.where(flat, 1.0, np.ptp(values, axis=0))
    best = np.where(benefit, values.max(axis=0), values.min(axis=0))
    return np.asarray(np.where(flat, 1.0, 1.0 - np.abs(best - values) / reach))
