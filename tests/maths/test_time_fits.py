import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.maths.sample_distances import total_variation, wasserstein
from anlan.maths.time_fits import fit_times, quantile_table

RNG = np.random.default_rng(7)


@pytest.mark.parametrize(
    ("kind", "sample"),
    [
        ("exponential", RNG.exponential(300.0, 3000)),
        ("lognormal", RNG.lognormal(5.0, 0.8, 3000)),
        ("gamma", RNG.gamma(3.0, 60.0, 3000)),
        ("weibull", 100.0 * RNG.weibull(2.5, 3000)),
    ],
)
def test_a_sample_of_a_law_is_recognised(kind: str, sample: np.ndarray) -> None:
    fit = fit_times(sample)
    assert fit.kind == kind
    assert fit.reason == "best_fit"
    assert fit.law.mean == pytest.approx(sample.mean(), rel=0.03)


def test_two_modes_fall_back_to_the_sample() -> None:
    sample = np.concatenate([RNG.normal(100, 3, 500), RNG.normal(1000, 30, 500)])
    fit = fit_times(sample)
    assert (fit.kind, fit.reason) == ("quantiles", "no_fit")
    assert fit.distance > 0.1


def test_zeros_are_kept() -> None:
    fit = fit_times(np.concatenate([np.zeros(300), RNG.exponential(60.0, 700)]))
    assert (fit.kind, fit.reason) == ("quantiles", "zeros")
    assert fit.zeros == pytest.approx(0.3)
    assert (fit.values[:30] == 0).all()
    assert fit.values[31] > 0


def test_times_alike_are_constant() -> None:
    assert fit_times([60.0] * 40).kind == "constant"
    assert fit_times([0.0] * 40).law.mean == 0.0
    assert fit_times([60.0] * 20 + [90.0] * 5).reason == "few_values"


@given(st.lists(st.floats(0, 1e6), min_size=2, max_size=300))
@settings(max_examples=80, deadline=None)
def test_the_table_keeps_the_mean_and_ascends(sample: list[float]) -> None:
    x = np.sort(np.array(sample))
    values = quantile_table(x)
    assert len(values) == 101
    assert (np.diff(values) >= -1e-9 * max(1.0, values[-1])).all()
    assert (values[:-1] + values[1:]).mean() / 2 == pytest.approx(x.mean(), rel=1e-9, abs=1e-9)


def test_a_long_tail_moves_only_the_last_of_the_quantiles() -> None:
    x = np.sort(RNG.lognormal(3, 1.2, 5000))
    table, plain = quantile_table(x), np.quantile(x, np.linspace(0, 1, 101))
    assert table[:100] == pytest.approx(plain[:100], rel=0.02)
    assert table[100] < plain[100]


def test_the_table_scales_with_the_unit() -> None:
    x = np.sort(RNG.lognormal(3, 1, 400))
    assert quantile_table(60 * x) == pytest.approx(60 * quantile_table(x))


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30),
    st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30),
)
@settings(max_examples=60, deadline=None)
def test_the_distance_of_samples_is_that_of_scipy(first: list[float], second: list[float]) -> None:
    from scipy.stats import wasserstein_distance

    assert wasserstein(first, second) == pytest.approx(wasserstein_distance(first, second), abs=1e-7)


def test_total_variation_is_half_of_what_has_to_move() -> None:
    assert total_variation([10, 10], [30, 10]) == pytest.approx(0.25)
    assert total_variation([1, 0], [0, 1]) == 1.0
    assert math.isclose(total_variation([2, 4], [1, 2]), 0.0)
