"""Quantiles of a year times the factor of the year: theory for a known year, simulation for others."""

import numpy as np
import pytest
from scipy import stats

from anlan.maths.annual_loss import LossSource, simulate_years
from anlan.maths.common_factor import scaled_quantile
from anlan.maths.distributions import lognormal_from_mean
from anlan.maths.lattice import Lattice
from anlan.maths.loss_statistics import loss_sample


@pytest.mark.parametrize("variance", [0.01, 0.2, 1.5])
@pytest.mark.parametrize("q", [0.1, 0.5, 0.95])
def test_a_year_that_is_known_leaves_the_gamma_factor(variance: float, q: float) -> None:
    year = Lattice(40.0, 1.0, np.array([1.0, 0.0]))
    expected = 40.0 * stats.gamma(1 / variance, scale=variance).ppf(q)
    assert scaled_quantile(year, q, common_variance=variance) == pytest.approx(expected, rel=0.012)


def test_no_variance_is_the_year_alone() -> None:
    year = Lattice(10.0, 5.0, np.array([0.2, 0.5, 0.3]))
    assert scaled_quantile(year, 0.95, common_variance=0.0) == year.quantile(0.95)
    assert scaled_quantile(year, 0.95, common_variance=1e-9) == pytest.approx(year.quantile(0.95), rel=1e-3)


@pytest.mark.parametrize("rate", [0.4, 30.0])
def test_it_agrees_with_simulated_years(rate: float) -> None:
    source = LossSource(rate, lognormal_from_mean(20.0, sigma=0.8), 12.5)
    sample = loss_sample(simulate_years([source], years=400_000, seed=3, common_variance=0.15))
    for q in (0.8, 0.95, 0.99):
        simulated = sample.quantile(q)
        exact = scaled_quantile(source.year, q, common_variance=0.15)
        assert abs(exact - simulated.value) < 4 * simulated.standard_error + 0.003 * exact
