"""Four views of the same causes give the same top probability."""

import math
from typing import Any

import pytest

from anlan.domain.errors import RefusedInput
from anlan.loop.quantify.cause_models.seen_as import (
    bayes_net_of_fault_tree,
    event_tree_of_bow_tie,
    fault_tree_of_bow_tie,
)
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.maths.fault_trees import FaultTree, Gate, probability_of

BOW_TIE: dict[str, Any] = {
    "event": "no service",
    "causes": [
        {"name": "rush", "frequency": 6.0, "barriers": ["roster", "voice menu"]},
        {"name": "line cut", "frequency": 0.5, "barriers": ["second line"]},
        {"name": "bad release", "frequency": 2.0, "barriers": ["review", "roll back"]},
    ],
    "barriers": [
        {"name": "roster", "probability": 0.2},
        {"name": "voice menu", "probability": 0.1, "supports": ["cloud down"]},
        {"name": "second line", "probability": 0.05, "supports": ["no power"]},
        {"name": "review", "failure": "review missed"},
        {"name": "roll back", "probability": 0.1, "supports": ["cloud down"]},
        {"name": "messages", "probability": 0.3, "supports": ["cloud down", "no power"]},
    ],
    "consequences": [{"name": "complaints", "barriers": ["messages"], "loss": 100.0, "probability": 0.7}],
    "gates": [{"name": "review missed", "kind": "and", "inputs": ["tired", "hurried"]}],
    "events": [
        {"name": "cloud down", "probability": 0.05},
        {"name": "no power", "probability": 0.02},
        {"name": "tired", "probability": 0.3},
        {"name": "hurried", "probability": 0.4},
    ],
}


def _answer(code: str, given: dict[str, Any]) -> Any:
    chosen = method(code)
    return chosen.run(read_inputs(chosen.fields, given))


def _by_diagram(given: dict[str, Any]) -> float:
    gates = {row["name"]: Gate(row["kind"], tuple(row["inputs"]), row.get("k", 0)) for row in given["gates"]}
    p = {row["name"]: row["probability"] for row in given["events"]}
    return probability_of(FaultTree(gates, tuple(p)), given["top"], p)


def test_bow_tie_fault_tree_and_network_agree_on_the_frequency_of_the_event() -> None:
    """Causes one by one: frequency times the probability of the tree given the cause."""
    whole = _answer("bow_tie", BOW_TIE)
    causes = {row[0]: row for row in next(t for t in whole.tables if t.name == "bow_tie_causes").rows}
    for cause in BOW_TIE["causes"]:
        tree = fault_tree_of_bow_tie(BOW_TIE, cause=cause["name"])
        p = _by_diagram(tree)
        assert causes[cause["name"]][2] == pytest.approx(p, rel=1e-12)
        assert _answer("bayes_net", bayes_net_of_fault_tree(tree)).headline.value == pytest.approx(
            p, rel=1e-10
        )
    assert whole.headline.value == pytest.approx(sum(row[3] for row in causes.values()))


def test_the_tree_of_all_causes_and_its_network_agree() -> None:
    """Within a year at least once: causes share the cloud, so multiplying them would be wrong."""
    tree = fault_tree_of_bow_tie(BOW_TIE)
    p = _by_diagram(tree)
    assert _answer("fault_tree", tree).headline.value == pytest.approx(p, rel=1e-12)
    assert _answer("bayes_net", bayes_net_of_fault_tree(tree)).headline.value == pytest.approx(p, rel=1e-10)
    apart = 1 - math.prod(
        1 - row["probability"] * _by_diagram(fault_tree_of_bow_tie(BOW_TIE, cause=cause["name"]))
        for cause in BOW_TIE["causes"]
        for row in tree["events"]
        if row["name"] == f"{cause['name']} (occurs)"
    )
    assert p != pytest.approx(apart, rel=1e-4)


def test_the_event_trees_of_all_causes_give_the_event_and_the_consequence_of_the_bow_tie() -> None:
    whole = {each.name: each.value for each in _answer("bow_tie", BOW_TIE).quantities}
    came, followed = 0.0, 0.0
    for cause in BOW_TIE["causes"]:
        given = event_tree_of_bow_tie(BOW_TIE, cause=cause["name"], consequence="complaints")
        answer = _answer("event_tree", given)
        came += answer.headline.value
        ends = next(table for table in answer.tables if table.name == "end_states")
        followed += next(row[3] for row in ends.rows if row[0] == "complaints")
    assert came == pytest.approx(whole["event_frequency"], rel=1e-12)
    assert followed == pytest.approx(whole["consequence_frequency"], rel=1e-12)


@pytest.mark.parametrize("kind", ["and", "or", "atleast", "xor", "nand", "nor"])
def test_a_gate_of_many_inputs_keeps_its_probability_in_small_tables(kind: str) -> None:
    names = [f"e{n}" for n in range(14)]
    tree = {
        "top": "top",
        "gates": [{"name": "top", "kind": kind, "inputs": names, "k": 3 if kind == "atleast" else 0}],
        "events": [{"name": name, "probability": 0.05 + 0.06 * n} for n, name in enumerate(names)],
    }
    net = bayes_net_of_fault_tree(tree)
    assert max(len(node["table"]) for node in net["nodes"]) <= 2**8
    assert _answer("bayes_net", net).headline.value == pytest.approx(_by_diagram(tree), rel=1e-9)


def test_what_cannot_be_carried_over_is_refused() -> None:
    uncertain = {"kind": "pert", "low": 0, "likely": 0.1, "high": 0.2}
    tree = {"top": "a", "gates": [], "events": [{"name": "a", "probability": uncertain}]}
    with pytest.raises(RefusedInput, match="not_plain"):
        bayes_net_of_fault_tree(tree)
    with pytest.raises(RefusedInput, match="not_carried"):
        bayes_net_of_fault_tree({**tree, "houses": [{"name": "h", "happens": True}]})
