"""Bow-ties against enumeration of all states of barriers and what they share, and what barriers are worth."""

import itertools
from typing import Any

import pytest

from anlan.domain.method import Answer
from anlan.loop.quantify.methods.failure.bow_tie import METHOD
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs

GIVEN: dict[str, Any] = {
    "event": "out",
    "causes": [
        {"name": "c1", "frequency": 2.0, "barriers": ["b1", "b2"]},
        {"name": "c2", "frequency": 0.5, "barriers": ["b2"]},
    ],
    "barriers": [
        {"name": "b1", "probability": 0.2, "supports": ["power"]},
        {"name": "b2", "probability": 0.1},
        {"name": "b3", "probability": 0.3, "supports": ["power"]},
    ],
    "consequences": [
        {"name": "k1", "barriers": ["b3"], "loss": 10.0},
        {"name": "k2", "barriers": ["b3", "b1"], "loss": 40.0, "probability": 0.5},
    ],
    "events": [{"name": "power", "probability": 0.05}],
}


def _answer(**changes: Any) -> Answer:
    return METHOD.run(read_inputs(METHOD.fields, {**GIVEN, **changes}))


def _found(answer: Answer) -> dict[str, float]:
    return {each.name: each.value for each in answer.quantities}


def _rows(answer: Answer, name: str) -> dict[str, tuple[Any, ...]]:
    return {row[0]: row[1:] for row in next(table for table in answer.tables if table.name == name).rows}


def _enumerated(own: dict[str, float], power: float) -> tuple[float, dict[str, float]]:
    top, ends = 0.0, {"k1": 0.0, "k2": 0.0}
    for states in itertools.product((False, True), repeat=4):
        p = 1.0
        for state, q in zip(states, (*own.values(), power), strict=True):
            p *= q if state else 1 - q
        b1, b2, b3 = states[0] or states[3], states[1], states[2] or states[3]
        comes = 2.0 * (b1 and b2) + 0.5 * b2
        top += p * comes
        ends["k1"] += p * comes * b3
        ends["k2"] += p * comes * (b3 and b1) * 0.5
    return top, ends


OWN = {"b1": 0.2, "b2": 0.1, "b3": 0.3}


def test_both_sides_are_those_of_the_enumeration() -> None:
    top, ends = _enumerated(OWN, 0.05)
    answer = _answer()
    found = _found(answer)
    assert found["event_frequency"] == pytest.approx(top, rel=1e-12)
    assert found["consequence_frequency"] == pytest.approx(sum(ends.values()), rel=1e-12)
    assert found["yearly_loss"] == pytest.approx(10 * ends["k1"] + 40 * ends["k2"], rel=1e-12)
    by_end = _rows(answer, "bow_tie_consequences")
    assert {name: row[0] for name, row in by_end.items()} == pytest.approx(ends)
    assert sum(row[2] for row in _rows(answer, "bow_tie_causes").values()) == pytest.approx(top)


@pytest.mark.parametrize("barrier", ["b1", "b2", "b3"])
def test_a_barrier_is_worth_the_difference_without_it(barrier: str) -> None:
    row = _rows(_answer(), "bow_tie_barriers")[barrier]
    gone, ends = _enumerated({**OWN, barrier: 1.0}, 0.05)
    assert row[1] == pytest.approx(gone)
    assert row[3] == pytest.approx(sum(ends.values()))
    assert row[5] > 0
    assert row[6] > 0
    assert row[2] <= _found(_answer())["event_frequency"] * (1 + 1e-12)


def test_a_perfect_barrier_does_not_fail_with_its_support_either() -> None:
    assert _rows(_answer(), "bow_tie_barriers")["b3"][4] == 0.0


def test_what_is_shared_is_warned_of_and_what_is_apart_is_not() -> None:
    codes = [note.code for note in _answer().warnings]
    assert "event_tree.shared" in codes
    apart = [{k: v for k, v in row.items() if k != "supports"} for row in GIVEN["barriers"]]
    consequences = [GIVEN["consequences"][0]]
    assert not _answer(barriers=apart, consequences=consequences, events=[]).warnings


def test_a_worse_barrier_never_lowers_anything() -> None:
    def with_b3(p: float) -> dict[str, float]:
        return _found(_answer(barriers=[*GIVEN["barriers"][:2], {**GIVEN["barriers"][2], "probability": p}]))

    low, high = with_b3(0.3), with_b3(0.4)
    assert all(high[name] >= low[name] for name in low)
    assert high["yearly_loss"] > low["yearly_loss"]


def test_faults_are_told_together() -> None:
    with pytest.raises(RefusedInputs) as refused:
        _answer(
            causes=[{"name": "c", "frequency": 1, "barriers": ["b9"]}],
            barriers=[*GIVEN["barriers"], {"name": "b4"}, {"name": "b5", "supports": ["water"]}],
        )
    assert [(fault.code, fault.parameters["where"]) for fault in refused.value.several] == [
        ("method.not_a_choice", "causes[1].barriers[1]"),
        ("bow_tie.no_failure", "barriers[4]"),
        ("method.not_a_choice", "barriers[5].supports"),
    ]
    circle = [{"name": "g", "kind": "or", "inputs": ["h"]}, {"name": "h", "kind": "or", "inputs": ["g"]}]
    with pytest.raises(RefusedInputs) as refused:
        _answer(gates=circle)
    assert [fault.code for fault in refused.value.several] == ["fault_tree.cycle"]
