"""Integer programs solved by HiGHS, with the bound that proves how good the answer is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import spmatrix

from anlan.domain.errors import UsageError

Floats = NDArray[np.float64]
_TIME_OUT, _INFEASIBLE, _UNBOUNDED = 1, 2, 3


@dataclass(frozen=True, eq=False)
class WholeSolution:
    """x (n,), whole where asked; value: cost @ x; bound: no answer costs less; gap: (value - bound) over the
    size of the value; proven: the gap is within what was asked, so time did not end the search."""

    x: Floats
    value: float
    bound: float
    gap: float
    proven: bool


def least_cost(
    cost: ArrayLike,
    rows: NDArray[np.float64] | spmatrix,
    low: ArrayLike,
    high: ArrayLike,
    *,
    whole: ArrayLike,
    upper: ArrayLike,
    lower: ArrayLike | None = None,
    time_limit_s: float = 60.0,
    gap: float = 1e-9,
) -> WholeSolution:
    """Minimise cost @ x with low <= rows @ x <= high, lower (0) <= x <= upper.

    whole (n,): 1 where x is whole; time_limit_s, gap: when the search may end.

    Errors: UsageError `allocation.infeasible`, `allocation.unbounded`, `allocation.no_time` where the time
    ended before any answer was found.
    """
    objective, ones = np.asarray(cost, dtype=float), np.asarray(whole, dtype=float)
    found = milp(
        objective,
        integrality=ones,
        bounds=Bounds(np.zeros(len(objective)) if lower is None else lower, upper),
        constraints=LinearConstraint(rows, low, high),
        options={"time_limit": time_limit_s, "mip_rel_gap": gap},
    )
    if found.status == _INFEASIBLE:
        raise UsageError("allocation.infeasible")
    if found.status == _UNBOUNDED:
        raise UsageError("allocation.unbounded")
    if found.x is None:
        code = "allocation.no_time" if found.status == _TIME_OUT else "allocation.not_solved"
        raise UsageError(code, seconds=time_limit_s, said=str(found.message)[:200])
    x = np.where(ones > 0, np.round(found.x), found.x)
    value = float(objective @ x)
    bound = value if not ones.any() else min(value, float(found.mip_dual_bound))
    distance = (value - bound) / max(1.0, abs(value))
    return WholeSolution(x, value, bound, distance, found.status == 0)


def cheapest_cover(
    covers: ArrayLike,
    needed: ArrayLike,
    cost: ArrayLike,
    *,
    shortage_cost: float | None = None,
    time_limit_s: float = 60.0,
) -> tuple[WholeSolution, Floats]:
    """How many of each shift cover the need of every period at the least cost, and what stays short (m,).

    covers (m periods, n shifts), 1 where a shift is at work; needed (m,); cost (n,) of one person on a shift.
    shortage_cost: of one missing person for one period; without it the need is kept whatever it costs.
    Errors: UsageError `allocation.infeasible` where no shift covers a period that needs somebody.
    """  # fmt: skip
    at, need, each = np.asarray(covers, float), np.asarray(needed, float), np.asarray(cost, float)
    m, n = at.shape
    extra = np.eye(m) if shortage_cost is not None else np.zeros((m, 0))
    whole = np.append(np.ones(n), np.zeros(extra.shape[1]))
    found = least_cost(
        np.append(each, np.full(extra.shape[1], shortage_cost or 0.0)),
        np.hstack([at, extra]),
        need,
        np.full(m, np.inf),
        whole=whole,
        upper=np.append(np.full(n, np.inf), np.full(extra.shape[1], np.inf)),
        time_limit_s=time_limit_s,
    )
    return found, np.maximum(0.0, need - at @ found.x[:n])
