"""Entropy and CRITIC weights: laws, scipy as the other program, and what cannot be weighed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import entropy, spearmanr

from anlan.maths.multi_criteria.objective_weights import (
    correlations,
    critic_weights,
    entropies,
    entropy_weights,
)

BENEFIT = np.array([True, False, True])


@st.composite
def tables(draw: st.DrawFn) -> np.ndarray:
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    return rng.integers(1, 30, (draw(st.integers(4, 8)), 3)).astype(float) + rng.random((1, 3))


def _varying(values: np.ndarray) -> bool:
    return bool((np.ptp(values, axis=0) > 0).all())


@settings(max_examples=60, deadline=None)
@given(values=tables())
def test_entropy_is_that_of_scipy(values: np.ndarray) -> None:
    expected = [entropy(column, base=len(values)) for column in values.T]
    np.testing.assert_allclose(entropies(values), expected, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(values=tables(), kind=st.sampled_from(("pearson", "spearman")))
def test_correlations_are_those_of_numpy_and_scipy(values: np.ndarray, kind: str) -> None:
    if not _varying(values):
        return
    expected = np.corrcoef(values.T) if kind == "pearson" else spearmanr(values).statistic
    np.testing.assert_allclose(correlations(values, kind), expected, atol=1e-9)  # type: ignore[arg-type]


@settings(max_examples=60, deadline=None)
@given(values=tables(), kind=st.sampled_from(("pearson", "spearman")))
def test_critic_is_the_formula_written_out(values: np.ndarray, kind: str) -> None:
    found = critic_weights(values, benefit=BENEFIT, correlation=kind)  # type: ignore[arg-type]
    if not _varying(values) or found is None:
        return
    scaled = (values - values.min(axis=0)) / np.ptp(values, axis=0)
    scaled[:, 1] = 1 - scaled[:, 1]
    r = np.corrcoef(scaled.T) if kind == "pearson" else spearmanr(scaled).statistic
    information = scaled.std(axis=0, ddof=1) * (1 - r).sum(axis=0)
    np.testing.assert_allclose(found, information / information.sum(), atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(values=tables(), factor=st.floats(0.01, 1e6))
def test_another_unit_changes_no_weight(values: np.ndarray, factor: float) -> None:
    scaled = values * np.array([1.0, factor, 1.0])
    for rule in (entropy_weights, lambda x: critic_weights(x, benefit=BENEFIT)):
        before, after = rule(values), rule(scaled)
        if before is not None:
            np.testing.assert_allclose(after, before, atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(values=tables(), seed=st.integers(0, 100))
def test_the_order_of_alternatives_and_criteria_does_not_matter(values: np.ndarray, seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(len(values)), rng.permutation(3)
    turned = values[np.ix_(rows, columns)]
    before, after = entropy_weights(values), entropy_weights(turned)
    assert before is not None and after is not None  # noqa: PT018
    np.testing.assert_allclose(after, before[columns], atol=1e-12)
    critic = critic_weights(values, benefit=BENEFIT)
    if critic is not None:
        np.testing.assert_allclose(
            critic_weights(turned, benefit=BENEFIT[columns]), critic[columns], atol=1e-9
        )


def test_a_constant_column_weighs_nothing_and_a_table_of_them_cannot_be_weighed() -> None:
    values = np.array([[1.0, 5.0, 2.0], [2.0, 5.0, 1.0], [4.0, 5.0, 7.0]])
    for found in (entropy_weights(values), critic_weights(values, benefit=BENEFIT)):
        assert found is not None
        assert found[1] == 0.0
        assert found.sum() == pytest.approx(1.0)
    assert entropy_weights(np.ones((3, 3))) is None
    assert critic_weights(np.ones((3, 3)), benefit=BENEFIT) is None


def test_perfectly_correlated_columns_cannot_be_weighed_by_critic() -> None:
    values = np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]])
    assert critic_weights(values, benefit=np.array([True, True])) is None
    assert critic_weights(values, benefit=np.array([True, False])) is not None


def test_a_zero_counts_as_nothing_not_as_an_error() -> None:
    assert entropies(np.array([[0.0], [1.0], [1.0]]))[0] == pytest.approx(np.log(2) / np.log(3))
