"""Dependence apart from the margins: Gaussian and t copulas, and correlation matrices that can be.

A copula is uniforms u = G(z) made from correlated z. Gaussian: z = L e with L L' = R. t: the same z over
sqrt(W / nu), W chi-square with nu degrees of freedom, shared by all: extremes come together, which the
Gaussian copula lacks (its tail dependence is zero for |r| < 1).

Source: McNeil, Frey & Embrechts (2015), Quantitative Risk Management, ch. 7; Higham (2002),
doi:10.1093/imanum/22.3.329 for the nearest correlation matrix.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtr

_Array = NDArray[np.float64]

SINGULAR = 1e-9
"""Eigenvalues up to this are taken as zero."""


def gaussian_copula_density(correlation: _Array, u: _Array) -> float:
    """c(u) = exp(-z' (R^-1 - I) z / 2) / sqrt(det R), z the normal quantiles of u."""
    z = ndtri(u)
    _, log_determinant = np.linalg.slogdet(correlation)
    return math.exp(-0.5 * (z @ np.linalg.solve(correlation, z) - z @ z) - 0.5 * log_determinant)


def spearman_of(correlation: float) -> float:
    """Rank correlation of two margins under a Gaussian copula: 6/pi asin(r / 2)."""
    return 6.0 / math.pi * math.asin(correlation / 2.0)


def kendall_of(correlation: float) -> float:
    """Kendall's tau under a Gaussian or t copula: 2/pi asin(r)."""
    return 2.0 / math.pi * math.asin(correlation)


def from_spearman(rank: _Array) -> _Array:
    """Parameters of a Gaussian copula with the given rank correlations: 2 sin(pi s / 6)."""
    return np.asarray(2.0 * np.sin(math.pi * rank / 6.0))


def tail_dependence_of_t(correlation: float, degrees: float) -> float:
    """Chance that one margin is extreme given that the other is, in the limit."""
    return float(
        2.0 * stdtr(degrees + 1.0, -math.sqrt((degrees + 1.0) * (1.0 - correlation) / (1.0 + correlation)))
    )


def smallest_eigenvalue(correlation: _Array) -> float:
    return float(np.linalg.eigvalsh(correlation)[0])


def dependent_members(correlation: _Array) -> tuple[int, ...]:
    """Rows that the first row of a singular matrix is made of, or that are made of each other, from 0."""
    values, vectors = np.linalg.eigh(correlation)
    null = np.abs(vectors[:, values <= SINGULAR]).max(axis=1, initial=0.0)
    return tuple(np.flatnonzero(null > 1e-3).tolist())


def nearest_correlation(matrix: _Array, *, floor: float = 1e-4) -> _Array:
    """The nearest correlation matrix in the Frobenius norm whose eigenvalues are about `floor` or more.

    Alternating projections with Dykstra's correction onto matrices with eigenvalues >= floor and onto those
    with ones on the diagonal.
    """
    found, correction = matrix.copy(), np.zeros_like(matrix)
    for _ in range(500):
        given = found - correction
        values, vectors = np.linalg.eigh(given)
        positive = (vectors * np.maximum(values, floor)) @ vectors.T
        correction = positive - given
        before, found = found, positive.copy()
        np.fill_diagonal(found, 1.0)
        if np.abs(found - before).max() < 1e-10:
            break
    return np.asarray((found + found.T) / 2.0)
