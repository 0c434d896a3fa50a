"""Forecasts against what happened: by group, in warnings, with faults."""

from typing import Any

import pytest

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import Answer
from anlan.loop.quantify.methods.calibration.calibration import METHOD
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs


def _said(p: float, happened: bool, expert: str = "E1", method: str = "") -> dict[str, Any]:
    return {"probability": p, "happened": happened, "expert": expert, "method": method}


def _held(low: float, high: float, actual: float, **more: Any) -> dict[str, Any]:
    return {"low": low, "high": high, "actual": actual, **more}


def _answer(**given: Any) -> Answer:
    return METHOD.run(read_inputs(METHOD.fields, given))


def _codes(answer: Answer) -> list[str]:
    return [note.code for note in answer.warnings]


def test_each_expert_and_each_method_has_its_own_score() -> None:
    rows = [_said(0.9, True, "E1", "m"), _said(0.1, False, "E1", "m"), _said(0.9, False, "E2")]
    table = _answer(forecasts=rows).tables[0]
    scores = {(row[0].code, row[1]): row[3] for row in table.rows}
    assert scores[("calibration.expert", "E1")] == pytest.approx(0.01)
    assert scores[("calibration.expert", "E2")] == pytest.approx(0.81)
    assert scores[("calibration.method", "m")] == pytest.approx(0.01)
    assert scores[("calibration.all", "")] == pytest.approx((0.01 + 0.01 + 0.81) / 3)


def test_overconfidence_is_told_and_good_forecasts_are_not_blamed() -> None:
    sure = [_said(0.95, place % 2 == 0) for place in range(40)]
    assert _codes(_answer(forecasts=sure)) == ["calibration.off"]
    fair = [_said(0.5, place % 2 == 0) for place in range(20)] + [
        _said(0.1, place == 0) for place in range(10)
    ]
    assert _codes(_answer(forecasts=fair)) == []


def test_an_impossible_event_that_happened_takes_the_logarithmic_score_away() -> None:
    answer = _answer(forecasts=[_said(0.0, True), _said(0.4, False)])
    assert "calibration.impossible" in _codes(answer)
    assert "log_score" not in [q.name for q in answer.quantities]


def test_intervals_too_narrow_are_told_with_both_shares() -> None:
    rows = [_held(0, 1, 5)] * 20 + [_held(0, 1, 0.5)] * 20
    answer = _answer(intervals=rows)
    assert _codes(answer) == ["calibration.narrow"]
    assert (answer.headline.name, answer.headline.value) == ("coverage", 0.5)
    wide = _answer(intervals=[_held(0, 1, 0.5, level=0.5)] * 40)
    assert _codes(wide) == ["calibration.wide"]


def test_nothing_and_ends_the_wrong_way_round_are_refused() -> None:
    with pytest.raises(NotEnoughData):
        _answer()
    with pytest.raises(RefusedInputs) as refused:
        _answer(intervals=[_held(2, 1, 1), _held(1, 2, 1), _held(3, 1, 1)])
    assert [f.parameters["where"] for f in refused.value.several] == ["intervals[1]", "intervals[3]"]
