"""Cox's conditions on matrices whose answer is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.maths.risk_matrices.axioms import (
    betweenness_breaches,
    colouring_breaches,
    falling_cells,
    weakly_consistent,
)
from anlan.maths.risk_matrices.cells import cell_ranges, level_ranges

THIRDS = np.linspace(0, 1, 4)
COX_3X3 = np.array([[0, 0, 0], [0, 1, 1], [0, 1, 2]])
"""Meets all conditions on an even grid: the top corner lies wholly above what the axes can hold."""


def test_a_three_by_three_matrix_with_its_axes_at_the_bottom_level_meets_all_conditions() -> None:
    ranges = cell_ranges(THIRDS, THIRDS)
    assert betweenness_breaches(COX_3X3) == ()
    assert weakly_consistent(COX_3X3, ranges)
    assert colouring_breaches(COX_3X3, ranges) == ()


def test_no_other_three_by_three_matrix_whose_top_level_is_the_corner_alone_does() -> None:
    ranges = cell_ranges(THIRDS, THIRDS)
    found = []
    for code in range(2**7):
        inner = [code // 2**k % 2 for k in range(7)]
        levels = np.array([0, *inner, 2]).reshape(3, 3)
        fine = not falling_cells(levels) and not betweenness_breaches(levels)
        if fine and weakly_consistent(levels, ranges) and not colouring_breaches(levels, ranges):
            found.append(levels.tolist())
    assert found == [COX_3X3.tolist()]


@pytest.mark.parametrize("levels", [[[0, 0], [0, 1]], [[0, 1], [1, 2]], [[0, 1], [2, 2]]])
def test_no_two_by_two_matrix_has_betweenness(levels: list[list[int]]) -> None:
    assert betweenness_breaches(np.array(levels))


def test_a_top_cell_in_the_bottom_row_breaks_weak_consistency_where_bounds_begin_at_zero() -> None:
    levels = np.array([[0, 0, 2], [0, 1, 2], [0, 1, 2]])
    assert not weakly_consistent(levels, cell_ranges(THIRDS, THIRDS))


@given(
    st.lists(st.floats(0.01, 100), min_size=4, max_size=4, unique=True).map(sorted),
    st.lists(st.floats(0.01, 100), min_size=4, max_size=4, unique=True).map(sorted),
    st.lists(st.integers(0, 2), min_size=9, max_size=9),
)
def test_weak_consistency_says_what_points_drawn_from_the_cells_show(
    likelihood: list[float], severity: list[float], cells: list[int]
) -> None:
    levels, ranges = np.array(cells).reshape(3, 3), cell_ranges(likelihood, severity)
    if levels.min() == levels.max():
        return
    lowest = min(likelihood[i] * severity[j] for i, j in np.argwhere(levels == levels.max()))
    highest = max(likelihood[i + 1] * severity[j + 1] for i, j in np.argwhere(levels == levels.min()))
    assert weakly_consistent(levels, ranges) == (lowest > highest)


def test_the_conditions_do_not_depend_on_the_units_of_the_axes() -> None:
    levels = np.array([[0, 0, 1], [0, 1, 2], [1, 2, 2]])
    for factor in (1e-3, 7.0, 1e6):
        scaled = cell_ranges(THIRDS * factor, THIRDS)
        assert colouring_breaches(levels, scaled) == colouring_breaches(levels, cell_ranges(THIRDS, THIRDS))


def test_cells_that_fall_are_found() -> None:
    assert falling_cells(np.array([[0, 1], [0, 0]])) == ((1, 1),)
    assert falling_cells(COX_3X3) == ()


def test_compression_of_a_cell_is_the_product_of_the_ratios_of_its_bounds() -> None:
    ranges = cell_ranges([1, 10, 100], [2, 4, 12])
    assert ranges.compression.tolist() == [[20.0, 30.0], [20.0, 30.0]]
    whole = level_ranges(np.array([[0, 0], [0, 2]]), ranges, count=3)
    assert whole[1] is None
    assert whole[0] is not None
    assert (whole[0].cells, whole[0].low, whole[0].high, whole[0].compression) == (3, 2.0, 400.0, 200.0)
    assert np.isinf(cell_ranges([0, 1], [1, 2]).compression).all()
