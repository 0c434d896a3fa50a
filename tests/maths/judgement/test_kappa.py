"""Kappas against their definitions, statsmodels, and the paradox of skewed margins."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa
from statsmodels.stats.inter_rater import fleiss_kappa as fleiss_of_statsmodels

from anlan.domain.errors import NotEnoughData
from anlan.maths.judgement.kappa import cohen_kappa, fleiss_kappa, skew

TABLES = st.integers(0, 10_000).map(
    lambda seed: np.random.default_rng(seed).integers(1, 30, size=(2 + seed % 4, 2 + seed % 4)).astype(float)
)


@given(TABLES)
def test_kappa_and_its_standard_error_are_those_of_statsmodels(counts: np.ndarray) -> None:
    for mine, theirs in (("unweighted", None), ("linear", "linear"), ("quadratic", "quadratic")):
        found = cohen_kappa(counts, weighting=mine)
        other = cohens_kappa(counts, wt=theirs)
        assert found.kappa == pytest.approx(other.kappa, abs=1e-10)
        assert found.standard_error == pytest.approx(np.sqrt(other.var_kappa), abs=1e-9)


@given(TABLES)
def test_weights_do_not_matter_for_two_categories_and_order_of_raters_never(counts: np.ndarray) -> None:
    two = counts[:2, :2]
    assert cohen_kappa(two, weighting="linear").kappa == pytest.approx(cohen_kappa(two).kappa)
    turned = cohen_kappa(counts.T, weighting="quadratic").kappa
    assert turned == pytest.approx(cohen_kappa(counts, weighting="quadratic").kappa)


@given(st.integers(0, 1000))
def test_fleiss_is_that_of_statsmodels(seed: int) -> None:
    counts = np.random.default_rng(seed).multinomial(5, [0.2, 0.3, 0.5], size=8).astype(float)
    assert fleiss_kappa(counts).kappa == pytest.approx(fleiss_of_statsmodels(counts), abs=1e-12)


def test_perfect_agreement_is_one_and_independent_margins_are_zero() -> None:
    assert cohen_kappa(np.diag([3.0, 4.0, 5.0])).kappa == pytest.approx(1.0)
    assert cohen_kappa(np.outer([10.0, 20.0], [3.0, 6.0])).kappa == pytest.approx(0.0, abs=1e-12)


def test_one_category_only_has_no_kappa() -> None:
    with pytest.raises(NotEnoughData):
        cohen_kappa(np.array([[5.0, 0.0], [0.0, 0.0]]))
    with pytest.raises(NotEnoughData):
        fleiss_kappa(np.array([[3.0, 0.0]] * 4))


def test_skewed_margins_lower_kappa_and_hardly_ac1() -> None:
    """118 of 125 alike, kappa below 0: the paradox (118 yes-yes, 5 yes-no, 2 no-yes; Gwet 2008, table)."""
    counts = np.array([[118.0, 5.0], [2.0, 0.0]])
    found = cohen_kappa(counts)
    margins = (counts.sum(axis=0) + counts.sum(axis=1)) / (2 * counts.sum())
    how = skew(margins, observed=found.observed)
    assert found.observed == pytest.approx(0.944)
    assert found.kappa < 0
    assert how.ac1 == pytest.approx(0.9408, abs=5e-4)
    assert how.pabak == pytest.approx(2 * found.observed - 1)
