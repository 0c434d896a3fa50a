"""Pool of distributions: moments, quantiles as inverse, wider than the mean of quantiles."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from anlan.maths.distributions import Distribution, lognormal_from_quantiles, pert
from anlan.maths.judgement.density import density, strips
from anlan.maths.judgement.pooling import pool

THREE = [pert(1, 2, 5), pert(4, 9, 10), lognormal_from_quantiles(2, 30)]
WEIGHTS = [2.0, 1.0, 1.0]


def test_moments_and_quantiles_are_those_of_the_mixture_laid_out_evenly() -> None:
    even = (np.arange(400_000) + 0.5) / 400_000
    values = np.concatenate([each.quantile(even) for each in THREE])
    weights = np.repeat(WEIGHTS, len(even)) / (len(even) * sum(WEIGHTS))
    found = pool(THREE, weights=WEIGHTS)
    mean = weights @ values
    assert found.mean == pytest.approx(mean, rel=1e-4)
    assert found.variance == pytest.approx(weights @ (values - mean) ** 2, rel=2e-3)
    order = np.argsort(values)
    places = np.searchsorted(np.cumsum(weights[order]), [0.05, 0.5, 0.95])
    assert found.quantile([0.05, 0.5, 0.95]) == pytest.approx(values[order][places], rel=1e-4)


@given(st.floats(0.01, 0.99))
def test_the_quantile_inverts_the_distribution_function(p: float) -> None:
    found = pool(THREE, weights=WEIGHTS)
    assert float(found.cdf(found.quantile(p))) == pytest.approx(p, abs=1e-9)


def test_the_mixture_is_wider_than_the_mean_of_quantiles_and_alike_for_alike_people() -> None:
    apart, alike = pool(THREE, weights=WEIGHTS), pool([THREE[0]] * 3, weights=WEIGHTS)
    ends = [0.05, 0.95]
    assert np.diff(apart.quantile(ends)) > np.diff(apart.mean_of_quantiles(ends))
    assert alike.quantile(ends) == pytest.approx(THREE[0].quantile(ends))
    assert alike.variance_between == pytest.approx(0.0)


def test_a_peak_moves_the_beta_between_uniform_and_narrow() -> None:
    """Mean, variance and quantiles against the beta of scipy."""
    for peak in (0.0, 2.0, 4.0, 12.0):
        found = pert(10, 20, 50, peak=peak)
        beta = stats.beta(1 + peak * 0.25, 1 + peak * 0.75, loc=10, scale=40)
        assert (found.mean, found.variance) == pytest.approx((beta.mean(), beta.var()))
        assert found.quantile([0.1, 0.9]) == pytest.approx(beta.ppf([0.1, 0.9]))
        limited = integrate.quad(beta.sf, 10, 30)[0] + 10
        assert float(found.limited_mean(30.0)) == pytest.approx(limited)
    assert dict(pert(1, 2, 3).parameters) == {"low": 1, "likely": 2, "high": 3}
    assert pert(1, 2, 3).scaled(60.0).parameters["high"] == 180


def test_strips_of_density_hold_the_whole_probability() -> None:
    edges = strips(0.0, 60.0)
    held = density(pool(THREE, weights=WEIGHTS), edges) @ np.diff(edges)
    assert held == pytest.approx(float(pool(THREE, weights=WEIGHTS).cdf(60.0)))
    constant = Distribution("constant", {"value": 3.0})
    assert density(constant, strips(0.0, 6.0)) @ np.diff(strips(0.0, 6.0)) == pytest.approx(1.0)
