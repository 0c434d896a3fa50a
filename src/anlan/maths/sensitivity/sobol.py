"""Sobol indices: which share of the variance of a result each input explains.

1. Two matrices A and B of N points each are the two halves of a scrambled Sobol sequence of 2 d dimensions;
   N is a power of two, else the sequence loses its balance (Owen 2020, doi:10.1007/978-3-030-98319-2_4).
2. A_B^i is A with column i taken from B: N (d + 2) runs of the model in all.
3. First order (Saltelli et al. 2010, doi:10.1016/j.cpc.2009.09.018, table 2 b):
   S_i = mean f(B) (f(A_B^i) - f(A)) / V. Total (Jansen 1999, f): S_Ti = mean (f(A) - f(A_B^i))^2 / (2 V).
4. Second order, where asked (Saltelli 2002, doi:10.1016/S0010-4655(02)00280-1): with B_A^i, that is B with
   column i from A, A_B^j and B_A^i share columns i and j alone, so that mean f(B_A^i) f(A_B^j) - f(A) f(B)
   is the closed variance of both and S_ij = that / V - S_i - S_j; the mean over i, j and j, i is taken.
   N (2 d + 2) runs in all.
5. V is the variance over A and B together. Each index is a ratio of means; its standard error is that of the
   ratio (delta method) as if the points were independent, which the sequence betters.

The inputs must be independent. An index near zero may come out negative; it is reported as it is.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from anlan.domain.errors import NotEnoughData

_Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class SobolIndices:
    """mean and variance of the result; first, total: (d,) with their standard errors. pair, pair_error:
    (d, d), second order above the diagonal, zero elsewhere; None where it was not asked for."""

    mean: float
    variance: float
    first: _Array
    first_error: _Array
    total: _Array
    total_error: _Array
    pair: _Array | None = None
    pair_error: _Array | None = None


def sobol_points(n: int, inputs: int, *, seed: int, pairs: bool = False) -> _Array:
    """The (n (inputs + 2), inputs) points in the open unit cube: A, B, then each A_B^i; with `pairs` each
    B_A^i after them, n (2 inputs + 2) in all. n: a power of two."""
    sequence = qmc.Sobol(2 * inputs, scramble=True, rng=np.random.default_rng(seed))
    drawn = sequence.random_base2(n.bit_length() - 1)
    points = np.empty(((2 if pairs else 1) * inputs + 2, n, inputs))
    points[:] = drawn[:, :inputs]
    points[1] = drawn[:, inputs:]
    points[2 + inputs :] = points[1]
    for i in range(inputs):
        points[2 + i, :, i] = points[1, :, i]
        if pairs:
            points[2 + inputs + i, :, i] = points[0, :, i]
    # a scrambled point may be exactly zero, where an unbounded quantile has no value
    np.clip(points, 2.0**-53, 1.0 - 2.0**-53, out=points)
    return points.reshape(-1, inputs)


def sobol_indices(values: _Array, inputs: int, *, pairs: bool = False) -> SobolIndices:
    """Indices from the values at `sobol_points` with the same `pairs`, which asks for second order too.
    Errors: NotEnoughData `sensitivity.constant`."""
    runs = np.asarray(values, dtype=np.float64)
    runs = runs.reshape((2 if pairs else 1) * inputs + 2, -1)
    mean = float(runs[:2].mean())
    scale = float(np.abs(runs[:2] - mean).max())
    if scale <= 1e-12 * abs(mean) or scale == 0.0:
        raise NotEnoughData("sensitivity.constant", value=mean)
    a, b, *others = (runs - mean) / scale
    mixed, crossed = np.array(others[:inputs]), np.array(others[inputs:])
    spread = (a * a + b * b) / 2.0
    variance = float(spread.mean())
    first, first_error = _ratio(b * (mixed - a), spread, variance)
    total, total_error = _ratio((a - mixed) ** 2 / 2.0, spread, variance)
    pair, pair_error = _second(a, b, mixed, crossed, spread) if pairs else (None, None)
    return SobolIndices(
        mean, variance * scale * scale, first, first_error, total, total_error, pair, pair_error
    )


def _second(a: _Array, b: _Array, mixed: _Array, crossed: _Array, spread: _Array) -> tuple[_Array, _Array]:
    """Second order of every pair and its standard error, from centred values."""
    d = len(mixed)
    found, errors = np.zeros((d, d)), np.zeros((d, d))
    alone = b * (mixed - a)
    for i in range(d):
        for j in range(i + 1, d):
            closed = (crossed[i] * mixed[j] + crossed[j] * mixed[i]) / 2.0 - a * b
            tops = (closed - alone[i] - alone[j])[None, :]
            index, error = _ratio(tops, spread, float(spread.mean()))
            found[i, j], errors[i, j] = index[0], error[0]
    return found, errors


def _ratio(tops: _Array, bottom: _Array, bottom_mean: float) -> tuple[_Array, _Array]:
    """Means of the rows of `tops` over the mean of `bottom`, and their standard errors."""
    ratios = tops.mean(axis=1) / bottom_mean
    influence = (tops - ratios[:, None] * bottom) / bottom_mean
    return ratios, influence.std(axis=1) / np.sqrt(tops.shape[1])
