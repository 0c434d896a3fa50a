import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from anlan.maths.multiple_testing import benjamini_hochberg, two_level_q

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


FAMILIES = st.lists(st.lists(st.floats(1e-6, 1), max_size=6), min_size=1, max_size=5)


def _kept_at(families, level: float) -> list[list[bool]]:
    """The two steps as they are written in the paper, at one level."""
    simes = [min((len(p) * x / (k + 1) for k, x in enumerate(sorted(p))), default=None) for p in families]
    known = sorted(x for x in simes if x is not None)
    m = len(known)
    selected = max((k + 1 for k in range(m) if known[k] <= level * (k + 1) / m), default=0)
    return [[bool(q <= level * selected / m) for q in benjamini_hochberg(p)] if m else [] for p in families]


@settings(deadline=None)
@given(FAMILIES, st.floats(0.01, 0.9))
def test_two_level_q_is_the_smallest_level_at_which_the_two_steps_keep_a_test(families, level):
    for q, kept in zip(two_level_q(families), _kept_at(families, level), strict=True):
        away = np.abs(q - level) > 1e-9
        assert ((q <= level) == kept)[away].all()


def test_one_family_is_plain_benjamini_hochberg():
    p = [0.01, 0.04, 0.03, 0.5]
    assert two_level_q([p, []])[0] == pytest.approx(benjamini_hochberg(p))
    assert two_level_q([[], []]) == [pytest.approx([]), pytest.approx([])]


def test_false_discoveries_inside_selected_families_stay_under_the_level():
    rng = np.random.default_rng(2)
    shares = []
    for _ in range(400):
        families = [np.concatenate([rng.random(20), rng.beta(0.1, 8, 10 * (k < 2))]) for k in range(8)]
        kept = [q <= 0.05 for q in two_level_q(families)]
        picked = [k for k in kept if k.any()]
        shares.append(np.mean([k[:20].sum() / k.sum() for k in picked]) if picked else 0.0)
    assert np.mean(shares) <= 0.05
