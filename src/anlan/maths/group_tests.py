"""Is one group of numbers larger than another, also within strata?

The rank-sum test of Mann & Whitney (1947) and its stratified form of van Elteren (1960), with the
normal approximation and tie correction; the Mantel-Haenszel (1959) test for shares; and medians
with intervals from order statistics. Items must be independent of each other.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.interval import Interval
from anlan.maths.group_tests_kernels import rank_sums
from anlan.maths.rates import normal_upper, z_of


@dataclass(frozen=True)
class RankTest:
    """One-sided p for "the marked are larger", and the chance that a marked item beats an unmarked
    one of its stratum (0.5 = no difference)."""

    p: float
    superiority: float
    n_marked: int
    n_others: int


def stratified_rank_test(
    values: NDArray, marked: NDArray[np.bool_], stratum: NDArray[np.int32] | None = None
) -> RankTest | None:
    """Are marked values larger than the others of their stratum? None where nothing can be compared.

    `values` (n,) ascending; `marked` (n,); `stratum` (n,) small integers, -1 = left out. Strata are
    weighted by 1 / (size + 1), van Elteren's locally best weights. One stratum gives the plain
    rank-sum test.
    """
    if stratum is None:
        stratum = np.zeros(len(values), dtype=np.int32)
    if not len(values):
        return None
    items, m, rank_sum, ties = rank_sums(values, stratum, marked, int(stratum.max(initial=0)) + 1)
    usable = (m > 0) & (items > m)
    if not usable.any():
        return None
    n_total, m, rank_sum, ties = (x[usable].astype(np.float64) for x in (items, m, rank_sum, ties))
    others = n_total - m
    surplus = float(np.sum((rank_sum - m * (n_total + 1) / 2) / (n_total + 1)))
    tie_factor = 1 - ties / np.maximum(n_total**3 - n_total, 1.0)
    variance = float(np.sum(m * others * tie_factor / (12 * (n_total + 1))))
    wins = float(np.sum(rank_sum - m * (m + 1) / 2))
    p = normal_upper(surplus / math.sqrt(variance)) if variance > 0 else 1.0
    return RankTest(p, wins / float(np.sum(m * others)), int(m.sum()), int(others.sum()))


@dataclass(frozen=True)
class ShareTest:
    """One-sided p for "the marked have the outcome more often", with the pooled ratio of shares."""

    p: float
    ratio: Interval


def stratified_share_test(
    outcome: NDArray[np.bool_],
    marked: NDArray[np.bool_],
    stratum: NDArray[np.int32] | None = None,
    *,
    level: float = 0.95,
) -> ShareTest | None:
    """Do the marked have the outcome more often than others of their stratum?

    Mantel-Haenszel chi statistic without continuity correction; ratio and its interval after
    Greenland & Robins (1985), Biometrics 41:55. None where no stratum holds both groups and both
    outcomes.
    """
    if stratum is None:
        stratum = np.zeros(len(outcome), dtype=np.int32)
    inside = stratum >= 0
    cell = (stratum[inside] * 4 + marked[inside] * 2 + outcome[inside]).astype(np.int64)
    tables = np.bincount(cell, minlength=4 * (int(stratum.max(initial=0)) + 1)).reshape(-1, 4).astype(float)
    c, d, b, a = tables[:, 1], tables[:, 0], tables[:, 2], tables[:, 3]
    total = a + b + c + d
    usable = (a + b > 0) & (c + d > 0) & (a + c > 0) & (b + d > 0)
    if not usable.any():
        return None
    a, b, c, d, total = (x[usable] for x in (a, b, c, d, total))
    surplus = float(np.sum(a - (a + b) * (a + c) / total))
    variance = float(np.sum((a + b) * (c + d) * (a + c) * (b + d) / (total**2 * np.maximum(total - 1, 1))))
    top, bottom = float(np.sum(a * (c + d) / total)), float(np.sum(c * (a + b) / total))
    if top <= 0 or bottom <= 0:
        top, bottom = top + 0.5, bottom + 0.5
    spread = np.sum(((a + b) * (c + d) * (a + c) - a * c * total) / total**2)
    half = z_of(level) * math.sqrt(max(float(spread), 0.0) / (top * bottom))
    ratio = top / bottom
    return ShareTest(
        normal_upper(surplus / math.sqrt(variance)) if variance > 0 else 1.0,
        Interval(ratio, ratio * math.exp(-half), ratio * math.exp(half), level),
    )


def weighted_quantiles(ascending: NDArray, weights: NDArray | None, q: NDArray) -> NDArray[np.float64]:
    """Quantiles (inverse of the empirical distribution) of ascending values with weights."""
    if weights is None:
        position = np.ceil(np.asarray(q) * len(ascending)).astype(np.int64) - 1
    else:
        cumulated = np.cumsum(weights)
        position = np.searchsorted(cumulated, np.asarray(q) * cumulated[-1])
    return np.asarray(ascending[np.clip(position, 0, len(ascending) - 1)], dtype=np.float64)


def median_interval(ascending: NDArray, weights: NDArray | None = None, *, level: float = 0.95) -> Interval:
    """Median with the order-statistic interval (normal approximation of the binomial ranks).

    With weights, the effective size (sum w)**2 / sum w**2 takes the place of n.
    """
    n = len(ascending) if weights is None else float(np.sum(weights)) ** 2 / float(np.sum(weights**2))
    half = z_of(level) * 0.5 / math.sqrt(n)
    q = np.clip(np.array([0.5, 0.5 - half, 0.5 + half]), 0.0, 1.0)
    median, low, high = weighted_quantiles(ascending, weights, q)
    return Interval(float(median), float(low), float(high), level)


def ratio_of_medians(first: Interval, second: Interval, *, floor: float) -> Interval:
    """first / second for two independent medians, intervals joined on the log scale (MOVER: Zou &
    Donner 2008, Stat. Med. 27:1693). Values under `floor` count as `floor`, so a ratio exists."""
    a, a_low, a_high = (math.log(max(x, floor)) for x in (first.estimate, first.low, first.high))
    b, b_low, b_high = (math.log(max(x, floor)) for x in (second.estimate, second.low, second.high))
    size = a - b
    low = size - math.hypot(a - a_low, b_high - b)
    high = size + math.hypot(a_high - a, b - b_low)
    return Interval(math.exp(size), math.exp(low), math.exp(high), first.level)


def association(hits: NDArray[np.int64], sizes: NDArray[np.int64]) -> float:
    """Cramer's V, 0..1, between a mark and a grouping: `hits` marked items of each group of `sizes`.

    Less what k groups show by chance, (k - 1) / (n - 1) of its square (Bergsma 2013, J. Korean Stat.
    Soc. 42:323), so that many small groups do not look associated with everything.
    """
    n, n_marked = int(sizes.sum()), int(hits.sum())
    if n_marked in (0, n):
        return 0.0
    share = n_marked / n
    present = sizes > 0
    surplus = (hits[present] - sizes[present] * share) ** 2 / sizes[present]
    by_chance = (int(present.sum()) - 1) / max(n - 1, 1)
    return math.sqrt(max(0.0, min(1.0, float(np.sum(surplus)) / (share * (1 - share)) / n) - by_chance))


def ratio_within_strata(
    values: NDArray, marked: NDArray[np.bool_], stratum: NDArray[np.int32], *, floor: float
) -> float:
    """Median of the marked over median of the others inside each stratum, as one geometric mean.

    `values` (n,) ascending; `stratum` (n,), -1 = left out; values under `floor` count as `floor`.
    Weights m o / (m + o) for m marked and o others, those of Mantel & Haenszel (1959). NaN where no
    stratum has both.
    """
    n_strata = int(stratum.max(initial=-1)) + 1
    inside = stratum >= 0
    cell = (2 * stratum[inside] + marked[inside]).astype(np.int32)
    order = np.argsort(cell, kind="stable")
    sizes = np.bincount(cell, minlength=2 * n_strata)
    starts = np.cumsum(sizes) - sizes
    both = np.repeat((sizes.reshape(-1, 2) > 0).all(axis=1), 2)
    if not both.any():
        return math.nan
    sorted_values = np.maximum(values[inside][order], floor)
    low, high = (starts + (sizes - 1) // 2)[both], (starts + sizes // 2)[both]
    medians = np.log((sorted_values[low] + sorted_values[high]) / 2.0).reshape(-1, 2)
    others, m = sizes[both].reshape(-1, 2).T
    weights = m * others / (m + others)
    return math.exp(float(np.average(medians[:, 1] - medians[:, 0], weights=weights)))
