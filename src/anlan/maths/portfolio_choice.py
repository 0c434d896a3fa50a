"""The best set of measures under a budget, where effects on one loss multiply.

Measure j multiplies loss k by a factor f_jk (1 = no effect), so the loss left by a set x is
sum_k L_k prod_j f_jk^x_j = sum_k L_k exp(-s_k) with s_k = sum_j -ln(f_jk) x_j: a sum of convex
functions of linear forms. Each tangent of exp(-s) is a lower bound, so

    minimise   sum_k L_k r_k
    subject to r_k >= exp(-a) (1 - (s_k - a))   for the tangent points a,
               sum_j cost_j x_j <= budget, x_j <= x_p (prerequisite), x_j + x_e <= 1 (exclusion),

is a linear integer program whose value is a proven bound, and its x a feasible set. Adding a tangent
at the s of each solution makes bound and set meet (outer approximation; Duran & Grossmann 1986);
tangents hold for every budget, so a frontier reuses them. Solved by HiGHS with limits counted in
nodes, never in seconds, so that the same input gives the same set.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anlan.domain.errors import UsageError

TOLERANCE = 1e-5
PROVEN = 1e-4
_ROUNDS = 60
_NODES = 20_000
_SMALLEST_FACTOR = 1e-9
_FIRST_TANGENTS = (0.0, 0.25, 0.6, 1.2, 2.5)


@dataclass(frozen=True, eq=False)
class Choice:
    """A set of measures: `selected` (n,) bool, its `cost`, the `loss` it leaves.

    No set within the budget leaves less than `bound`; `proven` where loss and bound agree
    within 0.01 %.
    """

    selected: NDArray[np.bool_]
    cost: float
    loss: float
    bound: float

    @property
    def gap(self) -> float:
        """By which share of the loss a better set could at most be better."""
        return 0.0 if self.loss <= 0.0 else max(0.0, (self.loss - self.bound) / self.loss)

    @property
    def proven(self) -> bool:
        return self.gap <= PROVEN


class PortfolioChoice:
    """Measures with costs (n,) and factors (n, m) on m losses; rules as pairs of measure numbers.

    `requires`: (a, b), a only together with b; `excludes`: (a, b), not both.
    """

    def __init__(
        self,
        losses: ArrayLike,
        factors: ArrayLike,
        costs: ArrayLike,
        *,
        requires: Iterable[tuple[int, int]] = (),
        excludes: Iterable[tuple[int, int]] = (),
    ) -> None:
        self.losses = np.asarray(losses, dtype=np.float64)
        self.costs = np.asarray(costs, dtype=np.float64)
        self.factors = np.asarray(factors, dtype=np.float64).reshape(len(self.costs), len(self.losses))
        self.requires = tuple(requires)
        self.excludes = tuple(excludes)
        self._check()
        self._weights = -np.log(np.maximum(self.factors, _SMALLEST_FACTOR))
        points = np.array(_FIRST_TANGENTS)
        self._tangents = [(k, float(a)) for k in range(len(self.losses)) for a in points]

    def with_factors(self, factors: ArrayLike) -> "PortfolioChoice":
        """The same choice under other factors; tangents hold for any, so known ones are kept."""
        other = PortfolioChoice(
            self.losses, factors, self.costs, requires=self.requires, excludes=self.excludes
        )
        other._tangents = list(self._tangents)
        return other

    def loss_left(self, selected: ArrayLike) -> float:
        """Expected loss with exactly these measures."""
        chosen = np.asarray(selected, dtype=bool)
        return float(self.losses @ np.prod(self.factors[chosen], axis=0))

    def best(self, budget: float) -> Choice:
        """The set that leaves the least loss; among equal sets one without idle measures."""
        if not (np.isfinite(budget) and budget >= 0):
            raise UsageError("portfolio_choice.bad_input", name="budget", found=budget)
        best: NDArray[np.bool_] = np.zeros(len(self.costs), dtype=bool)
        bound = 0.0
        if not len(self.costs) or not self.losses.sum() > 0:
            return self._choice(best, self.loss_left(best))
        for _ in range(_ROUNDS):
            selected, bound = self._solve(budget)
            if self.loss_left(selected) < self.loss_left(best):
                best = selected
            if self.loss_left(best) - bound <= TOLERANCE * self.loss_left(best):
                break
            if not self._add_tangents(selected):
                break
        best = self._without_idle(best)
        return self._choice(best, min(bound, self.loss_left(best)))

    def frontier(self, budgets: Sequence[float]) -> list[Choice]:
        """Best sets at the given budgets, costs rising and losses falling, no set that another beats."""
        kept: list[Choice] = []
        for choice in sorted((self.best(b) for b in budgets), key=lambda c: (c.cost, c.loss)):
            if not kept or choice.loss < kept[-1].loss * (1.0 - 1e-12):
                kept.append(choice)
        return kept

    def _choice(self, selected: NDArray[np.bool_], bound: float) -> Choice:
        return Choice(selected, float(self.costs[selected].sum()), self.loss_left(selected), bound)

    def _check(self) -> None:
        for name, values, lowest in (("cost", self.costs, 0.0), ("loss", self.losses, 0.0)):
            wrong = ~np.isfinite(values) | (values < lowest)
            if wrong.any():
                raise UsageError("portfolio_choice.bad_input", name=name, found=float(values[wrong][0]))
        wrong = ~np.isfinite(self.factors) | (self.factors < 0.0)
        if wrong.any():
            raise UsageError("portfolio_choice.bad_input", name="factor", found=float(self.factors[wrong][0]))

    def _solve(self, budget: float) -> tuple[NDArray[np.bool_], float]:
        """Solution of the linear program with the present tangents, and its proven bound.

        Losses are scaled to their sum, so that tolerances mean the same for minutes and money.
        """
        from scipy.optimize import Bounds, LinearConstraint, milp

        n, m = len(self.costs), len(self.losses)
        scale = float(self.losses.sum())
        matrix, lower, upper = self._rows(budget)
        result = milp(
            c=np.concatenate([np.zeros(n), self.losses / scale]),
            constraints=LinearConstraint(matrix, lower, upper),
            integrality=np.concatenate([np.ones(n), np.zeros(m)]),
            bounds=Bounds(np.zeros(n + m), np.concatenate([np.ones(n), np.full(m, np.inf)])),
            options={"mip_rel_gap": TOLERANCE / 10, "node_limit": _NODES},
        )
        if result.x is None:
            return np.zeros(n, dtype=bool), 0.0
        return result.x[:n] > 0.5, float(result.mip_dual_bound) * scale

    def _rows(self, budget: float) -> tuple[object, NDArray[np.float64], NDArray[np.float64]]:
        """Constraint rows over (x, r): budget, rules, tangents."""
        from scipy.sparse import csr_array

        n, m = len(self.costs), len(self.losses)
        rows = [np.concatenate([self.costs, np.zeros(m)])]
        limits = [budget * (1 + 1e-12)]
        for a, b in self.requires:
            rows.append(_unit(n + m, {a: 1.0, b: -1.0}))
            limits.append(0.0)
        for a, b in self.excludes:
            rows.append(_unit(n + m, {a: 1.0, b: 1.0}))
            limits.append(1.0)
        for k, point in self._tangents:
            # r + e^-a s >= e^-a (1 + a), turned round to "<=".
            height = float(np.exp(-point))
            row = np.zeros(n + m)
            row[:n] = -height * self._weights[:, k]
            row[n + k] = -1.0
            rows.append(row)
            limits.append(-height * (1.0 + point))
        upper = np.array(limits)
        return csr_array(np.array(rows)), np.full(len(upper), -np.inf), upper

    def _add_tangents(self, selected: NDArray[np.bool_]) -> bool:
        """Tangents at the solution; False where all of them were there already."""
        reached = self._weights[selected].sum(axis=0)
        known = {(k, round(a, 9)) for k, a in self._tangents}
        new = [(k, float(a)) for k, a in enumerate(reached) if (k, round(float(a), 9)) not in known]
        self._tangents.extend(new)
        return bool(new)

    def _without_idle(self, selected: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Leave out, dearest first, what can go without raising the loss or breaking a prerequisite."""
        kept = selected.copy()
        for j in np.argsort(-self.costs, kind="stable"):
            needed = any(kept[a] and b == j for a, b in self.requires)
            if not kept[j] or needed:
                continue
            kept[j] = False
            if self.loss_left(kept) > self.loss_left(selected) * (1.0 + 1e-12):
                kept[j] = True
        return kept


def _unit(size: int, entries: dict[int, float]) -> NDArray[np.float64]:
    row = np.zeros(size)
    for index, value in entries.items():
        row[index] = value
    return row
