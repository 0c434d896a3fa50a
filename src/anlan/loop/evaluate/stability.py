"""How far each finding holds from the first half of the log to the second, or between any two periods.

1. Cut the log at a moment by case start (the median: two halves of about as many cases). The halves
   are earlier and later cases, not random ones: a difference is one in time.
2. Rate of a finding in a period = cases it hits / cases exposed to it that begin in the period, with
   its interval. Hit and exposed cases are those of the finding on the whole log, so both periods use
   one definition, and a step that only becomes more frequent does not look more risky.
3. Fisher's exact test, two-sided, says whether the rates differ; Benjamini-Hochberg over all findings.
4. The finders run again on each period alone: is the finding made there too (same code and nodes, or
   mostly the same cases)?
5. Verdict: rates differ, and by at least a quarter -> `weaker`, `stronger`, or `only_first`,
   `only_second` where only that period makes the finding. Rates alike -> `stable`, unless one period
   does not make the finding although half the cases should have been enough for it (`only_...`), or
   they would not have been enough (`too_little_data`).

It misleads where late cases are still open: they had less time to be hit, so the second period looks
better than it is. Findings that compare periods (drift) cannot be made inside one of them, and no
case before the change is exposed to them.

Sources: Fisher (1935), "The Design of Experiments", for the exact test; Wilson (1927) for the
intervals; Benjamini & Hochberg (1995).
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from anlan.domain.event_log import EventLog
from anlan.domain.finding import Finding
from anlan.domain.interval import Interval
from anlan.loop.evaluate.halves import Half, median_start_us, split_at
from anlan.loop.key_nodes.reasons import Statement
from anlan.maths.multiple_testing import benjamini_hochberg
from anlan.maths.rates import fisher_upper, wilson

FORMULA_VERSION = "2"
VERDICTS = ("stable", "weaker", "stronger", "only_first", "only_second", "too_little_data")
MINIMUM_CASES = 20
MINIMUM_HITS = 10
WORTH_SAYING = 1.25
"""Rates that differ by less than this factor are called stable, however sure the difference is."""

ENOUGH_FOR_HALF = 3.0
"""A finding so sure that half the cases should show it at this many standard errors."""

_SAME_CASES = 0.5

Finder = Callable[[Half], Sequence[Finding]]


@dataclass(frozen=True, eq=False)
class FindingStability:
    """One finding in two periods. `first`, `second`: rate per exposed case, None where the period has
    none; `p`: of "the rates are equal", `q` after Benjamini-Hochberg, None where not testable;
    `made_first`, `made_second`: the period alone makes the finding too."""

    finding: Finding
    verdict: str
    first: Interval | None
    second: Interval | None
    p: float | None
    q: float | None
    made_first: bool
    made_second: bool
    split_us: int | None

    @property
    def statement(self) -> Statement:
        """The verdict as a text's key with what fills it."""
        return Statement(
            f"evaluate.verdicts.{self.verdict}",
            {
                "first_share": None if self.first is None else self.first.estimate,
                "second_share": None if self.second is None else self.second.estimate,
                "split_us": self.split_us,
                "p": self.p,
            },
        )


def compare_halves(
    log: EventLog, finder: Finder, *, findings: Sequence[Finding], level: float = 0.95, alpha: float = 0.05
) -> tuple[FindingStability, ...]:
    """Each of `findings` (made on the whole of `log`) in the first and the second half of the cases.

    `finder` makes the findings of a half; it is handed the half's log and the places of its cases and
    events in the whole log.
    """
    moment = median_start_us(log)
    if moment is None:
        return tuple(_untested(finding) for finding in findings)
    return compare_periods(log, finder, findings=findings, moment_us=moment, level=level, alpha=alpha)


def compare_periods(
    log: EventLog,
    finder: Finder,
    *,
    findings: Sequence[Finding],
    moment_us: int,
    level: float = 0.95,
    alpha: float = 0.05,
) -> tuple[FindingStability, ...]:
    """Each finding among the cases that begin before `moment_us` and among those that begin later."""
    if not findings:
        return ()
    periods = split_at(log, moment_us)
    again = tuple(tuple(finder(period)) if len(period.cases) else () for period in periods)
    hits = [(_hits(finding, periods[0]), _hits(finding, periods[1])) for finding in findings]
    exposed = _exposed(log, periods, findings)
    p = [
        _difference_p(counts, sizes) if min(sizes) else None
        for counts, sizes in zip(hits, exposed, strict=True)
    ]
    q = _adjusted(p)
    results = []
    for k, finding in enumerate(findings):
        made = tuple(_is_made(finding, period, found) for period, found in zip(periods, again, strict=True))
        sizes = exposed[k]
        results.append(
            FindingStability(
                finding=finding,
                verdict=_verdict(finding, hits[k], sizes, made, q[k], alpha),
                first=wilson(hits[k][0], sizes[0], level=level) if sizes[0] else None,
                second=wilson(hits[k][1], sizes[1], level=level) if sizes[1] else None,
                p=p[k],
                q=q[k],
                made_first=made[0],
                made_second=made[1],
                split_us=moment_us,
            )
        )
    return tuple(results)


def _untested(finding: Finding) -> FindingStability:
    return FindingStability(finding, "too_little_data", None, None, None, None, False, False, None)


def _exposed(log: EventLog, periods: tuple[Half, Half], findings: Sequence[Finding]) -> list[tuple[int, int]]:
    """Per finding the cases of each period that could have been hit; those hit are among them."""
    period_of = np.full(log.n_cases, 2, dtype=np.int64)
    for number, period in enumerate(periods):
        period_of[period.cases] = number
    sizes = []
    for finding in findings:
        cases = slice(None) if finding.exposed is None else np.union1d(finding.exposed, finding.affected)
        counts = np.bincount(period_of[cases], minlength=2)
        sizes.append((int(counts[0]), int(counts[1])))
    return sizes


def _hits(finding: Finding, period: Half) -> int:
    return len(_cases_within(finding, period))


def _cases_within(finding: Finding, period: Half) -> NDArray[np.int64]:
    """Cases of the period (numbers of the whole log) the finding hits."""
    return np.intersect1d(finding.affected, period.cases, assume_unique=True)


def _difference_p(hits: tuple[int, int], sizes: tuple[int, int]) -> float:
    """Two-sided Fisher test: twice the smaller tail."""
    both, total = sum(hits), sum(sizes)
    more_first = fisher_upper(hits[0], sizes[0], both, total)
    more_second = fisher_upper(hits[1], sizes[1], both, total)
    return min(1.0, 2 * min(more_first, more_second))


def _adjusted(p: Sequence[float | None]) -> list[float | None]:
    tested = [k for k, value in enumerate(p) if value is not None]
    adjusted: list[float | None] = [None] * len(p)
    values = np.array([p[k] for k in tested], dtype=np.float64)
    for k, q in zip(tested, benjamini_hochberg(values).tolist() if len(tested) else [], strict=True):
        adjusted[k] = q
    return adjusted


def _is_made(finding: Finding, period: Half, found: Sequence[Finding]) -> bool:
    """The period alone makes this finding: same code, and same nodes or mostly the same cases (near
    duplicates are merged, so a period may keep its neighbour)."""
    within = _cases_within(finding, period)
    for other in found:
        if other.code != finding.code:
            continue
        if (other.nodes, other.detail) == (finding.nodes, finding.detail):
            return True
        shared = len(np.intersect1d(within, period.cases[other.affected], assume_unique=True))
        if shared and shared >= _SAME_CASES * max(len(within), len(other.affected)):
            return True
    return False


def _verdict(
    finding: Finding,
    hits: tuple[int, int],
    sizes: tuple[int, int],
    made: tuple[bool, ...],
    q: float | None,
    alpha: float,
) -> str:
    if q is None or min(sizes) < MINIMUM_CASES or sum(hits) < MINIMUM_HITS:
        return "too_little_data"
    first, second = hits[0] / sizes[0], hits[1] / sizes[1]
    if q <= alpha and max(first, second) >= WORTH_SAYING * min(first, second):
        if second < first:
            return "only_first" if made == (True, False) else "weaker"
        return "only_second" if made == (False, True) else "stronger"
    if all(made) or finding.p is None:
        return "stable"
    if not any(made) or not _half_is_enough(finding.p):
        return "too_little_data"
    return "only_first" if made[0] else "only_second"


def _half_is_enough(p: float) -> bool:
    """With half the cases the test statistic is smaller by the root of two."""
    return float(-ndtri(max(p, 1e-300) / 2)) / math.sqrt(2) >= ENOUGH_FOR_HALF
