"""The transport problem: what each source sends to each sink at the least cost (Hitchcock 1941)."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anlan.domain.errors import UsageError
from anlan.maths.allocation.linear import Program, Solution, program, solve

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Shipment:
    """cost of all; sent (m, n); unsent (m,): supply left; short (n,): demand not met; `of`, `best`: the
    program behind it, limits in the order supplies, demands."""

    cost: float
    sent: Floats
    unsent: Floats
    short: Floats
    of: Program
    best: Solution


def ship(
    cost: ArrayLike, supply: ArrayLike, demand: ArrayLike, *, shortage_cost: float | None = None
) -> Shipment:
    """cost (m, n) of one unit; supply (m,) at most; demand (n,) in full, or at a cost a unit missing.

    An infinite cost forbids a way. Errors: UsageError `allocation.short_supply` where demand is above supply
    and nothing says what a shortage costs; `allocation.infeasible` where forbidden ways leave demand unmet.
    """
    price = np.asarray(cost, dtype=float)
    have, want = np.asarray(supply, dtype=float), np.asarray(demand, dtype=float)
    m, n = price.shape
    if shortage_cost is None and want.sum() > have.sum() * (1 + 1e-12):
        raise UsageError("allocation.short_supply", supply=float(have.sum()), demand=float(want.sum()))
    more = 0 if shortage_cost is None else n
    rows = np.zeros((m + n, m * n + more))
    for i in range(m):
        rows[i, i * n : (i + 1) * n] = 1.0
    for j in range(n):
        rows[m + j, j : m * n : n] = 1.0
    if more:
        rows[m:, m * n :] = np.eye(n)
    open_way = np.isfinite(price.ravel())
    of = program(
        -np.append(np.where(open_way, price.ravel(), 0.0), np.full(more, shortage_cost or 0.0)),
        rows,
        np.append(have, want),
        equal=np.repeat([False, True], [m, n]),
        high=np.append(np.where(open_way, np.inf, 0.0), np.full(more, np.inf)),
    )
    best = solve(of)
    sent = best.x[: m * n].reshape(m, n)
    return Shipment(-best.value, sent, have - sent.sum(axis=1), np.maximum(0.0, want - sent.sum(axis=0)), of,
                    best)  # fmt: skip
