"""What a decision tree answers from its spec, and the words for trees that make no sense."""

import math
from typing import Any

import pytest

from anlan.domain.method import Answer
from anlan.loop.quantify.methods.decision.decision_tree import METHOD
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs

NODES: list[dict[str, Any]] = [{"name": "act", "kind": "decision"}, {"name": "well", "kind": "chance"}]
BRANCHES: list[dict[str, Any]] = [
    {"from": "act", "name": "drill", "to": "well", "cost": 70},
    {"from": "act", "name": "leave"},
    {"from": "well", "name": "dry", "probability": 0.5},
    {"from": "well", "name": "wet", "probability": 0.3, "gain": 120},
    {"from": "well", "name": "soaking", "probability": 0.2, "gain": 270},
]
SEISMIC = {
    "name": "seismic", "event": "well", "likelihood": [[0.6, 0.3, 0.1], [0.3, 0.4, 0.3], [0.1, 0.4, 0.5]],
    "cost": 10,
}  # fmt: skip


def _answer(nodes: Any = NODES, branches: Any = BRANCHES, **more: Any) -> Answer:
    return METHOD.run(read_inputs(METHOD.fields, {"nodes": nodes, "branches": branches, **more}))


def _found(answer: Answer) -> dict[str, float]:
    return {each.name: each.value for each in answer.quantities}


def _table(answer: Answer, name: str) -> tuple[Any, ...]:
    return next(table.rows for table in answer.tables if table.name == name)


def _refused(nodes: Any = NODES, branches: Any = BRANCHES, **more: Any) -> list[tuple[str, str]]:
    with pytest.raises(RefusedInputs) as refused:
        _answer(nodes, branches, **more)
    return [(fault.code, fault.parameters["where"]) for fault in refused.value.several]


def _with(place: int, **changes: Any) -> list[dict[str, Any]]:
    return [{**row, **changes} if n == place else row for n, row in enumerate(BRANCHES)]


def test_the_oil_well_of_raiffa_from_its_spec() -> None:
    answer = _answer(signals=[SEISMIC])
    found = _found(answer)
    assert (found["expected_worth"], found["perfect_information"]) == pytest.approx((20.0, 35.0))
    worths = [row[2:] for row in _table(answer, "decision_information")]
    assert worths[0][0] == pytest.approx(35.0)
    assert worths[1] == pytest.approx((12.5, 10.0, 2.5))
    assert _table(answer, "decision_strategy") == (
        ("act", "drill", pytest.approx(20.0), pytest.approx(20.0)),
    )
    assert _table(answer, "decision_profile")[0] == ("drill → dry", pytest.approx(-70.0), 0.5, 0.5)


def test_costs_alone_are_told_as_costs() -> None:
    branches = _with(4, gain=None, cost=30)
    branches[3] = {**branches[3], "gain": None, "cost": 5}
    branches[1] = {**branches[1], "cost": 100}
    answer = _answer(branches=branches)
    assert _found(answer)["expected_cost"] == pytest.approx(70 + 0.3 * 5 + 0.2 * 30)
    assert [row[1] for row in _table(answer, "decision_options")] == pytest.approx([77.5, 100.0])
    assert _table(answer, "decision_profile")[0][1] == pytest.approx(100.0)


def test_one_event_at_two_nodes_has_one_outcome() -> None:
    """Knowing the weather helps, because both ways of spending the day meet the same weather."""
    nodes = [NODES[0], *({"name": n, "kind": "chance", "event": "weather"} for n in ("out", "in"))]
    branches = [{"from": "act", "name": n, "to": n} for n in ("out", "in")]
    for node, gains in (("out", (10, 0)), ("in", (4, 6))):
        branches += [
            {"from": node, "name": name, "probability": 0.5, "gain": gain}
            for name, gain in zip(("sun", "rain"), gains, strict=True)
        ]
    assert _found(_answer(nodes, branches))["perfect_information"] == pytest.approx(8.0 - 5.0)
    apart = [NODES[0], *({"name": n, "kind": "chance"} for n in ("out", "in"))]
    assert _found(_answer(apart, branches))["perfect_information"] == pytest.approx(
        (10 + 10 + 4 + 6) / 4 - 5.0
    )


def test_a_ruinous_end_is_avoided_by_whoever_has_little_to_lose() -> None:
    bold, careful = _answer(), _answer(risk_tolerance=60)
    assert _table(bold, "decision_strategy")[0][1] == "drill"
    assert _table(careful, "decision_strategy")[0][1] == "leave"
    assert _found(careful)["certainty_equivalent"] == pytest.approx(0.0)


def test_uncertain_gains_give_limits_and_what_knowing_them_is_worth() -> None:
    gain = {"kind": "pert", "low": 100, "likely": 250, "high": 520}
    answer = _answer(branches=_with(4, gain=gain), samples=4_000)
    headline, found = answer.headline, _found(answer)
    assert headline.value == pytest.approx(20.0 + 0.2 * (270 - 270))
    ends = read_inputs(METHOD.fields, {"nodes": NODES, "branches": _with(4, gain=gain)})["branches"][4][
        "gain"
    ]
    low, high = (0.2 * float(ends.quantile(q)) + 36 - 70 for q in (0.05, 0.95))
    assert (headline.low, headline.high) == pytest.approx((low, high), rel=0.05, abs=0.5)
    assert found["choice_stays_best"] == pytest.approx(1 - float(ends.cdf(170.0)), abs=0.03)
    assert found["numbers_information"] > 0
    certain = _found(_answer())
    assert "choice_stays_best" not in certain


def test_shares_of_the_ends_sum_to_one_and_give_the_worth() -> None:
    answer = _answer()
    rows = _table(answer, "decision_profile")
    assert math.fsum(row[2] for row in rows) == pytest.approx(1.0)
    assert math.fsum(row[1] * row[2] for row in rows) == pytest.approx(answer.headline.value)


@pytest.mark.parametrize(
    ("nodes", "branches", "expected"),
    [
        (NODES, _with(2, probability=0.6), [("decision.sum", "nodes[2]")]),
        (NODES, _with(0, probability=0.6), [("decision.chance_of_decision", "nodes[1]")]),
        (NODES, BRANCHES[:2], [("decision.no_branch", "nodes[2]")]),
        (NODES, _with(2, to="act"), [("decision.circle", "branches")]),
        (NODES, _with(0, to="gone"), [("method.not_a_choice", "branches[1].to")]),
        ([*NODES, NODES[0]], BRANCHES, [("method.twice", "nodes[3].name")]),
        (
            [*NODES, {"name": "again", "kind": "chance", "event": "well"}],
            [*_with(3, to="again"), *({**row, "from": "again"} for row in BRANCHES[2:])],
            [("decision.event_again", "nodes")],
        ),
        (
            [*NODES, {"name": "other", "kind": "chance", "event": "well"}],
            [*_with(1, to="other"), {"from": "other", "name": "x", "probability": 1}],
            [("decision.event_differs", "nodes[3]")],
        ),
    ],
)
def test_trees_that_make_no_sense_are_refused_at_their_place(
    nodes: Any, branches: Any, expected: list[tuple[str, str]]
) -> None:
    assert _refused(nodes, branches) == expected


def test_signals_must_fit_their_event() -> None:
    short, loud = {**SEISMIC, "likelihood": [[1.0]]}, {**SEISMIC, "likelihood": [[0.5, 0.6]] * 3}
    assert _refused(signals=[short]) == [("decision.rows", "signals[1].likelihood")]
    assert _refused(signals=[loud])[0] == ("bayes.table_sum", "signals[1].likelihood[1]")


def test_what_cannot_be_reached_and_what_is_alike_is_told() -> None:
    nodes = [*NODES, {"name": "lost", "kind": "decision"}]
    answer = _answer(nodes, [*BRANCHES, {"from": "lost", "name": "x"}])
    assert "decision.unreached" in [note.code for note in answer.warnings]
    tied = _answer(branches=_with(1, gain=20))
    assert "decision.tie" in [note.code for note in tied.warnings]
