"""Forecasts on courses whose answer is known, limits that hold as often as said, and real calls."""

import csv
import gzip
import io

import numpy as np
import pytest

from anlan.maths.forecasts.back_test import back_test, spread_of
from anlan.maths.forecasts.demand import MODELS, forecast, steps_from
from support import SHARED

CALLS = SHARED / "data" / "call_centre_bank_1999" / "data_anonymous_bank_february.txt.gz"
WEEK = np.outer([5.0, 5, 4, 5, 6, 2, 1], [1.0, 4, 9, 4]).ravel()


@pytest.mark.parametrize("model", [name for name in MODELS if name != "naive"])
def test_a_week_that_repeats_is_forecast_exactly(model: str) -> None:
    past = np.tile(WEEK, 5)
    found = forecast(model, past, steps_from(0, 7 * 28, per_day=4), ahead=28)
    assert found == pytest.approx(WEEK, rel=1e-9)


@pytest.mark.parametrize("model", list(MODELS))
def test_counts_in_another_unit_give_the_forecast_in_that_unit(model: str) -> None:
    past = np.random.default_rng(3).poisson(np.tile(WEEK, 4)).astype(float)
    steps = steps_from(5, 5 * 28, per_day=4)
    once, tenfold = (forecast(model, past * k, steps, ahead=28) for k in (1, 10))
    assert tenfold == pytest.approx(10 * once, rel=1e-9)


def test_a_level_that_rose_is_followed() -> None:
    past = np.concatenate([np.tile(WEEK, 6), 2 * np.tile(WEEK, 4)])
    found = forecast("level_and_shape", past, steps_from(0, 11 * 28, per_day=4), ahead=28)
    assert found.sum() == pytest.approx(2 * WEEK.sum(), rel=0.08)


def test_special_days_do_not_count_as_ordinary_ones_and_are_forecast_as_such() -> None:
    past = np.tile(WEEK, 5)
    special = np.zeros(6 * 28, dtype=bool)
    special[8:12] = special[5 * 28 + 4 : 5 * 28 + 8] = True
    past[8:12] = [1.0, 2.0, 3.0, 2.0]
    found = forecast("slot_mean", past, steps_from(0, 6 * 28, per_day=4, special=special), ahead=28)
    expected = WEEK.copy()
    expected[4:8] = [1.0, 2.0, 3.0, 2.0]
    assert found == pytest.approx(expected)


def test_limits_hold_as_often_as_they_say_over_many_courses() -> None:
    """Poisson counts about a week with a level of each day: 40 courses, each with its limits ahead."""
    held = np.zeros(2)
    for seed in range(40):
        rng = np.random.default_rng(seed)
        level = np.repeat(rng.gamma(100.0, 0.01, 8 * 7), 4)
        course = rng.poisson(10 * np.tile(WEEK, 8) * level).astype(float)
        past, ahead = course[: 7 * 28], course[7 * 28 :]
        steps = steps_from(0, len(course), per_day=4)
        best = back_test(past, steps, ahead=28, origins=range(3 * 28, 7 * 28, 4))[0]
        limits = best.spread.limits(forecast(best.model, past, steps, ahead=28))
        for place, (low, high) in enumerate(((1, 2), (0, 3))):
            held[place] += ((ahead >= limits[:, low]) & (ahead <= limits[:, high])).mean() / 40
    assert held == pytest.approx([0.8, 0.95], abs=0.04)


def test_nothing_ahead_of_an_origin_is_seen() -> None:
    """Another future changes the errors, but no forecast from before it."""
    past = np.random.default_rng(1).poisson(np.tile(WEEK, 6)).astype(float)
    other = past.copy()
    other[4 * 28 :] += 50
    steps = steps_from(0, len(past), per_day=4)
    for one, two in zip(*(sorted(back_test(p, steps, ahead=28, origins=[4 * 28]), key=lambda t: t.model)
                          for p in (past, other)), strict=True):  # fmt: skip
        assert one.expected == pytest.approx(two.expected)


def test_errors_of_a_day_that_are_all_alike_count_as_one() -> None:
    """Eight days of 24 equal errors: the outermost limits lie at the largest error, as of eight."""
    error = np.repeat(np.array([-4.0, -3, -1, 0, 1, 2, 3, 5]), 24)
    day = np.repeat(np.arange(8), 24)
    found = spread_of(np.full(8 * 24, 100.0), 100 + error, day)
    assert found.limits(np.array([100.0]))[0, [0, 3]] == pytest.approx([96.0, 105.0])


def _calls() -> np.ndarray:
    """Calls of February 1999 by hour (672,), without those that are no calls."""
    counts = np.zeros(28 * 24)
    with gzip.open(CALLS) as packed:
        for row in csv.DictReader(io.TextIOWrapper(packed, encoding="latin1"), delimiter="\t"):
            hour = int(row["vru_entry"].split(":")[0])
            if row["outcome"] != "PHANTOM" and float(row["vru_time"]) >= 0 and hour < 24:
                counts[(int(row["date"][4:]) - 1) * 24 + hour] += 1
    return counts


@pytest.mark.skipif(not CALLS.exists(), reason="reference data not beside the repository")
def test_calls_of_a_bank_are_forecast_better_than_by_last_week_within_limits_that_hold() -> None:
    calls = _calls()
    steps = steps_from(0, len(calls), per_day=24)
    trials = back_test(calls, steps, ahead=24, origins=range(14 * 24, 28 * 24, 24))
    mase = {trial.model: trial.mase for trial in trials}
    best = trials[0]
    assert best.mase is not None
    assert mase["seasonal_naive"] is not None
    assert best.model != "seasonal_naive"
    assert best.mase < 0.85 * mase["seasonal_naive"]
    assert best.covered == pytest.approx((0.8, 0.95), abs=0.04)
