"""Rank reversals: every pair compared before and after, by hand."""

from itertools import permutations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from anlan.maths.multi_criteria.reversals import Reversal, rank_reversals
from anlan.maths.multi_criteria.topsis import topsis


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), m=st.integers(3, 6))
def test_a_reversal_is_told_exactly_where_some_pair_turns(seed: int, m: int) -> None:
    rng = np.random.default_rng(seed)
    values, weights = rng.integers(1, 20, (m, 3)).astype(float), np.array([0.5, 0.3, 0.2])
    benefit = np.array([True, False, True])

    def score(kept: NDArray) -> NDArray:
        return topsis(values[kept], benefit=benefit).closeness(weights)

    before = score(np.arange(m))
    found = rank_reversals(before, score)
    for gone in range(m):
        kept = [i for i in range(m) if i != gone]
        after = dict(zip(kept, score(np.array(kept)), strict=True))
        turned = [
            (a, b)
            for a, b in permutations(kept, 2)
            if before[a] > before[b] + 1e-12 and after[b] > after[a] + 1e-12
        ]
        told = [(each.ahead, each.behind) for each in found if each.dropped == gone]
        assert len(told) == bool(turned)
        assert set(told) <= set(turned)


def test_scores_of_their_own_never_reverse() -> None:
    scores = np.array([0.3, 0.9, 0.5])
    assert rank_reversals(scores, lambda kept: scores[kept]) == []


def test_the_best_placed_pair_is_told_and_what_cannot_be_scored_is_left_out() -> None:
    scores = np.array([3.0, 2.0, 1.0, 0.0])
    turned = rank_reversals(scores, lambda kept: -scores[kept] if 3 not in kept else None)
    assert turned == [Reversal(dropped=3, ahead=0, behind=1)]
    assert rank_reversals(scores[:2], lambda kept: scores[kept]) == []
