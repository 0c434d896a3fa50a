"""Copulas and correlation matrices."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.maths.copulas import (
    dependent_members,
    from_spearman,
    kendall_of,
    nearest_correlation,
    smallest_eigenvalue,
    spearman_of,
    tail_dependence_of_t,
)


@given(st.floats(-0.99, 0.99))
def test_rank_correlation_and_parameter_turn_into_each_other(r: float) -> None:
    assert from_spearman(np.array(spearman_of(r))) == pytest.approx(r, abs=1e-12)
    assert abs(kendall_of(r)) <= abs(spearman_of(r)) + 1e-12 <= abs(r) + 1e-12


def test_tail_dependence_of_t_falls_with_the_degrees() -> None:
    """McNeil, Frey & Embrechts, table 7.1: nu = 4, r = 0.5 gives 0.25; nu = 10, r = 0.5 gives 0.08."""
    assert tail_dependence_of_t(0.5, 4) == pytest.approx(0.25, abs=0.005)
    assert tail_dependence_of_t(0.5, 10) == pytest.approx(0.08, abs=0.005)
    assert tail_dependence_of_t(0.5, 1e4) < 1e-6


def test_the_nearest_matrix_of_higham_is_found() -> None:
    """Higham (2002), section 5: the nearest of (1 1 0; 1 1 1; 0 1 1) has 0.7607 and 0.1573."""
    found = nearest_correlation(np.array([[1.0, 1, 0], [1, 1, 1], [0, 1, 1]]), floor=0.0)
    expected = [[1, 0.7607, 0.1573], [0.7607, 1, 0.7607], [0.1573, 0.7607, 1]]
    assert found == pytest.approx(np.array(expected), abs=1e-4)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 6), st.integers(0, 10**6))
def test_the_nearest_matrix_can_be_one_and_a_valid_one_stays(d: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    wild = rng.uniform(-1, 1, (d, d))
    wild = (wild + wild.T) / 2
    np.fill_diagonal(wild, 1.0)
    found = nearest_correlation(wild)
    assert np.diag(found) == pytest.approx(1.0)
    assert smallest_eigenvalue(found) > 5e-5
    assert nearest_correlation(found) == pytest.approx(found, abs=1e-3)


def test_members_of_a_linear_dependence_are_named() -> None:
    matrix = np.array([[1.0, 0, 1], [0, 1, 0], [1, 0, 1]])
    assert dependent_members(matrix) == (0, 2)
