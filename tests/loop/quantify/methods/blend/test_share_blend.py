"""A share from its parts: conjugacy, odds, conflict, faults."""

from typing import Any

import pytest

from anlan.domain.errors import NotEnoughData
from anlan.domain.method import Answer
from anlan.loop.quantify.methods.blend.share_blend import METHOD
from anlan.loop.quantify.methods.faults import RefusedInputs
from anlan.loop.quantify.methods.reading import read_inputs

HISTORY = [{"period": "a", "hits": 6, "trials": 100}, {"period": "b", "hits": 9, "trials": 100}]


def _answer(**changes: Any) -> Answer:
    return METHOD.run(read_inputs(METHOD.fields, {"history": HISTORY, **changes}), seed=1)


def test_the_mean_is_that_of_the_updated_beta() -> None:
    assert _answer(prior="uniform").headline.value == pytest.approx(16 / 202)
    assert _answer(prior="beta", prior_a=5, prior_b=5).headline.value == pytest.approx(20 / 210)
    assert _answer().headline.value == pytest.approx(15.5 / 201)


def test_a_multiplier_of_odds_never_takes_a_share_to_one() -> None:
    factors = [{"factor": "x", "multiplier": 100.0}]
    all_hit = [{"period": "a", "hits": 20, "trials": 20}]
    head = _answer(history=all_hit, factors=factors).headline
    assert head.low < head.value < 1
    assert head.high <= 1
    small = _answer(factors=[{"factor": "x", "multiplier": 2.0}])
    assert small.headline.value == pytest.approx(2 * 0.0771 / 1.0771, abs=0.002)


def test_the_next_hits_hold_their_mean_and_grow_with_the_cases() -> None:
    answer = _answer(horizon=400)
    count = answer.quantities[1]
    assert count.value == pytest.approx(400 * answer.headline.value)
    assert count.low < count.value < count.high
    assert _answer(horizon=10).quantities[2].value < answer.quantities[2].value


def test_conflict_and_unlike_periods_are_told() -> None:
    far = _answer(prior="beta", prior_a=300, prior_b=300)
    assert [note.code for note in far.warnings] == ["blend.conflict"]
    jump = [{"period": "a", "hits": 2, "trials": 100}, {"period": "b", "hits": 30, "trials": 100}]
    assert [note.code for note in _answer(history=jump).warnings] == ["blend.unlike"]


def test_more_hits_than_cases_and_nothing_at_all_are_refused() -> None:
    with pytest.raises(RefusedInputs) as refused:
        _answer(history=[{"period": "a", "hits": 3, "trials": 2}], prior="experts")
    assert [f.parameters["where"] for f in refused.value.several] == ["history[1].hits", "experts"]
    with pytest.raises(NotEnoughData):
        _answer(history=None)
    given = [{"expert": "E", "low": 0.1, "high": 0.3}]
    alone = _answer(history=None, prior="experts", experts=given)
    assert (alone.headline.low, alone.headline.high) == pytest.approx((0.1, 0.3), rel=1e-4)
