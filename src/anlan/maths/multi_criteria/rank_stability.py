"""How firm a ranking is when the weights are only roughly known.

Weights are drawn from Dirichlet(c w): their mean is w, the standard deviation of weight w_j is
sqrt(w_j (1 - w_j) / (c + 1)). The ranking is made anew for each draw.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.maths.multi_criteria.scaling import Floats
from anlan.maths.streams import Stream

PURPOSE_WEIGHTS = 920
_DIGITS = 12
"""Scores that agree to so many places are tied."""


@dataclass(frozen=True)
class RankStability:
    """Over the draws, for each alternative (m,): share in which it is first (ties shared out), and the
    limits of the middle 90 % of its ranks and of its scores."""

    first: Floats
    rank_low: NDArray[np.int64]
    rank_high: NDArray[np.int64]
    score_low: Floats
    score_high: Floats


def perturbed_weights(
    weights: Floats, *, concentration: float, draws: int, stream: Stream, places: Sequence[int]
) -> Floats:
    """(draws, n) of positive weights that sum to 1.

    weights: (n,), positive, sum 1. places: one number per criterion, which decides its draws, so that
    the order of the criteria does not matter.
    """
    gammas = np.column_stack(
        [
            stream.gamma(draws, shape=concentration * float(w), purpose=PURPOSE_WEIGHTS, place=place)
            for w, place in zip(weights, places, strict=True)
        ]
    )
    return np.asarray(gammas / gammas.sum(axis=1, keepdims=True))


def ranks(scores: Floats) -> NDArray[np.int64]:
    """Rank of each alternative in the last axis, 1 = highest score; tied ones share the better rank."""
    rounded = scores.round(_DIGITS)
    order = np.argsort(-rounded, axis=-1, kind="stable")
    ordered = np.take_along_axis(rounded, order, axis=-1)
    place = np.broadcast_to(np.arange(scores.shape[-1]), scores.shape)
    fresh = np.ones(scores.shape, dtype=bool)
    fresh[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    starts = np.maximum.accumulate(np.where(fresh, place, 0), axis=-1) + 1
    ranked = np.empty(scores.shape, dtype=np.int64)
    np.put_along_axis(ranked, order, starts, axis=-1)
    return ranked


def rank_stability(score: Callable[[Floats], Floats], drawn: Floats) -> RankStability:
    """score: weights (draws, n) -> scores (draws, m), higher is better. drawn: the weights."""
    scores = score(drawn)
    ranked = ranks(scores)
    leading = ranked == 1
    limits = np.quantile(ranked, (0.05, 0.95), axis=0, method="inverted_cdf").astype(np.int64)
    middle = np.quantile(scores, (0.05, 0.95), axis=0)
    shared = leading / leading.sum(axis=1, keepdims=True)
    return RankStability(shared.mean(axis=0), limits[0], limits[1], middle[0], middle[1])
