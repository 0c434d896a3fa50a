"""Fuzzy comprehensive evaluation: memberships of a value, four ways to compose them, three ways to read them.

A weight vector a (n factors) and a membership matrix R (n factors, m grades) give a vector b over the grades:

    min_max            b_j = max_i min(a_i, r_ij)
    product_max        b_j = max_i a_i r_ij
    min_bounded_sum    b_j = min(1, sum_i min(a_i, r_ij))
    product_sum        b_j = sum_i a_i r_ij            (the weighted mean of the rows)

Source: the four compositions M(min, max), M(product, max), M(min, bounded sum), M(product, sum) of the
textbooks of fuzzy mathematics; the validity of the largest membership as used with them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def _min_max(a: Floats, r: Floats) -> Floats:
    vector: Floats = np.minimum(a[:, None], r).max(axis=0)
    return vector


def _product_max(a: Floats, r: Floats) -> Floats:
    vector: Floats = (a[:, None] * r).max(axis=0)
    return vector


def _min_bounded_sum(a: Floats, r: Floats) -> Floats:
    vector: Floats = np.minimum(1.0, np.minimum(a[:, None], r).sum(axis=0))
    return vector


def _product_sum(a: Floats, r: Floats) -> Floats:
    vector: Floats = a @ r
    return vector


OPERATORS: Mapping[str, Callable[[Floats, Floats], Floats]] = {
    "min_max": _min_max,
    "product_max": _product_max,
    "min_bounded_sum": _min_bounded_sum,
    "product_sum": _product_sum,
}


def composed(weights: ArrayLike, memberships: ArrayLike, *, operator: str) -> Floats:
    """The vector over the grades, not normalised. weights: (n,), memberships: (n, m)."""
    return OPERATORS[operator](np.asarray(weights, dtype=float), np.asarray(memberships, dtype=float))


def membership(value: float, points: Sequence[float]) -> float:
    """Membership of a value in a triangle (three ascending points) or a trapezoid (four), 0..1.

    Equal first or last points make a side that is upright; outside the points the membership is 0.
    """
    a, b, c, d = (points[0], points[1], points[-2], points[-1])
    if value < a or value > d:
        return 0.0
    if value < b:
        return (value - a) / (b - a)
    return 1.0 if value <= c else (d - value) / (d - c)


@dataclass(frozen=True)
class Reading:
    """What three principles read from a vector over grades (places from 0).

    largest       grade of the largest membership; several where they are equal
    validity      (m beta - 1) / (2 gamma (m - 1)) with beta, gamma the largest and second membership of the
                  normalised vector: 1 and more very valid, 0.5 to 1 fairly, below 0.5 weakly, 0 not at all;
                  None where only one grade has any membership, which leaves no doubt
    mean          weighted mean of the grades' scores
    nearest       grade whose score lies nearest to the mean, the first of equal ones
    cumulative    first grade, from the first one on, where the summed membership reaches the share asked for
    """

    largest: tuple[int, ...]
    validity: float | None
    mean: float
    nearest: int
    cumulative: int


def reading(vector: ArrayLike, scores: ArrayLike, *, share: float, power: float = 1.0) -> Reading:
    """The three principles on one vector (not all zero). power: exponent of the memberships in the mean."""
    b, values = np.asarray(vector, dtype=float), np.asarray(scores, dtype=float)
    normal = b / b.sum()
    raised = (b / b.max()) ** power
    mean = float(raised @ values / raised.sum())
    reached = np.nonzero(np.cumsum(normal) >= share - _ROUNDING)[0]
    return Reading(
        largest=tuple(int(k) for k in np.nonzero(b >= b.max() - _ROUNDING)[0]),
        validity=_validity(normal),
        mean=mean,
        nearest=int(np.argmin(np.abs(values - mean))),
        cumulative=int(reached[0]),
    )


_ROUNDING = 1e-12


def _validity(normal: Floats) -> float | None:
    beta, gamma = np.sort(normal)[::-1][:2]
    m = len(normal)
    return float((m * beta - 1) / (2 * gamma * (m - 1))) if gamma > _ROUNDING else None
