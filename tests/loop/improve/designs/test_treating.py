"""Measures as changes of a twin: the loss left is that of the plan, and what cannot be tried is told."""

import pytest

from anlan.loop.improve.designs.applying import apply, design
from anlan.loop.improve.designs.treating import Aim, tryable

TWIN = {
    "steps": [{"name": "register", "time": 5}, {"name": "check", "time": 9}],
    "arrivals": [2],
    "risks": [
        {"name": "slip", "step": "register", "chance": 0.2, "delay": 40},
        {"name": "wrong", "step": "check", "chance": 0.1, "effect": "repeat"},
        {"name": "lost", "step": "check", "chance": 0.1, "effect": "drop"},
    ],
}


def _one(name: str, node: str, strength: float = 1.0) -> list[Aim]:
    return [Aim((name,), (node,), strength)]


@pytest.mark.parametrize("strength", [1.0, 0.5])
def test_chance_times_delay_is_what_the_plan_leaves(strength: float) -> None:
    found = tryable(TWIN, _one("Slip", "", strength), likelihood=0.4, consequence=0.7, once=900)
    after = apply(TWIN, design("x", *found.changes))["risks"][0]
    left = (after["chance"] / 0.2) * (after["delay"] / 40)
    assert left == pytest.approx(1 - strength * (1 - 0.4 * 0.7))
    assert after["chance"] == pytest.approx(0.2 * (1 - strength * 0.6))
    assert (found.changes[0]["once"], found.untold) == (900, ())


def test_the_only_risk_at_a_node_stands_for_it() -> None:
    found = tryable(TWIN, _one("anything", "register"), likelihood=0.5, consequence=1)
    assert [(each["risks"], each["factor"]) for each in found.changes] == [("slip", 0.5)]


@pytest.mark.parametrize(
    ("name", "node", "reason", "names"),
    [("fire", "nowhere", "absent", ()), ("fire", "check", "several", ("wrong", "lost"))],
)
def test_what_the_twin_does_not_hold_is_told(name, node, reason, names) -> None:
    found = tryable(TWIN, _one(name, node), likelihood=0.5, consequence=1)
    assert found.changes == ()
    assert [(each.risk, each.reason, each.names) for each in found.untold] == [(name, reason, names)]


def test_a_milder_consequence_needs_a_delay() -> None:
    both = tryable(TWIN, _one("wrong", ""), likelihood=0.5, consequence=0.5)
    assert both.changes == ({"operator": "treat", "risks": "wrong", "factor": 0.5},)
    alone = tryable(TWIN, _one("wrong", ""), likelihood=1, consequence=0.5)
    assert alone.changes == ()
    assert [each.reason for each in (*both.untold, *alone.untold)] == ["consequence", "consequence"]


def test_a_measure_without_effect_says_so() -> None:
    found = tryable(TWIN, _one("slip", ""), likelihood=1, consequence=1)
    assert (found.changes, [each.reason for each in found.untold]) == ((), ["no_effect"])
