"""Tail delay: a passage between two steps that is usually quick and sometimes very late.

Finds: edges (source, target) whose gap (completion to completion) is often more than 8 times its
typical value: the upper 95 % limit of the edge's median (so that few passages do not make a late
one by chance) or, if larger, a tenth of the log's median gap (so that edges of seconds do not report
minutes).
Evidence: cases with such a late passage. A memoryless wait passes 8 medians in 1 of 256 times; the
test is binomial against that share, with cases counted once however often they pass.
Effect: share of late cases over 1/256 (`rate_ratio`), at least 10, i.e. about 4 % of the cases.
Edges from a step to itself are left to `self_loop`.
Delay: what the late passages of a case take beyond the normal of the step they end with.
Misleads: where one rare kind of case is slow by nature its passages form the tail; the note
`concentrated_in_group` says so. Waits over nights and weekends make tails unless a calendar is used.
"""

import numpy as np
from numpy.typing import NDArray

from anlan.domain.finding import Effect, Finding
from anlan.loop.identify.context import IdentifyContext
from anlan.loop.identify.evidence import Candidates, Hit, Statement, make_finding
from anlan.maths.group_tests import median_interval
from anlan.maths.rates import binomial_upper, wilson
from anlan.maths.sequences.case_features_kernels import group_by_key

CODE = "tail_delay"
CATEGORY = "service_quality"
MINIMUM = 10.0
TIMES_MEDIAN = 8
MEMORYLESS_SHARE = 2.0**-TIMES_MEDIAN


def find(context: IdentifyContext) -> Candidates:
    edges = context.edges
    order, offsets = group_by_key(edges.of_event, len(edges.source))
    gaps = context.gap_us
    floor = 0.1 * float(np.median(gaps[context.has_before])) if context.has_before.any() else 0.0
    findings: list[Finding] = []
    tested: list[float] = []
    for edge in range(len(edges.source)):
        events = order[offsets[edge] : offsets[edge + 1]]
        if edges.source[edge] == edges.target[edge] or len(events) < context.settings.min_cases:
            continue
        median = median_interval(np.sort(gaps[events]))
        limit = TIMES_MEDIAN * max(median.high, floor)
        late = events[gaps[events] > limit]
        n_late = len(np.unique(context.log.case[late]))
        p = float(binomial_upper(n_late, len(events), MEMORYLESS_SHARE))
        tested.append(p)
        finding = _finding(context, edge, events, late, median.estimate, limit, p)
        if finding is not None:
            findings.append(finding)
    return Candidates(tuple(findings), tuple(tested))


def _finding(
    context: IdentifyContext,
    edge: int,
    events: NDArray[np.int64],
    late: NDArray[np.int64],
    median_us: float,
    limit_us: float,
    p: float,
) -> Finding | None:
    cases = context.log.case[late].astype(np.int64)
    n_cases, n_late = len(np.unique(context.log.case[events])), len(np.unique(cases))
    ratio = wilson(n_late, n_cases).scaled(1 / MEMORYLESS_SHARE)
    minimum = context.minimum(CODE, MINIMUM)
    hit = Hit(cases, context.excess_us[late] / 60e6)
    few = n_late < context.settings.min_affected
    if few or p > context.settings.fdr or ratio.estimate < minimum:
        return None
    if not context.is_material(hit.claims(context)[1]):
        return None
    names = context.log.activity_names
    nodes = (names[context.edges.source[edge]], names[context.edges.target[edge]])
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
            "median_s": median_us / 1e6,
            "limit_s": limit_us / 1e6,
            "late_median_s": float(np.median(context.gap_us[late])) / 1e6,
        },
        notes=notes,
    )
    return make_finding(context, statement, hit, exposure=n_cases)
