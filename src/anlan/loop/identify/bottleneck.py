"""Bottleneck: a step before which cases wait much longer than before their other steps.

Finds: activities whose wait (completion before it to its start; without start times to its
completion) exceeds the mean wait before the other steps of the same case.
Evidence: cases, each with one comparison of its own two means; a sign test that the node's is the
larger in more than half of them. A case that is slow everywhere says nothing against a node, so a
rare and slow type of case does not make a bottleneck.
Effect: median wait at the node over the median of the means elsewhere (`median_ratio`), at least 2.
Affected: cases that waited there more than the minimum times that typical wait elsewhere and beyond
the normal of the step itself (see `normal`).
Delay: the part of the case's waits at the node that is beyond the normal of the step.
Misleads: other steps are other work, so a step that takes long by nature is a bottleneck by its
numbers; only its own late part is claimed. A fixed waiting period before closing claims nothing and is
not found; a looser one has the note `closing_step`. Without start times long work looks like a long
wait (note `includes_work`).
Sources: sign test, Dixon and Mood (1946), J. Am. Stat. Assoc. 41:557; medians from order statistics and
their ratio (Zou and Donner 2008) as in `group_tests`.
"""

import numpy as np
from numpy.typing import NDArray

from anlan.domain.finding import Effect, Finding
from anlan.loop.identify.comparison import ONE_SECOND_US
from anlan.loop.identify.context import IdentifyContext
from anlan.loop.identify.evidence import Candidates, Hit, Statement, make_finding
from anlan.maths.group_tests import median_interval, ratio_of_medians
from anlan.maths.rates import binomial_upper

CODE = "bottleneck"
CATEGORY = "process"
MINIMUM = 2.0
MIN_SHARE_OF_TIME = 0.02


def find(context: IdentifyContext) -> Candidates:
    own, elsewhere = _waits(context)
    findings: list[Finding] = []
    tested: list[float] = []
    for activity in range(context.n_activities):
        visits = context.visits_at(activity)
        visits = visits[elsewhere[visits] >= 0]
        if len(visits) < context.settings.min_cases:
            continue
        longer = int(np.count_nonzero(own[visits] > elsewhere[visits]))
        p = float(binomial_upper(longer, len(visits), 0.5))
        tested.append(p)
        if p <= context.settings.fdr:
            finding = _finding(context, activity, visits, own, elsewhere, p)
            if finding is not None:
                findings.append(finding)
    return Candidates(tuple(findings), tuple(tested))


def _waits(context: IdentifyContext) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Per visit: mean wait of its executions, and of the case's other executions (-1: it has none)."""
    visits = context.visits
    waited = np.bincount(visits.visit[context.has_before], minlength=len(visits))
    total = np.bincount(visits.case, weights=context.visit_wait_us, minlength=context.log.n_cases)
    n_case = np.bincount(visits.case, weights=waited, minlength=context.log.n_cases)
    others = n_case[visits.case] - waited
    usable = (waited > 0) & (others > 0)
    own = context.visit_wait_us / np.maximum(waited, 1)
    elsewhere = (total[visits.case] - context.visit_wait_us) / np.maximum(others, 1)
    return own, np.where(usable, np.maximum(elsewhere, 0.0), -1.0)


def _finding(
    context: IdentifyContext,
    activity: int,
    visits: NDArray[np.int64],
    own: NDArray[np.float64],
    elsewhere: NDArray[np.float64],
    p: float,
) -> Finding | None:
    here = median_interval(np.sort(own[visits]))
    there = median_interval(np.sort(elsewhere[visits]))
    ratio = ratio_of_medians(here, there, floor=ONE_SECOND_US)
    minimum = context.minimum(CODE, MINIMUM)
    typical = there.estimate
    beyond_us = context.visit_excess_us[visits]
    slow = (own[visits] > minimum * max(typical, ONE_SECOND_US)) & (beyond_us > 0)
    hit = Hit(context.visits.case[visits[slow]], beyond_us[slow] / 60e6)
    share_of_time = float(context.visit_wait_us[visits].sum()) / max(context.total_time_us, 1.0)
    few = np.count_nonzero(slow) < context.settings.min_affected
    if few or ratio.estimate < minimum or share_of_time < MIN_SHARE_OF_TIME:
        return None
    if not context.is_material(hit.claims(context)[1]):
        return None
    notes = [] if context.log.has_start else ["includes_work"]
    if context.closing[activity]:
        notes.append("closing_step")
    statement = Statement(
        CODE,
        CATEGORY,
        (context.log.activity_names[activity],),
        Effect("median_ratio", ratio, minimum),
        p,
        parameters={
            "node": context.log.activity_names[activity],
            "median_s": here.estimate / 1e6,
            "elsewhere_s": typical / 1e6,
            "time_share": share_of_time,
        },
        notes=notes,
    )
    exposed = context.visits.case[visits]
    return make_finding(context, statement, hit, exposure=len(visits), exposed=exposed)
