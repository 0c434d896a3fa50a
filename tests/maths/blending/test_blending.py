"""Rates and shares blended: conjugacy by brute force, limits, multipliers, predictions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from anlan.maths.blending import rates, shares
from anlan.maths.blending.elicited import Beta, Gamma
from anlan.maths.blending.factors import NONE, product
from anlan.maths.blending.rates import exact_rate
from anlan.maths.blending.shares import exact_share
from anlan.maths.distributions import Distribution, lognormal_from_quantiles, pert

OPINIONS = rates.pooled([Gamma(4.0, 2.0), Gamma(30.0, 3.0)], [3.0, 1.0])
SHARES = shares.pooled([Beta(2.0, 18.0), Beta(10.0, 10.0)], [2.0, 1.0])


def test_the_posterior_of_a_rate_is_prior_times_likelihood_integrated() -> None:
    def weighed(rate: float) -> float:
        prior = 0.75 * stats.gamma.pdf(rate, 4, scale=1 / 2) + 0.25 * stats.gamma.pdf(rate, 30, scale=1 / 3)
        return float(prior * stats.poisson.pmf(9, 2.5 * rate))

    whole = integrate.quad(weighed, 0, 60, limit=200)[0]
    below = integrate.quad(weighed, 0, 4.0, limit=200)[0] / whole
    mean = integrate.quad(lambda r: r * weighed(r), 0, 60, limit=200)[0] / whole
    found = OPINIONS.updated(9, 2.5)
    assert float(found.cdf(4.0)) == pytest.approx(below, abs=1e-7)
    assert found.mean == pytest.approx(mean)
    assert OPINIONS.count(2.5).up_to(9) - OPINIONS.count(2.5).up_to(8) == pytest.approx(whole, abs=1e-9)


def test_the_posterior_of_a_share_is_prior_times_likelihood_integrated() -> None:
    def weighed(share: float) -> float:
        prior = (2 * stats.beta.pdf(share, 2, 18) + stats.beta.pdf(share, 10, 10)) / 3
        return float(prior * stats.binom.pmf(7, 30, share))

    whole = integrate.quad(weighed, 0, 1)[0]
    found = SHARES.updated(7, 30)
    assert float(found.cdf(0.2)) == pytest.approx(integrate.quad(weighed, 0, 0.2)[0] / whole, abs=1e-7)
    assert found.mean == pytest.approx(integrate.quad(lambda s: s * weighed(s), 0, 1)[0] / whole)
    foretold = SHARES.hits(30)
    assert foretold.up_to(7) - foretold.up_to(6) == pytest.approx(whole, abs=2e-4)


@given(st.integers(0, 40), st.floats(0.1, 20), st.floats(0.02, 0.98))
def test_quantiles_invert_and_much_data_drown_the_opinions(events: int, exposure: float, p: float) -> None:
    found = OPINIONS.updated(events, exposure)
    assert float(found.cdf(found.quantile(p))) == pytest.approx(p, abs=1e-8)
    assert sum(found.shares) == pytest.approx(1.0)
    drowned = OPINIONS.updated(events * 1e6 + 1e6, exposure * 1e6)
    assert drowned.mean == pytest.approx((events + 1) / exposure, rel=1e-3)


@given(st.integers(0, 12), st.integers(0, 12))
def test_data_in_two_parts_are_data_at_once(first: int, second: int) -> None:
    at_once, parts = OPINIONS.updated(first + second, 3.0), OPINIONS.updated(first, 1.0).updated(second, 2.0)
    assert parts.mean == pytest.approx(at_once.mean)
    assert parts.shares == pytest.approx(at_once.shares)
    both = SHARES.updated(first, 12).updated(second, 12)
    assert both.shares == pytest.approx(SHARES.updated(first + second, 24).shares)


def test_the_prediction_without_multipliers_is_negative_binomial() -> None:
    found = rates.Rate((Gamma(4.5, 2.0),), (1.0,)).count(3.0)
    exact = stats.nbinom(4.5, 2 / 5)
    assert [found.up_to(n) for n in (0, 5, 20)] == pytest.approx(exact.cdf([0, 5, 20]))
    assert [found.quantile(p) for p in (0.05, 0.5, 0.95)] == exact.ppf([0.05, 0.5, 0.95]).tolist()
    assert found.mean == pytest.approx(exact.mean())
    assert found.surprise(0) == pytest.approx(2 * exact.cdf(0))
    assert found.surprise(30) == pytest.approx(2 * exact.sf(29))


def test_the_prediction_of_hits_is_beta_binomial() -> None:
    found, exact = shares.pooled([Beta(3.0, 20.0)], [1.0]).hits(50), stats.betabinom(50, 3, 20)
    assert [found.up_to(n) for n in (0, 5, 20)] == pytest.approx(exact.cdf([0, 5, 20]), abs=3e-4)
    assert [found.quantile(p) for p in (0.05, 0.5, 0.95)] == exact.ppf([0.05, 0.5, 0.95]).tolist()
    assert found.up_to(50) == 1.0


@pytest.mark.parametrize("limits", [[(0.8, 2.0), (0.5, 1.5)], [(0.8, 2.0)] * 5, [(0.2, 5.0)] * 3])
def test_multipliers_of_lognormal_ranges_multiply_as_logarithms_add(
    limits: list[tuple[float, float]],
) -> None:
    ranges = [lognormal_from_quantiles(*each) for each in limits]
    found = product(ranges)
    mu, variance = (sum(each.parameters[n] ** k for each in ranges) for n, k in (("mu", 1), ("sigma", 2)))
    exact = stats.lognorm(variance**0.5, scale=np.exp(mu))
    assert found.limits(0.9) == pytest.approx(exact.ppf([0.05, 0.95]), rel=0.005)
    assert found.mean == pytest.approx(exact.mean())
    assert found.sample.mean() == pytest.approx(found.mean, rel=2e-3)
    assert product([]).mean == NONE.mean == 1.0


def test_a_certain_multiplier_scales_rate_and_count_exactly() -> None:
    twice = product([Distribution("constant", {"value": 2.0})])
    scaled = OPINIONS.scaled(twice)
    assert scaled.quantile(0.95) == pytest.approx(2 * OPINIONS.quantile(0.95))
    assert scaled.count(1.0).up_to(7) == pytest.approx(OPINIONS.count(2.0).up_to(7))
    odds = SHARES.scaled(twice)
    before = SHARES.quantile(0.9)
    assert odds.quantile(0.9) == pytest.approx(2 * before / (1 + before))


def test_an_uncertain_multiplier_widens_and_keeps_the_mean_product() -> None:
    factor = product([pert(0.5, 1.0, 3.0)])
    plain, moved = OPINIONS.updated(9, 2.5), OPINIONS.updated(9, 2.5).scaled(factor)
    rng = np.random.default_rng(0)
    parts = rng.choice(2, size=300_000, p=plain.shares)
    drawn = rng.gamma([plain.gammas[i].shape for i in (0, 1)], size=(300_000, 2))
    drawn = drawn / [plain.gammas[i].exposure for i in (0, 1)]
    product_of = drawn[np.arange(len(parts)), parts] * rng.choice(factor.sample, 300_000)
    assert moved.mean == pytest.approx(product_of.mean(), rel=0.01)
    assert moved.quantile(0.95) == pytest.approx(np.quantile(product_of, 0.95), rel=0.01)
    share = SHARES.scaled(factor)
    s = np.choose(
        rng.choice(2, 300_000, p=SHARES.shares), [rng.beta(2, 18, 300_000), rng.beta(10, 10, 300_000)]
    )
    f = rng.choice(factor.sample, 300_000)
    after = f * s / (1 - s + f * s)
    assert share.mean == pytest.approx(after.mean(), abs=0.002)
    assert share.hits(40).up_to(10) == pytest.approx(stats.binom.cdf(10, 40, after).mean(), abs=0.004)


def test_exact_limits_are_the_classic_ones() -> None:
    assert exact_rate(10, 6.0) == pytest.approx(
        (stats.chi2.ppf(0.05, 20) / 12, stats.chi2.ppf(0.95, 22) / 12)
    )
    assert exact_rate(0, 2.0)[0] == 0.0
    assert exact_share(3, 20) == pytest.approx((stats.beta.ppf(0.05, 3, 18), stats.beta.ppf(0.95, 4, 17)))
    assert exact_share(0, 5)[0] == 0.0
    assert exact_share(5, 5)[1] == 1.0
