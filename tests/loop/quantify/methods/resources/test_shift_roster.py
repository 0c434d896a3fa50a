"""The roster as asked: a week by hand, contradictions in words, refusals at their place."""

import copy
from typing import Any

import pytest

from anlan.domain.method import Answer
from anlan.formats.error_words import error_text
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs

CHOSEN = method("shift_roster")
WEEK: dict[str, Any] = {
    "days": 5,
    "shifts": [{"name": "E", "from_hour": 6, "to_hour": 14}, {"name": "L", "from_hour": 14, "to_hour": 22}],
    "people": [{"name": "a", "most_hours": 40}, {"name": "b", "most_hours": 40, "skills": "x"}],
    "need": [{"from_hour": 6, "to_hour": 22, "people": 1}],
}


def _answer(**changed: Any) -> Answer:
    return CHOSEN.run(read_inputs(CHOSEN.fields, {**copy.deepcopy(WEEK), **changed}))


def _rows(answer: Answer, name: str) -> list[dict[str, Any]]:
    found = next(table for table in answer.tables if table.name == name)
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def _figures(answer: Answer) -> dict[str, float]:
    return {each.name: each.value for each in answer.quantities}


def test_two_people_cover_two_shifts_and_each_works_every_day() -> None:
    answer = _answer()
    assert _figures(answer)["short_hours"] == 0.0
    assert [row["paid_hours"] for row in _rows(answer, "roster")] == [40.0, 40.0]
    assert all(row["E"] == row["L"] == row["E ×"] == row["L ×"] == 1 for row in _rows(answer, "roster_days"))


def test_a_shortage_is_counted_hour_by_hour() -> None:
    answer = _answer(people=[{"name": "a", "most_hours": 40}])
    assert _figures(answer)["short_hours"] == pytest.approx(40.0)
    assert len(_rows(answer, "roster_gaps")) == 40
    assert "roster.short" in {note.code for note in answer.warnings}


def test_hourly_need_of_a_staffing_plan_is_the_coverage_asked_for() -> None:
    hourly = [0.0] * 6 + [1.0] * 16 + [0.0] * 2
    assert _figures(_answer(need=[], hourly=hourly)) == _figures(_answer())
    assert _figures(_answer(need=[], hourly=hourly * 5)) == _figures(_answer())


def test_wishes_are_kept_where_they_cost_less_than_what_they_ask() -> None:
    wishes = [{"person": "a", "day": 1, "shift": "L", "wish": "work"}, {"person": "b", "day": 2}]
    rows = _rows(_answer(wishes=wishes), "roster_wishes")
    assert [row["kept"] for row in rows] == [True, False]


def test_firm_demands_that_clash_are_told_in_both_languages() -> None:
    wishes = [
        {"person": "a", "day": 1, "shift": "L", "wish": "work", "firm": True},
        {"person": "a", "day": 2, "shift": "E", "wish": "work", "firm": True},
        {"person": "b", "day": 1, "firm": True},
    ]
    with pytest.raises(RefusedInputs) as refused:
        _answer(wishes=wishes)
    (fault,) = refused.value.several
    assert fault.code == "roster.conflict"
    assert "rest between shifts" in error_text(fault, "en")
    assert "两班之间的休息" in error_text(fault, "zh")
    assert "wishes[1]" in error_text(fault, "en")
    assert "wishes[3]" not in error_text(fault, "en")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"shifts": [{"name": "E", "from_hour": 8, "to_hour": 7}]}, "roster.shift"),
        ({"shifts": [{"name": "E", "from_hour": 8, "to_hour": 9, "break_at": 12}]}, "roster.break"),
        ({"people": [{"name": "a", "most_hours": 4, "least_hours": 8}]}, "roster.hours"),
        ({"need": [{"from_hour": 9, "to_hour": 8, "people": 1}]}, "roster.need"),
        ({"need": [{"from_hour": 6, "to_hour": 8, "people": 1, "skill": "z"}]}, "roster.nobody_can"),
        ({"hourly": [1.0, 2.0]}, "roster.hourly"),
        ({"need": []}, "roster.no_need"),
        ({"wishes": [{"person": "a", "day": 9}]}, "roster.day"),
        ({"wishes": [{"person": "q", "day": 1}]}, "method.not_a_choice"),
        ({"start": "Monday"}, "forecast.date"),
    ],
)
def test_what_is_no_roster_is_refused_at_its_place(changed: dict[str, Any], code: str) -> None:
    with pytest.raises(RefusedInputs) as refused:
        _answer(**changed)
    assert code in {each.code for each in refused.value.several}


def test_the_grid_shows_each_shift_leave_wishes_and_who_is_there() -> None:
    wishes = [
        {"person": "a", "day": 1, "wish": "free", "firm": True},
        {"person": "b", "day": 2, "shift": "L", "wish": "work"},
    ]
    grid = _answer(wishes=wishes, start="2026-11-30").charts[0].data
    assert list(grid["weekdays"]) == [1, 2, 3, 4, 5]
    first, second = grid["rows"]
    assert (first["cells"][0], first["wishes"][0]) == (None, "leave")
    assert (grid["shifts"][second["cells"][1]], second["wishes"][1]) == ("L", "kept")
    assert sum(first["hours"] for first in grid["rows"]) == sum(grid["on_duty"])
    missing = sum(max(0.0, a - b) for a, b in zip(grid["needed"], grid["on_duty"], strict=True))
    assert missing == pytest.approx(8.0)
