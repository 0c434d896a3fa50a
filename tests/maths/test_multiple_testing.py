import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from anlan.maths.multiple_testing import benjamini_hochberg

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=60)


@settings(deadline=None)
@given(P_VALUES)
def test_q_equals_another_library(p):
    expected = multipletests(p, method="fdr_bh")[1]
    assert benjamini_hochberg(p) == pytest.approx(expected, abs=1e-12)


@settings(deadline=None)
@given(P_VALUES)
def test_q_is_never_below_p_and_keeps_its_order(p):
    q = benjamini_hochberg(p)
    assert (q >= np.array(p) - 1e-15).all()
    order = np.argsort(p, kind="stable")
    assert (np.diff(q[order]) >= -1e-15).all()


def test_no_tests_have_no_q():
    assert len(benjamini_hochberg([])) == 0


def test_false_discoveries_stay_under_the_level_among_true_ones():
    rng = np.random.default_rng(1)
    shares = []
    for _ in range(300):
        p = np.concatenate([rng.random(80), rng.beta(0.1, 8, 20)])
        kept = benjamini_hochberg(p) <= 0.05
        shares.append(kept[:80].sum() / max(kept.sum(), 1))
    assert np.mean(shares) <= 0.05
