"""The compositions against their definitions, and their laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.maths.fuzzy_evaluation import OPERATORS, composed, membership, reading

SHARES = st.lists(st.floats(0.01, 1), min_size=3, max_size=3).map(lambda s: np.array(s) / sum(s))
ROWS = st.lists(SHARES, min_size=3, max_size=3).map(np.array)


@given(SHARES, ROWS)
def test_each_operator_is_its_definition_entry_by_entry(weights: np.ndarray, rows: np.ndarray) -> None:
    pairs = [[(weights[i], rows[i, j]) for i in range(3)] for j in range(3)]
    by_hand = {
        "min_max": [max(min(a, r) for a, r in column) for column in pairs],
        "product_max": [max(a * r for a, r in column) for column in pairs],
        "min_bounded_sum": [min(1, sum(min(a, r) for a, r in column)) for column in pairs],
        "product_sum": [sum(a * r for a, r in column) for column in pairs],
    }
    for operator, expected in by_hand.items():
        assert composed(weights, rows, operator=operator) == pytest.approx(expected)


@given(SHARES, ROWS)
def test_the_weighted_sum_keeps_the_sum_and_others_are_bounded(weights: np.ndarray, rows: np.ndarray) -> None:
    assert composed(weights, rows, operator="product_sum").sum() == pytest.approx(1.0)
    for operator in OPERATORS:
        vector = composed(weights, rows, operator=operator)
        assert (vector >= 0).all()
        assert (vector <= 1 + 1e-12).all()


@given(SHARES, ROWS, st.integers(0, 2), st.integers(0, 2), st.floats(0, 1))
def test_a_larger_membership_never_lowers_its_grade(
    weights: np.ndarray, rows: np.ndarray, i: int, j: int, more: float
) -> None:
    raised = rows.copy()
    raised[i, j] = min(1.0, raised[i, j] + more)
    for operator in OPERATORS:
        before, after = (composed(weights, r, operator=operator) for r in (rows, raised))
        assert after[j] >= before[j] - 1e-12


@given(SHARES)
def test_factors_that_agree_are_returned_by_the_weighted_mean(row: np.ndarray) -> None:
    assert composed([0.2, 0.8], [row, row], operator="product_sum") == pytest.approx(row)


@pytest.mark.parametrize(
    ("value", "points", "expected"),
    [
        (1.5, (1, 2, 3), 0.5), (2, (1, 2, 3), 1), (3.5, (1, 2, 3), 0), (2.75, (1, 2, 3), 0.25),
        (0, (0, 0, 2, 4), 1), (2, (0, 0, 2, 4), 1), (3, (0, 0, 2, 4), 0.5), (4, (2, 3, 4, 4), 1),
    ],
)  # fmt: skip
def test_triangles_and_trapezoids(value: float, points: tuple[float, ...], expected: float) -> None:
    assert membership(value, points) == expected


def test_three_principles_on_one_vector() -> None:
    found = reading([0.24, 0.33, 0.39, 0.04], [4, 3, 2, 1], share=0.5)
    assert found.largest == (2,)
    assert found.mean == pytest.approx(2.77)
    assert found.nearest == 1
    assert found.cumulative == 1
    assert found.validity == pytest.approx((4 * 0.39 - 1) / (2 * 0.33 * 3))


def test_validity_is_zero_for_an_even_vector_and_open_for_a_certain_one() -> None:
    even = reading([0.25] * 4, [4, 3, 2, 1], share=0.5)
    assert even.validity == pytest.approx(0.0)
    assert even.largest == (0, 1, 2, 3)
    assert reading([0, 1, 0], [3, 2, 1], share=0.9).validity is None


@given(SHARES, st.floats(0.1, 10))
def test_the_principles_do_not_depend_on_the_size_of_the_vector(vector: np.ndarray, factor: float) -> None:
    one, other = (reading(v, [3, 2, 1], share=0.6) for v in (vector, vector * factor))
    assert one.mean == pytest.approx(other.mean)
    assert (one.nearest, one.cumulative) == (other.nearest, other.cumulative)
