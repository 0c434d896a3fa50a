"""Long-run variance: a plain double sum, theory of an autoregression, coverage of the mean."""

import math

import numpy as np
import pytest

from anlan.maths.long_run_variance import long_run_variance


def _autoregression(rng: np.random.Generator, *, runs: int, n: int, rho: float) -> np.ndarray:
    """Rows with x_t = rho x_(t-1) + normal, started in balance."""
    x = np.empty((runs, n))
    x[:, 0] = rng.standard_normal(runs) / math.sqrt(1 - rho**2)
    for t in range(1, n):
        x[:, t] = rho * x[:, t - 1] + rng.standard_normal(runs)
    return x


def test_it_is_the_double_sum_with_falling_weights() -> None:
    x = np.random.default_rng(1).standard_normal(30)
    found = long_run_variance(x)
    assert found.bandwidth == 8  # 1.3 sqrt(30) = 7.1
    d, total = x - x.mean(), 0.0
    for i in range(30):
        for j in range(30):
            total += max(0.0, 1 - abs(i - j) / 8) * d[i] * d[j] / 30
    b = 8 / 30
    assert found.variance == pytest.approx(total / (1 - b + b**2 / 3))


@pytest.mark.parametrize("n", [8, 26, 200])
def test_without_memory_it_is_the_variance_on_average(n: int) -> None:
    rng = np.random.default_rng(2)
    found = [long_run_variance(3.0 * rng.standard_normal(n)).variance for _ in range(4_000)]
    assert np.mean(found) == pytest.approx(9.0, rel=0.04)


def test_with_memory_it_is_that_of_theory() -> None:
    rows = _autoregression(np.random.default_rng(3), runs=400, n=2_000, rho=0.5)
    assert np.mean([long_run_variance(row).variance for row in rows]) == pytest.approx(4.0, rel=0.05)


@pytest.mark.parametrize(("n", "rho"), [(8, 0.0), (30, 0.3), (100, 0.5)])
def test_the_mean_is_covered_about_as_often_as_stated(n: int, rho: float) -> None:
    rows = _autoregression(np.random.default_rng(4), runs=4_000, n=n, rho=rho)
    half = [1.96 * math.sqrt(long_run_variance(row).of_mean) for row in rows]
    covered = np.mean(np.abs(rows.mean(axis=1)) <= half)
    assert 0.92 <= covered <= 0.97


def test_a_series_that_never_changes_has_none() -> None:
    found = long_run_variance(np.full(20, 7.0))
    assert (found.variance, found.of_mean) == (0.0, 0.0)
