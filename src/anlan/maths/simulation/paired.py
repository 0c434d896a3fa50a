"""Options compared by replications that met the same luck: paired differences, and which may be the best.

`best_among` follows the screening of Nelson, Swann, Goldsman and Song (2001), Operations Research 49:950, in
the form for dependent options (Bonferroni over the k - 1 pairs of the best). Let b be the best. With
probability 1 - a all means satisfy mu_j - mu_b <= (mean_j - mean_b) + w_jb at once, where
w = t(1 - a/(k - 1); n - 1) s_jb / sqrt(n). As mu_b is the smallest, b is then kept by mean_b - mean_j <= w_jb
for all j, and taking option i loses at most max_j (mean_i - mean_j + w_ij); see also Hsu (1984), Annals of
Statistics 12:1136, on comparisons with the best. Differences of means over replications are
taken to be normal.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from anlan.domain.errors import UsageError
from anlan.domain.interval import Interval

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PairedDifference:
    """mean of b - a with its interval; p: two-sided, of no difference; n: pairs that have the figure. Where
    every pair differs by the same, the interval is that point and p is 0, or 1 where nothing differs."""

    interval: Interval
    p: float
    n: int

    @property
    def half_width(self) -> float:
        return (self.interval.high - self.interval.low) / 2


def paired_difference(a: Floats, b: Floats, *, level: float = 0.95) -> PairedDifference:
    """b - a over the replications both have, (n,) each; NaN where one lacks the figure, which leaves out the
    pair. Errors: UsageError for fewer than two pairs."""
    found = _pairs(a, b)
    n = len(found)
    if n < 2:
        raise UsageError("simulation.too_few", found=n)
    mean, error = float(found.mean()), _error(found)
    half = float(stdtrit(n - 1, 0.5 + level / 2)) * error
    if error > 0.0:
        p = 2.0 * float(stdtr(n - 1, -abs(mean) / error))
    else:
        p = 1.0 if mean == 0.0 else 0.0
    return PairedDifference(Interval(mean, mean - half, mean + half, level), p, n)


def n_pairs(a: Floats, b: Floats) -> int:
    """How many replications have the figure in both."""
    return len(_pairs(a, b))


def _pairs(a: Floats, b: Floats) -> Floats:
    n = min(len(a), len(b))
    found = np.asarray(b[:n], dtype=np.float64) - np.asarray(a[:n], dtype=np.float64)
    return np.asarray(found[~np.isnan(found)])


def _error(values: Floats) -> float:
    """Standard error of the mean; 0 where all are the same, whatever the rounding."""
    if float(values.min()) == float(values.max()):
        return 0.0
    return float(values.std(ddof=1)) / math.sqrt(len(values))


@dataclass(frozen=True)
class Best:
    """kept: (k,) whether it may be the best: one of these is, with probability `level` at least.

    loses     (k,) by how much each is worse than the best at most, with the same probability, all at once
    leader    the option that loses least at most
    """

    kept: tuple[bool, ...]
    leader: int
    loses: tuple[float, ...]
    level: float


def best_among(values: Sequence[Floats], *, level: float = 0.95) -> Best:
    """values: of each option its replications (n,), the smaller the better; pairs have their first ones in
    common, NaN leaves out a pair. Errors: UsageError for fewer than two options or replications."""
    k = len(values)
    if k < 2:
        raise UsageError("simulation.too_few_options", found=k)
    beyond, loses = np.zeros((k, k)), np.zeros((k, k))
    for i in range(k):
        for j in range(k):
            if i == j:
                continue
            found = _pairs(values[j], values[i])
            n = len(found)
            if n < 2:
                raise UsageError("simulation.too_few", found=n)
            width = float(stdtrit(n - 1, 1.0 - (1.0 - level) / (k - 1))) * _error(found)
            beyond[i, j], loses[i, j] = float(found.mean()) - width, float(found.mean()) + width
    kept = tuple(bool(row.max() <= 0.0) for row in beyond)
    np.fill_diagonal(loses, -np.inf)
    most = loses.max(axis=1)
    return Best(kept, int(np.argmin(most)), tuple(max(0.0, float(each)) for each in most), level)
