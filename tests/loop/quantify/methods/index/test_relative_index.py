"""Units by an additive index: interactions, levels, contributions, and what the weights decide."""

from typing import Any

import pytest

from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.index.relative_index import METHOD
from anlan.loop.quantify.methods.reading import read_inputs

GIVEN: dict[str, Any] = {
    "version": "v1",
    "factors": [{"factor": "time", "weight": 2}, {"factor": "crew", "weight": 1}],
    "factor_levels": [
        {"factor": "time", "level": "ample", "score": 0},
        {"factor": "time", "level": "short", "score": 3},
        {"factor": "crew", "level": "old", "score": 0},
        {"factor": "crew", "level": "new", "score": 4},
    ],
    "interactions": [
        {"first": "time", "first_level": "short", "second": "crew", "second_level": "new", "points": 5}
    ],
    "units": [
        {"unit": "calm", "levels": ["ample", "old"]},
        {"unit": "hurried", "levels": ["short", "old"]},
        {"unit": "raw", "levels": ["ample", "new"]},
        {"unit": "both", "levels": ["short", "new"]},
    ],
    "yellow_from": 4,
    "red_from": 10,
}


def _answer(**changes: Any) -> Any:
    return METHOD.run(read_inputs(METHOD.fields, {**GIVEN, **changes}))


def _table(answer: Any, name: str) -> list[dict[str, Any]]:
    table = next(each for each in answer.tables if each.name == name)
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def _places(**changes: Any) -> list[str]:
    with pytest.raises(RefusedInputs) as refused:
        _answer(**changes)
    return [fault.parameters["where"] for fault in refused.value.several]


def test_units_are_ranked_by_weighted_scores_and_interactions() -> None:
    rows = _table(_answer(), "ranked_units")
    assert [(row["unit"], row["relative_index"], row["level"]) for row in rows] == [
        ("both", 15, "red"), ("hurried", 6, "yellow"), ("raw", 4, "yellow"), ("calm", 0, "green"),
    ]  # fmt: skip
    counts = [each.value for each in _answer().quantities][1:]
    assert counts == [1, 2, 1]
    assert _answer().level == "red"


def test_contributions_sum_to_the_index() -> None:
    for row in _table(_answer(), "contributions"):
        assert row["time"] + row["crew"] + row["interactions"] == row["relative_index"]


def test_the_headline_is_bounded_by_weights_that_are_off() -> None:
    headline = _answer(weight_change=0.5).headline
    assert (headline.value, headline.low, headline.high) == (15, 10, 20)
    sure = _answer(weight_change=0)
    assert (sure.headline.low, sure.headline.high) == (15, 15)
    assert not [note for note in sure.warnings if note.code.endswith("_open")]


def test_each_weight_tells_what_it_decides() -> None:
    units = GIVEN["units"][1:3]
    rows = _table(_answer(units=units, weight_change=0.5), "weight_sensitivity")
    time, crew = rows
    assert (time["first_kept_from"], time["first_kept_to"]) == (pytest.approx(4 / 3), None)
    assert (crew["first_kept_from"], crew["first_kept_to"]) == (0, pytest.approx(1.5))
    assert (time["units_moved"], time["largest_move"]) == (2, 1)
    # at weight 1.5 the two units are level: the second one shares the first place
    assert crew["units_moved"] == 1
    assert time["levels_changed"] == 1


def test_a_level_or_a_first_place_that_the_weights_leave_open_is_warned_of() -> None:
    codes = {note.code for note in _answer(units=GIVEN["units"][1:3], weight_change=0.4).warnings}
    assert codes == {"relative.level_open", "relative.first_open"}
    flat = _answer(units=[GIVEN["units"][0], GIVEN["units"][1]])
    assert [n.parameters["factors"] for n in flat.warnings if n.code == "relative.no_difference"] == [
        ["crew"]
    ]


def test_unknown_and_repeated_names_are_refused_together() -> None:
    changes = {
        "units": [{"unit": "a", "levels": ["ample", "gone"]}, {"unit": "a", "levels": ["ample"]}],
        "interactions": [
            {"first": "x", "first_level": "y", "second": "crew", "second_level": "z", "points": 1}
        ],
    }
    assert _places(**changes, red_from=1) == [
        "units[2].unit", "red_from", "units[1].levels[2]", "units[2].levels", "interactions[1].first",
        "interactions[1].second_level",
    ]  # fmt: skip


def test_a_factor_cannot_interact_with_itself() -> None:
    row = {"first": "time", "first_level": "short", "second": "time", "second_level": "ample", "points": 1}
    assert _places(interactions=[row]) == ["interactions[1].second"]
