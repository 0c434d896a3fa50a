"""Tail delay: a passage between two steps that is usually quick and sometimes very late.

Finds: edges (source, target) whose gap (completion to completion) is often more than 8 times its
typical value: the upper 95 % limit of the edge's median (so that few passages do not make a late
one by chance) or, if larger, a tenth of the log's median gap (so that edges of seconds do not report
minutes).
Evidence: cases with such a late passage, counted once however often they pass, against the same share
at the other edges, each measured by its own median. Waits of services are skewed by nature, so a
tail alone is nothing: where all edges have it alike none is found. Edges of fewer cases than the
minimum are not compared; the test is Fisher's (1935).
Effect: share of late cases over the share at the other edges (`rate_ratio`), at least 2; at least 1 %
of the cases, and a tail no memoryless wait has (1 in 256 passages). Edges from a step to itself are
left to `self_loop`.
Delay: what the late passages of a case take beyond the normal of the step they end with.
Misleads: where all passages have late ones none stands out, see `bottleneck`; where one rare kind of
case is slow by nature its passages form the tail; the note `concentrated_in_group` says so. Waits
over nights and weekends make tails unless a calendar is used.
Sources: the factor of 8 medians is our convention (2 to the minus 8 for a memoryless wait); ratio of
shares: Katz et al. (1978), Biometrics 34:469; order-statistic limit of the median: `median_interval`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.finding import Effect, Finding
from anlan.domain.interval import Interval
from anlan.loop.identify.context import IdentifyContext
from anlan.loop.identify.evidence import Candidates, Hit, Statement, make_finding
from anlan.maths.group_tests import median_interval
from anlan.maths.rates import fisher_upper, ratio_of_shares
from anlan.maths.sequences.case_features_kernels import group_by_key

CODE = "tail_delay"
CATEGORY = "service_quality"
MINIMUM = 2.0
MIN_RATE = 0.01
TIMES_MEDIAN = 8
MEMORYLESS_SHARE = 2.0**-TIMES_MEDIAN


@dataclass(frozen=True, eq=False)
class _Passages:
    """One edge: its events, those beyond the limit, and cases that pass, pass late for sure, and pass
    late by the plain median (what the other edges are compared with)."""

    edge: int
    events: NDArray[np.int64]
    late: NDArray[np.int64]
    median_us: float
    limit_us: float
    n_cases: int
    n_late: int
    n_late_plain: int


def find(context: IdentifyContext) -> Candidates:
    passages = _passages(context)
    all_cases = sum(p.n_cases for p in passages)
    all_late = sum(p.n_late_plain for p in passages)
    findings: list[Finding] = []
    tested: list[float] = []
    for own in passages:
        others, others_late = all_cases - own.n_cases, all_late - own.n_late_plain
        if others < context.settings.min_cases:
            continue
        p = fisher_upper(own.n_late, own.n_cases, own.n_late + others_late, all_cases)
        tested.append(p)
        ratio = ratio_of_shares(own.n_late, own.n_cases, others_late, others)
        finding = _finding(context, own, ratio, others_late / others, p)
        if finding is not None:
            findings.append(finding)
    return Candidates(tuple(findings), tuple(tested))


def _passages(context: IdentifyContext) -> list[_Passages]:
    """The edges between two steps that enough cases pass."""
    edges, gaps, case = context.edges, context.gap_us, context.log.case
    order, offsets = group_by_key(edges.of_event, len(edges.source))
    floor = 0.1 * float(np.median(gaps[context.has_before])) if context.has_before.any() else 0.0
    passages = []
    for edge in range(len(edges.source)):
        events = order[offsets[edge] : offsets[edge + 1]]
        if edges.source[edge] == edges.target[edge] or len(events) < context.settings.min_cases:
            continue
        median = median_interval(np.sort(gaps[events]))
        limit = TIMES_MEDIAN * max(median.high, floor)
        late = events[gaps[events] > limit]
        plain = events[gaps[events] > TIMES_MEDIAN * max(median.estimate, floor)]
        counts = [len(np.unique(case[chosen])) for chosen in (events, late, plain)]
        passages.append(_Passages(edge, events, late, median.estimate, limit, *counts))
    return passages


def _finding(
    context: IdentifyContext, own: _Passages, ratio: Interval, usual_share: float, p: float
) -> Finding | None:
    late = own.late
    cases = context.log.case[late].astype(np.int64)
    minimum = context.minimum(CODE, MINIMUM)
    hit = Hit(cases, context.excess_us[late] / 60e6)
    fewest = max(context.settings.min_affected, MIN_RATE * own.n_cases)
    if p > context.settings.fdr or ratio.estimate < minimum:
        return None
    if not context.is_material(hit.claims(context)[1]):
        return None
    if own.n_late < fewest or len(late) <= MEMORYLESS_SHARE * len(own.events):
        return None
    names = context.log.activity_names
    nodes = (names[context.edges.source[own.edge]], names[context.edges.target[own.edge]])
    notes = () if context.working is not None else ("elapsed_clock",)
    statement = Statement(
        CODE,
        CATEGORY,
        nodes,
        Effect("rate_ratio", ratio, minimum),
        p,
        parameters={
            "source": nodes[0],
            "target": nodes[1],
            "median_s": own.median_us / 1e6,
            "limit_s": own.limit_us / 1e6,
            "usual_share": usual_share,
            "late_median_s": float(np.median(context.gap_us[late])) / 1e6,
        },
        notes=notes,
    )
    exposed = context.log.case[own.events]
    return make_finding(context, statement, hit, exposure=own.n_cases, exposed=exposed)
