"""Distributions of one loss: against scipy.stats, and laws of scale and limits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from anlan.domain.errors import UsageError
from anlan.maths.distributions import (
    Distribution,
    empirical,
    from_quantiles,
    lognormal_from_mean,
    triangular,
)

PAIRS = [
    (Distribution("lognormal", {"mu": 1.2, "sigma": 0.8}), stats.lognorm(0.8, scale=np.exp(1.2))),
    (Distribution("gamma", {"shape": 0.7, "scale": 5.0}), stats.gamma(0.7, scale=5.0)),
    (Distribution("weibull", {"shape": 1.7, "scale": 30.0}), stats.weibull_min(1.7, scale=30.0)),
    (triangular(0.0, 2.0, 8.0), stats.triang(0.25, scale=8.0)),
    (triangular(0.0, 0.0, 20.0), stats.triang(0.0, scale=20.0)),
    (triangular(0.0, 3.0, 3.0), stats.triang(1.0, scale=3.0)),
]


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_moments_quantiles_and_shares_agree_with_scipy(ours, theirs) -> None:
    q = np.array([0.001, 0.1, 0.5, 0.95, 0.9999])
    assert ours.mean == pytest.approx(theirs.mean())
    assert ours.variance == pytest.approx(theirs.var())
    assert np.allclose(ours.quantile(q), theirs.ppf(q))
    assert np.allclose(ours.cdf(theirs.ppf(q)), q)
    assert ours.cdf(0.0) == 0.0


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
@pytest.mark.parametrize("limit", [0.0, 0.5, 10.0, 80.0])
def test_the_limited_mean_is_the_area_above_the_cdf(ours, theirs, limit: float) -> None:
    area, _ = integrate.quad(theirs.sf, 0, limit)
    assert float(ours.limited_mean(limit)) == pytest.approx(area, abs=1e-8)


@given(st.lists(st.floats(0.01, 1e4), min_size=1, max_size=30), st.floats(0, 2e4))
def test_the_limited_mean_of_a_sample_is_the_mean_of_the_limited_sample(values, limit) -> None:
    assert float(empirical(values).limited_mean(limit)) == pytest.approx(np.mean(np.minimum(values, limit)))


@given(st.lists(st.floats(0, 100) | st.just(7.0), min_size=2, max_size=12), st.floats(0, 120))
def test_quantiles_have_the_moments_and_shares_of_their_pieces(values, limit) -> None:
    made = from_quantiles(sorted(values))
    fine = made.quantile((np.arange(200_000) + 0.5) / 200_000)
    assert made.mean == pytest.approx(fine.mean(), abs=1e-3)
    assert made.variance == pytest.approx(fine.var(), abs=1e-2)
    assert float(made.limited_mean(limit)) == pytest.approx(np.minimum(fine, limit).mean(), abs=1e-3)
    assert float(made.cdf(limit)) == pytest.approx((fine <= limit).mean(), abs=1e-3)


def test_quantiles_between_two_numbers_are_uniform_and_may_hold_a_share_of_zeros() -> None:
    ours, theirs = from_quantiles([2.0, 6.0]), stats.uniform(2.0, 4.0)
    assert (ours.mean, ours.variance) == pytest.approx((theirs.mean(), theirs.var()))
    assert float(from_quantiles([0, 0, 0, 1, 9]).cdf(0.0)) == 0.5
    for values in ([1.0], [2.0, 1.0], [-1.0, 2.0], [0.0, math.inf]):
        with pytest.raises(UsageError, match="quantile_values"):
            from_quantiles(values)


@pytest.mark.parametrize(
    "distribution",
    [
        *(pair[0] for pair in PAIRS),
        empirical([1.0, 4.0, 9.0]),
        from_quantiles([0.0, 2.0, 9.0]),
        Distribution("constant", {"value": 3.0}),
    ],
)
def test_a_change_of_unit_scales_everything(distribution: Distribution) -> None:
    hours = distribution.scaled(1 / 60)
    assert hours.mean == pytest.approx(distribution.mean / 60)
    assert hours.variance == pytest.approx(distribution.variance / 3600)
    assert float(hours.quantile(0.9)) == pytest.approx(float(distribution.quantile(0.9)) / 60)
    assert float(hours.limited_mean(0.05)) == pytest.approx(float(distribution.limited_mean(3.0)) / 60)


def test_nothing_and_constants_have_no_spread() -> None:
    assert (Distribution("none").mean, Distribution("none").variance) == (0.0, 0.0)
    constant = Distribution("constant", {"value": 7.0})
    assert (constant.mean, constant.variance, float(constant.quantile(0.3))) == (7.0, 0.0, 7.0)


def test_a_lognormal_can_be_named_by_its_mean() -> None:
    assert lognormal_from_mean(40.0, sigma=1.1).mean == pytest.approx(40.0)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(UsageError, match="unknown_kind"):
        Distribution("pareto")


def test_a_weibull_far_beyond_its_scale_is_certain_without_a_warning() -> None:
    steep = Distribution("weibull", {"shape": 9.0, "scale": 1e-3})
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert steep.cdf([1e300, 1e-3, 0.0]).tolist() == pytest.approx([1.0, 1 - math.exp(-1), 0.0])
        assert float(steep.limited_mean(1e200)) == pytest.approx(steep.mean)


@pytest.mark.parametrize("shape", [1e-300, 1e300])
def test_a_weibull_of_any_shape_is_a_share_without_a_warning(shape: float) -> None:
    strange = Distribution("weibull", {"shape": shape, "scale": 2.0})
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        found = strange.cdf([1e-200, 1.0, 2.0, 3.0, 1e200])
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found) >= 0).all()
    assert found[2] == pytest.approx(1 - math.exp(-1))
