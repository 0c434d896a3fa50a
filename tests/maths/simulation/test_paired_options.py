"""Paired differences against scipy; the subset that holds the best, over many draws."""

import numpy as np
import pytest
from scipy import stats

from anlan.domain.errors import UsageError
from anlan.maths.multiple_testing import holm
from anlan.maths.simulation.paired import best_among, paired_difference


def test_a_paired_difference_is_the_paired_t_test() -> None:
    rng = np.random.default_rng(4)
    a, b = rng.normal(size=12), rng.normal(0.4, 2.0, size=12)
    found, expected = paired_difference(a, b), stats.ttest_rel(b, a)
    assert found.p == pytest.approx(expected.pvalue)
    interval = expected.confidence_interval(0.95)
    assert (found.interval.low, found.interval.high) == pytest.approx((interval.low, interval.high))


def test_no_difference_at_all_is_no_difference() -> None:
    a = np.array([0.1, 0.7, 0.3])
    found = paired_difference(a, a)
    assert (found.interval.low, found.interval.high, found.p) == (0.0, 0.0, 1.0)
    assert paired_difference(a, np.array([1.1, 1.7, 1.3])[:2]).n == 2


def test_the_best_is_kept_as_often_as_promised_and_no_choice_loses_more_than_said() -> None:
    """1,000 draws of 5 options with luck in common; 95 % within three standard errors, conservative above."""
    rng = np.random.default_rng(11)
    means = np.array([1.0, 1.0, 1.1, 1.3, 2.0])
    kept = within = 0
    for _ in range(1000):
        common = rng.normal(size=10)
        values = [common + mean + 0.3 * rng.normal(size=10) for mean in means]
        found = best_among(values)
        kept += found.kept[0]
        within += bool((means - 1.0 <= np.array(found.loses) + 1e-12).all())
    assert kept >= 950 - 3 * np.sqrt(1000 * 0.05 * 0.95)
    assert within >= 950 - 3 * np.sqrt(1000 * 0.05 * 0.95)


def test_a_clear_best_stands_alone() -> None:
    rng = np.random.default_rng(2)
    found = best_among([rng.normal(size=20) + mean for mean in (9.0, 1.0, 8.0)])
    assert found.kept == (False, True, False)
    assert found.leader == 1
    assert found.loses[1] == 0.0


def test_holm_is_that_of_the_literature() -> None:
    """Holm (1979) by hand: 4 x 0.01; then 3 x 0.02, 2 x 0.03 and 0.04, none below the one before it."""
    assert holm([0.04, 0.01, 0.03, 0.02]) == pytest.approx([0.06, 0.04, 0.06, 0.06])


def test_one_option_cannot_be_the_best_of_several() -> None:
    with pytest.raises(UsageError):
        best_among([np.ones(3)])
    with pytest.raises(UsageError):
        best_among([np.ones(3), np.ones(1)])
