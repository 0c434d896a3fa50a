"""A rate from its parts: what each part does, and when the parts disagree."""

from typing import Any

import pytest

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import Answer
from anlan.loop.quantify.methods.blend.rate_blend import METHOD
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs

HISTORY = [{"period": "a", "events": 4, "exposure": 2}, {"period": "b", "events": 6, "exposure": 2}]
EXPERTS = [{"expert": "E1", "low": 1, "high": 5}, {"expert": "E2", "low": 20, "high": 40}]


def _answer(**changes: Any) -> Answer:
    return METHOD.run(read_inputs(METHOD.fields, {"history": HISTORY, **changes}), seed=1)


def _warned(answer: Answer) -> list[str]:
    return [note.code for note in answer.warnings]


def _table(answer: Answer, name: str) -> Any:
    return next(table for table in answer.tables if table.name == name).rows


def test_a_gamma_prior_adds_its_events_and_exposure() -> None:
    head = _answer(prior="gamma", prior_shape=6, prior_exposure=4).headline
    assert (head.value, head.unit) == (pytest.approx(16 / 8), "per_year")
    assert _answer(exposure_unit="1000_cases").headline.unit == "per_1000_cases"


def test_the_expert_who_foretold_the_count_gains_and_the_other_loses() -> None:
    answer = _answer(prior="experts", experts=EXPERTS)
    before, after = zip(*((row[4], row[5]) for row in _table(answer, "blend_rate_experts")), strict=True)
    assert before == (0.5, 0.5)
    assert after[0] > 0.99
    assert answer.headline.value == pytest.approx(2.5, abs=0.3)


def test_a_prior_that_did_not_foretell_the_count_is_a_conflict() -> None:
    far = _answer(prior="mean_p95", prior_mean=20, prior_p95=30)
    assert _warned(far) == ["blend.conflict"]
    near = _answer(prior="mean_p95", prior_mean=2, prior_p95=5)
    assert _warned(near) == []
    assert "prior_surprise" not in [q.name for q in _answer().quantities]


def test_outside_factors_scale_rate_and_forecast_and_are_shown_apart() -> None:
    factors = [
        {"factor": "x", "multiplier": 2.0},
        {"factor": "y", "multiplier": {"kind": "pert", "low": 0.5, "likely": 1, "high": 1.5}},
    ]
    plain, moved = _answer(), _answer(factors=factors)
    assert moved.headline.value == pytest.approx(2 * plain.headline.value)
    assert moved.headline.high > 2 * plain.headline.high
    assert [row[1] for row in _table(moved, "blend_factors")] == pytest.approx([2.0, 1.0, 2.0])
    assert moved.quantities[1].value == pytest.approx(2 * plain.quantities[1].value)
    posterior = _table(moved, "blend_parts")[-2]
    assert posterior[1] == pytest.approx(plain.headline.value)


def test_periods_that_differ_and_no_events_are_told() -> None:
    jump = [{"period": "a", "events": 1, "exposure": 1}, {"period": "b", "events": 20, "exposure": 1}]
    assert "blend.unlike" in _warned(_answer(history=jump))
    none = _answer(history=[{"period": "a", "events": 0, "exposure": 3}])
    assert _warned(none) == ["blend.zero"]
    assert none.headline.value == pytest.approx(0.5 / 3)


def test_without_history_the_prior_stands_and_without_both_nothing_does() -> None:
    alone = _answer(history=None, prior="gamma", prior_shape=3, prior_exposure=2)
    assert alone.headline.value == pytest.approx(1.5)
    assert _warned(alone) == ["blend.no_history"]
    with pytest.raises(NotEnoughData):
        _answer(history=None)


def test_what_a_prior_needs_and_what_no_gamma_has_is_told_with_its_place() -> None:
    with pytest.raises(RefusedInputs) as refused:
        _answer(prior="gamma", factors=[{"factor": "x", "multiplier": {"kind": "constant", "value": 1e6}}])
    assert [(f.code, f.parameters["where"]) for f in refused.value.several] == [
        ("blend.factor", "factors[1].multiplier"),
        ("blend.needed", "prior_shape"),
        ("blend.needed", "prior_exposure"),
    ]
    with pytest.raises(RefusedInputs) as refused:
        _answer(prior="mean_p95", prior_mean=2, prior_p95=1)
    assert [f.parameters["where"] for f in refused.value.several] == ["prior_p95"]
    misfit = _answer(prior="experts", experts=[{**EXPERTS[0], "median": 4.9}])
    assert "blend.misfit" in _warned(misfit)
