"""Combination of evidence: Zadeh's paradox, laws of Dempster's rule, conservation of belief."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.domain.errors import NotEnoughData
from anlan.maths.judgement.evidence import (
    all_together,
    average,
    belief,
    betting_share,
    conjunction,
    dempster,
    discounted,
    murphy,
    plausibility,
    yager,
)

ALL = 7


def _masses(seed: int) -> dict[int, float]:
    shares = np.random.default_rng(seed).dirichlet(np.ones(ALL))
    return {each + 1: float(share) for each, share in enumerate(shares)}


SOURCES = st.lists(st.integers(0, 500).map(_masses), min_size=2, max_size=4)


@given(SOURCES)
def test_every_rule_keeps_the_whole_belief_and_its_order(sources: list[dict[int, float]]) -> None:
    for found in (dempster(sources), yager(sources, everything=ALL), average(sources), murphy(sources)):
        assert sum(found.values()) == pytest.approx(1.0)
        assert sum(betting_share(found, 2**place) for place in range(3)) == pytest.approx(1.0)
        for of in range(1, ALL):
            assert belief(found, of) <= betting_share(found, of) + 1e-12
            assert betting_share(found, of) <= plausibility(found, of) + 1e-12
            assert plausibility(found, of) == pytest.approx(1 - belief(found, ALL - of))


@given(SOURCES)
def test_dempster_knows_no_order_and_learns_nothing_from_ignorance(sources: list[dict[int, float]]) -> None:
    found = dempster(sources)
    for other in (dempster(sources[::-1]), dempster([*sources, {ALL: 1.0}])):
        assert other == pytest.approx(found)


@given(SOURCES)
def test_dempster_on_single_hypotheses_is_bayes(sources: list[dict[int, float]]) -> None:
    likelihoods = [np.array([each[1], each[2], each[4]]) for each in sources]
    points = [{1: a / s.sum(), 2: b / s.sum(), 4: c / s.sum()} for s in likelihoods for a, b, c in [s]]
    product = np.prod(likelihoods, axis=0)
    found = dempster(points)
    assert [found[1], found[2], found[4]] == pytest.approx((product / product.sum()).tolist())


def test_zadehs_paradox_and_its_alternatives() -> None:
    sources = [{1: 0.99, 2: 0.01}, {4: 0.99, 2: 0.01}]
    assert conjunction(*sources)[0] == pytest.approx(0.9999)
    assert dempster(sources) == pytest.approx({2: 1.0})
    assert yager(sources, everything=ALL) == pytest.approx({2: 0.0001, ALL: 0.9999})
    assert belief(average(sources), 1) == pytest.approx(0.495)
    assert murphy(sources)[1] > 0.49


def test_total_conflict_is_refused_and_a_distrusted_source_says_nothing() -> None:
    with pytest.raises(NotEnoughData):
        dempster([{1: 1.0}, {2: 1.0}])
    weak = discounted({1: 1.0}, reliability=0.0, everything=ALL)
    assert dempster([weak, {2: 1.0}]) == pytest.approx({2: 1.0})
    assert all_together([{1: 1.0}, {2: 1.0}]) == {0: 1.0}
