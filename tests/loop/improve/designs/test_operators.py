"""Each operator does what it says to the inputs and nothing else; what changes nothing changes no bit."""

from typing import Any

import numpy as np
import pytest

from anlan.domain.errors import AnlanError, RefusedInput
from anlan.loop.improve.designs.applying import apply, cost_of, design, document_of, read_designs
from anlan.loop.improve.designs.luck import numbers_of, with_numbers
from anlan.loop.improve.designs.series import Series, process_of
from anlan.loop.improve.designs.times import added, law, scaled, steadier
from anlan.loop.quantify.methods.process.process_runs import run_process
from anlan.maths.simulation.arrays import SERVED

LOGNORMAL = {"kind": "lognormal", "mean": 12, "sigma": 0.8}
PERT = {"kind": "pert", "low": 5, "likely": 10, "high": 40}
INPUTS: dict[str, Any] = {
    "steps": [
        {"name": "intake", "time": {"kind": "gamma", "shape": 2, "scale": 3}, "pool": "desk"},
        {"name": "check", "time": LOGNORMAL, "pool": "desk"},
        {"name": "work", "time": PERT, "pool": "crew", "cost": 7},
        {"name": "close", "time": 2, "pool": "desk"},
    ],
    "ways": [
        {"from": "check", "to": "work", "share": 0.8},
        {"from": "check", "to": "", "share": 0.2},
        {"from": "work", "to": "close", "share": 0.95},
        {"from": "work", "to": "check", "share": 0.05},
    ],
    "pools": [{"name": "desk", "people": 3}, {"name": "crew", "people": 2, "cost_per_hour": 30}],
    "shifts": [
        {"pool": "crew", "first_day": 1, "last_day": 5, "from_hour": 8, "to_hour": 18, "people": 4},
        {"pool": "crew", "from_hour": 0, "to_hour": 24, "people": 1},
    ],
    "arrivals": [1] * 8 + [5] * 10 + [1] * 6,
    "weeks": 0.5,
    "risks": [
        {"name": "typo", "step": "intake", "chance": 0.1, "effect": "found_later", "found_at": "close",
         "leads_to": "check"},
        {"name": "no parts", "step": "work", "chance": 0.2, "delay": {"kind": "constant", "value": 30}},
    ],
}  # fmt: skip
FREE: dict[str, Any] = {
    "steps": [
        {"name": "a", "time": {"kind": "weibull", "shape": 0.9, "scale": 10}},
        {"name": "b", "time": LOGNORMAL},
        {"name": "c", "time": {"kind": "gamma", "shape": 3, "scale": 2}},
    ],
    "arrivals": [6],
    "weeks": 0.5,
}
"""Nobody waits for anybody."""


def changed(*changes: dict[str, Any], inputs: dict[str, Any] = INPUTS) -> dict[str, Any]:
    return apply(inputs, design("d", *changes))


def row(inputs: dict[str, Any], table: str, name: str) -> dict[str, Any]:
    return next(each for each in inputs[table] if each["name"] == name)


def ways(inputs: dict[str, Any]) -> dict[tuple[str, str], float]:
    return {(way["from"], way["to"]): pytest.approx(way["share"]) for way in inputs["ways"]}


def works(inputs: dict[str, Any], base: dict[str, Any]) -> dict[str, float]:
    """Seconds of work by step of one run, with the luck of the process as it is."""
    asked = with_numbers(process_of(inputs), numbers_of(process_of(base)))
    run = run_process(asked, 7).runs[0]
    return {node.id: float(run.node[i, SERVED]) for i, node in enumerate(asked.network.nodes)}


NOTHING = (
    {"operator": "standardise", "steps": "check", "factor": 1},
    {"operator": "automate", "steps": "check", "factor": 1},
    {"operator": "staff", "pool": "desk", "people": 0},
    {"operator": "train", "pool": "desk", "factor": 1},
    {"operator": "smooth", "factor": 1},
    {"operator": "divert", "factor": 1},
    {"operator": "treat", "risks": "typo", "factor": 1},
    {"operator": "batch", "steps": "work", "size": 1},
    {"operator": "dispatch", "pool": "crew", "rule": "oldest_first"},
)


@pytest.mark.parametrize("change", NOTHING, ids=lambda change: change["operator"])
def test_an_operator_that_changes_nothing_leaves_the_same_bits(change: dict[str, Any]) -> None:
    base, other = Series(process_of(INPUTS), 5), Series(process_of(changed(change)), 5)
    base.extend(2), other.extend(2)
    for figure in ("cycle", "waiting", "cost"):
        assert base[figure].tobytes() == other[figure].tobytes()


def test_what_was_given_is_not_touched() -> None:
    before = repr(INPUTS)
    changed({"operator": "remove", "steps": "check"}, {"operator": "staff", "pool": "crew", "people": 1})
    assert repr(INPUTS) == before


def test_a_step_in_between_is_removed_and_the_work_of_the_others_stays_bit_by_bit() -> None:
    found = changed({"operator": "remove", "steps": "b"}, inputs=FREE)
    before, after = works(FREE, FREE), works(found, FREE)
    assert after == {"a": before["a"], "c": before["c"]}


def test_the_time_of_a_case_falls_by_exactly_the_step_removed() -> None:
    fixed = {**FREE, "steps": [*FREE["steps"], {"name": "d", "time": 5}]}
    base, other = (Series(process_of(each), 1) for each in (fixed, FREE))
    base.extend(3), other.extend(3)
    np.testing.assert_allclose(base["cycle"] - other["cycle"], 5.0, rtol=1e-9)


def test_a_removed_step_that_decides_leaves_its_decision() -> None:
    found = changed({"operator": "remove", "steps": "check"})
    assert row(found, "steps", "check") == {"name": "check", "kind": "choice"}
    assert ways(found)["check", "work"] == 0.8


def test_what_led_to_a_removed_step_leads_on() -> None:
    inputs = {**INPUTS, "risks": [], "ways": [*INPUTS["ways"][:2]]}
    found = changed({"operator": "remove", "steps": "work"}, inputs=inputs)
    assert ways(found) == {
        ("check", "close"): 0.8,
        ("check", ""): 0.2,
        ("intake", "check"): 1.0,
        ("close", ""): 1.0,
    }
    assert [each["name"] for each in found["steps"]] == ["intake", "check", "close"]


def test_the_entry_can_be_removed() -> None:
    found = changed({"operator": "remove", "steps": "intake"})
    assert found["steps"][0]["name"] == "check"
    assert [risk["name"] for risk in found["risks"]] == ["no parts"]
    process_of(found)


def test_merged_steps_do_the_same_work_in_one_visit() -> None:
    found = changed({"operator": "merge", "steps": "a, b", "factor": 0.9, "name": "ab"}, inputs=FREE)
    assert [each["name"] for each in found["steps"]] == ["ab", "c"]
    mean = law(FREE["steps"][0]["time"]).mean + law(LOGNORMAL).mean
    assert law(found["steps"][0]["time"]).mean == pytest.approx(0.9 * mean, rel=1e-12)
    process_of(found)


def test_risks_and_costs_come_along_when_steps_are_merged() -> None:
    found = changed({"operator": "merge", "steps": "intake、check"})
    assert ways(found)["work", "intake"] == 0.05
    assert {risk["name"]: (risk["step"], risk.get("leads_to")) for risk in found["risks"]} == {
        "typo": ("intake", "intake"), "no parts": ("work", None)}  # fmt: skip


def test_a_check_put_first_spares_the_work_of_those_it_refuses() -> None:
    inputs = {
        "steps": [{"name": "work", "time": 10}, {"name": "check", "time": 1}],
        "ways": [{"from": "check", "to": "", "share": 1.0}, {"from": "work", "to": "check", "share": 1.0}],
        "arrivals": [5],
    }
    inputs["steps"].append({"name": "pay", "time": 1})
    inputs["ways"][0]["share"] = 0.4
    inputs["ways"].append({"from": "check", "to": "pay", "share": 0.6})
    found = changed({"operator": "reorder", "steps": "check, work"}, inputs=inputs)
    assert ways(found) == {("check", ""): 0.4, ("check", "work"): 0.6, ("work", "pay"): 1.0, ("pay", ""): 1.0}
    assert [each["name"] for each in found["steps"]] == ["check", "work", "pay"]


def test_parallel_steps_do_the_same_work_and_take_as_long_as_the_longest() -> None:
    found = changed({"operator": "parallelise", "steps": "a, b"}, inputs=FREE)
    before, after = works(FREE, FREE), works(found, FREE)
    assert {name: after[name] for name in before} == before
    fixed = {**FREE, "steps": [{"name": "a", "time": 5}, {"name": "b", "time": 8}, {"name": "c", "time": 1}]}
    run = Series(process_of(changed({"operator": "parallelise", "steps": "a, b"}, inputs=fixed)), 1)
    run.extend(2)
    np.testing.assert_allclose(run["cycle"], 9.0, rtol=1e-9)


def test_a_decision_after_parallel_steps_is_taken_when_both_are_done() -> None:
    inputs = {**INPUTS, "risks": [], "ways": INPUTS["ways"][:2]}
    found = changed({"operator": "parallelise", "steps": "intake, check"}, inputs=inputs)
    split, join = "intake ∥ check", "intake ∥ check ✓"
    assert ways(found)[join, "work"] == 0.8
    assert [each["name"] for each in found["steps"]] == [split, "intake", "check", join, "work", "close"]
    process_of(found)


def test_a_control_catches_what_would_have_been_found_later() -> None:
    found = changed({"operator": "control", "steps": "work", "name": "look", "time": 1, "chance": 0.75})
    typo, missed = (risk for risk in found["risks"] if risk["name"].startswith("typo"))
    assert (typo["found_at"], typo["chance"]) == ("look", pytest.approx(0.075))
    assert (missed["found_at"], missed["chance"]) == ("close", pytest.approx(0.025))
    assert ways(found)["check", "look"] == 0.8
    assert ways(found)["look", "work"] == 1.0
    process_of(found)


def test_a_new_step_does_not_shift_the_luck_of_the_others() -> None:
    found = changed({"operator": "control", "steps": "a", "name": "look", "time": 1}, inputs=FREE)
    before, after = works(FREE, FREE), works(found, FREE)
    assert {name: after[name] for name in before} == before
    assert found["steps"][0]["name"] == "look"


TIMES = (
    LOGNORMAL,
    {"kind": "lognormal", "median": 4, "error_factor": 3},
    {"kind": "gamma", "shape": 2, "scale": 3},
    {"kind": "weibull", "shape": 0.8, "scale": 5},
    {"kind": "pert", "low": 1, "likely": 4, "high": 20},
    {"kind": "quantiles", "values": [0, 0, 1, 5, 30]},
)


@pytest.mark.parametrize("time", TIMES, ids=lambda time: time["kind"])
def test_a_steadier_time_keeps_its_mean_and_loses_spread(time: dict[str, Any]) -> None:
    made, now = law(time), law(steadier(time, 0.4))
    assert now.mean == pytest.approx(made.mean, rel=1e-9)
    assert now.variance == pytest.approx(0.16 * made.variance, rel=1e-6)
    assert steadier(time, 0.0) == pytest.approx(made.mean)
    assert law(scaled(time, 3.0)).mean == pytest.approx(3 * made.mean, rel=1e-9)


def test_a_sum_of_times_has_the_variance_of_a_sum() -> None:
    first, second = TIMES[2], TIMES[4]
    found = law(added([first, second], 1.0))
    assert found.variance == pytest.approx(law(first).variance + law(second).variance, rel=0.03)


def test_people_come_at_the_hours_asked() -> None:
    found = changed(
        {"operator": "staff", "pool": "crew", "people": 2, "last_day": 2, "from_hour": 6, "to_hour": 9.5}
    )
    assert hours(found) == hours(INPUTS) + 2 * 2 * 3.5
    fewer = {"operator": "staff", "pool": "crew", "people": -2, "last_day": 2, "from_hour": 6, "to_hour": 9.5}
    back = changed(fewer, inputs=found)
    one, other = (process_of(each).network.pools[1].schedule for each in (INPUTS, back))
    assert one == other


def hours(inputs: dict[str, Any]) -> float:
    """People-hours a week."""
    return sum(
        (each.get("last_day", 7) - each.get("first_day", 1) + 1)
        * (each["to_hour"] - each["from_hour"])
        * each["people"]
        for each in inputs["shifts"]
    )


def test_people_without_hours_come_whenever_their_pool_has_people() -> None:
    found = changed({"operator": "move_people", "pool": "desk", "to_pool": "crew", "people": 1})
    assert row(found, "pools", "desk")["people"] == 2
    assert hours(found) == hours(INPUTS) + 168


def test_people_cost_what_their_pool_costs_by_the_hour() -> None:
    asked = design("d", {"operator": "staff", "pool": "crew", "people": 1, "from_hour": 8, "to_hour": 12},
                   {"operator": "train", "pool": "desk", "factor": 1.1}, {"operator": "smooth", "factor": 0.5,
                   "once": 100, "yearly": 10})  # fmt: skip
    found = cost_of(INPUTS, asked)
    assert found.yearly == pytest.approx(30 * 28 * 365.25 / 7 + 10)
    assert (found.once, found.untold) == (100, (2,))


def test_smoothing_keeps_the_cases_of_a_day() -> None:
    found = changed({"operator": "smooth", "factor": 0.25})
    assert sum(found["arrivals"]) == pytest.approx(sum(INPUTS["arrivals"]))
    assert np.std(found["arrivals"]) == pytest.approx(0.25 * np.std(INPUTS["arrivals"]))


def test_priority_puts_all_others_behind() -> None:
    found = changed({"operator": "prioritise", "steps": "close"})
    assert [each.get("level", 0) for each in found["steps"]] == [1, 1, 0, 0]
    assert changed({"operator": "prioritise", "steps": "close"}, inputs=found) == found


def test_a_treated_risk_comes_as_seldom_as_asked() -> None:
    found = changed({"operator": "treat", "risks": "no parts", "factor": 0.5, "delay_factor": 0.1})
    assert row(found, "risks", "no parts")["chance"] == 0.1
    assert row(found, "risks", "no parts")["delay"]["value"] == pytest.approx(3)


def test_automation_can_fail_and_needs_nobody() -> None:
    found = changed(
        {"operator": "automate", "steps": "check", "factor": 0.1, "chance": 0.02, "unattended": True}
    )
    assert "pool" not in row(found, "steps", "check")
    assert row(found, "risks", "⚙ check") == {
        "name": "⚙ check",
        "step": "check",
        "chance": 0.02,
        "effect": "repeat",
    }
    process_of(found)


REFUSED = (
    ({"operator": "remove", "steps": "nowhere"}, "method.not_a_choice"),
    ({"operator": "remove", "steps": "close"}, "designs.risk_to_nowhere"),
    ({"operator": "parallelise", "steps": "check, work"}, "designs.leads_elsewhere"),
    ({"operator": "parallelise", "steps": "intake"}, "designs.too_few_steps"),
    ({"operator": "merge", "steps": "check, work"}, "designs.not_only_next"),
    ({"operator": "reorder", "steps": "intake, close"}, "designs.not_in_a_row"),
    ({"operator": "standardise", "steps": "close", "factor": 0.5}, "designs.no_spread"),
    ({"operator": "standardise", "steps": "check", "factor": 2}, "designs.outside"),
    ({"operator": "staff", "pool": "desk", "people": -3}, "designs.nobody_left"),
    ({"operator": "staff", "pool": "desk", "people": 1, "from_hour": 9, "to_hour": 8}, "designs.no_hours"),
    ({"operator": "cross_train", "steps": "check", "pool": "desk"}, "designs.already_can"),
    (
        {"operator": "control", "steps": "work", "name": "x", "time": 1, "risks": "no parts"},
        "designs.not_hidden",
    ),
    ({"operator": "treat", "risks": "typo", "factor": 20}, "designs.chance_above_one"),
    ({"operator": "treat", "risks": "typo", "factor": 1, "delay_factor": 0.5}, "designs.no_delay"),
    ({"operator": "prioritise", "steps": "work"}, "designs.no_others"),
)


@pytest.mark.parametrize(("change", "code"), REFUSED, ids=lambda each: each if isinstance(each, str) else "")
def test_what_cannot_be_done_is_refused_at_its_place(change: dict[str, Any], code: str) -> None:
    with pytest.raises(RefusedInput) as caught:
        changed(change)
    assert caught.value.code == code
    assert str(caught.value.parameters["where"]).startswith("d: changes[1].")


def test_a_fault_found_inside_a_branch_refuses_the_branch() -> None:
    inputs = {**INPUTS, "ways": [], "risks": [{**INPUTS["risks"][0], "found_at": "work"}]}
    with pytest.raises(RefusedInput, match="risk_leaves"):
        changed({"operator": "parallelise", "steps": "check, work"}, inputs=inputs)


def test_designs_are_read_with_every_fault_at_its_place() -> None:
    given = {"schema": "anlan.design/1", "designs": [
        {"name": "a", "changes": [{"operator": "smooth", "factor": 0.5, "pool": "desk"}]},
        {"name": "a", "changes": [{"operator": "staff", "pool": "desk"}]}]}  # fmt: skip
    with pytest.raises(AnlanError) as caught:
        read_designs(given)
    assert [(each.code, each.parameters["where"]) for each in caught.value.several] == [
        ("designs.not_asked", "designs[1].changes[1].pool"),
        ("method.twice", "designs[2].name"),
        ("method.missing_input", "designs[2].changes[1].people"),
    ]


def test_designs_are_written_as_they_are_read() -> None:
    given = document_of([design("a", {"operator": "smooth", "factor": 0.5, "once": 3})])
    assert document_of(read_designs(given)) == given
