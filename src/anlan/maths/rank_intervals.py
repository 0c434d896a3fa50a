"""How sure a ranking is: intervals for ranks, and the chance to be among the first k.

A rank is not a smooth function of the scores, so it has no jackknife of its own: where two scores
are close, resampled ranks look surer than they are (Hall and Miller, 2009, Annals of Statistics
37(6B)). Instead each pair is compared by the spread of its difference, and

    rank_low  = 1 + number of items surely above      rank_high = n - number of items surely below

with Holm's correction over the n - 1 comparisons of one item, so that its interval holds the true
rank with at least the stated probability (the construction of Mohamad, Goeman and van Zwet, 2022,
"Simultaneous confidence intervals for ranks", Statistical Science 37, per item).

Items are taken in blocks, so memory grows with n, not with its square; work grows with the number of
items asked for times n log n.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from anlan.maths.jackknife import Floats, Jackknife

_EQUAL = 1e-12
"""Scores lie in 0..1; differences below this are rounding."""

_BLOCK = 1 << 20
"""Numbers in one table of a block (8 MB)."""

Ranks = NDArray[np.int64]


def rank_intervals(scores: Jackknife, *, items: Sequence[int] | None = None) -> tuple[Ranks, Ranks]:
    """(rank_low, rank_high) among all items, 1 = highest score; both ends count as possible.

    items: those whose intervals are wanted, in the order of the answer (default: all).
    """
    n = len(scores.estimate)
    wanted = np.arange(n) if items is None else np.asarray(items, dtype=np.int64)
    critical = _holm_critical(n - 1, alpha=1.0 - scores.level, degrees_of_freedom=scores.degrees_of_freedom)
    low, high = np.ones(len(wanted), dtype=np.int64), np.full(len(wanted), n, dtype=np.int64)
    rows = max(_BLOCK // max(n, 1), 1)
    for first in range(0, len(wanted), rows):
        chosen = wanted[first : first + rows]
        difference = scores.estimate[chosen][:, None] - scores.estimate
        surely = _holm_rejections(_t_of_pairs(difference, scores, chosen), critical)
        low[first : first + rows] += (surely & (difference < 0)).sum(axis=1)
        high[first : first + rows] -= (surely & (difference > 0)).sum(axis=1)
    return low, high


def top_probability(scores: Jackknife, k: int, *, rng: np.random.Generator, draws: int = 2_000) -> Floats:
    """Chance of each item (n,) to be among the `k` highest, from normal draws with the jackknife's
    covariance around the estimates; a description of the spread, not a test."""
    n = len(scores.estimate)
    normal = rng.standard_normal((draws, len(scores.deviations)))
    times = np.zeros(n, dtype=np.int64)
    rows = max(_BLOCK // max(n, 1), 1)
    for start in range(0, draws, rows):
        drawn = scores.estimate + normal[start : start + rows] @ scores.deviations
        first = np.argsort(-drawn, axis=1, kind="stable")[:, :k]
        times += np.bincount(first.ravel(), minlength=n)
    return times / draws


def _t_of_pairs(difference: Floats, scores: Jackknife, chosen: Ranks) -> Floats:
    """Size of each difference over its spread, (chosen, n); 0 where the two scores are equal."""
    deviations = scores.deviations
    variance = np.sum(deviations**2, axis=0)
    shared = deviations[:, chosen].T @ deviations
    spread = np.sqrt(np.maximum(variance[chosen][:, None] + variance - 2 * shared, _EQUAL**2))
    size = np.abs(difference)
    return np.asarray(np.where(size <= _EQUAL, 0.0, size / spread), dtype=np.float64)


def _holm_critical(comparisons: int, *, alpha: float, degrees_of_freedom: int) -> Floats:
    """What the largest, the second largest ... of the t must reach: two-sided, alpha / those left."""
    left = np.arange(comparisons, 0, -1)
    return np.asarray(-stdtrit(degrees_of_freedom, alpha / left / 2), dtype=np.float64)


def _holm_rejections(t: Floats, critical: Floats) -> NDArray[np.bool_]:
    """Row by row: the comparisons Holm's step-down rejects (an item is never unlike itself: its t is 0)."""
    if not len(critical):
        return np.zeros(t.shape, dtype=bool)
    order = np.argsort(-t, axis=1, kind="stable")[:, : len(critical)]
    passes = np.take_along_axis(t, order, axis=1) >= critical
    rejected = np.zeros(t.shape, dtype=bool)
    np.put_along_axis(rejected, order, np.logical_and.accumulate(passes, axis=1), axis=1)
    return rejected
