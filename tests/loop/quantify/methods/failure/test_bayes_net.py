"""What a network answers by name, and how its faults are told."""

from typing import Any

import pytest

from anlan.domain.method import Answer
from anlan.loop.quantify.methods.failure.bayes_net import METHOD
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs

YES = ["no", "yes"]
NODES: list[dict[str, Any]] = [
    {"name": "rush", "states": YES, "table": [[0.7, 0.3]]},
    {"name": "slow", "states": YES, "parents": ["rush"], "table": [[0.9, 0.1], [0.6, 0.4]]},
]
GIVEN: dict[str, Any] = {"nodes": NODES, "query": {"node": "rush", "state": "yes"}}


def _answer(**changes: Any) -> Answer:
    return METHOD.run(read_inputs(METHOD.fields, {**GIVEN, **changes}))


def _refused(**changes: Any) -> list[tuple[str, str]]:
    with pytest.raises(RefusedInputs) as refused:
        _answer(**changes)
    return [(fault.code, fault.parameters["where"]) for fault in refused.value.several]


def test_bayes_rule_by_hand() -> None:
    answer = _answer(evidence=[{"node": "slow", "state": "yes"}])
    found = {each.name: each.value for each in answer.quantities}
    assert found["evidence_probability"] == pytest.approx(0.7 * 0.1 + 0.3 * 0.4)
    assert found["query_probability"] == pytest.approx(0.12 / 0.19)
    assert found["query_probability_before"] == pytest.approx(0.3)
    assert found["bayes_factor"] == pytest.approx(4.0)


def test_the_likelier_pair_explains_what_was_seen() -> None:
    table = _answer(evidence=[{"node": "slow", "state": "yes"}]).tables[1]
    assert table.rows == (("rush", "yes", False), ("slow", "yes", True))


def test_a_varied_entry_moves_the_answer_as_bayes_rule_says() -> None:
    vary = [{"node": "slow", "given": ["yes"], "state": "yes", "low": 0.2, "high": 0.8}]
    row = _answer(evidence=[{"node": "slow", "state": "yes"}], vary=vary).tables[2].rows[0]
    assert row[1] == "rush = yes"
    assert row[6] == pytest.approx(0.06 / 0.13)
    assert row[8] == pytest.approx(0.24 / 0.31)


def test_all_faults_of_a_network_are_told_with_their_places() -> None:
    wrong = [
        {"name": "a", "states": YES, "parents": ["b"], "table": [[0.5, 0.5], [0.5, 0.4]]},
        {"name": "b", "states": YES, "parents": ["a"], "table": [[0.5, 0.5]]},
    ]
    assert _refused(nodes=wrong) == [
        ("bayes.cycle", "nodes"),
        ("bayes.table_sum", "nodes[1].table[2]"),
        ("bayes.table_size", "nodes[2].table"),
    ]
    twice = [NODES[0], {**NODES[1], "name": "rush", "parents": ["none"]}]
    assert _refused(nodes=twice) == [
        ("method.twice", "nodes[2].name"),
        ("method.not_a_choice", "nodes[2].parents"),
    ]


def test_states_and_nodes_that_do_not_exist_are_told_together() -> None:
    seen = [{"node": "slow", "state": "perhaps"}, {"node": "none", "state": "yes"}]
    assert _refused(evidence=seen, vary=[{"node": "slow", "state": "yes"}]) == [
        ("method.not_a_choice", "evidence[1].state"),
        ("method.not_a_choice", "evidence[2].node"),
        ("bayes.given", "vary[1].given"),
    ]


def test_contradicting_and_impossible_evidence_is_refused() -> None:
    both = [{"node": "slow", "state": "yes"}, {"node": "slow", "state": "no"}]
    assert _refused(evidence=both) == [("bayes.seen_twice", "evidence[2]")]
    never = [NODES[0], {**NODES[1], "table": [[1, 0], [1, 0]]}]
    assert _refused(nodes=never, evidence=[both[0]]) == [("bayes.impossible_evidence", "evidence")]


PERHAPS = {"kind": "pert", "low": 0.05, "likely": 0.2, "high": 0.5}


def _limits(answer: Answer) -> dict[str, tuple[float | None, float | None]]:
    return {each.name: (each.low, each.high) for each in answer.quantities}


SEEN = [{"node": "slow", "state": "yes"}]
UNSURE = {"node": "slow", "given": ["yes"], "state": "yes", "probability": PERHAPS}


def _of(answer: Answer, name: str) -> Any:
    return next(each for each in answer.quantities if each.name == name)


def test_limits_are_the_answer_at_the_limits_of_the_only_uncertain_entry() -> None:
    ends = read_inputs(METHOD.fields, {**GIVEN, "uncertain": [UNSURE]})["uncertain"][0]["probability"]
    low, high = ends.quantile([0.05, 0.95]).tolist()
    found = _of(_answer(evidence=SEEN, uncertain=[UNSURE], samples=4_000), "query_probability")
    assert found.value == pytest.approx(0.3 * ends.mean / (0.3 * ends.mean + 0.07))
    expected = tuple(0.3 * p / (0.3 * p + 0.07) for p in (low, high))
    assert (found.low, found.high) == pytest.approx(expected, rel=0.03)
    before = _of(_answer(evidence=SEEN, uncertain=[UNSURE]), "query_probability_before")
    assert (before.low, before.high) == pytest.approx((0.3, 0.3))


def test_the_other_entries_of_a_row_give_way_in_proportion() -> None:
    nodes = [{"name": "a", "states": ["x", "y", "z"], "table": [[0.5, 0.3, 0.2]]}]
    changes = {"nodes": nodes, "query": {"node": "a", "state": "y"}}
    half = {"node": "a", "state": "x", "probability": 0.75}
    assert _of(_answer(**changes, uncertain=[half]), "query_probability").value == pytest.approx(0.15)
    nodes[0]["table"] = [[1.0, 0.0, 0.0]]
    assert _of(_answer(**changes, uncertain=[half]), "query_probability").value == pytest.approx(0.125)


def test_certain_tables_have_no_interval_and_entries_alike_move_together() -> None:
    assert set(_limits(_answer(evidence=SEEN)).values()) == {(None, None)}
    both = [{**UNSURE, "given": [state], "alike": "staff"} for state in YES]
    found = _of(_answer(evidence=SEEN, uncertain=both), "query_probability")
    assert (found.low, found.high) == pytest.approx((0.3, 0.3))


def test_two_uncertain_entries_of_one_row_and_a_mean_above_one_are_refused() -> None:
    other = {**UNSURE, "state": "no"}
    assert _refused(uncertain=[UNSURE, other]) == [("bayes.row_twice", "uncertain[2]")]
    much = {**UNSURE, "probability": {"kind": "pert", "low": 1, "likely": 2, "high": 3}}
    assert _refused(uncertain=[much]) == [("method.outside", "uncertain[1].probability")]
