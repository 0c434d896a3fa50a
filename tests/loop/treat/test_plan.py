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
from anlan.domain.pack import PackControl, PackRisk, Text
from anlan.domain.risk import Risk, TreatmentPlan
from anlan.formats.criteria_file import load_criteria
from anlan.formats.messages import in_both_languages
from anlan.loop.identify.checklist import ControlLink, RiskLink
from anlan.loop.quantify import quantify
from anlan.loop.treat import plan_treatments, shared_reduction
from anlan.loop.treat.effects import DRAWS, drawn_factors
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


def _linked(control: PackControl, strength: float = 1.0) -> ControlLink:
    """The control with a link of the given strength, as a pack risk would give it."""
    text = Text("r", "r")
    risk = PackRisk("T-R01", "N1", "process", text, text, text, text, "added", (control.code,), ())
    parameters = {"risk": "T-R01", "node": "N1", "category": "process", "activity": "check"}
    return ControlLink(control, RiskLink("T", risk, strength, "node_and_kind", parameters))


def _risks(findings) -> tuple[Risk, ...]:
    return quantify(findings, log_facts=FACTS, criteria=load_criteria(), process="desk", years=200)[0]


def _case(seed: int, n: int = 7) -> tuple[tuple[Risk, ...], dict[str, list[ControlLink]]]:
    """Risks and controls, linked at random with strengths that count."""
    rng = np.random.default_rng(seed)
    risks = _risks(random_findings(seed, n=6, n_cases=500))
    controls = [
        _control(f"C{i}", str(rng.choice(list("SML"))), tuple(sorted(rng.uniform(0.1, 1.0, 2).tolist())))
        for i in range(n)
    ]
    return risks, {
        risk.id: [_linked(c, float(rng.choice([0.5, 0.7, 1.0]))) for c in controls if rng.random() < 0.5]
        for risk in risks
    }


def _loss_left(risks, links_by_risk, chosen: set[str], factor=None) -> float:
    """Loss left by hand; `factor`: of a control, by default the product of the middles of its ranges."""
    factor = factor or (lambda c: sum(c.likelihood_factor) / 2 * sum(c.consequence_factor) / 2)
    return sum(
        risk.annual_loss.estimate
        * math.prod(
            1 - item.link.strength * (1 - factor(item.control))
            for item in links_by_risk[risk.id]
            if item.control.code in chosen
        )
        for risk in risks
    )


def _plan(risks, controls_by_risk, **options) -> TreatmentPlan:
    """Plan with controls (linked in full) or links."""
    links = {
        risk: [item if isinstance(item, ControlLink) else _linked(item) for item in items]
        for risk, items in controls_by_risk.items()
    }
    return plan_treatments(risks, links, unit="customer_min", **options)


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
    assert measure.reduction.estimate == pytest.approx(0.5 * loss_big)
    assert measure.reduction.low == pytest.approx(0.41 * loss_big, rel=0.02)
    assert measure.reduction.high == pytest.approx(0.59 * loss_big, rel=0.02)
    assert (measure.reduction.level, measure.strengths, measure.factor.estimate) == (0.9, (1.0,), 0.5)
    assert (measure.risks, measure.assumed, plan.cost_unit) == ((big.id,), True, "person_days")
    assert plan.proven_optimal


def test_a_budget_buys_at_exact_costs() -> None:
    """The middle of 10 to 60 days is 24.5: two such measures cost 49, not twice the written 20."""
    (risk,) = _risks([finding(affected=range(100), delay_min=10.0)])
    controls = {risk.id: [_control("A", "M"), _control("B", "M")]}
    assert [len(_plan([risk], controls, budget=days).chosen) for days in (24.0, 41.0, 48.9, 49.0)] == [
        0,
        1,
        1,
        2,
    ]


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


def test_weak_links_are_listed_apart_and_bring_nothing() -> None:
    findings = [finding("a", affected=range(100), delay_min=10.0), finding("b", affected=range(500, 520))]
    one, two = _risks(findings)
    near, far = _control("NEAR"), _control("FAR")
    links = {
        one.id: [_linked(near, 1.0), _linked(far, 0.4)],
        two.id: [_linked(near, 0.2), _linked(far, 0.49)],
    }
    plan = _plan([one, two], links, budget=100.0)
    assert [(m.code, m.risks, m.strengths) for m in plan.candidates] == [("NEAR", (one.id,), (1.0,))]
    assert [(x.code, x.risks, x.strengths) for x in plan.to_examine] == [
        ("FAR", (one.id, two.id), (0.4, 0.49)),
        ("NEAR", (two.id,), (0.2,)),
    ]
    assert [code for code, _, _ in plan.chosen] == ["NEAR"]
    assert "treat.links_to_examine" in plan.notes
    only_weak = _plan([one], {one.id: [_linked(far, 0.4)]}, budget=100.0)
    assert (only_weak.candidates, only_weak.chosen, len(only_weak.to_examine)) == ((), (), 1)
    assert "treat.no_candidates" in only_weak.notes


@pytest.mark.parametrize("strength", [0.5, 0.8, 1.0])
def test_a_link_passes_on_as_much_of_the_effect_as_its_strength(strength: float) -> None:
    (risk,) = _risks([finding(affected=range(100), delay_min=10.0)])
    control = _control("C", likelihood=(0.3, 0.3))
    plan = _plan([risk], {risk.id: [_linked(control, strength)]}, budget=10.0)
    loss = risk.annual_loss.estimate
    assert plan.chosen[0][2] == pytest.approx(0.7 * strength * loss)
    assert plan.candidates[0].reduction.estimate == pytest.approx(0.7 * strength * loss)
    assert plan.chosen_intervals[0].low == pytest.approx(plan.chosen_intervals[0].high)


def test_a_control_is_paid_once_however_many_risks_it_acts_on() -> None:
    risks = _risks([finding(f"f{i}", affected=range(100 * i, 100 * i + 50), delay_min=9.0) for i in range(5)])
    one = _plan(risks, {risks[0].id: [_control("C")]}, budget=9.0)
    five = _plan(risks, {risk.id: [_control("C")] for risk in risks}, budget=9.0)
    assert one.chosen[0][1] == five.chosen[0][1]
    assert five.chosen[0][2] == pytest.approx(5 * one.chosen[0][2], rel=0.05)
    assert "treat.cost_once" in five.notes
    assert "treat.cost_once" not in one.notes


@pytest.mark.parametrize("seed", range(3))
def test_intervals_hold_nine_in_ten_of_what_other_draws_give(seed: int) -> None:
    risks, links = _case(seed)
    plan = _plan(risks, links, budget=150.0)
    rng, chosen = np.random.default_rng(seed), {code for code, _, _ in plan.chosen}
    controls = {item.control.code: item.control for items in links.values() for item in items}
    total, taken = sum(risk.annual_loss.estimate for risk in risks), []
    for _ in range(1_000):
        luck = {
            code: rng.uniform(*c.likelihood_factor) * rng.uniform(*c.consequence_factor)
            for code, c in controls.items()
        }
        taken.append(total - _loss_left(risks, links, chosen, lambda c, luck=luck: luck[c.code]))
    assert plan.chosen_set is not None
    joint = plan.chosen_set.reduction
    assert (joint.estimate, joint.level) == (pytest.approx(np.mean(taken), rel=0.02), 0.9)
    assert (joint.low, joint.high) == pytest.approx(np.quantile(taken, [0.05, 0.95]).tolist(), rel=0.04)
    assert 0.87 < np.mean((np.array(taken) > joint.low) & (np.array(taken) < joint.high)) < 0.93
    left = [(point[1], span) for point, span in zip(plan.frontier, plan.frontier_intervals, strict=True)]
    assert left[0][1].low == pytest.approx(left[0][1].high)
    assert all(span.low <= loss == span.estimate <= span.high for loss, span in left)
    assert sum(share for _, _, share in plan.chosen) == pytest.approx(joint.estimate)
    assert joint.estimate == pytest.approx(total - _loss_left(risks, links, chosen))
    for (_, _, share), span in zip(plan.chosen, plan.chosen_intervals, strict=True):
        assert span.low < share == span.estimate < span.high


def test_one_control_meets_the_same_luck_at_all_its_risks() -> None:
    """Two equal risks under one control scatter as one risk of twice the size, not less."""
    one, two = _risks([finding(f"f{i}", affected=range(90 * i, 90 * i + 90), delay_min=9.0) for i in (0, 1)])
    wide = _control("W", likelihood=(0.1, 0.9))
    single = _plan([one], {one.id: [wide]}, budget=9.0).chosen_set
    double = _plan([one, two], {one.id: [wide], two.id: [wide]}, budget=9.0).chosen_set
    assert single is not None
    assert double is not None
    relative = [(s.reduction.high - s.reduction.low) / s.reduction.estimate for s in (single, double)]
    assert relative[1] == pytest.approx(relative[0])


def test_draws_repeat_to_the_bit_whatever_else_is_drawn() -> None:
    control = _control("C", likelihood=(0.2, 0.6), consequence=(0.5, 1.0))
    drawn = drawn_factors(control, seed=3)
    assert len(drawn) == DRAWS
    assert np.array_equal(drawn, drawn_factors(control, seed=3))
    assert not np.array_equal(drawn, drawn_factors(control, seed=4))
    assert abs(np.corrcoef(drawn, drawn_factors(_control("D", likelihood=(0.2, 0.6)), seed=3))[0, 1]) < 0.08
    assert 0.1 <= drawn.min() < drawn.max() <= 0.6
    assert drawn.mean() == pytest.approx(0.4 * 0.75, abs=0.01)
    risks, links = _case(5)
    plan, backwards = _plan(risks, links, budget=90.0), _plan(risks[::-1], links, budget=90.0)
    assert plan == _plan(risks, links, budget=90.0)
    assert {m.code: m.factor for m in plan.candidates} == {m.code: m.factor for m in backwards.candidates}
    other = _plan(risks, links, budget=90.0, seed=1)
    assert other.chosen == plan.chosen
    assert other.chosen_intervals != plan.chosen_intervals


def test_doubt_about_the_winner_is_the_chance_that_its_rival_is_better() -> None:
    (risk,) = _risks([finding(affected=range(100), delay_min=10.0)])
    first, second = _control("A", likelihood=(0.30, 0.50)), _control("B", likelihood=(0.35, 0.55))
    clear = _control("CLEAR", likelihood=(0.0, 0.1))
    plan = _plan([risk], {risk.id: [first, second]}, budget=4.0)
    assert [code for code, _, _ in plan.chosen] == ["A"]
    a, b = drawn_factors(first, seed=0), drawn_factors(second, seed=0)
    gain = np.maximum(a - b, 0.0)
    assert plan.chosen_set is not None
    assert plan.chosen_set.rival_share == pytest.approx(np.mean(gain > 0.01 * (1 - a)))
    assert 0.2 < plan.chosen_set.rival_share < 0.4
    assert plan.chosen_set.regret == pytest.approx(gain.mean() * risk.annual_loss.estimate)
    sure = _plan([risk], {risk.id: [first, second, clear]}, budget=4.0).chosen_set
    assert sure is not None
    assert (sure.rival_share, sure.regret) == (0.0, 0.0)


@pytest.mark.parametrize("seed", range(4))
def test_the_rivals_found_are_nearly_all_there_are(seed: int) -> None:
    risks, links = _case(seed)
    budget = 60.0 + 20 * seed
    plan = _plan(risks, links, budget=budget)
    controls = {item.control.code: item.control for items in links.values() for item in items}
    drawn = {code: drawn_factors(control, seed=0) for code, control in controls.items()}
    cost = {m.code: m.cost.estimate for m in plan.candidates}
    total = sum(risk.annual_loss.estimate for risk in risks)
    chosen = total - _loss_left(risks, links, {code for code, _, _ in plan.chosen}, lambda c: drawn[c.code])
    best = chosen
    for n in range(len(cost) + 1):
        for some in itertools.combinations(cost, n):
            if sum(cost[code] for code in some) <= budget:
                best = np.maximum(best, total - _loss_left(risks, links, set(some), lambda c: drawn[c.code]))
    exact = float(np.mean(best - chosen > 0.01 * chosen))
    assert plan.chosen_set is not None
    assert exact - 0.03 <= plan.chosen_set.rival_share <= exact + 1e-9
    assert plan.chosen_set.regret <= float(np.mean(best - chosen)) * (1 + 1e-9)
