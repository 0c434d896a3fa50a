"""Six forms of the intraclass correlation: the published table, limits of other programs, laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.domain.errors import NotEnoughData
from anlan.maths.judgement.intraclass import intraclass

SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]], dtype=float
)
LIMITS = {
    "1,1": (-0.13, 0.72), "2,1": (0.02, 0.76), "3,1": (0.34, 0.95),
    "1,k": (-0.88, 0.91), "2,k": (0.07, 0.93), "3,k": (0.68, 0.99),
}  # fmt: skip
"""95 % limits of the table as printed by other programs, two digits."""


def test_the_limits_are_those_other_programs_print() -> None:
    for form, found in intraclass(SHROUT_FLEISS).items():
        assert (found.low, found.high) == pytest.approx(LIMITS[form], abs=0.006), form


@given(st.integers(0, 500))
def test_units_do_not_matter_and_a_shift_of_one_rater_matters_only_where_level_counts(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ratings = rng.normal(size=(8, 1)) + rng.normal(size=(8, 3))
    before = intraclass(ratings)
    moved = intraclass(ratings * 60 + 3)
    shifted = intraclass(ratings + np.array([0.0, 0.0, 5.0]))
    for form in before:
        assert moved[form].icc == pytest.approx(before[form].icc)
        assert before[form].low <= before[form].icc <= before[form].high
    assert shifted["3,1"].icc == pytest.approx(before["3,1"].icc)
    if before["2,1"].icc > 0:
        assert shifted["2,1"].icc < before["2,1"].icc


def test_the_interval_holds_the_true_correlation_as_often_as_it_says() -> None:
    """Objects and raters drawn anew: true ICC(2,1) = 4 / (4 + 1 + 1), ICC(1,1) = 4 / (4 + 1). The limits of
    (2,1) are approximate and hold a little less often with few raters."""
    rng = np.random.default_rng(5)
    held = {"2,1": 0, "1,1": 0}
    for _ in range(400):
        objects, noise = rng.normal(size=(25, 1)) * 2, rng.normal(size=(25, 5))
        crossed = intraclass(objects + rng.normal(size=(1, 5)) + noise)["2,1"]
        held["2,1"] += crossed.low <= 4 / 6 <= crossed.high
        nested = intraclass(objects + noise)["1,1"]
        held["1,1"] += nested.low <= 4 / 5 <= nested.high
    assert 0.88 <= held["2,1"] / 400 <= 0.97
    assert 0.92 <= held["1,1"] / 400 <= 0.98


def test_raters_of_one_mind_have_no_f() -> None:
    with pytest.raises(NotEnoughData):
        intraclass(np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]))
    with pytest.raises(NotEnoughData):
        intraclass(np.ones((4, 3)))
