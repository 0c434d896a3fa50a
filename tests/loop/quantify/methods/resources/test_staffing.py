"""Staffing as asked: golden hour by hand, the words of the target, refusals at their place."""

from typing import Any

import pytest

from anlan.domain.method import Answer
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.maths.queueing.erlang import erlang_c

CHOSEN = method("staffing")
DAY: dict[str, Any] = {"demand": [10, 100, 60], "handling": [180], "first_hour": 8}


def _answer(**changed: Any) -> Answer:
    return CHOSEN.run(read_inputs(CHOSEN.fields, {**DAY, **changed}))


def _rows(answer: Answer) -> list[dict[str, Any]]:
    return [dict(zip(answer.tables[0].columns, row, strict=True)) for row in answer.tables[0].rows]


def test_half_an_hour_of_the_textbooks() -> None:
    """100 calls of 3 minutes in half an hour, 80 % within 20 s: 10 erlang, 14 people, who reach 88.8 %."""
    rows = _rows(_answer(load="interval", interval=30))
    assert [row["interval"] for row in rows] == ["08:00", "08:30", "09:00"]
    assert rows[1]["load_erlang"] == pytest.approx(10.0)
    assert rows[1]["people_needed"] == 14
    assert rows[1]["level_reached"] == pytest.approx(0.888, abs=5e-4)
    queue = erlang_c(100 / 1800, 1 / 180, 14)
    assert rows[1]["wait_s"] == pytest.approx(queue.wait)
    assert rows[1]["level_one_less"] == pytest.approx(erlang_c(100 / 1800, 1 / 180, 13).within(20))
    assert rows[1]["level_one_less"] < rows[1]["level_reached"] < rows[1]["level_one_more"]


def test_people_on_the_list_are_those_at_work_over_what_is_left_of_their_time() -> None:
    rows = _rows(_answer(shrinkage=0.3))
    assert all(row["people_paid"] * 0.7 >= row["people_needed"] for row in rows)
    assert all((row["people_paid"] - 1) * 0.7 < row["people_needed"] for row in rows)
    assert _answer(shrinkage=0.3).headline.value == sum(row["people_paid"] for row in rows)


def test_limits_of_demand_are_limits_of_the_hours() -> None:
    answer = _answer(demand_low=[5, 80, 50], demand_high=[15, 130, 80])
    assert answer.headline.interval == "demand_limits"
    assert answer.headline.low is not None
    assert answer.headline.high is not None
    assert answer.headline.low < answer.headline.value < answer.headline.high


def test_long_services_are_warned_of() -> None:
    noted = {note.code for note in _answer(handling=[2400], load="interval").warnings}
    assert {"staffing.long", "staffing.misleads"} <= noted
    assert "staffing.long" not in {note.code for note in _answer().warnings}


def test_a_lower_occupancy_and_a_higher_share_never_need_fewer() -> None:
    base = [row["people_needed"] for row in _rows(_answer())]
    for changed in ({"most_busy": 0.6}, {"share": 0.95}, {"within": 5}):
        more = [row["people_needed"] for row in _rows(_answer(**changed))]
        assert all(a >= b for a, b in zip(more, base, strict=True))


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"handling": [1, 2]}, "staffing.one_or_each"),
        ({"demand_low": [1]}, "staffing.none_or_each"),
        ({"rule": "leave"}, "staffing.patience"),
        ({"patience": 60}, "staffing.no_patience"),
        ({"demand": [0, 0, 0]}, "staffing.nobody"),
        ({"demand": [1e7, 0, 0]}, "staffing.too_much"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_place(changed: dict[str, Any], code: str) -> None:
    with pytest.raises(RefusedInputs) as refused:
        _answer(**changed)
    assert code in {each.code for each in refused.value.several}


def test_people_already_planned_are_held_against_the_promise() -> None:
    needed = [row["people_needed"] for row in _rows(_answer())]
    assert all(row["promise_kept"] for row in _rows(_answer(planned=needed)))
    fewer = _answer(planned=[needed[0], needed[1] - 1, needed[2]], start="2026-12-01")
    assert [row["promise_kept"] for row in _rows(fewer)] == [True, False, True]
    assert _rows(fewer)[1]["level_planned"] == _rows(_answer())[1]["level_one_less"]
    strips = fewer.charts[0].data["intervals"]
    assert [each["under"] for each in strips] == [False, True, False]
    assert "staffing.missed" in {note.code for note in fewer.warnings}


def test_planned_people_are_those_on_the_list_so_absence_is_taken_off() -> None:
    rows = _rows(_answer(planned=[10, 10, 10], shrinkage=0.25))
    assert [row["people_planned"] for row in rows] == [7, 7, 7]


def test_a_first_day_gives_the_intervals_their_dates_and_must_be_a_day() -> None:
    week = _answer(demand=[10] * 48, start="2026-12-31", first_hour=0)
    assert [row["interval"] for row in _rows(week)][23:25] == ["12-31 23:00", "01-01 00:00"]
    assert week.charts[0].data["days"] == ["12-31", "01-01"]
    with pytest.raises(RefusedInputs) as refused:
        _answer(start="soon", planned=[1])
    assert {each.parameters["where"] for each in refused.value.several} == {"start", "planned"}
