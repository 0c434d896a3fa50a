"""Rates from counts: a published case, the chi-square identity, laws, coverage."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from anlan.domain.errors import UsageError
from anlan.maths.counts import positive_interval, rate_posterior, share_interval
from support import shared


def test_the_published_jeffreys_case_is_reproduced() -> None:
    case = json.loads(shared("golden/gamma_poisson_jeffreys_chi2.json").read_text())
    posterior = rate_posterior(case["inputs"]["events"], exposure=case["inputs"]["exposure"])
    interval = posterior.interval(level=0.90)
    expected, within = case["expected"], case["tolerance"]
    assert posterior.shape == expected["shape"]
    assert interval.estimate == pytest.approx(expected["mean"], abs=within)
    assert interval.low == pytest.approx(expected["p05"], abs=within)
    assert interval.high == pytest.approx(expected["p95"], abs=within)


@given(st.integers(0, 10_000), st.floats(1e-3, 1e6), st.floats(0.01, 0.99))
def test_quantiles_are_those_of_chi_square(events: int, exposure: float, q: float) -> None:
    expected = stats.chi2.ppf(q, 2 * events + 1) / (2 * exposure)
    assert rate_posterior(events, exposure=exposure).quantile(q) == pytest.approx(expected, rel=1e-9)


@given(st.integers(0, 1000), st.floats(0.1, 100), st.floats(0.1, 50))
def test_a_change_of_the_unit_of_time_scales_the_rate(events: int, years: float, factor: float) -> None:
    by_year = rate_posterior(events, exposure=years).interval()
    other = rate_posterior(events, exposure=years * factor).interval().scaled(factor)
    assert other.estimate == pytest.approx(by_year.estimate)
    assert other.low == pytest.approx(by_year.low)
    assert other.high == pytest.approx(by_year.high)


@given(st.integers(0, 500), st.floats(0.1, 100))
def test_one_more_event_raises_the_whole_interval(events: int, years: float) -> None:
    few, more = (rate_posterior(n, exposure=years).interval() for n in (events, events + 1))
    assert few.low < more.low
    assert few.estimate < more.estimate
    assert few.high < more.high


@pytest.mark.parametrize("true_rate", [0.7, 4.0, 40.0])
def test_the_interval_covers_the_true_rate_about_as_often_as_it_says(true_rate: float) -> None:
    counts = np.random.default_rng(5).poisson(true_rate * 2.5, 3000)
    limits = [rate_posterior(int(n), exposure=2.5).interval() for n in counts]
    covered = np.mean([i.low <= true_rate <= i.high for i in limits])
    assert 0.92 <= covered <= 0.985


@pytest.mark.parametrize("events", [0, 3, 25])
def test_the_prediction_is_the_negative_binomial_of_gamma_mixed_counts(events: int) -> None:
    prediction = rate_posterior(events, exposure=2.0).predicted(exposure=1.0)
    theory = stats.nbinom(events + 0.5, 2.0 / 3.0)
    assert prediction.mean == pytest.approx(theory.mean())
    assert prediction.variance == pytest.approx(theory.var())
    for q in (0.05, 0.5, 0.95, 0.999):
        assert prediction.quantile(q) == theory.ppf(q)
    assert prediction.probability_up_to(-1) == 0.0


def test_the_prediction_agrees_with_simulation() -> None:
    rng = np.random.default_rng(8)
    counts = rng.poisson(rng.gamma(4.5, 1 / 3.0, 200_000) * 2.0)
    prediction = rate_posterior(4, exposure=3.0).predicted(exposure=2.0)
    assert counts.mean() == pytest.approx(prediction.mean, abs=5 * np.sqrt(prediction.variance / 200_000))
    assert np.mean(counts <= 3) == pytest.approx(prediction.probability_up_to(3), abs=0.006)


@given(st.floats(0.01, 1e6), st.floats(1e-6, 4.0))
def test_a_positive_interval_holds_its_mean_and_never_goes_below_zero(mean: float, spread: float) -> None:
    interval = positive_interval(mean, relative_variance=spread)
    assert 0 <= interval.low < interval.high
    assert interval.estimate == mean


def test_no_spread_gives_a_point() -> None:
    interval = positive_interval(3.0, relative_variance=0.0)
    assert (interval.low, interval.high) == (3.0, 3.0)


@pytest.mark.parametrize(
    ("events", "exposure"), [(-1, 1.0), (1, 0.0), (1, -2.0), (float("nan"), 1.0), (1, float("inf"))]
)
def test_impossible_counts_are_refused(events: float, exposure: float) -> None:
    with pytest.raises(UsageError):
        rate_posterior(events, exposure=exposure)


@given(st.integers(0, 500), st.integers(0, 500), st.sampled_from([0.8, 0.95]))
def test_a_share_is_the_beta_of_jeffreys_and_below_one(hits: int, others: int, level: float) -> None:
    interval = share_interval(hits, trials=hits + others, level=level)
    theory = stats.beta(hits + 0.5, others + 0.5)
    assert interval.estimate == pytest.approx(theory.mean())
    assert interval.low == pytest.approx(theory.ppf((1 - level) / 2), rel=1e-8)
    assert interval.high == pytest.approx(theory.ppf((1 + level) / 2), rel=1e-8)
    assert 0 < interval.low < interval.high < 1


@pytest.mark.parametrize(("hits", "trials"), [(-1, 5), (6, 5)])
def test_an_impossible_share_is_refused(hits: int, trials: int) -> None:
    with pytest.raises(UsageError, match="bad_share"):
        share_interval(hits, trials=trials)
