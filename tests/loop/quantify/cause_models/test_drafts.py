"""What is wrong with an unfinished model is told at its part, by the method's own checks."""

from typing import Any

import pytest

from anlan.domain.errors import RefusedInput
from anlan.loop.quantify.cause_models import CODES, model_method
from anlan.loop.quantify.cause_models.drafts import empty, faults_in, shaped
from anlan.loop.quantify.cause_models.drawn import bow_tie_data, event_tree_data, fault_tree_data
from loop.quantify.cause_models.test_changing import example


def told(code: str, inputs: dict[str, Any]) -> list[tuple[str, str]]:
    return [(f.code, str(f.parameters.get("where"))) for f in faults_in(model_method(code), inputs)]


def tree(*gates: tuple[str, str, list[str]], **events: Any) -> dict[str, Any]:
    return {
        "top": gates[0][0],
        "gates": [{"name": name, "kind": kind, "inputs": inputs} for name, kind, inputs in gates],
        "events": [{"name": name, "probability": p} for name, p in events.items()],
    }


@pytest.mark.parametrize("code", CODES)
def test_the_example_has_no_faults_and_an_empty_model_has_some(code: str) -> None:
    assert told(code, example(code)) == []
    begun = empty(code, "停电")
    assert told(code, begun)
    assert shaped(model_method(code), begun) == begun


def test_a_cycle_an_unknown_name_and_a_probability_are_told_together_with_their_places() -> None:
    assert told("fault_tree", tree(("a", "or", ["b"]), ("b", "and", ["a", "x"]), x=0.1)) == [
        ("fault_tree.cycle", "gates[1]")
    ]
    found = told("fault_tree", tree(("a", "or", ["x", "who"]), x=2))
    assert ("method.outside", "events[1].probability") in found
    assert ("fault_tree.unknown_name", "gates[1]") in found


def test_a_missing_number_does_not_hide_a_cycle() -> None:
    found = told("fault_tree", tree(("a", "or", ["b", "x"]), ("b", "or", ["a"]), x="many"))
    assert found == [("method.not_an_estimate", "events[1].probability"), ("fault_tree.cycle", "gates[1]")]


def test_a_part_with_faults_of_its_own_is_not_told_of_again() -> None:
    inputs = example("bow_tie")
    inputs["barriers"][0]["probability"] = "?"
    inputs["barriers"][1] = {"name": "自动语音分流"}
    assert told("bow_tie", inputs) == [
        ("method.not_an_estimate", "barriers[1].probability"),
        ("bow_tie.no_failure", "barriers[2]"),
    ]


def test_too_many_sequences_are_a_fault_and_not_a_crash() -> None:
    inputs = example("event_tree")
    inputs["headings"] += [{"name": f"h{n}", "probability": 0.5} for n in range(14)]
    assert [code for code, _ in told("event_tree", inputs)] == ["event_tree.too_many"]
    drawn = event_tree_data(inputs, None)
    assert len(drawn["sequences"]) <= 512
    assert drawn["sequences"][0]["outcomes"][-1] is None, "what is not branched is drawn as not asked"


@pytest.mark.parametrize(
    "given",
    [
        [],
        {"gates": 3},
        {"gates": [3]},
        {"gates": [{"name": "a", "colour": "red"}]},
        {"wings": []},
        {"gates": [{"name": "a", "inputs": "b"}]},
        {"top": {"a": 1}},
        {"events": [{"name": {"a": {"b": 1}}}]},
        {"events": [{"name": "a", "probability": {"kind": {"deep": 1}}}]},
    ],
)
def test_what_no_drawing_could_show_is_refused(given: Any) -> None:
    with pytest.raises(RefusedInput, match=r"method\.inputs"):
        shaped(model_method("fault_tree"), given)


HOSTILE: list[Any] = ["", " ", "x" * 500, "<script>", "\u202e", 7, True, None, ["a"], 1e308]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("code", CODES)
def test_any_value_is_told_or_taken_but_never_breaks_the_drawing(code: str, name: Any) -> None:
    of, inputs = model_method(code), example(code)
    for table in ("gates", "events", "headings", "causes", "barriers", "end_states"):
        rows = inputs.get(table, [])
        for column in rows[0] if rows else ():
            try:
                drawable = shaped(of, {**inputs, table: [rows[0] | {column: name}, *rows[1:]]})
            except RefusedInput:
                continue
            faults_in(of, drawable)
            fault_tree_data(drawable, None, top="")
            (bow_tie_data if code == "bow_tie" else event_tree_data)(drawable, None)
