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
