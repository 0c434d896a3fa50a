"""Estimates by people: three points, named distributions, the year's loss, the scores."""

import math

import numpy as np
import pytest
from scipy import integrate, stats

from anlan.domain.criteria import Scale
from anlan.domain.errors import UsageError
from anlan.loop.quantify.estimate import (
    estimated_loss,
    from_parameters,
    from_three_points,
    likelihood_per_1000_cases,
    severity_on_scale,
)
from anlan.maths.annual_loss import LossSource, simulate_years
from anlan.maths.distributions import Distribution, lognormal_from_quantiles, pert

PERT = (2.0, 5.0, 20.0)


def oracle() -> stats.rv_continuous:
    """The same PERT as a beta of another library."""
    low, likely, high = PERT
    a = 1 + 4 * (likely - low) / (high - low)
    return stats.beta(a, 6 - a, loc=low, scale=high - low)


def test_a_pert_has_the_mean_and_spread_of_its_formula() -> None:
    made, beta = pert(*PERT), oracle()
    assert made.mean == pytest.approx((2 + 4 * 5 + 20) / 6)
    assert (made.mean, made.variance) == pytest.approx((beta.mean(), beta.var()))
    q = np.array([0.01, 0.05, 0.5, 0.95, 0.99])
    assert made.quantile(q) == pytest.approx(beta.ppf(q))
    assert made.cdf([1, 2, 7, 20, 30]) == pytest.approx(beta.cdf([1, 2, 7, 20, 30]))


@pytest.mark.parametrize("limit", [0.5, 2.0, 4.0, 11.0, 20.0, 40.0])
def test_the_limited_mean_of_a_pert_is_the_integral(limit: float) -> None:
    expected, _ = integrate.quad(lambda x: 1 - oracle().cdf(x), 0, limit, points=[2, 5])
    assert float(pert(*PERT).limited_mean(limit)) == pytest.approx(expected, rel=1e-6)


def test_three_equal_points_are_a_constant() -> None:
    assert pert(4, 4, 4).kind == "constant"


def test_a_lognormal_meets_both_of_its_quantiles() -> None:
    made = lognormal_from_quantiles(3.0, 60.0, level=0.8)
    assert made.cdf([3.0, 60.0]) == pytest.approx([0.1, 0.9])


def test_scaling_a_pert_scales_its_quantiles() -> None:
    made = pert(*PERT)
    assert made.scaled(60).quantile(0.3) == pytest.approx(60 * made.quantile(0.3))


def test_a_simulated_pert_keeps_its_mean() -> None:
    source = LossSource(0.8, pert(*PERT))
    years = simulate_years([source], years=200_000, seed=7, threads=1)
    error = years.std() / math.sqrt(len(years))
    assert abs(years.mean() - source.mean) < 4 * error
    assert years.var() == pytest.approx(0.8 * (oracle().var() + oracle().mean() ** 2), rel=0.03)


def test_a_year_of_known_frequency_and_constant_loss_is_poisson() -> None:
    found = estimated_loss(from_parameters("frequency", "constant", {"value": 3.0}),
                           from_parameters("severity", "constant", {"value": 10.0}))  # fmt: skip
    poisson = stats.poisson(3.0)
    assert found.annual_loss.estimate == pytest.approx(30.0)
    assert found.annual_loss.low == pytest.approx(10 * poisson.ppf(0.05), abs=0.1)
    assert found.annual_loss.high == pytest.approx(10 * poisson.ppf(0.95), abs=0.1)
    assert found.no_loss == pytest.approx(math.exp(-3.0), rel=1e-3)


def test_mean_and_variance_hold_whatever_the_distribution_of_the_rate() -> None:
    frequency, severity = pert(1, 2, 9), pert(*PERT)
    found = estimated_loss(frequency, severity, seed=11)
    rng = np.random.default_rng(3)
    rates = stats.beta(1 + 4 / 8, 5 - 4 / 8, loc=1, scale=8).rvs(200_000, random_state=rng)
    numbers = rng.poisson(rates)
    draws = oracle().rvs(int(numbers.sum()), random_state=rng)
    cut = np.repeat(np.arange(len(numbers)), numbers)
    years = np.bincount(cut, weights=draws, minlength=len(numbers))
    assert found.annual_loss.estimate == pytest.approx(years.mean(), rel=0.01)
    assert found.source.year.variance == pytest.approx(years.var(), rel=0.02)
    for limit, share in ((found.annual_loss.low, 0.05), (found.annual_loss.high, 0.95)):
        assert limit == pytest.approx(np.quantile(years, share), rel=0.03)
    assert abs(found.check.value - found.annual_loss.estimate) < 4 * found.check.standard_error


def test_the_same_seed_gives_the_same_check_and_another_seed_another() -> None:
    given = (pert(1, 2, 3), pert(*PERT))
    assert estimated_loss(*given, seed=5).check == estimated_loss(*given, seed=5).check
    assert estimated_loss(*given, seed=5).check != estimated_loss(*given, seed=6).check


def test_the_curve_falls_with_the_loss() -> None:
    curve = estimated_loss(pert(1, 2, 9), pert(*PERT)).curve
    losses, higher = zip(*curve, strict=True)
    assert list(losses) == sorted(set(losses))
    assert list(higher) == sorted(higher, reverse=True)


def test_a_year_scales_with_its_unit() -> None:
    hours = estimated_loss(pert(1, 2, 9), pert(*PERT)).annual_loss
    minutes = estimated_loss(pert(1, 2, 9), pert(*PERT).scaled(60)).annual_loss
    assert (minutes.estimate, minutes.high) == pytest.approx((60 * hours.estimate, 60 * hours.high))


@pytest.mark.parametrize(
    ("low", "likely", "high"), [(3, 2, 9), (-1, 2, 9), (1, 10, 9), (0, 0, 0), (1, math.nan, 9), (1, None, 9)]
)
def test_points_out_of_order_are_refused(low: float, likely: float, high: float) -> None:
    with pytest.raises(UsageError, match=r"estimate\.points"):
        from_three_points("frequency", low=low, likely=likely, high=high)


def test_a_lognormal_needs_a_lowest_value_above_zero() -> None:
    with pytest.raises(UsageError, match=r"estimate\.positive"):
        from_three_points("severity", low=0, likely=None, high=4, shape="lognormal")


@pytest.mark.parametrize(
    ("kind", "parameters", "code"),
    [
        ("cauchy", {"x": 1.0}, "kind"),
        ("gamma", {"shape": 1.0}, "parameters"),
        ("gamma", {"shape": 1.0, "scale": -2.0}, "parameter"),
        ("lognormal", {"mu": 900.0, "sigma": 1.0}, "size"),
        ("lognormal", {"mu": 1.0, "sigma": math.inf}, "parameters"),
    ],
)
def test_parameters_that_make_no_distribution_are_refused(kind: str, parameters: dict, code: str) -> None:
    with pytest.raises(UsageError, match=rf"estimate\.{code}\("):
        from_parameters("severity", kind, parameters)


def test_scores_are_read_on_the_units_of_the_scales() -> None:
    assert likelihood_per_1000_cases(12, cases_per_year=6000) == pytest.approx(2.0)
    assert likelihood_per_1000_cases(9000, cases_per_year=6000) == 1000.0
    minutes = Scale("customer_min", (60.0,), ("a", "b"), ("a", "b"))
    durations = Scale("median_case_durations", (1.0,), ("a", "b"), ("a", "b"))
    assert severity_on_scale(90, minutes, usual_duration_min=None) == 90
    assert severity_on_scale(90, durations, usual_duration_min=45) == pytest.approx(2.0)
    with pytest.raises(UsageError, match=r"estimate\.duration"):
        severity_on_scale(90, durations, usual_duration_min=None)


def test_a_known_distribution_is_taken_as_it_is() -> None:
    made = from_parameters("severity", "weibull", {"shape": 1.0, "scale": 7.0})
    assert (made.kind, made.mean) == ("weibull", pytest.approx(7.0))
    assert isinstance(made, Distribution)
