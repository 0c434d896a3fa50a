"""The best set of measures under a budget, what each adds to it, and the frontier over budgets.

The loss left by a set is the sum over risks of yearly loss x the factors of the set's measures on it
(`maths.portfolio_choice`): two measures on one risk take less together than the sum of each alone.
Every figure carries the interval that the assumed ranges of the factors leave (`effects`).
A chosen measure's share of the joint reduction of a risk is in proportion to the logarithm of its
factor, so that shares add up to the joint reduction exactly.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from anlan.domain.costs import Costs
from anlan.domain.errors import UsageError
from anlan.domain.interval import Interval
from anlan.domain.risk import LinkToExamine, Risk, TreatmentPlan
from anlan.loop.identify.checklist import ControlLink
from anlan.loop.treat.doubt import examined
from anlan.loop.treat.effects import SMALLEST_FACTOR, Effects, interval_of
from anlan.loop.treat.measures import Candidate, candidates, to_examine
from anlan.maths.portfolio_choice import Choice, PortfolioChoice

PERSON_DAYS = "person_days"
FRONTIER_SHARES = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0)


def plan_treatments(
    risks: Sequence[Risk],
    links_by_risk: Mapping[str, Sequence[ControlLink]],
    *,
    unit: str,
    budget: float | None = None,
    budget_unit: str = PERSON_DAYS,
    costs: Costs | None = None,
    requires: Mapping[str, Sequence[str]] | None = None,
    excludes: Sequence[tuple[str, str]] = (),
    seed: int = 0,
) -> TreatmentPlan:
    """Plan for the risks, `unit` being the unit of their yearly losses.

    `links_by_risk`: controls by risk id, each with the strength of its link; only links of at least
    `measures.COUNTED_STRENGTH` are counted, the others are listed in `to_examine`. `budget` is in
    person-days, or in the currency of `costs` when `budget_unit` is `money` (then `costs.person_day`
    is needed). `requires`: control -> controls it cannot do without; `excludes`: pairs of controls of
    which at most one is taken. `seed`: of the draws of the factors.
    """
    cost_unit, per_person_day = _price(budget, budget_unit, costs)
    found = candidates(
        risks,
        links_by_risk,
        per_person_day=per_person_day,
        requires=requires or {},
        excludes=excludes,
        seed=seed,
    )
    effects = _effects(risks, found, seed)
    problem = _problem(effects, found, requires or {}, excludes)
    best = None if budget is None else problem.best(budget)
    frontier = problem.frontier(_budgets(problem, budget))
    checked = [*frontier, *([best] if best is not None else [])]
    rows = [] if best is None else _chosen(effects, found, best)
    weak = to_examine(risks, links_by_risk)
    return TreatmentPlan(
        unit=unit,
        cost_unit=cost_unit,
        budget=budget,
        chosen=tuple((code, cost, share.estimate) for code, cost, share in rows),
        frontier=tuple((choice.cost, choice.loss) for choice in frontier),
        chosen_intervals=tuple(share for *_, share in rows),
        frontier_intervals=tuple(
            interval_of(choice.loss, effects.losses_left(choice.selected)) for choice in frontier
        ),
        chosen_set=None if budget is None or best is None else examined(problem, effects, best, budget),
        candidates=tuple(candidate.measure for candidate in found),
        to_examine=weak,
        proven_optimal=all(choice.proven for choice in checked),
        gap=max(choice.gap for choice in checked),
        notes=_notes(risks, found, checked, weak),
    )


def _price(budget: float | None, budget_unit: str, costs: Costs | None) -> tuple[str, float]:
    """Unit of costs and what a person-day costs in it."""
    if budget is not None and not (math.isfinite(budget) and budget >= 0):
        raise UsageError("treat.bad_budget", budget=budget)
    if budget is None or budget_unit == PERSON_DAYS:
        return PERSON_DAYS, 1.0
    if costs is None or costs.person_day is None:
        raise UsageError("treat.money_budget_needs_rate", budget=budget)
    return costs.currency, costs.person_day


def _effects(risks: Sequence[Risk], found: Sequence[Candidate], seed: int) -> Effects:
    column = {risk.id: k for k, risk in enumerate(risks)}
    strengths = np.zeros((len(found), len(risks)))
    for j, candidate in enumerate(found):
        strengths[j, [column[risk] for risk in candidate.measure.risks]] = candidate.measure.strengths
    losses = np.array([risk.annual_loss.estimate for risk in risks], dtype=np.float64)
    return Effects(losses, strengths, [candidate.control for candidate in found], seed)


def _problem(
    effects: Effects,
    found: Sequence[Candidate],
    requires: Mapping[str, Sequence[str]],
    excludes: Sequence[tuple[str, str]],
) -> PortfolioChoice:
    place = {candidate.measure.code: j for j, candidate in enumerate(found)}
    ruled = (
        {code for pair in excludes for code in pair}
        | set(requires)
        | {code for needed in requires.values() for code in needed}
    )
    if not ruled <= set(place):
        raise UsageError("treat.unknown_control", found=tuple(sorted(ruled - set(place))))
    return PortfolioChoice(
        effects.losses,
        effects.factors(),
        [candidate.measure.cost.estimate for candidate in found],
        requires=[(place[a], place[b]) for a, needed in requires.items() for b in needed],
        excludes=[(place[a], place[b]) for a, b in excludes],
    )


def _budgets(problem: PortfolioChoice, budget: float | None) -> list[float]:
    """Budgets of the frontier: shares of the cost of everything useful, and the budget itself."""
    useful = (problem.factors[:, problem.losses > 0] < 1.0).any(axis=1)
    everything = float(problem.costs[useful].sum())
    return [share * everything for share in FRONTIER_SHARES] + ([] if budget is None else [budget])


def _chosen(effects: Effects, found: Sequence[Candidate], best: Choice) -> list[tuple[str, float, Interval]]:
    """(code, cost, share of the joint reduction), largest share first."""
    shares = shared_reduction(effects.losses, effects.factors()[best.selected])
    taken = [candidate.measure for candidate, chosen in zip(found, best.selected, strict=True) if chosen]
    rows = [
        (measure.code, measure.cost.estimate, interval_of(float(share), drawn))
        for measure, share, drawn in zip(taken, shares, effects.shares(best.selected), strict=True)
    ]
    return sorted(rows, key=lambda row: (-row[2].estimate, row[0]))


def shared_reduction(losses: NDArray[np.float64], factors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Joint reduction of (n, m) `factors` on (m,) `losses`, divided among the n measures.

    >>> shared_reduction(np.array([100.0]), np.array([[0.5], [0.5]])).tolist()
    [37.5, 37.5]
    """
    weights = -np.log(np.maximum(factors, SMALLEST_FACTOR))
    total = weights.sum(axis=0)
    reduction = losses * (1.0 - np.prod(factors, axis=0))
    per_weight = np.divide(reduction, total, out=np.zeros_like(total), where=total > 0)
    return np.asarray(weights @ per_weight)


def _notes(
    risks: Sequence[Risk],
    found: Sequence[Candidate],
    checked: Sequence[Choice],
    weak: Sequence[LinkToExamine],
) -> tuple[str, ...]:
    said = {
        "treat.no_loss": not any(risk.annual_loss.estimate > 0 for risk in risks),
        "treat.no_candidates": not found,
        "treat.effects_assumed": bool(found),
        "treat.links_to_examine": bool(weak),
        "treat.cost_once": any(len(candidate.measure.risks) > 1 for candidate in found),
        "treat.equipment_not_costed": any(candidate.control.equipment for candidate in found),
        "treat.counted_losses_only": bool(found) and any(risk.overlaps for risk in risks),
        "treat.not_proven": not all(choice.proven for choice in checked),
    }
    return tuple(code for code, holds in said.items() if holds)
