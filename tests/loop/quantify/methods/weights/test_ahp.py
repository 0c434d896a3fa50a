"""Analytic hierarchies: what is read, joined, put together, warned of and refused."""

from typing import Any

import pytest

from anlan.domain.method import Answer, AnswerTable
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.loop.quantify.methods.weights.ahp import METHOD

GOAL = {"of": "goal", "items": ["a", "b"], "pairs": [{"row": "a", "column": "b", "value": 3}]}
XYZ = ["x", "y", "z"]


def _under(of: str, *values: float | None, expert: str = "", items: list[str] = XYZ) -> dict[str, Any]:
    """Comparisons x:y, x:z, y:z under a criterion as the upper half of a matrix."""
    xy, xz, yz = values
    matrix = [[1, xy, xz], [None, 1, yz], [None, None, None]]
    return {"of": of, "items": items, "matrix": matrix, "expert": expert}


TREE = [GOAL, _under("a", 2, 4, 2), _under("b", 1 / 5, 1 / 3, 2)]


def _answer(comparisons: list[dict[str, Any]], **given: Any) -> Answer:
    return METHOD.run(read_inputs(METHOD.fields, {"comparisons": comparisons, **given}))


def _rows(answer: Answer, name: str) -> dict[Any, tuple[Any, ...]]:
    """Rows by what they are about."""
    found = next(table for table in answer.tables if table.name == name)
    return {row[_key(found)]: row for row in found.rows}


def _key(table: AnswerTable) -> int:
    return next(table.columns.index(name) for name in ("alternative", "criterion", "part", "of")
                if name in table.columns)  # fmt: skip


def _codes(answer: Answer) -> list[str]:
    return [note.code for note in answer.warnings]


def _faults(comparisons: list[dict[str, Any]], **given: Any) -> list[tuple[str, str]]:
    with pytest.raises(RefusedInputs) as refused:
        _answer(comparisons, **given)
    return [(fault.code, fault.parameters["where"]) for fault in refused.value.several]


def test_pairs_a_half_matrix_and_a_full_matrix_with_rounded_mirrors_say_the_same() -> None:
    pairs = [
        {"row": "y", "column": "x", "value": 7}, {"row": "x", "column": "z", "value": 4},
        {"row": "y", "column": "z", "value": 2},
    ]  # fmt: skip
    full = [[1, 1 / 7, 4], [7, 1, 2], [0.25, 0.5, 1]]
    rounded = [[1, 0.143, 4], [7, 1, 2], [0.25, 0.5, 1]]
    half = _under("goal", None, 4, 2)
    half["matrix"][1][0] = 7
    expected = _rows(_answer([{"of": "goal", "items": XYZ, "pairs": pairs}]), "local_weights")
    assert expected["x"][2] != pytest.approx(expected["y"][2])
    for compared in (half, {"of": "goal", "items": XYZ, "matrix": full}):
        assert _rows(_answer([compared]), "local_weights") == expected
    near = _rows(_answer([{"of": "goal", "items": XYZ, "matrix": rounded}]), "local_weights")
    assert near["x"][2] == pytest.approx(expected["x"][2], rel=1e-3)


def test_priorities_are_weighted_sums_and_the_order_of_writing_does_not_matter() -> None:
    answer = _answer(TREE, alternatives=XYZ)
    local = {row[:2]: row[2] for row in answer.tables[1].rows}
    expected = 0.75 * local["a", "x"] + 0.25 * local["b", "x"]
    assert _rows(answer, "priorities")["x"][2] == pytest.approx(expected)
    turned = _answer(
        [_under("b", 5, 2, 1 / 3, items=["y", "x", "z"]), _under("a", 2, 4, 2), GOAL],
        alternatives=["z", "x", "y"],
    )
    other = {name: row[2:] for name, row in _rows(turned, "priorities").items()}
    for name, row in _rows(answer, "priorities").items():
        assert other[name] == pytest.approx(row[2:])


def test_consistent_comparisons_have_no_ratio_no_triad_and_no_repair() -> None:
    answer = _answer([_under("goal", 2, 4, 2)])
    assert answer.quantities[1].value == 0.0
    assert _rows(answer, "consistency")["goal"][6:] == (0.0, None, None)
    assert not answer.warnings


def test_a_contradiction_is_named_with_the_change_that_mends_it() -> None:
    answer = _answer([_under("goal", 2, 1 / 8, 4)], random_index="saaty_1980")
    row = _rows(answer, "consistency")["goal"]
    assert row[5] == 0.58
    assert row[6] == pytest.approx(row[4] / 0.58)
    assert row[7].parameters["product"] / row[7].parameters["ik"] == pytest.approx(64.0)
    repair = row[8].parameters
    assert (repair["row"], repair["column"], repair["value"]) == ("x", "z", 8.0)
    assert repair["ratio"] == 0.0
    assert _codes(answer) == ["ahp.inconsistent"]


@pytest.mark.parametrize("way", ["aij", "aip"])
def test_a_heavier_expert_draws_the_weights_and_both_ways_agree_for_the_geometric_mean(way: str) -> None:
    compared = [_under("goal", 5, 7, 2, expert="p"), _under("goal", 1 / 3, 1, 3, expert="q")]
    given = {"weights_by": "geometric_mean", "group": way}
    shares = []
    for weight in (1, 9):
        experts = [{"name": "p", "weight": weight}, {"name": "q", "weight": 1}]
        answer = _answer(compared, experts=experts, **given)
        joined = _rows(answer, "group_weights")
        assert all(row[2] == pytest.approx(row[3]) for row in joined.values())
        shares.append(_rows(answer, "local_weights")["x"][3])
    assert shares[1] > shares[0]


def test_the_headline_lies_between_the_experts() -> None:
    compared = [*TREE, _under("a", 1, 1, 1, expert="q")]
    compared = [{**row, "expert": row.get("expert") or "p"} for row in compared]
    headline = _answer(compared, alternatives=XYZ).headline
    assert headline.interval == "between_experts"
    assert headline.low is not None
    assert headline.high is not None
    assert headline.low <= headline.value <= headline.high
    assert headline.low < headline.high


def test_criteria_of_any_depth_without_alternatives_have_global_weights() -> None:
    below = {"of": "a", "items": ["c", "d"], "pairs": [{"row": "c", "column": "d", "value": 1}]}
    answer = _answer([GOAL, below])
    weights = {name: row[2] for name, row in _rows(answer, "criteria_weights").items()}
    assert weights == pytest.approx({"c": 0.375, "d": 0.375, "b": 0.25})
    assert answer.headline.value == pytest.approx(0.375)


def test_gaps_are_filled_by_what_the_others_imply_and_warned_of() -> None:
    answer = _answer([_under("goal", 2, None, 2)])
    weights = [row[2] for row in _rows(answer, "local_weights").values()]
    assert weights == pytest.approx([4 / 7, 2 / 7, 1 / 7])
    assert _codes(answer) == ["ahp.gaps"]


def test_more_than_nine_items_are_warned_of() -> None:
    many = {"of": "goal", "items": [str(i) for i in range(10)]}
    many["pairs"] = [{"row": "0", "column": str(i), "value": 2} for i in range(1, 10)]
    assert "ahp.many_items" in _codes(_answer([many]))


def test_modes_that_name_another_first_and_ranks_that_reverse_are_warned_of() -> None:
    """Without y, z falls behind x in distributive mode; in ideal mode x leads from the start."""
    tree = [
        {**GOAL, "pairs": [{"row": "a", "column": "b", "value": 1}]},
        _under("a", 1, 1, 2), _under("b", 3, 1, 1 / 5),
    ]  # fmt: skip
    answer = _answer(tree, alternatives=XYZ)
    said = {note.code: note.parameters for note in answer.warnings}
    assert said["ahp.modes_differ"] == {"distributive": "z", "ideal": "x"}
    assert said["multi_criteria.reversals"] == {"dropped": ("y",)}
    assert answer.tables[-1].rows == (("y", "z", "x"),)
    rows = _rows(answer, "priorities")
    assert (rows["z"][3], rows["x"][5]) == (1, 1)
    assert _answer(tree, alternatives=XYZ, synthesis="ideal").tables[0].rows[0][1] == "x"


def test_the_table_of_saaty_ends_at_ten() -> None:
    many = {"of": "goal", "items": [str(i) for i in range(11)]}
    many["pairs"] = [{"row": "0", "column": str(i), "value": 2} for i in range(1, 11)]
    assert _faults([many], random_index="saaty_1980") == [("ahp.table_too_short", "random_index")]
    assert _answer([many]).headline.value > 0


def test_faults_of_one_set_of_comparisons_are_told_together() -> None:
    bad = {
        "of": "goal", "items": ["x", "y", "y"],
        "matrix": [[2, 3, 3], [3, 1, 1], [0.333, 1, 1]],
    }  # fmt: skip
    neither = {"of": "b", "items": ["p", "q"]}
    strange = [
        {"row": "p", "column": "p", "value": 1}, {"row": "p", "column": "w", "value": 1},
        {"row": "p", "column": "q", "value": 2}, {"row": "q", "column": "p", "value": 2},
        {"row": "p", "column": "q", "value": 3},
    ]  # fmt: skip
    assert _faults([bad, neither, {"of": "c", "items": ["p", "q"], "pairs": strange}]) == [
        ("multi_criteria.name_twice", "comparisons[1].items[3]"),
        ("ahp.diagonal", "comparisons[1].matrix[1][1]"),
        ("ahp.not_reciprocal", "comparisons[1].matrix[2][1]"),
        ("ahp.matrix_or_pairs", "comparisons[2]"),
        ("ahp.with_itself", "comparisons[3].pairs[1]"),
        ("method.not_a_choice", "comparisons[3].pairs[2].column"),
        ("ahp.not_reciprocal", "comparisons[3].pairs[4]"),
        ("ahp.pair_twice", "comparisons[3].pairs[5]"),
    ]


def test_comparisons_that_leave_parts_unconnected_are_refused() -> None:
    pairs = [{"row": "x", "column": "y", "value": 2}, {"row": "z", "column": "w", "value": 2}]
    apart = {"of": "goal", "items": ["x", "y", "z", "w"], "pairs": pairs}
    assert _faults([apart]) == [("ahp.not_connected", "comparisons[1]")]


def _even(of: str, *items: str, **more: Any) -> dict[str, Any]:
    """Everything under a criterion weighs the same as its first part."""
    pairs = [{"row": items[0], "column": other, "value": 1} for other in items[1:]]
    return {"of": of, "items": list(items), "pairs": pairs, **more}


@pytest.mark.parametrize(
    ("comparisons", "given", "code"),
    [
        ([GOAL, GOAL], {}, "ahp.compared_twice"),
        ([GOAL, _even("goal", "a", "b", "c", expert="q")], {}, "ahp.other_items"),
        (TREE[:2], {"alternatives": XYZ}, "ahp.not_compared"),
        (TREE, {"alternatives": ["x", "y"]}, "ahp.mixed_with_alternatives"),
        (TREE, {}, "ahp.two_parents"),
        ([GOAL, _even("other", "c", "d")], {}, "ahp.roots"),
        ([GOAL, _even("p", "q", "p2"), _even("q", "p", "q2")], {}, "ahp.ring"),
        ([*TREE, _even("x", "p", "q")], {"alternatives": XYZ}, "ahp.alternative_compared"),
        ([{**GOAL, "expert": "r"}], {"experts": [{"name": "p"}]}, "method.not_a_choice"),
    ],
)
def test_what_is_no_tree_is_refused(
    comparisons: list[dict[str, Any]], given: dict[str, Any], code: str
) -> None:
    assert code in [found for found, _ in _faults(comparisons, **given)]
