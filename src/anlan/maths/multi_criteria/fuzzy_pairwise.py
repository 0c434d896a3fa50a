"""Weights from fuzzy pairwise comparisons: triangular numbers (low, likely, high).

A matrix M (n, n, 3) of positive triangular numbers; the mirror of (l, m, u) is (1/u, 1/m, 1/l).

Buckley (1985), doi:10.1016/0165-0114(85)90090-9: geometric mean of each row, divided by the sum of all. The
fuzzy weights become numbers by a named rule and are normalised.

Chang's extent analysis (1996), doi:10.1016/0377-2217(95)00300-2: S_i = row sum over the sum of all,
d_i = least degree to which S_i >= S_k, normalised. It measures how far the triangles overlap, not
importance, and can give a relevant item exactly 0 (Wang, Luo and Hua 2008, doi:10.1016/j.ejor.2007.01.050).
"""

from typing import Literal

import numpy as np

from anlan.maths.multi_criteria.scaling import Floats

Defuzzification = Literal["centroid", "graded_mean"]


def mirrored(number: Floats) -> Floats:
    """(1/u, 1/m, 1/l) of (..., 3)."""
    return np.asarray(1.0 / number[..., ::-1])


def buckley_weights(matrix: Floats) -> Floats:
    """Fuzzy weights (n, 3): lows over the sum of highs, likely over the sum of likely, highs over lows."""
    means = np.exp(np.log(matrix).mean(axis=1))
    return np.asarray(means / means.sum(axis=0)[::-1])


def crisp_weights(fuzzy: Floats, rule: Defuzzification) -> Floats:
    """(n,), sum 1. centroid: (l + m + u) / 3; graded_mean: (l + 4 m + u) / 6 (Chen and Hsieh 1999)."""
    share = np.array([1.0, 1.0, 1.0]) / 3 if rule == "centroid" else np.array([1.0, 4.0, 1.0]) / 6
    numbers = fuzzy @ share
    return np.asarray(numbers / numbers.sum())


def extents(matrix: Floats) -> Floats:
    """Chang's S (n, 3)."""
    rows = matrix.sum(axis=1)
    return np.asarray(rows / rows.sum(axis=0)[::-1])


def possibility(one: Floats, other: Floats) -> float:
    """Degree to which triangular number `one` is at least `other`: 1 where its peak is not to the left, else
    the height at which the two cross, 0 where they do not meet."""
    (_, peak, high), (low, other_peak, _) = one, other
    if peak >= other_peak:
        return 1.0
    if low >= high:
        return 0.0
    return float((low - high) / ((peak - high) - (other_peak - low)))


def chang_degrees(matrix: Floats) -> Floats:
    """d (n,) in 0..1, at least one of them 1."""
    found = extents(matrix)
    return np.array(
        [
            min(possibility(one, other) for k, other in enumerate(found) if k != i)
            for i, one in enumerate(found)
        ]
    )


def chang_weights(matrix: Floats) -> Floats:
    """(n,), sum 1; an entry may be exactly 0."""
    degrees = chang_degrees(matrix)
    return np.asarray(degrees / degrees.sum())
