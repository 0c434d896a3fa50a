"""Quartiles of a named type and Kendall's W: a published case, limits, invariance."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.maths.agreement import kendall_w, middle_half
from support import shared


def test_the_published_anxiety_ratings_with_ties() -> None:
    case = json.loads(shared("golden/kendall_w_anxiety_ties.json").read_text())
    found = kendall_w(np.array(case["inputs"]["ratings"], dtype=float))
    expected, tolerance = case["expected"], case["tolerance"]
    assert found.w == pytest.approx(expected["W"], abs=tolerance["W"])
    assert found.chi2 == pytest.approx(expected["chi2"], abs=tolerance["chi2"])
    assert found.df == expected["df"]
    assert found.p == pytest.approx(expected["p_value"], abs=tolerance["p_value"])


def test_judges_of_one_mind_have_w_one_and_opposed_ones_zero() -> None:
    order = np.arange(9.0)
    assert kendall_w(np.column_stack([order, order, order])).w == pytest.approx(1.0)
    assert kendall_w(np.column_stack([order, order[::-1]])).w == pytest.approx(0.0)


@given(st.integers(0, 1000))
def test_w_is_between_zero_and_one_and_blind_to_the_scale_and_the_order_of_judges(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ratings = rng.integers(1, 6, size=(int(rng.integers(2, 12)), int(rng.integers(2, 8)))).astype(float)
    found = kendall_w(ratings)
    if found is None:
        assert all(len(set(ratings[:, j])) == 1 for j in range(ratings.shape[1]))
        return
    assert -1e-12 <= found.w <= 1 + 1e-12
    for same in (np.exp(ratings), 3 * ratings - 7, ratings[:, ::-1], ratings[::-1]):
        assert kendall_w(same).w == pytest.approx(found.w)


def test_too_little_to_compare_has_no_w_and_few_objects_no_p() -> None:
    assert kendall_w(np.ones((5, 3))) is None
    assert kendall_w(np.ones((1, 3))) is None
    assert kendall_w(np.ones((5, 1))) is None
    assert kendall_w(np.array([[1.0, 1], [2, 2], [3, 3]])).p is None


def test_quartiles_are_of_type_seven() -> None:
    half = middle_half([1, 2, 3, 4, 10])
    assert (half.q1, half.median, half.q3, half.iqr) == (2, 3, 4, 2)
    with pytest.raises(ValueError, match="no answers"):
        middle_half([])
