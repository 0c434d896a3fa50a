"""Fuzzy comparisons: crisp ones as a limit, the crossing of triangles searched on a grid, zero weights."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.maths.multi_criteria.fuzzy_pairwise import (
    buckley_weights,
    chang_degrees,
    chang_weights,
    crisp_weights,
    extents,
    mirrored,
    possibility,
)
from anlan.maths.multi_criteria.pairwise import geometric_mean_weights

SEEDS = st.integers(0, 10**6)
RULES = ("centroid", "graded_mean")


def _fuzzy(seed: int, n: int, *, width: float = 0.6) -> np.ndarray:
    rng = np.random.default_rng(seed)
    matrix = np.ones((n, n, 3))
    for i, j in combinations(range(n), 2):
        likely = np.exp(rng.uniform(-1.5, 1.5))
        matrix[i, j] = likely * np.exp([-width * rng.random(), 0.0, width * rng.random()])
        matrix[j, i] = mirrored(matrix[i, j])
    return matrix


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, n=st.integers(2, 6), rule=st.sampled_from(RULES))
def test_crisp_comparisons_give_the_geometric_mean(seed: int, n: int, rule: str) -> None:
    matrix = _fuzzy(seed, n, width=0.0)
    fuzzy = buckley_weights(matrix)
    expected = geometric_mean_weights(matrix[..., 1])
    np.testing.assert_allclose(fuzzy, np.repeat(expected[:, None], 3, axis=1), rtol=1e-9)
    np.testing.assert_allclose(crisp_weights(fuzzy, rule), expected, rtol=1e-9)  # type: ignore[arg-type]


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, n=st.integers(2, 6))
def test_every_crisp_choice_inside_the_triangles_has_weights_inside_buckleys(seed: int, n: int) -> None:
    """The row means and their sum move together, so the limits hold for each matrix inside."""
    matrix = _fuzzy(seed, n)
    fuzzy, rng = buckley_weights(matrix), np.random.default_rng(seed)
    assert bool((np.diff(fuzzy, axis=1) >= 0).all())
    inside = np.eye(n)
    for i, j in combinations(range(n), 2):
        inside[i, j] = rng.uniform(matrix[i, j, 0], matrix[i, j, 2])
        inside[j, i] = 1 / inside[i, j]
    weights = geometric_mean_weights(inside)
    assert bool(((fuzzy[:, 0] - 1e-12 <= weights) & (weights <= fuzzy[:, 2] + 1e-12)).all())


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, n=st.integers(2, 6))
def test_the_order_of_items_does_not_matter(seed: int, n: int) -> None:
    matrix = _fuzzy(seed, n)
    order = np.random.default_rng(seed).permutation(n)
    turned = matrix[np.ix_(order, order)]
    np.testing.assert_allclose(buckley_weights(turned), buckley_weights(matrix)[order], rtol=1e-9)
    np.testing.assert_allclose(chang_weights(turned), chang_weights(matrix)[order], atol=1e-9)


def _membership(x: np.ndarray, number: np.ndarray) -> np.ndarray:
    low, peak, high = number
    return np.interp(x, [low, peak, high], [0.0, 1.0, 0.0], left=0.0, right=0.0)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS)
def test_the_possibility_is_the_greatest_least_membership_over_x_not_below_y(seed: int) -> None:
    one, other = np.sort(np.random.default_rng(seed).uniform(0.0, 1.0, (2, 3)), axis=1)
    x = np.linspace(0.0, 1.0, 4001)
    # sup over y <= x of the other's membership, then the best x
    reached = np.maximum.accumulate(_membership(x, other))
    expected = float(np.minimum(_membership(x, one), reached).max())
    assert possibility(one, other) == pytest.approx(expected, abs=0.02)


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, n=st.integers(2, 6))
def test_someone_is_fully_possible_and_weights_sum_to_one(seed: int, n: int) -> None:
    matrix = _fuzzy(seed, n)
    assert chang_degrees(matrix).max() == 1.0
    assert chang_weights(matrix).sum() == pytest.approx(1.0)
    assert int(np.argmax(extents(matrix)[:, 1])) == int(np.argmax(chang_degrees(matrix)))


def test_chang_gives_a_relevant_item_nothing_where_triangles_do_not_meet() -> None:
    matrix = np.ones((2, 2, 3))
    matrix[0, 1] = (3.0, 4.0, 5.0)
    matrix[1, 0] = mirrored(matrix[0, 1])
    assert chang_weights(matrix).tolist() == [1.0, 0.0]
    assert crisp_weights(buckley_weights(matrix), "centroid")[1] > 0.15
