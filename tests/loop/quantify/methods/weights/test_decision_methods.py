"""Rankings and weights from a decision table: what they say, warn of and refuse."""

from typing import Any

import pytest

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import Answer, AnswerTable
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs

GIVEN: dict[str, Any] = {
    "criteria": [
        {"name": "cost", "direction": "cost", "weight": 2},
        {"name": "quality", "weight": 3},
        {"name": "speed", "weight": 5},
    ],
    "alternatives": [
        {"name": "a", "values": [4, 9, 7]},
        {"name": "b", "values": [2, 6, 8]},
        {"name": "c", "values": [3, 7, 2]},
    ],
}
RANKINGS = ("topsis", "vikor", "grey_relational")


def _answer(code: str, *, seed: int = 0, **changes: Any) -> Answer:
    chosen = method(code)
    return chosen.run(read_inputs(chosen.fields, {**GIVEN, **changes}), seed=seed)


def _table(answer: Answer, name: str) -> AnswerTable:
    return next(table for table in answer.tables if table.name == name)


def _notes(answer: Answer) -> list[str]:
    return [note.code for note in answer.warnings]


@pytest.mark.parametrize("code", RANKINGS)
def test_the_order_in_which_a_table_is_written_changes_nothing(code: str) -> None:
    """Not even the draws of the weights, which belong to the names of the criteria."""
    turned = {
        "criteria": [GIVEN["criteria"][j] for j in (2, 0, 1)],
        "alternatives": [
            {"name": row["name"], "values": [row["values"][j] for j in (2, 0, 1)]}
            for row in reversed(GIVEN["alternatives"])
        ],
    }
    first, second = _answer(code), _answer(code, **turned)
    assert [q.value for q in second.quantities] == pytest.approx([q.value for q in first.quantities])
    assert _table(second, "rank_stability").rows == _table(first, "rank_stability").rows


@pytest.mark.parametrize("code", RANKINGS)
def test_shares_of_first_places_sum_to_one_and_depend_on_the_seed(code: str) -> None:
    rows = _table(_answer(code), "rank_stability").rows
    assert sum(row[2] for row in rows) == pytest.approx(1.0)
    assert all(row[3] <= row[4] for row in rows)
    assert _table(_answer(code, seed=1), "rank_stability").rows != rows


@pytest.mark.parametrize("code", ["topsis", "grey_relational"])
def test_the_interval_of_the_headline_narrows_as_weights_get_firmer(code: str) -> None:
    loose, firm = (_answer(code, concentration=c).headline for c in (10, 1000))
    for headline in (loose, firm):
        assert headline.low is not None
        assert headline.high is not None
        assert headline.low <= headline.value <= headline.high
    assert (firm.high or 0) - (firm.low or 0) < (loose.high or 0) - (loose.low or 0)


@pytest.mark.parametrize("code", RANKINGS)
def test_alternatives_that_are_alike_are_tied_and_said_to_be(code: str) -> None:
    twins = [{"name": n, "values": [4, 9, 7]} for n in ("x", "y")] + [{"name": "z", "values": [5, 8, 1]}]
    answer = _answer(code, alternatives=twins)
    assert "multi_criteria.tied" in _notes(answer)
    assert [row[1] for row in _table(answer, "rank_stability").rows] == [1, 1, 3]


@pytest.mark.parametrize("code", [*RANKINGS, "objective_weights"])
def test_a_criterion_in_which_all_are_alike_is_named(code: str) -> None:
    rows = [{**row, "values": [*row["values"][:2], 5]} for row in GIVEN["alternatives"]]
    answer = _answer(code, alternatives=rows)
    found = next(note for note in answer.warnings if note.code == "multi_criteria.constant")
    assert found.parameters["criteria"] == ("speed",)


@pytest.mark.parametrize("code", [*RANKINGS, "objective_weights"])
def test_a_damaged_table_is_refused_with_every_fault(code: str) -> None:
    with pytest.raises(RefusedInputs) as refused:
        _answer(
            code,
            criteria=[*GIVEN["criteria"][:2], {"name": "cost", "weight": 1}],
            alternatives=[*GIVEN["alternatives"][:2], {"name": "b", "values": [1, 2]}],
        )
    assert [fault.parameters["where"] for fault in refused.value.several] == [
        "criteria[3].name", "alternatives[3].name", "alternatives[3].values",
    ]  # fmt: skip


@pytest.mark.parametrize("code", [*RANKINGS, "objective_weights"])
def test_a_table_of_equals_is_refused(code: str) -> None:
    with pytest.raises(RefusedInputs) as refused:
        _answer(code, alternatives=[{"name": n, "values": [1, 2, 3]} for n in "ab"])
    assert [fault.code for fault in refused.value.several] == ["multi_criteria.all_alike"]


def test_vikor_names_the_set_where_no_one_stands_alone() -> None:
    answer = _answer("vikor")
    members = [row[1] for row in _table(answer, "ranking").rows if row[-1]]
    assert len(members) == answer.quantities[2].value
    several = [note for note in answer.warnings if note.code == "vikor.several"]
    assert [note.parameters["alternatives"] for note in several] == ([tuple(members)] if members[1:] else [])


def test_weights_lie_within_what_leaving_one_out_gives_and_join_given_ones() -> None:
    for scheme in ("entropy", "critic"):
        rows = _table(_answer("objective_weights", scheme=scheme), "objective_weights").rows
        assert sum(row[2] for row in rows) == pytest.approx(1.0)
        assert all(row[3] <= row[2] <= row[4] for row in rows)
        joint = [row[2] * given for row, given in zip(rows, (0.2, 0.3, 0.5), strict=True)]
        assert [row[6] for row in rows] == pytest.approx([each / sum(joint) for each in joint])


def test_entropy_refuses_negative_numbers_and_columns_of_zeros_and_names_zeros() -> None:
    rows = [{"name": n, "values": v} for n, v in (("a", [-1, 0, 2]), ("b", [3, 0, 1]), ("c", [2, 0, 5]))]
    with pytest.raises(RefusedInputs) as refused:
        _answer("objective_weights", alternatives=rows)
    assert [fault.parameters["where"] for fault in refused.value.several] == [
        "alternatives[1].values[1]", "criteria[2]",
    ]  # fmt: skip
    rows[0]["values"], rows[1]["values"] = [1, 0, 2], [3, 4, 1]
    assert "objective_weights.zeros" in _notes(_answer("objective_weights", alternatives=rows))
    assert _answer("objective_weights", alternatives=rows, scheme="critic").headline.value > 0


def test_critic_says_which_criteria_repeat_each_other_and_when_nothing_can_be_weighed() -> None:
    rows = [{"name": str(k), "values": [-k, k * 2 + k % 2 / 10, 7]} for k in range(1, 5)]
    answer = _answer("objective_weights", scheme="critic", alternatives=rows)
    assert "objective_weights.alike" in _notes(answer)
    rows = [{"name": str(k), "values": [-k, 2 * k, 7]} for k in range(1, 5)]
    with pytest.raises(NotEnoughData):
        _answer("objective_weights", scheme="critic", alternatives=rows)


def test_weights_must_be_given_for_all_criteria_or_for_none() -> None:
    criteria = [GIVEN["criteria"][0], {"name": "quality"}, GIVEN["criteria"][2]]
    with pytest.raises(RefusedInputs) as refused:
        _answer("objective_weights", criteria=criteria)
    assert [fault.parameters["where"] for fault in refused.value.several] == ["criteria[2].weight"]


def test_an_alternative_whose_absence_turns_others_round_is_named() -> None:
    """Where c sets the end of the range of cost, a and b change places without it."""
    rows = [
        {"name": "a", "values": [1, 6]},
        {"name": "b", "values": [3, 9]},
        {"name": "c", "values": [20, 1]},
    ]
    criteria = [{"name": "cost", "direction": "cost", "weight": 1.2}, {"name": "good", "weight": 1}]
    answer = _answer("topsis", criteria=criteria, alternatives=rows, normalisation="range")
    assert _table(answer, "rank_reversals").rows == (("c", "b", "a"),)
    assert "multi_criteria.reversals" in _notes(answer)
