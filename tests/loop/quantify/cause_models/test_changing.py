"""A change to a model touches what it should and nothing else; what was given is left as it was."""

from copy import deepcopy
from typing import Any

import pytest

from anlan.domain.errors import RefusedInput
from anlan.formats.spec_file import read_spec_file
from anlan.loop.quantify.cause_models import CODES, model_method
from anlan.loop.quantify.cause_models.changing import add, link, move, put, remove
from anlan.loop.quantify.cause_models.drafts import faults_in
from anlan.loop.quantify.cause_models.parts import (
    MODEL,
    Part,
    name_of,
    part_of,
    parts_of,
    place_of,
    row_of,
    unused,
    users,
)
from anlan.loop.quantify.cause_models.quick import quick_answer
from anlan.studies.methods.explaining import EXAMPLES

TREE = model_method("fault_tree")


def example(code: str) -> dict[str, Any]:
    inputs: dict[str, Any] = read_spec_file(EXAMPLES / f"{code}.yaml")["inputs"]
    return inputs


def headline(code: str, inputs: dict[str, Any]) -> float:
    return quick_answer(model_method(code), inputs).headline.value


@pytest.mark.parametrize("code", CODES)
def test_a_part_under_another_name_is_still_the_same_part_everywhere(code: str) -> None:
    """Every part of the example renamed, one after the other: no fault, and the same figures."""
    of, inputs = model_method(code), example(code)
    before = deepcopy(inputs)
    for n, (part, _) in enumerate(list(parts_of(of, inputs))):
        inputs = put(of, inputs, part, row_of(inputs, part) | {"name": f"甲 {n} <b>"})
    assert faults_in(of, inputs) == ()
    assert headline(code, inputs) == pytest.approx(headline(code, before), rel=1e-12)
    assert before == example(code), "what was given was written into"
    names = [name_of(row) for _, row in parts_of(of, inputs)]
    assert all(name.startswith("甲") for name in names)


def test_a_name_that_two_rows_carry_takes_no_reference_with_it() -> None:
    inputs = example("fault_tree")
    inputs["events"].append({"name": "误升级", "probability": 0.5})
    made = put(TREE, inputs, Part("events", 13), {"name": "别的", "probability": 0.5})
    assert "误升级" in next(g for g in made["gates"] if g["name"] == "业务系统不可用")["inputs"]


def test_a_new_part_has_a_name_of_its_own_and_stands_under_its_gate() -> None:
    inputs, part = add(TREE, example("fault_tree"), "events", "事件", below=Part("gates", 3), column="inputs")
    inputs, second = add(TREE, inputs, "events", "事件", below=Part("gates", 3), column="inputs")
    assert (str(part), str(second)) == ("events-13", "events-14")
    assert row_of(inputs, Part("gates", 3))["inputs"] == ["主机一", "主机二", "事件 1", "事件 2"]
    assert [f.parameters["where"] for f in faults_in(TREE, inputs)] == ["events[13]", "events[14]"]


def test_a_part_that_goes_leaves_lists_but_not_single_answers() -> None:
    inputs = remove(TREE, example("fault_tree"), Part("events", 5))
    assert not any("切换失败" in row["inputs"] for row in inputs["gates"])
    of, tied = model_method("bow_tie"), example("bow_tie")
    tied = remove(of, tied, Part("gates", 1))
    assert next(b for b in tied["barriers"] if b["name"] == "异地坐席接管")["failure"] == "接管失败"
    assert [f.code for f in faults_in(of, tied)] == ["method.not_a_choice"]


def test_a_conditions_heading_is_told_when_it_is_gone_and_follows_a_new_name() -> None:
    of, tree = model_method("event_tree"), example("event_tree")
    gone = remove(of, tree, Part("headings", 1))
    assert {f.code for f in faults_in(of, gone)} == {"method.not_a_choice"}
    named = put(of, tree, Part("headings", 1), tree["headings"][0] | {"name": "UPS"})
    assert named["headings"][2]["depends"][0]["when"][0]["heading"] == "UPS"
    assert named["end_states"][0]["when"][0]["heading"] == "UPS"


def test_order_is_changed_within_the_table() -> None:
    of, tree = model_method("event_tree"), example("event_tree")
    made, part = move(of, tree, Part("end_states", 4), -1)
    assert part == Part("end_states", 3)
    assert [row["name"] for row in made["end_states"]][2:] == ["发电机带起业务", "长时间停业"]
    assert move(of, made, Part("end_states", 1), -1)[1] == Part("end_states", 1)


def test_naming_what_is_there_twice_names_it_once() -> None:
    inputs = link(TREE, example("fault_tree"), Part("gates", 3), "inputs", "误升级")
    assert link(TREE, inputs, Part("gates", 3), "inputs", "误升级") == inputs
    assert row_of(inputs, Part("gates", 3))["inputs"] == ["主机一", "主机二", "误升级"]


@pytest.mark.parametrize(
    "change",
    [
        lambda m: put(TREE, m, Part("events", 99), {}),
        lambda m: put(TREE, m, Part("nothing", 1), {}),
        lambda m: remove(TREE, m, MODEL),
        lambda m: add(TREE, m, "top", "x"),
        lambda m: link(TREE, m, Part("gates", 1), "kind", "x"),
        lambda m: link(TREE, m, Part("events", 1), "inputs", "x"),
    ],
)
def test_a_part_that_is_not_there_is_refused(change: Any) -> None:
    with pytest.raises(RefusedInput, match=r"cause_model\.no_part"):
        change(example("fault_tree"))


def test_who_uses_what_is_known() -> None:
    inputs = example("fault_tree")
    known = users(TREE, inputs)
    assert known[Part("events", 5)] == [Part("gates", 5), Part("gates", 7)]
    assert known[Part("gates", 1)] == [MODEL]
    assert unused(TREE, inputs) == []
    inputs, part = add(TREE, inputs, "gates", "门")
    assert unused(TREE, inputs) == [part]


@pytest.mark.parametrize(
    "text", ["", "model", "gates", "gates-0", "gates--1", "gates-99999999", "a b-1", "é-1"]
)
def test_what_names_no_part_means_the_model(text: str) -> None:
    assert part_of(text) == MODEL


def test_places_of_faults_lead_to_parts() -> None:
    assert place_of("gates[3].inputs[2]") == (Part("gates", 3), "inputs[2]")
    assert place_of("events[12]") == (Part("events", 12), "")
    assert place_of("initiating.frequency") == (MODEL, "initiating.frequency")
