"""Do some cases take longer than cases like them?

Cases are compared with cases of the same kind: of all columns that group the cases, by up to 200
values, the one most associated with being affected gives the strata (Cramer's V >= 0.1). So a step
does not look slow only because a rare and slow type of case passes through it. A stratum counts
with at least five cases on both sides; a column whose strata hold under half of the affected cases
is passed over. The test is van Elteren's rank test over
finished cases; the effect is the median of the affected over the median of their peers, the peers
weighted to the same mix of strata. What stays uncorrected: causes that are not in the log.

Sources: van Elteren (1960), Bull. Inst. Int. Stat. 37:351, for the test; Bergsma (2013) for V; direct
standardisation (Miettinen 1972, Am. J. Epidemiol. 96:383) for the weights of the peers; ratio and
interval as in `ratio_of_medians`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.interval import Interval
from anlan.loop.identify.context import IdentifyContext
from anlan.maths.group_tests import (
    association,
    median_interval,
    ratio_of_medians,
    ratio_within_strata,
    stratified_rank_test,
    weighted_quantiles,
)

_ASSOCIATED = 0.1
_SAME_VARIABLE = 0.95
_FEWEST_ON_A_SIDE = 5
ONE_SECOND_US = 1_000_000


@dataclass(frozen=True, eq=False)
class Slower:
    """Affected finished cases against their peers.

    ratio: median over median of the peers; ratio_within: the same inside each stratum, averaged, so
    that one stratum does not speak for all; stratified_by: the column used, or None;
    cases: the compared affected cases by ascending duration; delay_min: what each lost: the case at
    the q-th place among the affected against the q-th place among the peers, never negative; the
    places that are below their peers are set off against the others.
    """

    p: float
    ratio: Interval
    ratio_within: float
    median: Interval
    peer_median: Interval
    stratified_by: str | None
    cases: NDArray[np.int64]
    delay_min: NDArray[np.float64]
    n_peers: int

    def delays_of(self, cases: NDArray[np.int64]) -> NDArray[np.float64]:
        """Minutes lost by each of `cases` (0 for a case that was not compared: it is unfinished)."""
        if not len(self.cases):
            return np.zeros(len(cases))
        order = np.argsort(self.cases, kind="stable")
        place = np.searchsorted(self.cases[order], cases)
        place = np.minimum(place, len(order) - 1)
        found = self.cases[order][place] == cases
        return np.where(found, self.delay_min[order][place], 0.0)


def slower_than_peers(
    context: IdentifyContext,
    affected: NDArray[np.bool_],
    *,
    among: NDArray[np.bool_] | None = None,
    not_by: tuple[str, ...] = (),
    strata: tuple[str, NDArray[np.int32], int] | None = None,
) -> Slower | None:
    """Compare affected cases with the others `among` (default: all); None where there are too few.

    `not_by`: columns that may not serve as strata; `strata`: use these instead of choosing.
    """
    order = context.duration_order
    if among is not None:
        inside = (among | affected)[order]
        if not inside.all():
            order = order[inside]
    marked = affected[order]
    n_marked = int(np.count_nonzero(marked))
    if min(n_marked, len(order) - n_marked) < context.settings.min_cases:
        return None
    chosen = strata or choose_strata(context, order, marked, not_by)
    return compare_ascending(context, context.duration_us[order], order, marked, chosen)


def compare_ascending(
    context: IdentifyContext,
    values: NDArray,
    cases: NDArray[np.int64],
    marked: NDArray[np.bool_],
    chosen: tuple[str, NDArray[np.int32], int] | None,
) -> Slower | None:
    """The comparison itself: ascending `values` in microseconds, one per case of `cases`."""
    stratum = np.zeros(len(cases), dtype=np.int32) if chosen is None else chosen[1][cases]
    test = stratified_rank_test(values, marked, stratum)
    if test is None or min(test.n_marked, test.n_others) < context.settings.min_cases:
        return None
    weights = _peer_weights(stratum, marked)
    usable = weights > 0
    hit = usable & marked
    peers = usable & ~marked
    median = median_interval(values[hit])
    peer_median = median_interval(values[peers], weights[peers])
    ratio = ratio_of_medians(median, peer_median, floor=ONE_SECOND_US)
    within = ratio.estimate
    if chosen is not None and test.p <= context.settings.fdr:
        within = ratio_within_strata(values, marked, stratum, floor=ONE_SECOND_US)
    return Slower(
        p=test.p,
        ratio=ratio,
        ratio_within=within,
        median=median.scaled(1e-6),
        peer_median=peer_median.scaled(1e-6),
        stratified_by=None if chosen is None else chosen[0],
        cases=cases[hit],
        delay_min=_matched_excess_min(values[hit], values[peers], weights[peers]),
        n_peers=int(np.count_nonzero(peers)),
    )


def choose_strata(
    context: IdentifyContext,
    cases: NDArray[np.int64],
    marked: NDArray[np.bool_],
    not_by: tuple[str, ...] = (),
) -> tuple[str, NDArray[np.int32], int] | None:
    """The grouping column most associated with the mark, as (name, stratum of each case of the log, -1
    where a side is too thin, number of strata); None where none is associated. A column that nearly
    equals the mark is skipped: inside its groups nothing is left to compare."""
    hit = cases[marked]
    sizes = context.stratum_sizes(cases)
    best: tuple[float, str, NDArray[np.bool_]] | None = None
    for name, (codes, n_codes) in context.peer_strata.items():
        if name in not_by:
            continue
        hits = np.bincount(codes[hit], minlength=n_codes)
        strength = association(hits, sizes[name])
        if not _ASSOCIATED <= strength < _SAME_VARIABLE or (best is not None and strength <= best[0]):
            continue
        thick = np.minimum(hits, sizes[name] - hits) >= _FEWEST_ON_A_SIDE
        if 2 * hits[thick].sum() >= len(hit):
            best = (strength, name, thick)
    if best is None:
        return None
    codes, n_codes = context.peer_strata[best[1]]
    return best[1], np.where(best[2][codes], codes, np.int32(-1)), n_codes


def _peer_weights(stratum: NDArray[np.int32], marked: NDArray[np.bool_]) -> NDArray[np.float64]:
    """1 for marked, marked/others of the stratum for the others; 0 where a stratum lacks a side or is
    left out (-1)."""
    place = stratum + 1
    n_strata = int(place.max(initial=0)) + 1
    total = np.bincount(place, minlength=n_strata)
    hits = np.bincount(place[marked], minlength=n_strata)
    others = total - hits
    both = (hits > 0) & (others > 0)
    both[0] = False
    ratio = np.where(both, hits / np.maximum(others, 1), 0.0)[place]
    return np.where(marked, both[place].astype(np.float64), ratio)


def _matched_excess_min(hit: NDArray, peers: NDArray, weights: NDArray) -> NDArray[np.float64]:
    """Ascending values against the peers' values at the same quantiles, in minutes, >= 0. What some
    places fall short of their peers is taken off the others in proportion: the sum is that of all
    differences (0 where it is negative), so that two equal groups claim next to nothing."""
    q = (np.arange(len(hit)) + 0.5) / len(hit)
    beyond = hit - weighted_quantiles(peers, weights, q)
    above = np.maximum(beyond, 0.0)
    total = max(0.0, float(beyond.sum()))
    return above * (total / above.sum() if total > 0.0 else 0.0) / 60e6
