"""Numbers of a risk: three points, named distributions, what a log measured."""

import math

import pytest

from anlan.loop.quantify.loss_year.known import (
    from_named,
    from_points,
    lognormal_of,
    rate_after,
    typical_size,
)
from anlan.loop.quantify.methods.estimates import read_estimate


def test_three_points_without_a_likely_value_take_the_middle() -> None:
    assert from_points({"low": 1, "high": 5}) == {"kind": "pert", "low": 1.0, "likely": 3.0, "high": 5.0}


@pytest.mark.parametrize(
    "points", [{"low": 5, "high": 1}, {"low": 1, "likely": 9, "high": 5}, {"high": 1}, {"low": -1, "high": 1},
               {"shape": "lognormal", "low": 0, "high": 1}],
)  # fmt: skip
def test_points_out_of_order_are_no_estimate(points) -> None:
    assert from_points(points) is None


def test_a_lognormal_by_mu_and_sigma_keeps_both() -> None:
    made = read_estimate(from_named("lognormal", {"mu": 2.0, "sigma": 0.5, "aicc": 3.0}))
    assert made.parameters["mu"] == pytest.approx(2.0)
    assert made.parameters["sigma"] == pytest.approx(0.5)


def test_the_lognormal_of_a_measured_size_keeps_mean_and_median() -> None:
    made = read_estimate(lognormal_of(30_000.0, median=16_000.0, p95=100_000.0))
    assert made.mean == pytest.approx(30_000.0)
    assert float(made.quantile(0.5)) == pytest.approx(16_000.0)


def test_without_a_median_below_the_mean_the_95_percent_point_is_kept() -> None:
    made = read_estimate(lognormal_of(100.0, median=100.0, p95=180.0))
    assert made.mean == pytest.approx(100.0)
    assert float(made.quantile(0.95)) == pytest.approx(180.0)


def test_no_lognormal_reaches_a_95_percent_point_nearly_four_times_the_mean() -> None:
    assert lognormal_of(100.0, median=None, p95=100.0 * math.exp(1.6448536**2 / 2) * 1.01) is None


def test_the_rate_after_n_events_has_their_mean_and_jeffreys_spread() -> None:
    made = read_estimate(rate_after(9, rate=4.0))
    assert made.mean == pytest.approx(4.0)
    assert made.variance / made.mean**2 == pytest.approx(1 / 9.5)


def test_four_times_the_records_halve_what_is_open_about_the_size() -> None:
    few, many = (read_estimate(typical_size(0.8, records=n)) for n in (5, 20))
    assert few.parameters["sigma"] == pytest.approx(2 * many.parameters["sigma"])
    assert typical_size(0.8, records=None) == typical_size(0.8, records=1)
    assert typical_size(0.0, records=3) is None
