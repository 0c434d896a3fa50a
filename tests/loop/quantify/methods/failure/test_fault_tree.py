"""The answer of a fault tree: what is said beside the number, and what is refused."""

import math
from typing import Any

import numpy as np
import pytest

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import Answer
from anlan.loop.quantify.methods.failure import fault_tree
from anlan.loop.quantify.methods.failure.fault_tree import METHOD
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs

GIVEN: dict[str, Any] = {
    "top": "t",
    "gates": [
        {"name": "t", "kind": "or", "inputs": ["x", "c"]},
        {"name": "x", "kind": "and", "inputs": ["a", "b"]},
    ],
    "events": [
        {"name": "a", "probability": 0.1},
        {"name": "b", "probability": 0.1},
        {"name": "c", "probability": 0.001},
    ],
}
WIDE = {"kind": "lognormal", "median": 0.01, "error_factor": 5}


def _answer(**changes: Any) -> Answer:
    return METHOD.run(read_inputs(METHOD.fields, {**GIVEN, **changes}), seed=1)


def _value(answer: Answer, name: str) -> float:
    return next(each.value for each in answer.quantities if each.name == name)


def _warned(answer: Answer) -> set[str]:
    return {note.code.removeprefix("fault_tree.") for note in answer.warnings}


def _events(**changed: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"name": row["name"], **changed.get(row["name"], {"probability": row["probability"]})}
            for row in GIVEN["events"]]  # fmt: skip


def test_certain_numbers_give_the_exact_probability_without_an_interval_or_a_warning() -> None:
    answer = _answer()
    assert answer.headline.value == pytest.approx(0.01 + 0.001 - 0.00001)
    assert answer.headline.interval == ""
    assert not answer.warnings


def test_uncertain_numbers_give_an_interval_and_alike_events_a_wider_one() -> None:
    apart = _answer(events=_events(a={"probability": WIDE}, b={"probability": WIDE})).headline
    alike = _answer(
        events=_events(a={"probability": WIDE, "alike": "pump"}, b={"probability": WIDE, "alike": "pump"})
    ).headline
    assert apart.interval == "middle_90"
    assert apart.low < apart.value < apart.high
    assert alike.high - alike.low > (apart.high - apart.low) * 1.1


def test_rates_are_read_by_their_time() -> None:
    for time, expected in (("mission_h", -math.expm1(-0.1)), ("repair_h", 0.1 / 1.1),
                           ("test_h", 1 + math.expm1(-0.1) / 0.1)):  # fmt: skip
        answer = _answer(events=_events(a={"rate_per_h": 0.001, time: 100}))
        assert answer.headline.value == pytest.approx(1 - (1 - 0.1 * expected) * 0.999)


def test_a_common_cause_raises_the_top_and_a_second_model_of_it_is_warned_of() -> None:
    group = [{"name": "g", "members": ["a", "b"], "factors": [0.1]}]
    answer = _answer(common_causes=group)
    assert answer.headline.value == pytest.approx(1 - 0.999 * (1 - 0.01) * (1 - 0.09**2))
    assert not answer.warnings
    twice = _answer(
        common_causes=group,
        gates=[
            {"name": "t", "kind": "and", "inputs": ["p", "q"]},
            {"name": "p", "kind": "or", "inputs": ["a", "c"]},
            {"name": "q", "kind": "or", "inputs": ["b", "c"]},
        ],
    )
    assert _warned(twice) == {"counted_twice"}


def test_negation_a_sum_above_one_and_unused_names_are_warned_of() -> None:
    gates = [
        {"name": "t", "kind": "or", "inputs": ["a", "n"]},
        {"name": "n", "kind": "not", "inputs": ["b"]},
        {"name": "spare", "kind": "or", "inputs": ["c"]},
    ]
    answer = _answer(gates=gates)
    assert _warned(answer) == {"not_coherent", "unused"}
    high = {"probability": 0.9}
    assert _warned(_answer(events=_events(a=high, b=high, c=high))) == {"rare_event_above_one"}


def test_a_cut_off_bounds_what_it_leaves_out() -> None:
    answer = _answer(most_order=1)
    assert _value(answer, "left_out_at_most") == pytest.approx(0.01099 - 0.001)
    assert _warned(answer) == {"cut_at_order"}
    listed = next(each for each in _answer(least_probability=0.005).tables if each.name == "tree_not_listed")
    assert listed.rows[0] == (1, pytest.approx(0.001))


def test_an_initiator_makes_a_frequency() -> None:
    beside = _answer(initiator={"per_year": 4})
    assert _value(beside, "top_frequency") == pytest.approx(4 * 0.01099)
    inside = _answer(initiator={"per_year": 4, "event": "a"})
    assert _value(inside, "top_frequency") == pytest.approx(4 * 0.1 * 0.999)


def test_a_top_that_cannot_happen_is_said_so() -> None:
    zero = {"probability": 0}
    answer = _answer(events=_events(a=zero, b=zero, c=zero))
    assert answer.headline.value == 0
    assert "never" in _warned(answer)


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"top": "u"}, {("fault_tree.unknown_top", "top")}),
        (
            {"gates": [{"name": "t", "kind": "or", "inputs": ["t"]}]},
            {("fault_tree.cycle", "gates[1]")},
        ),
        (
            {"gates": [*GIVEN["gates"], GIVEN["gates"][0], {"name": "z", "kind": "or", "inputs": ["y"]}]},
            {("fault_tree.name_twice", "gates[3]"), ("fault_tree.unknown_name", "gates[4]")},
        ),
        (
            {"events": _events(a={"probability": 0.1, "rate_per_h": 1}, b={"rate_per_h": 0.1},
                               c={"probability": {"kind": "lognormal", "median": 2, "error_factor": 2}})},
            {("fault_tree.event_data", "events[1]"), ("fault_tree.event_data", "events[2]"),
             ("method.outside", "events[3].probability")},
        ),
        (
            {"common_causes": [
                {"name": "g", "members": ["a", "c"], "factors": [0.1, 0.2]},
                {"name": "h", "members": ["a", "z"], "factors": [0.1]},
            ]},
            {("fault_tree.common_cause_factors", "common_causes[1]"),
             ("fault_tree.common_cause_alike", "common_causes[1].members"),
             ("fault_tree.common_cause_event", "common_causes[2].members")},
        ),
    ],
)  # fmt: skip
def test_every_fault_is_told_with_its_place(changes: dict[str, Any], faults: set[tuple[str, str]]) -> None:
    with pytest.raises(RefusedInputs) as refused:
        _answer(**changes)
    assert {(each.code, each.parameters["where"]) for each in refused.value.several} == faults


def test_redundant_parts_that_are_tested_are_warned_of_with_the_factor_they_lack() -> None:
    """The mean of the product of two saw teeth of small height is 4 / 3 of the product of their means."""
    late = {"rate_per_h": 1e-6, "test_h": 1000}
    both = _answer(events=_events(a=late, b=late))
    (note,) = both.warnings
    assert note.code == "fault_tree.tested_together"
    t = np.linspace(0, 1000, 100_001)
    height = -np.expm1(-1e-6 * t)
    assert note.parameters["factor"] == pytest.approx((height**2).mean() / height.mean() ** 2, rel=1e-3)
    assert not _answer(events=_events(a=late)).warnings


@pytest.fixture
def too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if no diagram had room, by the limit that trees really meet."""
    real = fault_tree.diagram_of
    monkeypatch.setattr(fault_tree, "diagram_of", lambda tree, roots: real(tree, roots, most_nodes=2))


def test_a_tree_without_room_for_its_diagram_gets_bounds_and_is_told_so(
    request: pytest.FixtureRequest,
) -> None:
    changes = {
        "gates": [
            {"name": "t", "kind": "and", "inputs": ["x", "y"]},
            {"name": "x", "kind": "or", "inputs": ["a", "c"]},
            {"name": "y", "kind": "or", "inputs": ["b", "c"]},
        ],
        "initiator": {"per_year": 4.0, "event": "c"},
    }
    exact = _answer(**changes)
    request.getfixturevalue("too_large")
    answer = _answer(**changes)
    headline = answer.headline
    assert (headline.name, headline.interval) == ("top_at_most", "bounds")
    assert headline.low == pytest.approx(exact.headline.value) == headline.value
    assert _value(answer, "frequency_at_most") == pytest.approx(_value(exact, "top_frequency"))
    assert answer.tables[0].rows == (("c", 0.001),)
    assert _warned(answer) == {"bounded"}
    assert answer.warnings[0].parameters["most"] == 2


def test_a_tree_with_negation_and_without_room_is_refused(too_large: None) -> None:
    gates = [{"name": "t", "kind": "xor", "inputs": ["a", "b", "c"]}]
    with pytest.raises(NotEnoughData, match="too_large"):
        _answer(gates=gates)
