"""TOPSIS, VIKOR and grey relational grades: laws of each, and the formulas written out once more."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from anlan.maths.multi_criteria.grey_relational import grey_coefficients, grey_grades
from anlan.maths.multi_criteria.rank_stability import ranks
from anlan.maths.multi_criteria.topsis import topsis
from anlan.maths.multi_criteria.vikor import (
    compromise,
    compromise_measure,
    group_and_individual,
    regrets,
)

Table = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A table of 2..6 alternatives and 2..5 criteria with at least one column that varies."""
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    m, n = draw(st.integers(2, 6)), draw(st.integers(2, 5))
    values = rng.integers(1, 20, (m, n)).astype(float) * rng.choice((0.01, 1.0, 1000.0), n)
    values[0, 0] = values[:, 0].max() + 1.0
    weights = rng.uniform(0.05, 1.0, n)
    return values, weights / weights.sum(), rng.random(n) < 0.5


def _scores(name: str, values: NDArray, weights: NDArray, benefit: NDArray) -> NDArray:
    """Scores, higher is better."""
    if name.startswith("topsis"):
        return topsis(values, benefit=benefit, normalisation=name.partition(" ")[2]).closeness(weights)
    if name == "grey":
        return grey_grades(grey_coefficients(values, benefit=benefit), weights)
    return -compromise_measure(*group_and_individual(regrets(values, benefit=benefit), weights), v=0.5)


METHODS = ("topsis vector", "topsis range", "vikor", "grey")


@pytest.mark.parametrize("name", METHODS)
@settings(max_examples=60, deadline=None)
@given(table=tables(), seed=st.integers(0, 1000))
def test_the_order_of_rows_and_columns_does_not_matter(name: str, table: Table, seed: int) -> None:
    values, weights, benefit = table
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(values.shape[0]), rng.permutation(values.shape[1])
    turned = _scores(name, values[np.ix_(rows, columns)], weights[columns], benefit[columns])
    np.testing.assert_allclose(turned, _scores(name, values, weights, benefit)[rows], atol=1e-12)


@pytest.mark.parametrize("name", METHODS)
@settings(max_examples=60, deadline=None)
@given(table=tables(), factor=st.sampled_from((1e-6, 0.3, 7.0, 1e9)))
def test_another_unit_of_a_criterion_does_not_matter(name: str, table: Table, factor: float) -> None:
    values, weights, benefit = table
    scaled = values.copy()
    scaled[:, 1] *= factor
    np.testing.assert_allclose(
        _scores(name, scaled, weights, benefit), _scores(name, values, weights, benefit), atol=1e-9
    )


@pytest.mark.parametrize("name", METHODS[1:])
@settings(max_examples=40, deadline=None)
@given(table=tables(), shift=st.floats(-50, 50))
def test_another_zero_of_a_criterion_does_not_matter_on_ranges(name: str, table: Table, shift: float) -> None:
    values, weights, benefit = table
    shifted = values + shift
    np.testing.assert_allclose(
        _scores(name, shifted, weights, benefit), _scores(name, values, weights, benefit), atol=1e-7
    )


@pytest.mark.parametrize("name", METHODS)
@settings(max_examples=60, deadline=None)
@given(table=tables())
def test_a_dominated_alternative_is_never_ahead_of_what_dominates_it(name: str, table: Table) -> None:
    values, weights, benefit = table
    worse = values[:1] - np.where(benefit, 1.0, -1.0) * 0.5 * np.abs(values[:1])
    scores = _scores(name, np.vstack([values, worse]), weights, benefit)
    assert scores[-1] <= scores[0] + 1e-12
    if name != "vikor":
        assert scores[-1] < scores[0]
        assert ranks(scores)[-1] > 1


def test_an_alternative_best_in_all_has_closeness_1_and_the_worst_0() -> None:
    values = np.array([[3.0, 1.0], [2.0, 2.0], [1.0, 9.0]])
    found = topsis(values, benefit=np.array([True, False])).closeness(np.array([0.7, 0.3]))
    assert found[0] == 1.0
    assert found[2] == 0.0


@settings(max_examples=40, deadline=None)
@given(table=tables())
def test_closeness_is_the_formula_written_out(table: Table) -> None:
    values, weights, benefit = table
    m, n = values.shape
    length = [math.sqrt(sum(values[i, j] ** 2 for i in range(m))) for j in range(n)]
    v = [[weights[j] * values[i, j] / length[j] for j in range(n)] for i in range(m)]
    best = [(max if benefit[j] else min)(v[i][j] for i in range(m)) for j in range(n)]
    worst = [(min if benefit[j] else max)(v[i][j] for i in range(m)) for j in range(n)]
    expected = [math.dist(row, worst) / (math.dist(row, best) + math.dist(row, worst)) for row in v]
    np.testing.assert_allclose(_scores("topsis vector", values, weights, benefit), expected, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(table=tables(), v=st.floats(0, 1))
def test_vikor_is_the_formula_and_the_conditions_written_out(table: Table, v: float) -> None:
    values, weights, benefit = table
    m, n = values.shape
    top = [(max if benefit[j] else min)(values[:, j]) for j in range(n)]
    low = [(min if benefit[j] else max)(values[:, j]) for j in range(n)]
    parts = [
        [weights[j] * (top[j] - x[j]) / (top[j] - low[j]) if top[j] != low[j] else 0.0 for j in range(n)]
        for x in values
    ]
    s, r = [sum(part) for part in parts], [max(part) for part in parts]

    def share(of: list[float], i: int) -> float:
        return (of[i] - min(of)) / (max(of) - min(of)) if max(of) - min(of) > 1e-12 else 0.0

    expected = [v * share(s, i) + (1 - v) * share(r, i) for i in range(m)]
    group, individual = group_and_individual(regrets(values, benefit=benefit), weights)
    q = compromise_measure(group, individual, v=v)
    np.testing.assert_allclose(q, expected, atol=1e-9)
    found = compromise(q, group, individual)
    near = {i for i in range(m) if q[i] - q.min() < 1 / (m - 1) - 1e-12}
    if not found.acceptable_advantage:
        assert set(found.members) == near
    elif found.acceptable_stability:
        assert len(found.members) == 1
    else:
        assert found.members == found.order[:2]
    assert found.members[0] == found.order[0]


def test_without_stability_alone_the_first_two_are_the_compromise() -> None:
    """First by Q, second by both S and R: Q = 0 for it is impossible with v in (0, 1), so set by hand."""
    q, group, individual = np.array([0.0, 0.9, 1.0]), np.array([0.3, 0.2, 0.5]), np.array([0.4, 0.5, 0.3])
    found = compromise(q, group, individual)
    assert (found.acceptable_advantage, found.acceptable_stability) == (True, False)
    assert found.members == (0, 1)


def test_a_larger_zeta_raises_every_grade_and_keeps_grades_in_0_to_1() -> None:
    values, benefit = np.array([[1.0, 5.0], [2.0, 3.0], [4.0, 4.0]]), np.array([True, False])
    low = grey_grades(grey_coefficients(values, benefit=benefit, zeta=0.1), np.array([0.5, 0.5]))
    high = grey_grades(grey_coefficients(values, benefit=benefit, zeta=1.0), np.array([0.5, 0.5]))
    assert bool((low < high).all())
    assert bool(((low > 0) & (high <= 1)).all())


def test_a_constant_column_is_1_for_all_and_changes_no_order() -> None:
    values, benefit = np.array([[1.0, 5.0], [2.0, 5.0]]), np.array([True, True])
    assert grey_coefficients(values, benefit=benefit)[:, 1].tolist() == [1.0, 1.0]
    assert grey_coefficients(np.ones((2, 2)), benefit=benefit).tolist() == [[1.0, 1.0]] * 2


def test_tied_scores_share_the_better_rank() -> None:
    assert ranks(np.array([[0.1, 0.7, 0.7, 0.3], [1.0, 2.0, 3.0, 4.0]])).tolist() == [
        [4, 1, 1, 3], [4, 3, 2, 1],
    ]  # fmt: skip
