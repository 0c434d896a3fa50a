"""Centre and interval of a panel's scores; the signed-rank test of changed answers."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from anlan.maths.judgement.rank_change import signed_rank_p
from anlan.maths.judgement.score_summary import (
    centre_by_bootstrap,
    effective_number,
    mean_by_t,
    outlying,
    weighted_median,
)


def test_with_equal_weights_it_is_the_interval_of_students_t() -> None:
    values = np.array([2.0, 4.0, 4.0, 5.0, 7.0])
    found = mean_by_t(values, weights=np.full(5, 3.0))
    limits = stats.t.interval(0.95, 4, loc=values.mean(), scale=stats.sem(values))
    assert (found.low, found.high) == pytest.approx(limits)


def test_the_interval_holds_the_true_mean_as_often_as_it_says_with_unequal_weights() -> None:
    rng, weights = np.random.default_rng(1), np.array([1.0, 1.0, 2.0, 2.0, 3.0, 1.0])
    found = [mean_by_t(rng.normal(3, 1, 6), weights=weights) for _ in range(4000)]
    assert 0.93 <= np.mean([f.low <= 3 <= f.high for f in found]) <= 0.97


@given(st.lists(st.tuples(st.integers(-20, 20), st.integers(1, 4)), min_size=2, max_size=9))
def test_whole_weights_are_copies(pairs: list[tuple[int, int]]) -> None:
    values, weights = (np.array(part, dtype=float) for part in zip(*pairs, strict=True))
    written = np.repeat(values, weights.astype(int))
    assert weighted_median(values, weights=weights) == pytest.approx(np.median(written))


def test_the_bootstrap_nears_the_exact_distribution_of_the_redrawn_median() -> None:
    """All 4^4 panels written out."""
    values = np.array([1.0, 2.0, 5.0, 9.0])
    medians = [np.median(panel) for panel in itertools.product(values, repeat=4)]
    found = centre_by_bootstrap(values, weights=np.ones(4), median=True, seed=3)
    exact = np.quantile(medians, (0.025, 0.975))
    assert (found.estimate, found.low, found.high) == pytest.approx((3.5, *exact), abs=0.51)


def test_one_expert_with_all_the_weight_counts_as_one() -> None:
    assert effective_number(np.array([1e6, 1.0, 1.0])) == pytest.approx(1.0, abs=1e-5)
    assert effective_number(np.ones(7)) == pytest.approx(7.0)


def test_a_far_expert_is_outlying_also_where_the_others_are_alike() -> None:
    assert abs(outlying(np.array([0.0, 0.1, -0.1, 0.05, 3.0]))[-1]) > 3.5
    assert outlying(np.zeros(5)).tolist() == [0.0] * 5
    assert outlying(np.array([0.0] * 9 + [3.0]))[-1] > 3.5


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=9))
def test_the_signed_rank_p_is_that_of_all_signs_written_out(changes: list[int]) -> None:
    moved = [c for c in changes if c]
    found = signed_rank_p([float(c) for c in changes])
    if not moved:
        assert found is None
        return
    ranks = stats.rankdata(np.abs(moved))
    sums = [sum(r for r, up in zip(ranks, signs, strict=True) if up)
            for signs in itertools.product((0, 1), repeat=len(moved))]  # fmt: skip
    up = sum(r for r, c in zip(ranks, moved, strict=True) if c > 0)
    extreme = min(up, ranks.sum() - up)
    assert found == pytest.approx(min(1.0, 2 * np.mean(np.array(sums) <= extreme + 1e-9)))
