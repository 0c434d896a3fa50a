"""Scores of forecasts: the exact sum of Murphy's parts, proper scores, coverage against scipy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from anlan.maths.forecasts.intervals import coverage
from anlan.maths.forecasts.probabilities import (
    brier_interval,
    calibration_p,
    log_score,
    murphy,
    reliability_table,
)

FORECASTS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40)


def _arrays(pairs: list[tuple[float, bool]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([p for p, _ in pairs]), np.array([float(o) for _, o in pairs])


@given(FORECASTS, st.integers(1, 20))
def test_the_parts_sum_to_the_score_and_within_is_what_binning_adds(
    pairs: list[tuple[float, bool]], bins: int
) -> None:
    p, o = _arrays(pairs)
    found = murphy(p, o, bins=bins)
    whole = found.reliability - found.resolution + found.uncertainty + found.within
    assert whole == pytest.approx(found.brier, abs=1e-12)
    where = np.minimum((p * bins + 1e-9).astype(int), bins - 1)
    added = 0.0
    for k in set(where):
        q, happened = p[where == k], o[where == k]
        added += len(q) * (q.var() - 2 * ((q - q.mean()) * (happened - happened.mean())).mean()) / len(p)
    assert found.within == pytest.approx(added, abs=1e-12)
    assert -1e-12 <= found.resolution <= found.uncertainty + 1e-12


@given(FORECASTS)
def test_bins_hold_every_forecast_once(pairs: list[tuple[float, bool]]) -> None:
    p, o = _arrays(pairs)
    table = reliability_table(p, o, bins=10)
    assert sum(each.n for each in table) == len(p)
    assert sum(each.n * each.forecast for each in table) == pytest.approx(p.sum())
    assert sum(each.n * each.happened.estimate for each in table) == pytest.approx(o.sum())
    assert all(each.low - 1e-9 <= each.forecast <= each.high + 1e-9 for each in table)


def test_no_other_statement_scores_better_in_the_mean_than_the_true_probability() -> None:
    for truth in (0.1, 0.35, 0.8):
        outcomes, weights = np.array([0.0, 1.0]), np.array([1 - truth, truth])
        said = np.linspace(0.01, 0.99, 99)
        brier = [weights @ (s - outcomes) ** 2 for s in said]
        logs = [weights @ [log_score(np.array([s]), np.array([o])) for o in outcomes] for s in said]
        assert said[int(np.argmin(brier))] == pytest.approx(truth)
        assert said[int(np.argmin(logs))] == pytest.approx(truth)


def test_zero_given_to_what_happened_has_no_logarithm() -> None:
    assert log_score(np.array([0.0, 0.5]), np.array([1.0, 0.0])) is None
    assert log_score(np.array([0.0, 1.0]), np.array([0.0, 1.0])) == 0.0


def test_calibrated_forecasts_are_refused_as_often_as_the_test_says_and_others_more() -> None:
    rng = np.random.default_rng(8)
    refused = {0.0: 0, 0.15: 0}
    for _ in range(600):
        p = rng.uniform(0.05, 0.95, 120)
        for shift in refused:
            o = (rng.random(120) < np.clip(p * (1 - 2 * shift) + shift, 0, 1)).astype(float)
            found = calibration_p(p, o)
            refused[shift] += found is not None and found < 0.05
    assert 0.02 <= refused[0.0] / 600 <= 0.08
    assert refused[0.15] / 600 > 0.5
    assert calibration_p(np.array([0.5, 1.0]), np.array([1.0, 1.0])) is None


def test_the_interval_of_the_score_is_students() -> None:
    p, o = np.array([0.1, 0.9, 0.4, 0.7]), np.array([0.0, 1.0, 1.0, 1.0])
    each = (p - o) ** 2
    found = brier_interval(p, o)
    limits = stats.t.interval(0.95, 3, loc=each.mean(), scale=stats.sem(each))
    assert (found.low, found.high) == pytest.approx((max(0, limits[0]), limits[1]))
    assert (brier_interval(p[:1], o[:1]).low, brier_interval(p[:1], o[:1]).high) == (0.0, 1.0)


def test_coverage_counts_both_sides_and_tests_the_claim_exactly() -> None:
    low, high = np.zeros(10), np.full(10, 10.0)
    actual = np.array([-1, 0, 5, 10, 11, 12, 5, 5, 5, 5.0])
    found = coverage(low, high, actual, np.full(10, 0.9))
    assert (found.below, found.above, found.held.estimate) == (1, 2, 0.7)
    assert found.p == pytest.approx(2 * stats.binom.cdf(7, 10, 0.9))
    assert found.width == 10.0
    assert found.score == pytest.approx(10 + 20 * (1 + 1 + 2) / 10)
    mixed = coverage(low, high, actual, np.linspace(0.5, 0.9, 10))
    assert mixed.p is None
    assert mixed.nominal == pytest.approx(0.7)
