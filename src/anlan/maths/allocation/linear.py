"""Linear programs: the greatest gain @ x under rows @ x <= limits, and what the limits are worth.

1. HiGHS finds x, and the worth of each limit (its shadow price) from the dual.
2. Where several duals are optimal (a degenerate corner), one number would mislead: for each limit the
   smallest and the largest optimal dual are found, the worth of one unit more and of one unit less.
3. How far a price holds is itself a linear program: the greatest step t for which some x within the moved
   limit still gains what the price promises. The value is concave in a limit, so no basis is needed and
   degenerate corners are answered alike.
4. How far a gain may change while x stays best: the greatest step for which a dual exists that is
   complementary to x.

Source: Dantzig (1963), Linear Programming and Extensions; parametric view: Roos, Terlaky, Vial (2006),
Interior Point Methods for Linear Optimization, ch. 18-19.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import OptimizeResult, linprog

from anlan.domain.errors import UsageError

Floats = NDArray[np.float64]
_CLOSE = 1e-7
_INFEASIBLE, _UNBOUNDED = 2, 3


@dataclass(frozen=True, eq=False)
class Program:
    """gain (n,); rows (m, n); limits (m,): rows @ x <= limits, or == where `equal` (m,);
    low, high (n,): bounds of x, `inf` where there is none."""

    gain: Floats
    rows: Floats
    limits: Floats
    equal: NDArray[np.bool_]
    low: Floats
    high: Floats


@dataclass(frozen=True)
class Range:
    """From..to; infinite where nothing ends it."""

    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Solution:
    """value: greatest gain; x (n,); slack (m,): limits not used up; price (m,): an optimal shadow price;
    reduced (n,): what one more unit of a variable at its bound would gain, 0 for others."""

    value: float
    x: Floats
    slack: Floats
    price: Floats
    reduced: Floats


@dataclass(frozen=True)
class Worth:
    """What a limit is worth. more: gain of one unit more; less: loss of one unit less; they differ at a
    degenerate corner. holds: values of the limit between which these two prices stay."""

    more: float
    less: float
    holds: Range


def program(
    gain: ArrayLike,
    rows: ArrayLike,
    limits: ArrayLike,
    *,
    equal: ArrayLike | None = None,
    low: ArrayLike | None = None,
    high: ArrayLike | None = None,
) -> Program:
    """A program from plain numbers; without bounds x is 0 or more."""
    g = np.asarray(gain, dtype=float)
    b = np.asarray(limits, dtype=float)
    a = np.asarray(rows, dtype=float).reshape(len(b), len(g))
    return Program(
        g,
        a,
        b,
        np.zeros(len(b), dtype=bool) if equal is None else np.asarray(equal, dtype=bool),
        np.zeros(len(g)) if low is None else np.asarray(low, dtype=float),
        np.full(len(g), np.inf) if high is None else np.asarray(high, dtype=float),
    )


def solve(of: Program) -> Solution:
    """The best x and its prices. Errors: UsageError `allocation.infeasible` where nothing keeps all limits,
    `allocation.unbounded` where the gain has no end."""
    found = _solved(of, of.gain, of.limits)
    if found.status == _INFEASIBLE:
        raise UsageError("allocation.infeasible")
    if found.status == _UNBOUNDED:
        raise UsageError("allocation.unbounded")
    if not found.success:
        raise UsageError("allocation.not_solved", said=str(found.message)[:200])
    price = np.empty(len(of.limits))
    price[~of.equal] = -found.ineqlin.marginals
    price[of.equal] = -found.eqlin.marginals
    x = np.asarray(found.x, dtype=float)
    return Solution(
        float(of.gain @ x),
        x,
        of.limits - of.rows @ x,
        price + 0.0,
        of.gain - of.rows.T @ price,
    )


def _solved(of: Program, gain: Floats, limits: Floats) -> OptimizeResult:
    upper, even = ~of.equal, of.equal
    return linprog(
        -gain,
        A_ub=of.rows[upper] if upper.any() else None,
        b_ub=limits[upper] if upper.any() else None,
        A_eq=of.rows[even] if even.any() else None,
        b_eq=limits[even] if even.any() else None,
        bounds=list(zip(of.low, of.high, strict=True)),
        method="highs",
    )


def worth_of_limits(of: Program, best: Solution) -> tuple[Worth, ...]:
    """The worth of each limit on both sides, and how far it holds."""
    return tuple(_worth(of, best, row) for row in range(len(of.limits)))


def _worth(of: Program, best: Solution, row: int) -> Worth:
    more, less = _price(of, best, row, least=True), _price(of, best, row, least=False)
    b = float(of.limits[row])
    return Worth(more, less, Range(b - _step(of, best, row, less, down=True), b + _step(of, best, row, more)))


def _price(of: Program, best: Solution, row: int, *, least: bool) -> float:
    """The smallest or largest price of a limit among all optimal duals.

    Variables: y (m) of the limits, u (n) of the lower bounds, v (n) of the upper ones; a dual is optimal
    where rows' y - u + v = gain and only what is used up has a price.
    """
    m, n = len(of.limits), len(of.gain)
    at_low, at_high = _at_bounds(of, best)
    tight = of.equal | (np.abs(best.slack) <= _scale(of.limits))
    objective = np.zeros(m + 2 * n)
    objective[row] = 1.0 if least else -1.0
    sides = np.hstack([of.rows.T, -np.eye(n), np.eye(n)])
    bounds = [
        *(
            (None, None) if even else (0.0, None if t else 0.0)
            for even, t in zip(of.equal, tight, strict=True)
        ),
        *((0.0, None if at else 0.0) for at in at_low),
        *((0.0, None if at else 0.0) for at in at_high),
    ]
    found = linprog(objective, A_eq=sides, b_eq=of.gain, bounds=bounds, method="highs")
    if found.status == _UNBOUNDED:  # one step that way leaves nothing that keeps all limits
        return -math.inf if least else math.inf
    if not found.success:
        return float(best.price[row])
    return _clean(float(found.x[row]))


def _step(of: Program, best: Solution, row: int, price: float, *, down: bool = False) -> float:
    """Greatest step of a limit for which the gain still moves by `price` a unit; infinite without end."""
    if math.isinf(price):
        return 0.0
    n, sign = len(of.gain), -1.0 if down else 1.0
    moved = np.zeros(len(of.limits))
    moved[row] = sign
    rows = np.hstack([of.rows, -moved[:, None]])
    promise = np.append(-of.gain, sign * price)
    grown = Program(
        np.append(np.zeros(n), 1.0),
        np.vstack([rows, promise]),
        np.append(of.limits, -best.value + 1e-10 * (1.0 + abs(best.value))),
        np.append(of.equal, False),
        np.append(of.low, 0.0),
        np.append(of.high, np.inf),
    )
    found = _solved(grown, grown.gain, grown.limits)
    if found.status == _UNBOUNDED:
        return math.inf
    return float(found.x[-1]) if found.success else 0.0


def ranges_of_gains(of: Program, best: Solution) -> tuple[Range, ...]:
    """Between which values each gain may lie, the others unchanged, while x stays the best."""
    return tuple(
        Range(
            float(of.gain[at]) - _change(of, best, at, down=True),
            float(of.gain[at]) + _change(of, best, at, down=False),
        )
        for at in range(len(of.gain))
    )


def _change(of: Program, best: Solution, at: int, *, down: bool) -> float:
    """Greatest change of one gain for which a dual is still complementary to x: (y, t) with
    gain + t e - rows' y of the sign that the place of each x allows."""
    m, n, sign = len(of.limits), len(of.gain), -1.0 if down else 1.0
    at_low, at_high = _at_bounds(of, best)
    tight = of.equal | (np.abs(best.slack) <= _scale(of.limits))
    moved = np.zeros(n)
    moved[at] = sign
    rest = np.hstack([of.rows.T, -moved[:, None], -np.eye(n), np.eye(n)])
    bounds = [
        *(
            (None, None) if even else (0.0, None if t else 0.0)
            for even, t in zip(of.equal, tight, strict=True)
        ),
        (0.0, None),
        *((0.0, None if place else 0.0) for place in at_low),
        *((0.0, None if place else 0.0) for place in at_high),
    ]
    objective = np.zeros(m + 1 + 2 * n)
    objective[m] = -1.0
    found = linprog(objective, A_eq=rest, b_eq=of.gain, bounds=bounds, method="highs")
    if found.status == _UNBOUNDED:
        return math.inf
    return float(found.x[m]) if found.success else 0.0


def _at_bounds(of: Program, best: Solution) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    reach = _CLOSE * (1.0 + np.abs(best.x))
    return best.x - of.low <= reach, of.high - best.x <= reach


def _scale(limits: Floats) -> Floats:
    return np.asarray(_CLOSE * (1.0 + np.abs(limits)))


def _clean(value: float) -> float:
    return 0.0 if abs(value) < 1e-10 else value


def is_degenerate(worths: Sequence[Worth]) -> bool:
    """Whether a limit is worth something else upwards than downwards."""
    return any(abs(each.more - each.less) > _CLOSE * (1.0 + abs(each.more)) for each in worths)
