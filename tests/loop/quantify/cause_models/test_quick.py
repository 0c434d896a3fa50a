"""Figures at once are the library's own, without what needs samples, and are refused where they take long."""

from dataclasses import replace
from typing import Any

import pytest

from anlan.domain.errors import NotEnoughData, RefusedInput
from anlan.loop.quantify.cause_models import CODES, model_method
from anlan.loop.quantify.cause_models.drawn import bow_tie_data, event_tree_data, fault_tree_data
from anlan.loop.quantify.cause_models.quick import MOST_PARTS, quick_answer
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.maths.fault_trees import FaultTree, Gate, diagram_of
from anlan.maths.fault_trees.effort import at_most
from loop.quantify.cause_models.test_changing import example


@pytest.mark.parametrize("code", CODES)
def test_the_figures_are_those_of_the_method(code: str) -> None:
    of, inputs = model_method(code), example(code)
    whole, quick = of.run(read_inputs(of.fields, inputs), seed=3), quick_answer(of, inputs)
    sampled = ("top_mean", "top_median")
    assert quick.quantities == tuple(
        replace(q, low=None, high=None, interval="") for q in whole.quantities if q.name not in sampled
    )
    for table in quick.tables:
        same = next(each for each in whole.tables if each.name == table.name)
        if table.name in ("tree_cut_sets", "tree_not_listed"):
            n = min(len(table.rows), 10)
            assert same.rows[:n] == table.rows[:n] or table.name == "tree_not_listed"
        else:
            assert same == table


def wide(n: int) -> dict[str, Any]:
    """A tree of n pairs: n cut sets of order two."""
    names = [f"e{i}" for i in range(2 * n)]
    gates = [{"name": f"g{i}", "kind": "and", "inputs": names[2 * i : 2 * i + 2]} for i in range(n)]
    top = {"name": "top", "kind": "or", "inputs": [f"g{i}" for i in range(n)]}
    return {"top": "top", "gates": [top, *gates], "events": [{"name": x, "probability": 0.01} for x in names]}


def test_a_tree_of_two_thousand_events_has_its_figures_at_once() -> None:
    answer = quick_answer(model_method("fault_tree"), wide(1000))
    found = {q.name: q.value for q in answer.quantities}
    assert found["top_probability"] == pytest.approx(1 - (1 - 1e-4) ** 1000, rel=1e-12)
    assert found["n_cut_sets"] == 1000


def test_a_bow_tie_of_too_many_parts_is_not_waited_for() -> None:
    inputs = example("bow_tie")
    inputs["events"] += [{"name": f"e{n}", "probability": 0.1} for n in range(MOST_PARTS)]
    with pytest.raises(NotEnoughData, match=r"cause_model\.too_long"):
        quick_answer(model_method("bow_tie"), inputs)


def test_a_model_with_faults_has_no_figures() -> None:
    with pytest.raises(RefusedInput):
        quick_answer(model_method("bow_tie"), {"event": "x"})


def test_the_limit_holds_inside_and_not_after() -> None:
    names = tuple(f"e{n}" for n in range(24))
    tree = FaultTree({"top": Gate("atleast", names, 12)}, names)
    with at_most(50), pytest.raises(NotEnoughData, match="too_large"):
        diagram_of(tree, ["top"])
    assert diagram_of(tree, ["top"]).n_nodes > 50


@pytest.mark.parametrize("code", CODES)
def test_an_unfinished_picture_shows_the_same_parts_as_a_finished_one(code: str) -> None:
    """Without numbers nothing of the structure is lost."""
    inputs = example(code)
    answer = quick_answer(model_method(code), inputs)
    if code == "fault_tree":
        draft, done = (fault_tree_data(inputs, a, top=inputs["top"]) for a in (None, answer))
        assert [g["name"] for g in draft["gates"]] == [g["name"] for g in done["gates"]]
        assert all(row["probability"] is not None for row in (*done["gates"], *done["events"]))
        return
    data = bow_tie_data if code == "bow_tie" else event_tree_data
    draft, done = data(inputs, None), data(inputs, answer)

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            hidden = ("frequency", "failing")
            return {name: bare(each) for name, each in value.items() if name not in hidden}
        return [bare(each) for each in value] if isinstance(value, list | tuple) else value

    assert bare(draft) == bare(done)


def test_a_tree_that_needs_too_large_a_diagram_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("anlan.loop.quantify.cause_models.quick.MOST_NODES", 40)
    names = [f"e{n}" for n in range(24)]
    top = {"name": "top", "kind": "atleast", "k": 12, "inputs": names}
    inputs = {"top": "top", "gates": [top], "events": [{"name": x, "probability": 0.1} for x in names]}
    with pytest.raises(NotEnoughData, match="too_large"):
        quick_answer(model_method("fault_tree"), inputs)
