"""The forecast as asked: dates, whole days, the model that is taken, refusals at their place."""

from typing import Any

import numpy as np
import pytest

from anlan.domain.method import Answer
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs

CHOSEN = method("demand_forecast")
WEEK = [50.0, 40, 40, 45, 60, 20, 10]


def _answer(**changed: Any) -> Answer:
    given = {"values": WEEK * 6, "start": "2026-03-02", "interval": 1440, **changed}
    return CHOSEN.run(read_inputs(CHOSEN.fields, given))


def _rows(answer: Answer, name: str) -> list[dict[str, Any]]:
    found = next(table for table in answer.tables if table.name == name)
    return [dict(zip(found.columns, row, strict=True)) for row in found.rows]


def test_the_days_ahead_follow_the_last_one_and_repeat_the_week() -> None:
    days = _rows(_answer(days=3), "forecast_days")
    assert [row["date"] for row in days] == ["2026-04-13", "2026-04-14", "2026-04-15"]
    assert [row["expected_count"] for row in days] == pytest.approx(WEEK[:3])


def test_the_model_taken_has_the_smallest_error_and_limits_enclose_each_other() -> None:
    rng = np.random.default_rng(2)
    answer = _answer(values=rng.poisson(np.tile(np.repeat(WEEK, 24) / 10, 6)).tolist(), interval=60)
    models = _rows(answer, "forecast_models")
    assert [row["taken"] for row in models] == [True, False, False, False, False]
    assert [row["mean_error"] for row in models] == sorted(row["mean_error"] for row in models)
    for row in _rows(answer, "forecast_steps"):
        assert 0 <= row["low_95"] <= row["low_80"] <= row["high_80"] <= row["high_95"]
    ahead = _rows(answer, "forecast_steps")
    assert len(ahead) == 7 * 24
    assert sum(row["expected_count"] for row in ahead) == pytest.approx(answer.headline.value)


def test_a_special_day_ahead_that_never_was_is_warned_of() -> None:
    noted = {note.code for note in _answer(holidays=["2026-04-14"]).warnings}
    assert "forecast.unseen_special" in noted


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"interval": 7}, "forecast.interval"),
        ({"start": "1 March"}, "forecast.date"),
        ({"holidays": ["2026-13-01"]}, "forecast.date"),
        ({"interval": 720, "values": WEEK * 7}, "forecast.whole_days"),
        ({"interval": 720, "values": WEEK * 4}, "forecast.too_short"),
        ({"values": [0.0] * 42}, "forecast.nothing"),
    ],
)
def test_what_is_no_series_is_refused_at_its_place(changed: dict[str, Any], code: str) -> None:
    with pytest.raises(RefusedInputs) as refused:
        _answer(**changed)
    if code == "forecast.whole_days":
        assert refused.value.several[0].code == code
    assert code in {each.code for each in refused.value.several}


def test_the_week_is_drawn_by_hour_without_days_set_apart() -> None:
    hours = np.arange(24.0) + 1
    values = np.tile(np.outer(WEEK, hours / hours.sum()).ravel(), 6)
    values[:24] = 0.0
    drawn = _answer(values=values.tolist(), interval=60, holidays=["2026-03-02"]).charts[1].data
    assert drawn["of"] == "hours"
    assert np.allclose(drawn["cells"], np.outer(WEEK, hours / hours.sum()))


def test_counts_by_day_are_drawn_by_week_with_days_set_apart_marked() -> None:
    drawn = _answer(start="2026-03-04", holidays=["2026-03-05", "2026-04-15"]).charts[1].data
    assert drawn["cells"][0] == [None, None, 50.0, 40.0, 40.0, 45.0, 60.0]
    assert drawn["marked"] == [[0, 3]]
    assert [row["set_apart"] for row in _rows(_answer(holidays=["2026-04-14"]), "forecast_days")][:3] == [
        False, True, False,
    ]  # fmt: skip
