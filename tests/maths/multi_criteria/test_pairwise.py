"""Weights from comparisons: consistent matrices, gaps, groups, repairs tried by hand, random indices."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize, minimize_scalar

from anlan.maths.multi_criteria.expert_groups import joint_judgements, joint_priorities
from anlan.maths.multi_criteria.pairwise import (
    consistency_index,
    eigenvector_weights,
    geometric_mean_weights,
    largest_eigenvalue,
    linked_parts,
    pairwise_weights,
)
from anlan.maths.multi_criteria.random_index import TABLES, random_index
from anlan.maths.multi_criteria.repairs import SCALE, best_change, worst_triad

RULES = ("eigenvector", "geometric_mean")
SEEDS = st.integers(0, 10**6)


def _judged(seed: int, n: int) -> np.ndarray:
    """Comparisons drawn from Saaty's 17 values."""
    rng = np.random.default_rng(seed)
    matrix = np.eye(n)
    for i, j in combinations(range(n), 2):
        value = float(rng.choice(SCALE))
        matrix[i, j] = value if rng.random() < 0.5 else 1 / value
        matrix[j, i] = 1 / matrix[i, j]
    return matrix


def _weights(seed: int, n: int) -> np.ndarray:
    weights = np.random.default_rng(seed).uniform(0.2, 5.0, n)
    return np.asarray(weights / weights.sum())


def _with_gaps(matrix: np.ndarray, seed: int) -> np.ndarray:
    """Some comparisons taken out; those with the first item stay."""
    rng, out = np.random.default_rng(seed), matrix.copy()
    for i, j in combinations(range(1, len(matrix)), 2):
        if rng.random() < 0.5:
            out[i, j] = out[j, i] = 0.0
    return out


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, n=st.integers(2, 9))
def test_a_consistent_matrix_gives_its_weights_by_both_rules_and_has_no_inconsistency(
    seed: int, n: int
) -> None:
    weights = _weights(seed, n)
    matrix = weights[:, None] / weights
    for given_matrix in (matrix, _with_gaps(matrix, seed)):
        assert consistency_index(given_matrix) == 0.0
        np.testing.assert_allclose(eigenvector_weights(given_matrix), weights, rtol=1e-8)
        np.testing.assert_allclose(geometric_mean_weights(given_matrix), weights, rtol=1e-8)
    assert worst_triad(matrix) is None


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, n=st.integers(2, 8))
def test_the_eigenvector_solves_its_equation_and_lambda_is_at_least_n(seed: int, n: int) -> None:
    matrix = _judged(seed, n)
    weights, eigenvalue = eigenvector_weights(matrix), float(largest_eigenvalue(matrix))
    np.testing.assert_allclose(matrix @ weights, eigenvalue * weights, rtol=1e-6)
    assert eigenvalue >= n


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_the_rules_agree_for_three_items(seed: int) -> None:
    matrix = _judged(seed, 3)
    np.testing.assert_allclose(eigenvector_weights(matrix), geometric_mean_weights(matrix), rtol=1e-8)


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, n=st.integers(3, 8), rule=st.sampled_from(RULES))
def test_the_order_of_items_does_not_matter(seed: int, n: int, rule: str) -> None:
    matrix = _with_gaps(_judged(seed, n), seed)
    order = np.random.default_rng(seed).permutation(n)
    turned = pairwise_weights(matrix[np.ix_(order, order)], rule)  # type: ignore[arg-type]
    np.testing.assert_allclose(turned, pairwise_weights(matrix, rule)[order], rtol=1e-6)  # type: ignore[arg-type]


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, n=st.integers(2, 8))
def test_without_gaps_the_geometric_mean_is_that_of_the_rows(seed: int, n: int) -> None:
    matrix = _judged(seed, n)
    means = np.prod(matrix, axis=1) ** (1 / n)
    np.testing.assert_allclose(geometric_mean_weights(matrix), means / means.sum(), rtol=1e-9)


def test_with_gaps_the_geometric_mean_is_the_least_squares_of_a_numeric_search() -> None:
    matrix = _with_gaps(_judged(4, 5), 4)

    def misfit(logs: np.ndarray) -> float:
        y = np.append(logs, 0.0)
        return sum(
            (np.log(matrix[i, j]) - y[i] + y[j]) ** 2 for i, j in combinations(range(5), 2) if matrix[i, j]
        )

    found = np.exp(np.append(minimize(misfit, np.zeros(4), tol=1e-12).x, 0.0))
    np.testing.assert_allclose(geometric_mean_weights(matrix), found / found.sum(), rtol=1e-4)


def test_a_gap_filled_with_the_ratio_of_the_weights_is_harkers_matrix() -> None:
    """Its principal eigenvector and eigenvalue are those of the completed matrix."""
    matrix = _judged(11, 5)
    matrix[1, 3] = matrix[3, 1] = 0.0
    weights = eigenvector_weights(matrix)
    completed = matrix.copy()
    completed[1, 3], completed[3, 1] = weights[1] / weights[3], weights[3] / weights[1]
    np.testing.assert_allclose(eigenvector_weights(completed), weights, rtol=1e-6)
    assert float(largest_eigenvalue(completed)) == pytest.approx(float(largest_eigenvalue(matrix)), rel=1e-9)


def test_the_gap_is_where_the_eigenvalue_would_be_least() -> None:
    """Harker's eigenvalue is no more than that of the best completion (a numeric search)."""
    matrix = _judged(11, 4)
    matrix[0, 2] = matrix[2, 0] = 0.0

    def completed(log: float) -> float:
        full = matrix.copy()
        full[0, 2], full[2, 0] = np.exp(log), np.exp(-log)
        return float(largest_eigenvalue(full))

    best = minimize_scalar(completed, bounds=(-4, 4), method="bounded").fun
    assert best <= float(largest_eigenvalue(matrix)) + 1e-6


def test_items_that_nothing_connects_fall_into_parts() -> None:
    matrix = np.eye(4)
    matrix[0, 2], matrix[2, 0], matrix[1, 3], matrix[3, 1] = 2, 0.5, 3, 1 / 3
    assert linked_parts(matrix) == [[0, 2], [1, 3]]
    assert linked_parts(_judged(0, 4)) == [[0, 1, 2, 3]]


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, n=st.integers(2, 6), people=st.integers(2, 4))
def test_joint_judgements_and_joint_priorities_agree_for_the_geometric_mean(
    seed: int, n: int, people: int
) -> None:
    matrices = np.array([_judged(seed + k, n) for k in range(people)])
    weights = np.random.default_rng(seed).uniform(0.5, 3.0, people)
    joint = joint_judgements(matrices, weights)
    np.testing.assert_allclose(joint * joint.T, 1.0, rtol=1e-12)
    single = np.array([geometric_mean_weights(matrix) for matrix in matrices])
    np.testing.assert_allclose(geometric_mean_weights(joint), joint_priorities(single, weights), rtol=1e-9)


def test_a_comparison_some_left_out_is_the_mean_of_those_who_made_it() -> None:
    one, other = _judged(1, 3), _judged(2, 3)
    other[0, 1] = other[1, 0] = 0.0
    joint = joint_judgements(np.array([one, other]), np.array([1.0, 3.0]))
    assert joint[0, 1] == pytest.approx(one[0, 1])
    assert joint[0, 2] == pytest.approx(one[0, 2] ** 0.25 * other[0, 2] ** 0.75)


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, n=st.integers(3, 6))
def test_no_single_change_on_the_scale_mends_more_than_the_hint(seed: int, n: int) -> None:
    matrix = _judged(seed, n)
    hint, now = best_change(matrix), float(largest_eigenvalue(matrix))
    least = now
    for i, j in combinations(range(n), 2):
        for value in [*SCALE, *(1 / v for v in SCALE)]:
            changed = matrix.copy()
            changed[i, j], changed[j, i] = value, 1 / value
            least = min(least, float(np.linalg.eigvals(changed).real.max()))
    if hint is None:
        assert least > now - 1e-6
        return
    assert hint.eigenvalue == pytest.approx(least, abs=1e-6)
    assert hint.eigenvalue < now
    changed = matrix.copy()
    changed[hint.row, hint.column], changed[hint.column, hint.row] = hint.value, 1 / hint.value
    assert float(largest_eigenvalue(changed)) == pytest.approx(hint.eigenvalue)


def test_a_spoiled_comparison_is_found_by_triad_and_hint() -> None:
    weights = np.array([8.0, 4.0, 2.0, 1.0])
    matrix = weights[:, None] / weights
    matrix[0, 3], matrix[3, 0] = 1 / 8, 8.0
    hint, triad = best_change(matrix), worst_triad(matrix)
    assert hint is not None
    assert (hint.row, hint.column, hint.value) == (0, 3, 8.0)
    assert hint.eigenvalue == 4.0
    assert triad is not None
    assert {0, 3} <= {triad.i, triad.j, triad.k}
    assert triad.factor == pytest.approx(64.0)
    assert matrix[triad.i, triad.j] * matrix[triad.j, triad.k] / matrix[triad.i, triad.k] == pytest.approx(
        64.0
    )


@pytest.mark.parametrize("n", [3, 5, 8, 12, 15])
def test_random_indices_are_those_of_random_matrices(n: int) -> None:
    rng = np.random.default_rng(n)
    values = np.array([*SCALE, *(1 / v for v in SCALE[1:])])
    upper = np.triu(rng.choice(values, (4000, n, n)), 1)
    matrices = upper + np.eye(n)
    matrices += np.transpose(np.where(upper > 0, 1 / np.where(upper > 0, upper, 1), 0), (0, 2, 1))
    found = (largest_eigenvalue(matrices) - n) / (n - 1)
    limit = 0.02 + 4 * found.std() / np.sqrt(len(found))
    assert abs(found.mean() - random_index(n, "alonso_lamata_2006")) < limit
    assert random_index(2, "saaty_1980") == 0.0
    assert len(TABLES["saaty_1980"]) == len(TABLES["alonso_lamata_2006"])
