"""Intervals cover, and the years asked for are enough."""

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from anlan.maths.loss_portfolios.precision import exceedance, settling, wilson, years_needed
from anlan.maths.loss_statistics import Estimate, loss_sample


@pytest.mark.parametrize(("count", "n"), [(0, 50), (3, 50), (50, 50), (500, 10_000)])
def test_the_limits_of_a_share_are_wilsons(count: int, n: int) -> None:
    assert wilson(count, n) == pytest.approx(proportion_confint(count, n, method="wilson"), abs=1e-9)


def test_the_exceedance_is_the_share_strictly_above() -> None:
    sample = loss_sample(np.array([0.0, 1, 1, 2, 5]))
    assert exceedance(sample, 1.0)[0] == 0.4
    assert exceedance(sample, -1.0)[0] == 1.0
    assert exceedance(sample, 5.0)[0] == 0.0


def test_four_times_the_years_halve_the_error() -> None:
    of = Estimate(100.0, 5.0)
    needed = years_needed(of, 1_000, 0.049)
    assert needed is not None
    assert years_needed(of, 1_000, 0.049 / 2) == pytest.approx(4 * needed, abs=4)
    assert years_needed(Estimate(0.0, 0.0), 10, 0.1) is None


def test_settling_ends_with_all_years() -> None:
    totals = np.random.default_rng(0).exponential(size=4_000)
    found = settling(totals, 0.9)
    assert [each.years for each in found] == [250, 500, 1000, 2000, 4000]
    assert found[-1].mean.value == pytest.approx(totals.mean())
    errors = [each.mean.standard_error for each in found]
    assert errors == sorted(errors, reverse=True)
