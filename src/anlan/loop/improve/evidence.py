"""What the summary says about the place of a finding, where it decides which redesign fits."""

from collections.abc import Sequence

import numpy as np

from anlan.domain.finding import Finding
from anlan.domain.log_summary import LogSummary
from anlan.loop.identify.activity_words import activity_words

_OUTSIDE_WORDS = frozenset(
    word
    for text in ("customer", "client", "user", "vendor", "supplier", "external", "applicant", "caller")
    for word in activity_words(text).stems
)
_OUTSIDE_CHINESE = ("客户", "用户", "旅客", "供应商", "厂商", "外部", "申请人", "第三方")
_COMPLAINT_WORDS = frozenset(
    word for text in ("complaint", "appeal", "dispute") for word in activity_words(text).stems
)
_COMPLAINT_CHINESE = ("投诉", "申诉", "举报")

EITHER_ORDER = 0.2
"""Two steps are free in order where the rarer order makes up at least this share of both."""

ONE_PLACE = 0.5
"""Waiting stands in one place where a node holds at least this share of all delay found."""

FIXED_SHARE = 0.45
"""A wait is made by a rule where its 5 % quantile is at least this share of its median."""

MANY_PEOPLE_SHARE = 0.2
"""Work is spread over many where nobody does more than this share of a step."""


def waits_for_outsiders(names: Sequence[str]) -> bool:
    """A step is named after a party outside: customer, vendor, user ..."""
    return _named(names, _OUTSIDE_WORDS, _OUTSIDE_CHINESE)


def about_complaints(names: Sequence[str]) -> bool:
    return _named(names, _COMPLAINT_WORDS, _COMPLAINT_CHINESE)


def _named(names: Sequence[str], stems: frozenset[str], parts: Sequence[str]) -> bool:
    words = [activity_words(name) for name in names]
    return any(
        stems & set(word.stems) or any(part in run for part in parts for run in word.runs) for word in words
    )


def runs_in_either_order(node: str, summary: LogSummary) -> str | None:
    """The neighbour most often found both before and after `node`; None where the order is settled."""
    names = summary.activities.names
    if node not in names:
        return None
    here = names.index(node)
    edges, counts = summary.edges, summary.edges.duration.n
    after = {int(t): int(n) for s, t, n in zip(edges.source, edges.target, counts, strict=True) if s == here}
    before = {int(s): int(n) for s, t, n in zip(edges.source, edges.target, counts, strict=True) if t == here}
    both = [
        (min(after[k], before[k]), names[k])
        for k in after.keys() & before.keys() - {here}
        if min(after[k], before[k]) >= EITHER_ORDER * (after[k] + before[k])
    ]
    return max(both)[1] if both else None


def fixed_wait_s(node: str, summary: LogSummary) -> float | None:
    """Seconds that 19 of 20 cases wait at the least on the busiest way into `node`, where that is a
    large part of the median: a rule or a timer makes it. A queue lets some pass quickly (a memoryless
    one lets 1 in 20 pass in 7 % of the median). None where it is not so, or under a minute."""
    names, edges = summary.activities.names, summary.edges
    if node not in names:
        return None
    here = names.index(node)
    into = np.flatnonzero((edges.target == here) & (edges.source != here))
    if not len(into):
        return None
    busiest = int(into[np.argmax(edges.duration.n[into])])
    least, middle = (edges.duration.quantile_s(busiest, q) for q in (0.05, 0.5))
    if least is None or middle is None or least < 60:
        return None
    return least if least >= FIXED_SHARE * middle else None


def largest_share_by_one(node: str, summary: LogSummary) -> float | None:
    """Share of a step's executions done by whoever does most of them; None where nobody is named."""
    if node not in summary.activities.names:
        return None
    mine = summary.resources.pair_activity == summary.activities.names.index(node)
    counts = summary.resources.pair_count[mine]
    return float(counts.max() / counts.sum()) if len(counts) and counts.sum() else None


def share_of_delay(finding: Finding, others: Sequence[Finding]) -> float:
    """Minutes of all findings at this finding's last node over the minutes of all findings."""
    total = sum(float(other.delay_min.sum()) for other in others)
    place = finding.nodes[-1:]
    here = sum(float(other.delay_min.sum()) for other in others if other.nodes[-1:] == place)
    return here / total if total > 0 and place else 0.0


def total_case_minutes(summary: LogSummary) -> float:
    """Minutes of all cases together, on the summary's clock."""
    return summary.case_duration.total(0) / 60e6 if len(summary.case_duration) else 0.0


def overlap(one: Finding, other: Finding) -> float:
    """Share of the smaller finding's cases that the other hits too."""
    smaller = min(len(one.affected), len(other.affected))
    return len(np.intersect1d(one.affected, other.affected)) / smaller if smaller else 0.0
