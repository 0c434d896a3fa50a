"""Weights from pairwise comparisons, and how consistent the comparisons are.

A matrix of comparisons A (n, n) holds how many times item i weighs as much as item j: a_ji = 1 / a_ij,
a_ii = 1. A comparison nobody made is 0. The comparisons that were made must connect all items.

eigenvector      principal eigenvector; each missing entry of a row adds 1 to its diagonal (Harker 1987,
                 doi:10.1016/0270-0255(87)90503-3)
geometric_mean   logarithmic least squares: sum over known pairs of (ln a_ij - ln w_i + ln w_j)^2 least; the
                 row geometric mean where nothing is missing (Bozoki, Fulop and Ronyai 2010,
                 doi:10.1016/j.mcm.2010.02.047)

Consistency index (lambda_max - n) / (n - 1), Saaty (1977), doi:10.1016/0022-2496(77)90033-5.
"""

from typing import Literal

import numpy as np

from anlan.maths.multi_criteria.scaling import Floats

WeightRule = Literal["eigenvector", "geometric_mean"]
_ROUNDING = 1e-9


def principal_matrix(matrix: Floats) -> Floats:
    """A with Harker's diagonal; A itself where nothing is missing. matrix: (..., n, n)."""
    n = matrix.shape[-1]
    missing = (matrix == 0).sum(axis=-1)
    return np.asarray(matrix + missing[..., None] * np.eye(n))


def eigenvector_weights(matrix: Floats) -> Floats:
    """(n,), positive, sum 1."""
    values, vectors = np.linalg.eig(principal_matrix(matrix))
    weights = np.abs(np.real(vectors[:, int(np.argmax(np.real(values)))]))
    return np.asarray(weights / weights.sum())


def geometric_mean_weights(matrix: Floats) -> Floats:
    """(n,), positive, sum 1: solves the Laplacian of the comparisons for the logarithms."""
    known = (matrix > 0) & ~np.eye(len(matrix), dtype=bool)
    logs = np.where(known, np.log(np.where(known, matrix, 1.0)), 0.0)
    laplacian = np.diag(known.sum(axis=1)) - known.astype(float)
    # the mean of the logarithms is free; adding 1 / n to every entry sets it to 0
    solved = np.linalg.solve(laplacian + 1.0 / len(matrix), logs.sum(axis=1))
    weights = np.exp(solved - solved.max())
    return np.asarray(weights / weights.sum())


def pairwise_weights(matrix: Floats, rule: WeightRule) -> Floats:
    """Weights by the named rule."""
    return eigenvector_weights(matrix) if rule == "eigenvector" else geometric_mean_weights(matrix)


def largest_eigenvalue(matrices: Floats) -> Floats:
    """lambda_max >= n of each matrix (..., n, n), freed of rounding below n."""
    n = matrices.shape[-1]
    found = np.real(np.linalg.eigvals(principal_matrix(matrices))).max(axis=-1)
    return np.asarray(np.where(found - n < _ROUNDING * n, float(n), found))


def consistency_index(matrix: Floats) -> float:
    """0 for a consistent matrix."""
    n = len(matrix)
    return float(largest_eigenvalue(matrix) - n) / (n - 1)


def linked_parts(matrix: Floats) -> list[list[int]]:
    """Items in groups that comparisons connect; one group where all are."""
    left, parts = set(range(len(matrix))), []
    while left:
        part, edge = set(), {min(left)}
        while edge:
            part |= edge
            edge = {int(j) for i in edge for j in np.flatnonzero(matrix[i])} - part
        parts.append(sorted(part))
        left -= part
    return parts
