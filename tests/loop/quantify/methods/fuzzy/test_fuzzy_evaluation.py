"""The tree, the operators side by side, the principles, and memberships that make no sense."""

from typing import Any

import pytest

from anlan.domain.errors import NotEnoughData
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.fuzzy.fuzzy_evaluation import METHOD
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.maths.fuzzy_evaluation import OPERATORS, composed

GRADES = ["good", "fair", "bad"]
TREE: dict[str, Any] = {
    "grades": GRADES,
    "factors": [
        {"factor": "people", "weight": 0.6},
        {"factor": "skill", "parent": "people", "weight": 0.7, "memberships": [0.6, 0.3, 0.1]},
        {"factor": "number", "parent": "people", "weight": 0.3, "memberships": [0.1, 0.2, 0.7]},
        {"factor": "machines", "weight": 0.4, "memberships": [0.3, 0.4, 0.3]},
    ],
}


def _answer(**changes: Any) -> Any:
    return METHOD.run(read_inputs(METHOD.fields, {**TREE, **changes}))


def _vector(answer: Any, operator: str, form: str = "raw") -> list[float]:
    rows = {(row[0].code, row[1].code): list(row[2:]) for row in answer.tables[0].rows}
    return rows[f"fuzzy.{operator}", f"fuzzy.{form}"]


def _faults(**changes: Any) -> list[tuple[str, str]]:
    with pytest.raises(RefusedInputs) as refused:
        _answer(**changes)
    return [(fault.code, fault.parameters["where"]) for fault in refused.value.several]


def _leaves(*rows: Any) -> dict[str, Any]:
    weight = 1 / len(rows)
    return {"factors": [{"factor": f"f{k}", "weight": weight, **row} for k, row in enumerate(rows)]}


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("carried", ["raw", "normalised"])
def test_a_tree_is_composed_from_below_and_carries_what_it_says(operator: str, carried: str) -> None:
    people = composed([0.7, 0.3], [[0.6, 0.3, 0.1], [0.1, 0.2, 0.7]], operator=operator)
    if carried == "normalised":
        people = people / people.sum()
    expected = composed([0.6, 0.4], [people, [0.3, 0.4, 0.3]], operator=operator)
    assert _vector(_answer(carried=carried), operator) == pytest.approx(expected)


def test_the_order_of_the_rows_does_not_matter() -> None:
    turned = _answer(factors=list(reversed(TREE["factors"])))
    for operator in OPERATORS:
        assert _vector(turned, operator) == pytest.approx(_vector(_answer(), operator))


def test_operators_that_disagree_and_principles_that_disagree_are_warned_of() -> None:
    codes = {note.code for note in _answer(**_leaves({"memberships": [0.3, 0.36, 0.34]})).warnings}
    assert "fuzzy.operators_disagree" not in codes
    split = _leaves({"memberships": [0.55, 0.35, 0.1]}, {"memberships": [0, 0.45, 0.55]})
    found = {note.code: note.parameters for note in _answer(**split).warnings}
    assert found["fuzzy.operators_disagree"]["grades"] == ("good", "fair", "bad")
    level = _leaves({"memberships": [0.5, 0.4, 0.1]}, {"memberships": [0.0, 0.5, 0.5]})
    assert "fuzzy.operators_disagree" not in {note.code for note in _answer(**level).warnings}


def test_the_headline_is_the_mean_score_with_its_span_over_the_operators() -> None:
    headline = _answer(grade_scores=[3, 2, 1]).headline
    vectors = [_vector(_answer(), operator) for operator in OPERATORS]
    means = [sum(s * b for s, b in zip((3, 2, 1), v, strict=True)) / sum(v) for v in vectors]
    assert (headline.low, headline.high) == pytest.approx((min(means), max(means)))
    assert headline.value == pytest.approx(means[-1])


def test_the_level_follows_the_principle() -> None:
    one = {"memberships": [0.4, 0.25, 0.35]}
    by = {p: _answer(**_leaves(one), principle=p).level for p in ("largest", "mean", "cumulative")}
    assert by == {"largest": "good", "mean": "fair", "cumulative": "fair"}
    assert _answer(**_leaves(one), principle="cumulative", share=0.9).level == "bad"


def test_memberships_are_read_from_functions_at_a_value() -> None:
    points = {"good": [0, 0, 1, 3], "fair": [1, 3, 5], "bad": [3, 5, 9, 9]}
    functions = [{"factor": "f0", "grade": grade, "points": p} for grade, p in points.items()]
    answer = _answer(**_leaves({"value": 1.5}), functions=functions)
    assert _vector(answer, "product_sum") == pytest.approx([0.75, 0.25, 0])
    assert [chart.kind for chart in answer.charts] == ["memberships", "membership_functions"]
    assert _faults(**_leaves({"value": 99}), functions=functions) == [("fuzzy.no_membership", "factors[1]")]
    assert _faults(**_leaves({"value": 1}), functions=functions[:2]) == [
        ("fuzzy.no_function", "factors[1].value")
    ]


def test_sums_are_checked_unless_scaling_is_asked_for() -> None:
    votes = _leaves({"memberships": [6, 3, 1]})
    assert _faults(**votes) == [("fuzzy.sum", "factors[1]")]
    answer = _answer(**votes, normalise=True)
    assert _vector(answer, "product_sum") == pytest.approx([0.6, 0.3, 0.1])
    assert "fuzzy.made_to_sum" in {note.code for note in answer.assumptions}
    light = [{**row, "weight": 0.2} if row["factor"] == "number" else row for row in TREE["factors"]]
    assert _faults(factors=light) == [("fuzzy.weights", "factors[2].weight")]


def test_circles_unknown_parents_and_names_given_twice_are_refused() -> None:
    row = {"weight": 1, "memberships": [1, 0, 0]}
    circle = [{"factor": "a", "parent": "b", **row}, {"factor": "b", "parent": "a", **row}]
    assert _faults(factors=circle) == [
        ("fuzzy.circle", "factors[1].parent"), ("fuzzy.circle", "factors[2].parent"),
    ]  # fmt: skip
    assert _faults(factors=[{"factor": "a", **row}, {"factor": "a", "parent": "x", **row}]) == [
        ("method.twice", "factors[2].factor"), ("method.not_a_choice", "factors[2].parent"),
    ]  # fmt: skip


def test_what_belongs_to_leaves_only_and_to_them_is_asked_for() -> None:
    parent = [{**TREE["factors"][0], "value": 1.0}, *TREE["factors"][1:]]
    assert _faults(factors=parent) == [("fuzzy.not_a_leaf", "factors[1]")]
    assert _faults(**_leaves({})) == [("fuzzy.one_of", "factors[1]")]
    assert _faults(**_leaves({"memberships": [0.5, 0.5]})) == [("method.length", "factors[1].memberships")]


def test_a_deep_tree_is_no_trouble() -> None:
    chain = [{"factor": "0", "weight": 1}]
    chain += [{"factor": str(k), "parent": str(k - 1), "weight": 1} for k in range(1, 450)]
    chain[-1] = {**chain[-1], "memberships": [0.2, 0.3, 0.5]}
    assert _vector(_answer(factors=chain), "product_sum") == pytest.approx([0.2, 0.3, 0.5])


def test_memberships_too_small_to_compose_are_said_to_be_nothing() -> None:
    tiny = {"factors": [{"factor": "0", "weight": 1e-320, "memberships": [0.5, 0.5, 0]}]}
    with pytest.raises((NotEnoughData, RefusedInputs)):
        _answer(**tiny)
