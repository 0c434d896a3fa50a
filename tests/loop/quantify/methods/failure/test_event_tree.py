"""Event trees against enumeration of all states of their events, and their law: nothing is lost."""

import itertools
from typing import Any

import numpy as np
import pytest

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import Answer
from anlan.loop.quantify.methods.failure.event_tree import METHOD
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs


def _answer(**given: Any) -> Answer:
    return METHOD.run(read_inputs(METHOD.fields, given))


def _rows(answer: Answer, name: str) -> list[tuple[Any, ...]]:
    return list(next(table for table in answer.tables if table.name == name).rows)


def _random(seed: int) -> dict[str, Any]:
    """Three headings by gates over six events they share, one rule that depends, one that skips."""
    rng = np.random.default_rng(seed)
    events = [{"name": f"e{n}", "probability": float(p)} for n, p in enumerate(rng.uniform(0.05, 0.6, 6))]
    gates = [
        {
            "name": f"g{n}",
            "kind": ("or", "and", "or", "atleast")[n],
            "inputs": [f"e{i}" for i in rng.permutation(6)[:3]],
            "k": 2 if n == 3 else 0,
        }
        for n in range(4)
    ]
    when = [{"heading": "h0", "outcome": "works"}]
    headings = [
        {"name": "h0", "failure": "g0"},
        {"name": "h1", "failure": "g1", "depends": [{"when": when, "failure": "g3"}]},
        {"name": "h2", "failure": "g2", "depends": [
            {"when": [{"heading": "h1", "outcome": "works"}], "skip": True}]},
    ]  # fmt: skip
    return {"initiating": {"frequency": 2.5}, "headings": headings, "gates": gates, "events": events}


def _enumerated(given: dict[str, Any]) -> dict[tuple[bool | None, ...], float]:
    """Every state of the events walked through the tree as one would by hand."""
    found: dict[tuple[bool | None, ...], float] = {}
    for states in itertools.product((False, True), repeat=6):
        p = 1.0
        for state, event in zip(states, given["events"], strict=True):
            p *= event["probability"] if state else 1 - event["probability"]
        least = {"or": 1, "and": 3, "atleast": 2}
        gate = {
            row["name"]: sum(states[int(i[1:])] for i in row["inputs"]) >= least[row["kind"]]
            for row in given["gates"]
        }
        first = gate["g0"]
        second = gate["g1"] if first else gate["g3"]
        way = (first, second, gate["g2"] if second else None)
        found[way] = found.get(way, 0.0) + p
    return found


@pytest.mark.parametrize("seed", range(8))
def test_sequences_that_share_events_are_those_of_the_enumeration(seed: int) -> None:
    given = _random(seed)
    answer = _answer(**given)
    drawn = answer.charts[0].data["sequences"]
    expected = _enumerated(given)
    for each in drawn:
        assert each["frequency"] == pytest.approx(
            2.5 * expected.get(each["outcomes"], 0.0), rel=1e-11, abs=1e-15
        )
    assert sum(each["frequency"] for each in drawn) == pytest.approx(2.5, rel=1e-12)
    failed = sum(p for way, p in expected.items() if True in way)
    assert answer.headline.value == pytest.approx(2.5 * failed)


def test_a_shared_event_is_said_to_matter() -> None:
    given = {
        "initiating": {"frequency": 1.0},
        "headings": [{"name": "a", "failure": "power"}, {"name": "b", "failure": "power"}],
        "end_states": [
            {"name": "lost", "when": [{"heading": h, "outcome": "fails"} for h in "ab"], "loss": 50},
            {"name": "fine", "unwanted": False},
        ],
        "events": [{"name": "power", "probability": 0.1}],
    }
    answer = _answer(**given)
    assert answer.headline.value == pytest.approx(0.1)
    assert answer.quantities[1].value == pytest.approx(5.0)
    note = next(note for note in answer.warnings if note.code == "event_tree.shared")
    assert note.parameters["apart"] == pytest.approx(0.01)
    assert _rows(answer, "event_effects")[0][2:] == (0.0, pytest.approx(1.0))


def test_uncertain_numbers_give_an_interval_around_the_answer() -> None:
    given = {
        "initiating": {"frequency": {"kind": "gamma", "shape": 4, "scale": 0.5}},
        "headings": [{"name": "a", "probability": {"kind": "pert", "low": 0.1, "likely": 0.2, "high": 0.4}}],
    }
    found = _answer(**given).headline
    assert found.interval == "middle_90"
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high
    assert METHOD.run(read_inputs(METHOD.fields, given), seed=1).headline.low != found.low


def test_sequences_without_an_end_are_named() -> None:
    ends = [{"name": "bad", "when": [{"heading": "a", "outcome": "fails"}]}]
    headings = [{"name": "a", "probability": 0.1}]
    answer = _answer(initiating={"frequency": 1}, headings=headings, end_states=ends)
    note = next(note for note in answer.warnings if note.code == "event_tree.no_end")
    assert note.parameters == {"sequences": ("S1",), "n": 1}


def test_faults_are_told_together() -> None:
    later = [{"when": [{"heading": "b", "outcome": "fails"}], "probability": 0.5}]
    headings = [
        {"name": "a", "probability": 0.1, "failure": "x", "depends": later},
        {"name": "b", "failure": "nothing"},
        {"name": "b"},
    ]
    with pytest.raises(RefusedInputs) as refused:
        _answer(initiating={"frequency": 1}, headings=headings)
    assert [(fault.code, fault.parameters["where"]) for fault in refused.value.several] == [
        ("method.twice", "headings[3].name"),
        ("event_tree.later", "headings[1].depends[1].when[1].heading"),
        ("event_tree.fails_by", "headings[1]"),
        ("method.not_a_choice", "headings[2].failure"),
        ("event_tree.fails_by", "headings[3]"),
    ]


def test_a_tree_of_too_many_sequences_is_refused() -> None:
    headings = [{"name": f"h{n}", "probability": 0.1} for n in range(13)]
    with pytest.raises(NotEnoughData, match="too_many"):
        _answer(initiating={"frequency": 1}, headings=headings)
