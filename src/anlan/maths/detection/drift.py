"""Are the data still of the same kind? Population stability index and Kolmogorov-Smirnov distance.

The index grows with every difference of the shares and shrinks with no sample: under no change it is near
(1/n + 1/m) times a chi-square with one degree less than bins. So its chance stands beside it, and the usual
marks (0.1 some, 0.25 much) fire only where chance does not explain them.

Source: Yurdakul (2018), Statistical properties of population stability index, Western Michigan University,
dissertation 3208; Kolmogorov-Smirnov: the asymptotic law with Stephens' (1970) correction.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, kolmogorov

from anlan.domain.errors import UsageError
from anlan.maths.control_charts.spread import finite
from anlan.maths.detection.verdicts import Detector, State, Value, Verdict, single

PRIOR = 0.5
"""Added to each bin's count, so that an empty bin has a logarithm."""


@dataclass(frozen=True)
class Difference:
    """size: index or distance, >= 0; p: chance of one so large under no change, 0..1."""

    size: float
    p: float


def stability_index(before: ArrayLike, after: ArrayLike) -> Difference:
    """Population stability index of two counts over the same bins, two or more."""
    first, second = (np.asarray(counts, dtype=np.float64) for counts in (before, after))
    sound = first.shape == second.shape and first.ndim == 1 and len(first) >= 2
    if not sound or min(first.sum(), second.sum()) <= 0 or min(first.min(), second.min()) < 0:
        raise UsageError("detection.bins", first=first.size, second=second.size)
    p, q = ((counts + PRIOR) / (counts + PRIOR).sum() for counts in (first, second))
    size = float(np.sum((q - p) * np.log(q / p)))
    return Difference(size, float(chdtrc(len(p) - 1, size / (1.0 / first.sum() + 1.0 / second.sum()))))


def kolmogorov_smirnov(first: ArrayLike, second: ArrayLike) -> Difference:
    """Largest distance of the empirical distributions of two samples; p is too large where values tie."""
    one, two = np.sort(finite(first)), np.sort(finite(second))
    both = np.concatenate([one, two])
    shares = [np.searchsorted(sample, both, side="right") / len(sample) for sample in (one, two)]
    size = float(np.max(np.abs(shares[0] - shares[1])))
    root = np.sqrt(len(one) * len(two) / (len(one) + len(two)))
    return Difference(size, float(kolmogorov((root + 0.12 + 0.11 / root) * size)))


def bin_edges(reference: ArrayLike, *, bins: int = 10) -> tuple[float, ...]:
    """Borders between bins of about equal counts of the reference, fewer where values tie."""
    ordered = np.sort(finite(reference))
    places = (np.arange(1, bins) * len(ordered)) // bins
    return tuple(sorted(set(ordered[places].tolist())))


@dataclass(frozen=True)
class Drift(Detector):
    """Every `window` readings, the counts of the bins against those of a reference.

    edges      borders of the bins (ascending; a value on a border is in the upper bin)
    reference  counts, one more than edges
    marks      (level, index at or above which it fires), rising; only where p is at most `alpha`
    """

    edges: tuple[float, ...]
    reference: tuple[float, ...]
    window: int = 100
    marks: tuple[tuple[int, float], ...] = ((1, 0.1), (2, 0.25))
    alpha: float = 0.001

    def __post_init__(self) -> None:
        levels, sizes = [mark[0] for mark in self.marks], [mark[1] for mark in self.marks]
        rising = levels == sorted(set(levels)) and sizes == sorted(set(sizes))
        if len(self.reference) != len(self.edges) + 1 or not self.edges or self.window < 1 or not rising:
            raise UsageError("detection.bins", first=len(self.reference), second=len(self.edges) + 1)

    def first(self) -> State:
        return {"counts": [0] * len(self.reference), "level": 0, "told": {}}

    def judge(self, own: State, at_us: int, value: Value, size: float) -> tuple[State, Verdict]:
        counts = list(own["counts"])
        counts[int(np.searchsorted(np.array(self.edges), single(value), side="right"))] += 1
        if sum(counts) < self.window:
            return {**own, "counts": counts}, self._verdict(own["level"], own["told"])
        found = stability_index(self.reference, counts)
        reached = [level for level, mark in self.marks if found.size >= mark and found.p <= self.alpha]
        told = {"index": found.size, "p": found.p}
        level = reached[-1] if reached else 0
        after = {"counts": [0] * len(self.reference), "level": level, "told": told}
        return after, self._verdict(level, told)

    def _verdict(self, level: int, told: dict[str, float]) -> Verdict:
        return Verdict(level, "drift" if level else "normal" if told else "learning", told)
