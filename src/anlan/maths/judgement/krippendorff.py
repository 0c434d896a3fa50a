"""Krippendorff's alpha: agreement of any number of raters, any scale, with missing answers.

alpha = 1 - observed / expected disagreement, over pairs of answers to the same object and over all pairs of
answers that could be paired (Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability"). The difference
of two answers, squared: nominal 0 or 1; interval (c - k)^2; ordinal (difference of midranks)^2;
ratio ((c - k) / (c + k))^2. Objects with fewer than two answers pair with nothing and are left out.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import NotEnoughData

Floats = NDArray[np.float64]
Scale = Literal["nominal", "ordinal", "interval", "ratio"]
_AT_ONCE = 200


@dataclass(frozen=True, eq=False)
class Paired:
    """Answers that can be paired, counted. values: (q,) distinct, ascending. counts: (u objects, q)."""

    values: Floats
    counts: Floats

    @property
    def answers(self) -> Floats:
        """Answers to each object, at least 2."""
        return np.asarray(self.counts.sum(axis=1), dtype=np.float64)


def paired(ratings: Floats) -> Paired:
    """ratings: (objects, raters), nan where an answer is missing.

    Errors: NotEnoughData where no object has two answers.
    """
    several = ratings[(~np.isnan(ratings)).sum(axis=1) >= 2]
    if not len(several):
        raise NotEnoughData("agreement.nothing_paired", objects=len(ratings))
    values = np.unique(several[~np.isnan(several)])
    counts = np.zeros((len(several), len(values)))
    rows, columns = np.nonzero(~np.isnan(several))
    np.add.at(counts, (rows, np.searchsorted(values, several[rows, columns])), 1.0)
    return Paired(values, counts)


def alpha_of(pairs: Paired, *, scale: Scale, copies: Floats | None = None) -> Floats:
    """alpha, (r,): once, or for each row of copies (r, objects): how often each object counts.

    nan where all answers are the same, so that nothing could disagree.
    """
    often = np.ones((1, len(pairs.counts))) if copies is None else copies
    blocks = [_alphas(pairs, scale, often[i : i + _AT_ONCE]) for i in range(0, len(often), _AT_ONCE)]
    return np.concatenate(blocks)


def krippendorff_alpha(ratings: Floats, *, scale: Scale) -> float:
    """alpha of ratings (objects, raters) with nan for missing answers.

    Errors: NotEnoughData where no object has two answers, or all answers are the same.

    >>> krippendorff_alpha(np.array([[1.0, 1.0], [2.0, 2.0], [1.0, 1.0]]), scale="nominal")
    1.0
    """
    found = float(alpha_of(paired(ratings), scale=scale)[0])
    if np.isnan(found):
        raise NotEnoughData("agreement.one_category", objects=len(ratings))
    return found


def _alphas(pairs: Paired, scale: Scale, often: Floats) -> Floats:
    counts, m = pairs.counts, pairs.answers
    totals = often @ counts
    n = totals.sum(axis=1)
    if scale == "ratio":
        observed, expected = _by_matrix(pairs, often, totals)
    elif scale == "nominal":
        observed = often @ ((m**2 - (counts**2).sum(axis=1)) / (m - 1))
        expected = n**2 - (totals**2).sum(axis=1)
    else:
        observed, expected = _by_places(pairs, scale, often, totals)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(expected > 0, 1 - (n - 1) * observed / expected, np.nan))


def _by_places(pairs: Paired, scale: Scale, often: Floats, totals: Floats) -> tuple[Floats, Floats]:
    """Squared differences of places on a line: values themselves, or the midranks among all answers."""
    if scale == "interval":
        middle = pairs.values - pairs.values.mean()
        places = np.broadcast_to(middle, totals.shape)
    else:
        places = np.cumsum(totals, axis=1) - totals / 2
    m = pairs.answers
    observed = np.zeros(len(often))
    for r, place in enumerate(places):
        sums, squares = pairs.counts @ place, pairs.counts @ place**2
        observed[r] = float(often[r] @ (2 * (m * squares - sums**2) / (m - 1)))
    n = totals.sum(axis=1)
    expected = 2 * (n * (totals * places**2).sum(axis=1) - (totals * places).sum(axis=1) ** 2)
    return observed, np.where(expected > 1e-9 * n * (totals * places**2).sum(axis=1), expected, 0.0)


def _by_matrix(pairs: Paired, often: Floats, totals: Floats) -> tuple[Floats, Floats]:
    """Any squared difference, written out for all pairs of values (values >= 0)."""
    v = pairs.values
    whole = np.add.outer(v, v)
    apart = (np.subtract.outer(v, v) / np.where(whole > 0, whole, 1.0)) ** 2
    each = ((pairs.counts @ apart) * pairs.counts).sum(axis=1) / (pairs.answers - 1)
    return often @ each, ((totals @ apart) * totals).sum(axis=1)
