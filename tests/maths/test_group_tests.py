import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import StratifiedTable

from anlan.maths.group_tests import (
    association,
    median_interval,
    ratio_of_medians,
    ratio_within_strata,
    stratified_rank_test,
    stratified_share_test,
    weighted_quantiles,
)


def _sorted(values, marked, stratum=None):
    order = np.argsort(values, kind="stable")
    return values[order], marked[order], None if stratum is None else stratum[order].astype(np.int32)


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=8, max_size=80))
def test_one_stratum_is_the_mann_whitney_test(items):
    values = np.array([value for value, _ in items], dtype=np.int64)
    marked = np.array([mark for _, mark in items])
    test = stratified_rank_test(*_sorted(values, marked)[:2])
    if marked.all() or not marked.any():
        assert test is None
        return
    if np.ptp(values) == 0:
        assert test.p == 1
        return
    expected = stats.mannwhitneyu(
        values[marked], values[~marked], alternative="greater", use_continuity=False, method="asymptotic"
    )
    assert test.p == pytest.approx(expected.pvalue, abs=1e-9)
    assert test.superiority == pytest.approx(expected.statistic / (marked.sum() * (~marked).sum()))


def test_strata_are_compared_within_themselves():
    rng = np.random.default_rng(1)
    stratum = (rng.random(2_000) < 0.3).astype(np.int32)
    marked = rng.random(2_000) < np.where(stratum, 0.8, 0.1)
    values = rng.exponential(1, 2_000) * np.where(stratum, 10, 1)
    pooled = stratified_rank_test(*_sorted(values, marked, np.zeros_like(stratum)))
    within = stratified_rank_test(*_sorted(values, marked, stratum))
    assert pooled.p < 1e-10
    assert within.p > 0.01


def test_the_stratified_p_is_uniform_without_a_difference():
    rng = np.random.default_rng(2)
    p = []
    for _ in range(400):
        stratum = rng.integers(0, 5, 200).astype(np.int32)
        p.append(stratified_rank_test(*_sorted(rng.gamma(1, 1, 200), rng.random(200) < 0.3, stratum)).p)
    assert stats.kstest(p, "uniform").pvalue > 0.001


def test_items_without_a_stratum_are_left_out():
    values = np.arange(20, dtype=np.int64)
    marked = values >= 10
    stratum = np.where(values < 18, 0, -1).astype(np.int32)
    assert stratified_rank_test(values, marked, stratum).n_marked == 8


def test_the_pooled_share_test_equals_another_library():
    rng = np.random.default_rng(3)
    stratum = rng.integers(0, 3, 600).astype(np.int32)
    marked, outcome = rng.random(600) < 0.4, rng.random(600) < 0.3
    ours = stratified_share_test(outcome, marked, stratum)
    tables = [
        [[np.sum(m & o), np.sum(m & ~o)], [np.sum(~m & o), np.sum(~m & ~o)]]
        for m, o in ((marked[stratum == s], outcome[stratum == s]) for s in range(3))
    ]
    theirs = StratifiedTable([np.array(table, dtype=float) for table in tables])
    two_sided = theirs.test_null_odds(correction=False).pvalue
    assert min(ours.p, 1 - ours.p) * 2 == pytest.approx(two_sided, rel=1e-6)
    top = sum(a * (c + d) / (a + b + c + d) for (a, b), (c, d) in tables)
    bottom = sum(c * (a + b) / (a + b + c + d) for (a, b), (c, d) in tables)
    assert ours.ratio.estimate == pytest.approx(top / bottom)


def test_the_interval_of_the_pooled_ratio_covers_the_truth():
    rng = np.random.default_rng(4)
    covered = []
    for _ in range(400):
        stratum = rng.integers(0, 3, 900).astype(np.int32)
        marked = rng.random(900) < 0.3
        outcome = rng.random(900) < np.array([0.1, 0.2, 0.3])[stratum] * np.where(marked, 2, 1)
        ratio = stratified_share_test(outcome, marked, stratum).ratio
        covered.append(ratio.low <= 2 <= ratio.high)
    assert 0.92 <= np.mean(covered) <= 0.98


def test_a_share_test_needs_both_groups_and_both_outcomes():
    ones = np.ones(10, dtype=bool)
    assert stratified_share_test(ones, np.arange(10) < 5) is None
    assert stratified_share_test(np.arange(10) < 5, ones) is None


def test_the_median_interval_covers_at_its_level():
    rng = np.random.default_rng(5)
    intervals = [median_interval(np.sort(rng.exponential(1, 101))) for _ in range(1_000)]
    assert 0.93 <= np.mean([i.low <= math.log(2) <= i.high for i in intervals]) <= 0.98


def test_equal_weights_change_nothing():
    values = np.sort(np.random.default_rng(6).random(50))
    q = np.array([0.1, 0.5, 0.93])
    assert (
        weighted_quantiles(values, np.full(50, 0.25), q).tolist()
        == weighted_quantiles(values, None, q).tolist()
    )


def test_weights_move_the_median_to_the_heavy_side():
    assert weighted_quantiles(np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 10.0]), np.array([0.5]))[0] == 3


def test_the_ratio_of_medians_covers_the_true_ratio():
    rng = np.random.default_rng(7)
    covered = []
    for _ in range(600):
        first = median_interval(np.sort(rng.exponential(3, 80)))
        second = median_interval(np.sort(rng.exponential(1, 120)))
        ratio = ratio_of_medians(first, second, floor=1e-9)
        covered.append(ratio.low <= 3 <= ratio.high)
    assert 0.92 <= np.mean(covered) <= 0.985


def test_association_is_cramers_v_less_what_chance_gives():
    rng = np.random.default_rng(8)
    codes = rng.integers(0, 4, 500)
    marked = rng.random(500) < np.array([0.1, 0.3, 0.5, 0.9])[codes]
    table = np.array([[np.sum(marked & (codes == c)), np.sum(~marked & (codes == c))] for c in range(4)])
    expected = stats.contingency.association(table, method="cramer")
    by_chance = 3 / 499
    assert association(table[:, 0], table.sum(axis=1)) == pytest.approx(np.sqrt(expected**2 - by_chance))
    assert association(np.zeros(4, dtype=int), table.sum(axis=1)) == 0


def test_many_small_groups_are_not_associated_with_everything():
    rng = np.random.default_rng(9)
    strengths = []
    for _ in range(200):
        codes, marked = rng.integers(0, 200, 2_000), rng.random(2_000) < 0.2
        hits, sizes = (np.bincount(codes[chosen], minlength=200) for chosen in (marked, slice(None)))
        strengths.append(association(hits, sizes))
    assert np.median(strengths) <= 0.05
    assert max(strengths) <= 0.2 < np.sqrt(199 / 1_999)


def test_the_ratio_within_strata_is_that_of_the_medians_in_each():
    rng = np.random.default_rng(10)
    stratum = rng.integers(-1, 4, 3_000).astype(np.int32)
    marked = rng.random(3_000) < np.array([0.1, 0.3, 0.5, 0.7, 0.5])[stratum]
    values = rng.exponential(1.0, 3_000) * (1.0 + 3.0 * np.maximum(stratum, 0)) * np.where(marked, 2.0, 1.0)
    order = np.argsort(values)
    logs, weights = [], []
    for s in range(4):
        one, other = values[(stratum == s) & marked], values[(stratum == s) & ~marked]
        logs.append(np.log(np.median(one) / np.median(other)))
        weights.append(len(one) * len(other) / (len(one) + len(other)))
    expected = np.exp(np.average(logs, weights=weights))
    within = ratio_within_strata(values[order], marked[order], stratum[order], floor=1e-9)
    assert within == pytest.approx(expected)
    assert within == pytest.approx(2.0, rel=0.15)
    assert np.isnan(ratio_within_strata(values[order], marked[order] & False, stratum[order], floor=1.0))
