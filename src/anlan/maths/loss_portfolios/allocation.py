"""Which risk brings how much of the tail: Euler allocation of CVaR.

CVaR at p of n simulated years is a weighted sum of yearly losses: 1 / (n (1 - p)) for a year beyond the value
at risk, what is left of 1 shared by the years at it. Each risk's loss in those years with the same weights is
its part; parts add up to the CVaR, because losses of a year do (Tasche 1999; McNeil et al. 2015).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.maths.loss_portfolios.portfolio_kernels import add_weighted
from anlan.maths.loss_portfolios.portfolios import BLOCK
from anlan.maths.progress import tell

_Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Allocation:
    """parts: (risks,), which sum to the CVaR; errors: their standard errors."""

    parts: _Array
    errors: _Array


def tail_weights(
    totals: _Array, value_at_risk: float, probability: float
) -> tuple[NDArray[np.int64], _Array]:
    """(numbers of the years, weights that sum to 1) whose weighted losses are the CVaR."""
    beyond = np.flatnonzero(totals > value_at_risk)
    at = np.flatnonzero(totals == value_at_risk)
    each = 1.0 / (len(totals) * (1.0 - probability))
    left = 1.0 - each * len(beyond)
    years = np.concatenate([beyond, at])
    weights = np.concatenate([np.full(len(beyond), each), np.full(len(at), left / max(len(at), 1))])
    order = np.argsort(years, kind="stable")
    return years[order], weights[order]


def allocate_tail(
    detail: Callable[[NDArray[np.int64]], tuple[_Array, NDArray[np.int64]]],
    totals: _Array,
    *,
    value_at_risk: float,
    probability: float,
    risks: int,
) -> Allocation:
    """The CVaR by risk; the years of the tail are simulated once more by `detail`."""
    sums, squares = np.zeros(risks), np.zeros(risks)
    if value_at_risk <= 0.0 and not (totals > 0.0).any():
        return Allocation(sums, sums)
    years, weights = tail_weights(totals, value_at_risk, probability)
    if value_at_risk <= 0.0:
        years, weights = years[totals[years] > 0.0], weights[totals[years] > 0.0]
    for start in range(0, len(years), BLOCK):
        tell(start / len(years))
        numbers = years[start : start + BLOCK]
        loss, _ = detail(numbers)
        add_weighted(loss, weights[start : start + BLOCK], sums, squares)
    n_tail = max(1.0, len(totals) * (1.0 - probability))
    errors = np.sqrt(np.maximum(squares - sums * sums / n_tail, 0.0))
    return Allocation(sums, errors)
