"""The additive index against adding by hand, and what its weights do against trying them."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.maths.factor_index import factor_index

SCORES = st.lists(st.lists(st.integers(0, 5), min_size=3, max_size=3), min_size=2, max_size=6)
WEIGHTS = st.lists(st.integers(1, 4), min_size=3, max_size=3)


@given(SCORES, WEIGHTS)
def test_the_index_is_the_sum_of_its_parts_and_interactions(scores: list, weights: list) -> None:
    extra = list(range(len(scores)))
    found = factor_index(scores, weights, extra)
    by_hand = [sum(w * s for w, s in zip(weights, row, strict=True)) + e
               for row, e in zip(scores, extra, strict=True)]  # fmt: skip
    assert found.values.tolist() == by_hand
    assert (found.parts.sum(axis=1) + extra).tolist() == by_hand


@given(SCORES, WEIGHTS)
def test_limits_are_reached_by_the_corners_of_the_weights_and_never_passed(
    scores: list, weights: list
) -> None:
    low, high = factor_index(scores, weights, np.zeros(len(scores))).limits(0.2)
    corners = [
        factor_index(scores, np.array(weights) * (1 + np.array(signs) * 0.2), np.zeros(len(scores))).values
        for signs in itertools.product((-1, 1), repeat=3)
    ]
    assert np.min(corners, axis=0) == pytest.approx(low)
    assert np.max(corners, axis=0) == pytest.approx(high)


@given(SCORES, WEIGHTS, st.integers(0, 2), st.floats(0, 12))
def test_the_first_unit_stays_first_exactly_between_the_limits(
    scores: list, weights: list, factor: int, tried: float
) -> None:
    found = factor_index(scores, weights, np.zeros(len(scores)))
    low, high = found.weights_that_keep_the_first(factor)
    first = int(np.argmax(found.values))
    values = found.with_weight(factor, tried)
    if abs(tried - low) > 1e-6 and abs(tried - high) > 1e-6:
        assert (values[first] >= values.max() - 1e-9) == (low <= tried <= high)


def test_a_unit_that_overtakes_is_counted() -> None:
    found = factor_index([[3, 0], [0, 2], [0, 0]], [1, 1], [0, 0, 0])
    assert found.weights_that_keep_the_first(1) == (0.0, 1.5)
    assert found.moved(1, 2.0) == (2, 1)
    assert found.moved(1, 1.2) == (0, 0)
