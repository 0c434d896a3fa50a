"""How sure a ranking is: intervals for ranks, and the chance to be among the first k.

A rank is not a smooth function of the scores, so it has no jackknife of its own: where two scores
are close, resampled ranks look surer than they are (Hall and Miller, 2009, Annals of Statistics
37(6B)). Instead each pair is compared by the spread of its difference, and

    rank_low  = 1 + number of items surely above      rank_high = n - number of items surely below

with Holm's correction over the n - 1 comparisons of one item, so that its interval holds the true
rank with at least the stated probability (the construction of Mohamad, Goeman and van Zwet, 2022,
"Simultaneous confidence intervals for ranks", Statistical Science 37, per item).
"""

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr

from anlan.maths.jackknife import Floats, Jackknife

_EQUAL = 1e-12
"""Scores lie in 0..1; differences below this are rounding."""


def rank_intervals(scores: Jackknife) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(rank_low, rank_high), each (k,), 1 = highest score; both ends count as possible."""
    difference = scores.estimate[:, None] - scores.estimate[None, :]
    p = _pairwise_p(difference, scores)
    surely_different = _holm_rejections(p, alpha=1.0 - scores.level)
    above = surely_different & (difference < 0)
    below = surely_different & (difference > 0)
    n = len(scores.estimate)
    return 1 + above.sum(axis=1), n - below.sum(axis=1)


def top_probability(scores: Jackknife, k: int, *, rng: np.random.Generator, draws: int = 2_000) -> Floats:
    """Chance (k,) of each item to be among the `k` highest, from normal draws with the jackknife's
    covariance around the estimates; a description of the spread, not a test."""
    normal = rng.standard_normal((draws, len(scores.deviations)))
    drawn = scores.estimate + normal @ scores.deviations
    first = np.argsort(-drawn, axis=1, kind="stable")[:, :k]
    return np.bincount(first.ravel(), minlength=len(scores.estimate)) / draws


def _pairwise_p(difference: Floats, scores: Jackknife) -> Floats:
    """Two-sided p-values of "the two scores are equal", (k, k), 1 on the diagonal."""
    covariance = scores.covariance()
    variance = np.diag(covariance)[:, None] + np.diag(covariance)[None, :] - 2 * covariance
    spread = np.sqrt(np.maximum(variance, _EQUAL**2))
    p = 2 * stdtr(scores.degrees_of_freedom, -np.abs(difference) / spread)
    return np.asarray(np.where(np.abs(difference) <= _EQUAL, 1.0, p), dtype=np.float64)


def _holm_rejections(p: Floats, *, alpha: float) -> NDArray[np.bool_]:
    """Row by row: the comparisons Holm's step-down rejects among the n - 1 of that row."""
    n = len(p)
    order = np.argsort(p, axis=1, kind="stable")
    steps = np.maximum(n - 1 - np.arange(n), 1)
    passes = np.take_along_axis(p, order, axis=1) <= alpha / steps
    rejected = np.zeros((n, n), dtype=bool)
    np.put_along_axis(rejected, order, np.logical_and.accumulate(passes, axis=1), axis=1)
    np.fill_diagonal(rejected, False)
    return rejected
