"""Where a matrix of comparisons contradicts itself most, and which one change would mend it most."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from anlan.maths.multi_criteria.pairwise import largest_eigenvalue
from anlan.maths.multi_criteria.scaling import Floats

SCALE = (1, 2, 3, 4, 5, 6, 7, 8, 9)
"""Saaty's fundamental scale; its reciprocals belong to it."""
_NOTHING = 1e-9


@dataclass(frozen=True)
class Triad:
    """Items i, j, k: a_ij * a_jk is `factor` times a_ik (factor > 1; j and the ends ordered so)."""

    i: int
    j: int
    k: int
    factor: float


@dataclass(frozen=True)
class Change:
    """Set row over column to `value` >= 1, and the largest eigenvalue becomes `eigenvalue`."""

    row: int
    column: int
    value: float
    eigenvalue: float


def worst_triad(matrix: Floats) -> Triad | None:
    """The three items whose comparisons agree least; None where all triads agree or none is complete."""
    worst = None
    for i, j, k in combinations(range(len(matrix)), 3):
        if matrix[i, j] and matrix[j, k] and matrix[i, k]:
            ratio = float(matrix[i, j] * matrix[j, k] / matrix[i, k])
            found = Triad(i, j, k, ratio) if ratio > 1 else Triad(k, j, i, 1 / ratio)
            if found.factor > (worst.factor if worst else 1.0) + _NOTHING:
                worst = found
    return worst


def best_change(matrix: Floats) -> Change | None:
    """The one comparison and value of the scale that lower the largest eigenvalue most.

    Every known pair is tried with every value; among equals the smallest change wins, then the first pair.
    None where no such change makes the matrix more consistent.
    """
    tried = [
        (i, j, value)
        for i, j in combinations(range(len(matrix)), 2)
        if matrix[i, j]
        for value in (*SCALE, *(1 / each for each in SCALE[1:]))
    ]
    changed = np.repeat(matrix[None], len(tried), axis=0)
    for place, (i, j, value) in enumerate(tried):
        changed[place, i, j], changed[place, j, i] = value, 1 / value
    found = largest_eigenvalue(changed)
    size = [abs(np.log(value / matrix[i, j])) for i, j, value in tried]
    best = int(np.lexsort((np.round(size, 9), found.round(9)))[0])
    if found[best] > largest_eigenvalue(matrix) - _NOTHING:
        return None
    i, j, value = tried[best]
    row, column, value = (i, j, float(value)) if value >= 1 else (j, i, 1 / value)
    return Change(row, column, value, float(found[best]))
