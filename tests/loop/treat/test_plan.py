"""Treatment plans: worked example, every set tried, shares that add up, budgets of both kinds."""

import itertools
import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.costs import Costs
from anlan.domain.errors import UsageError
from anlan.domain.pack import PackControl, Text
from anlan.domain.risk import Risk, TreatmentPlan
from anlan.formats.criteria_file import load_criteria
from anlan.formats.messages import in_both_languages
from anlan.loop.quantify import quantify
from anlan.loop.treat import plan_treatments, shared_reduction
from risk_findings import FACTS, finding, random_findings

DAYS = {"S": (1.0, 10.0), "M": (10.0, 60.0), "L": (60.0, 240.0)}


def _control(
    code: str,
    size: str = "S",
    likelihood: tuple[float, float] = (0.4, 0.6),
    consequence: tuple[float, float] = (1.0, 1.0),
    equipment: bool = False,
) -> PackControl:
    text = Text(code, code)
    return PackControl(
        code, "preventive", text, text, likelihood, consequence, size, DAYS[size], equipment, "added"
    )


def _risks(findings) -> tuple[Risk, ...]:
    return quantify(findings, log_facts=FACTS, criteria=load_criteria(), process="desk", years=200)[0]


def _case(seed: int, n: int = 7) -> tuple[tuple[Risk, ...], dict[str, list[PackControl]]]:
    rng = np.random.default_rng(seed)
    risks = _risks(random_findings(seed, n=6, n_cases=500))
    controls = [
        _control(f"C{i}", str(rng.choice(list("SML"))), tuple(sorted(rng.uniform(0.1, 1.0, 2).tolist())))
        for i in range(n)
    ]
    return risks, {risk.id: [c for c in controls if rng.random() < 0.5] for risk in risks}


def _loss_left(risks, controls_by_risk, chosen: set[str]) -> float:
    return sum(
        risk.annual_loss.estimate
        * math.prod(
            sum(c.likelihood_factor) / 2 * sum(c.consequence_factor) / 2
            for c in controls_by_risk[risk.id]
            if c.code in chosen
        )
        for risk in risks
    )


def _plan(risks, controls_by_risk, **options) -> TreatmentPlan:
    return plan_treatments(risks, controls_by_risk, unit="customer_min", **options)


def test_a_worked_example() -> None:
    """Two risks of 1,000 and 100 a year or so; a budget that pays one small control."""
    often = finding("a", affected=range(100), delay_min=10.0)
    seldom = finding("b", affected=range(500, 520), delay_min=5.0)
    risks = big, small = _risks([often, seldom])
    loss_big, loss_small = big.annual_loss.estimate, small.annual_loss.estimate
    on_big, on_small = _control("BIG", likelihood=(0.4, 0.6)), _control("SMALL", likelihood=(0.0, 0.2))
    plan = _plan(risks, {big.id: [on_big], small.id: [on_small]}, budget=4.0)
    assert plan.chosen == (("BIG", pytest.approx(math.sqrt(10)), pytest.approx(loss_big / 2)),)
    assert plan.frontier[0] == (0.0, pytest.approx(loss_big + loss_small))
    assert plan.frontier[-1][1] == pytest.approx(0.5 * loss_big + 0.1 * loss_small)
    measure = {m.code: m for m in plan.candidates}["BIG"]
    assert (measure.cost.low, measure.cost.high) == (1.0, 10.0)
    assert measure.reduction.low == pytest.approx(0.4 * loss_big)
    assert measure.reduction.high == pytest.approx(0.6 * loss_big)
    assert (measure.risks, measure.assumed, plan.cost_unit) == ((big.id,), True, "person_days")
    assert plan.proven_optimal


@pytest.mark.parametrize("seed", range(10))
def test_no_set_within_the_budget_leaves_less(seed: int) -> None:
    risks, controls_by_risk = _case(seed)
    budget = 40.0 + 15 * seed
    plan = _plan(risks, controls_by_risk, budget=budget)
    cost = {m.code: m.cost.estimate for m in plan.candidates}
    left = _loss_left(risks, controls_by_risk, {code for code, _, _ in plan.chosen})
    best = min(
        _loss_left(risks, controls_by_risk, set(some))
        for n in range(len(cost) + 1)
        for some in itertools.combinations(cost, n)
        if sum(cost[code] for code in some) <= budget
    )
    assert left == pytest.approx(best, rel=2e-5)
    assert sum(c for _, c, _ in plan.chosen) <= budget
    assert plan.proven_optimal


@pytest.mark.parametrize("seed", range(5))
def test_shares_of_the_chosen_add_up_to_the_joint_reduction(seed: int) -> None:
    risks, controls_by_risk = _case(seed)
    plan = _plan(risks, controls_by_risk, budget=200.0)
    total = sum(risk.annual_loss.estimate for risk in risks)
    left = _loss_left(risks, controls_by_risk, {code for code, _, _ in plan.chosen})
    assert sum(share for _, _, share in plan.chosen) == pytest.approx(total - left)
    alone = {m.code: m.reduction.estimate for m in plan.candidates}
    assert all(0 < share <= alone[code] * (1 + 1e-9) for code, _, share in plan.chosen)


@given(st.integers(0, 9), st.floats(0, 400), st.floats(0, 400))
@settings(max_examples=10, deadline=None)
def test_more_budget_never_leaves_more_loss(seed: int, one: float, other: float) -> None:
    risks, controls_by_risk = _case(seed)
    less, more = (
        sum(share for _, _, share in _plan(risks, controls_by_risk, budget=b).chosen)
        for b in sorted((one, other))
    )
    assert more >= less * (1 - 1e-4)


def test_without_a_budget_nothing_is_chosen_and_the_frontier_is_full() -> None:
    risks, controls_by_risk = _case(3)
    plan = _plan(risks, controls_by_risk)
    assert (plan.budget, plan.chosen) == (None, ())
    assert len(plan.frontier) > 3
    assert all(a[0] < b[0] and a[1] > b[1] for a, b in pairwise(plan.frontier))


def test_a_budget_in_money_is_the_same_budget_in_days_at_the_rate() -> None:
    risks, controls_by_risk = _case(4)
    days = _plan(risks, controls_by_risk, budget=100.0)
    costs = Costs("CNY", person_day=800.0)
    money = _plan(risks, controls_by_risk, budget=80_000.0, budget_unit="money", costs=costs)
    assert (days.cost_unit, money.cost_unit) == ("person_days", "CNY")
    assert [row[0] for row in money.chosen] == [row[0] for row in days.chosen]
    assert sum(row[1] for row in money.chosen) == pytest.approx(800 * sum(row[1] for row in days.chosen))


@pytest.mark.parametrize("costs", [None, Costs("CNY", customer_minute=1.0)])
def test_money_without_a_rate_for_a_day_is_refused(costs: Costs | None) -> None:
    risks, controls_by_risk = _case(1)
    with pytest.raises(UsageError, match="money_budget_needs_rate"):
        _plan(risks, controls_by_risk, budget=1000.0, budget_unit="money", costs=costs)


@pytest.mark.parametrize("budget", [-1.0, math.nan, math.inf])
def test_an_impossible_budget_is_refused(budget: float) -> None:
    with pytest.raises(UsageError, match="bad_budget"):
        _plan(*_case(1), budget=budget)


def test_prerequisites_and_exclusions_hold() -> None:
    (risk,) = _risks([finding(affected=range(100), delay_min=10.0)])
    strong, weak, base = (
        _control("STRONG", likelihood=(0.1, 0.1)),
        _control("WEAK", likelihood=(0.8, 0.8)),
        _control("BASE", "M", likelihood=(1.0, 1.0)),
    )
    controls = {risk.id: [strong, weak, base]}

    def codes(**rules) -> list[str]:
        return [code for code, _, _ in _plan([risk], controls, **rules).chosen]

    assert sorted(codes(budget=10.0)) == ["STRONG", "WEAK"]
    assert codes(budget=10.0, excludes=[("STRONG", "WEAK")]) == ["STRONG"]
    assert codes(budget=10.0, requires={"STRONG": ["BASE"]}) == ["WEAK"]
    assert sorted(codes(budget=40.0, requires={"STRONG": ["BASE"]})) == ["BASE", "STRONG", "WEAK"]
    plan = _plan([risk], controls, requires={"STRONG": ["BASE"]}, excludes=[("STRONG", "WEAK")])
    by_code = {m.code: m for m in plan.candidates}
    assert (by_code["STRONG"].requires, by_code["WEAK"].excludes) == (("BASE",), ("STRONG",))
    with pytest.raises(UsageError, match="unknown_control"):
        codes(budget=10.0, requires={"STRONG": ["ELSE"]})


def test_nothing_to_treat_says_why() -> None:
    empty = _plan([], {})
    assert (empty.frontier, empty.candidates) == (((0.0, 0.0),), ())
    assert {"treat.no_loss", "treat.no_candidates"} <= set(empty.notes)
    (risk,) = _risks([finding("four_eyes", affected=range(9))])
    plan = _plan([risk], {risk.id: [_control("C1")]}, budget=50.0)
    assert (plan.chosen, plan.candidates[0].reduction.estimate) == ((), 0.0)
    assert "treat.no_loss" in plan.notes


def test_notes_have_words_in_both_languages() -> None:
    risks, _ = _case(2)
    plan = _plan(risks, {risk.id: [_control("C1", equipment=True)] for risk in risks})
    assert {"treat.effects_assumed", "treat.equipment_not_costed", "treat.counted_losses_only"} <= set(
        plan.notes
    )
    for code in (*plan.notes, "treat.no_loss", "treat.no_candidates", "treat.not_proven"):
        assert in_both_languages(f"notes.{code}")


def test_shares_follow_the_strength_of_the_measures() -> None:
    shares = shared_reduction(np.array([100.0, 10.0]), np.array([[0.25, 1.0], [0.5, 1.0], [1.0, 0.0]]))
    assert shares.tolist() == pytest.approx([87.5 * 2 / 3, 87.5 / 3, 10.0])
