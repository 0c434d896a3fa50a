import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from anlan.maths.rates import (
    binomial_lower,
    binomial_upper,
    fisher_upper,
    jeffreys,
    normal_upper,
    observed_over_expected,
    poisson_rate,
    poisson_upper,
    ratio_of_shares,
    wilson,
)

COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(("method", "ours"), [("wilson", wilson), ("jeffreys", jeffreys)])
@pytest.mark.parametrize(("count", "trials"), [(1, 10), (5, 10), (37, 100), (990, 1_000)])
def test_share_intervals_equal_those_of_another_library(method, ours, count, trials):
    interval = ours(count, trials)
    low, high = proportion_confint(count, trials, alpha=0.05, method=method)
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=1e-12)
    assert interval.estimate == count / trials


@settings(deadline=None)
@given(COUNTS)
def test_share_intervals_stay_in_0_1_and_hold_the_estimate(counts):
    for interval in (wilson(*counts), jeffreys(*counts)):
        assert 0 <= interval.low <= interval.estimate <= interval.high <= 1


@settings(deadline=None)
@given(COUNTS)
def test_counting_the_opposite_mirrors_the_interval(counts):
    count, trials = counts
    for method in (wilson, jeffreys):
        assert method(count, trials).low == pytest.approx(1 - method(trials - count, trials).high, abs=1e-9)


def test_without_trials_nothing_is_known():
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)


def test_wilson_covers_the_true_share_at_its_level():
    rng = np.random.default_rng(1)
    counts = rng.binomial(60, 0.07, 4_000)
    intervals = [wilson(int(count), 60) for count in counts]
    assert 0.93 <= np.mean([i.low <= 0.07 <= i.high for i in intervals]) <= 0.985


def test_poisson_interval_has_the_quantiles_of_the_gamma():
    interval = poisson_rate(7, 2.0)
    assert interval.low == pytest.approx(stats.gamma(7.5).ppf(0.025) / 2)
    assert interval.high == pytest.approx(stats.gamma(7.5).ppf(0.975) / 2)
    assert poisson_rate(0, 5.0).low == 0


def test_observed_over_expected_is_the_ratio():
    assert observed_over_expected(30, 10.0).estimate == pytest.approx(3)


@settings(deadline=None)
@given(COUNTS, st.floats(0.01, 0.99))
def test_binomial_tails_equal_those_of_another_library(counts, share):
    count, trials = counts
    assert float(binomial_upper(count, trials, share)) == pytest.approx(
        float(stats.binom(trials, share).sf(count - 1)), abs=1e-12
    )
    assert float(binomial_lower(count, trials, share)) == pytest.approx(
        float(stats.binom(trials, share).cdf(count)), abs=1e-12
    )


def test_poisson_and_normal_tails_equal_those_of_another_library():
    assert poisson_upper(9, 4.2) == pytest.approx(stats.poisson(4.2).sf(8))
    assert poisson_upper(0, 4.2) == 1
    assert normal_upper(1.96) == pytest.approx(stats.norm.sf(1.96))


@pytest.mark.parametrize("table", [(8, 2, 1, 5), (3, 7, 4, 6), (40, 400, 60, 900), (0, 5, 3, 9)])
def test_fisher_equals_another_library(table):
    a, b, c, d = table
    expected = stats.fisher_exact([[a, b], [c, d]], alternative="greater").pvalue
    assert fisher_upper(a, a + b, a + c, a + b + c + d) == pytest.approx(expected, rel=1e-9)


def test_ratio_of_shares_matches_its_formula_and_survives_a_zero():
    ratio = ratio_of_shares(30, 100, 20, 100)
    spread = math.exp(1.959964 * math.sqrt(1 / 30 - 1 / 100 + 1 / 20 - 1 / 100))
    assert (ratio.estimate, ratio.high) == pytest.approx((1.5, 1.5 * spread), rel=1e-6)
    assert math.isfinite(ratio_of_shares(5, 50, 0, 50).estimate)
