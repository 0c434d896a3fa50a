"""The delete-a-group jackknife against theory, and its coverage by simulation."""

import numpy as np
import pytest

from anlan.domain.errors import NotEnoughData
from anlan.maths.jackknife import MINIMUM_GROUPS, delete_group_jackknife, left_out_totals


def test_for_a_mean_of_equal_groups_it_is_the_textbook_standard_error() -> None:
    values = np.random.default_rng(1).normal(size=(30, 1))
    left_out = left_out_totals(values) / 29
    result = delete_group_jackknife(values.mean(axis=0), left_out)
    assert result.standard_error[0] == pytest.approx(values.std(ddof=1) / np.sqrt(30), rel=1e-12)
    assert result.low[0] < result.estimate[0] < result.high[0]
    assert result.degrees_of_freedom == 29


def test_the_covariance_of_two_means_is_the_sample_covariance() -> None:
    values = np.random.default_rng(2).multivariate_normal([0, 0], [[1, 0.8], [0.8, 2]], size=40)
    result = delete_group_jackknife(values.mean(axis=0), left_out_totals(values) / 39)
    np.testing.assert_allclose(result.covariance(), np.cov(values.T) / 40, rtol=1e-10)


def test_too_few_groups_are_refused_with_what_was_needed() -> None:
    values = np.ones((MINIMUM_GROUPS - 1, 1))
    with pytest.raises(NotEnoughData) as refusal:
        delete_group_jackknife(values[0], values)
    assert refusal.value.parameters == {"groups": 19, "minimum": 20}


@pytest.mark.parametrize("groups", [20, 64])
def test_nineteen_of_twenty_intervals_hold_the_true_ratio(groups: int) -> None:
    """Skewed group totals, a ratio of sums whose true value is 3: 95 % +- 4 standard errors."""
    rng = np.random.default_rng(3)
    trials, held = 2_000, 0
    for _ in range(trials):
        bottom = rng.gamma(2.0, 50.0, size=groups)
        top = bottom * rng.lognormal(np.log(3.0) - 0.125, 0.5, size=groups)
        totals = np.column_stack([top, bottom])
        rest = left_out_totals(totals)
        whole = totals.sum(axis=0)
        result = delete_group_jackknife(whole[:1] / whole[1:], rest[:, :1] / rest[:, 1:])
        held += bool(result.low[0] <= 3.0 <= result.high[0])
    assert held / trials == pytest.approx(0.95, abs=0.03)
