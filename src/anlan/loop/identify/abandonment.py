"""Abandonment: a case stopped at a step and nothing more came.

Finds: activities after which cases stand still: the last event is not a usual end (see
`IdentifyContext.closing`) and, at the moment of judgement, the case has been idle for longer than 99 %
of the gaps after that activity that did continue (at least 100 of them, else 99 % of all gaps).
Evidence: cases standing still against cases that passed the activity. Of these at most 1 % would
still be on their way so long; the test is binomial against 1 %.
Effect: share of standing cases (`share`), at least 2 %.
Delay: 0. Where the record stops, so does the claim: nobody knows how long the case really went on.
The idle time is told as evidence (`idle_median_s`).
Misleads: cases cut off by the end of the log are still running, which is why only long idle ones
count; where the log has no usual end nothing can be said and nothing is found. Cases that end
elsewhere (in another system) look abandoned; a step at which a fifth of its cases and 3 % of all
cases, or nine tenths of its cases, are given up looks like a usual end unless the settings name the
closing activities.
"""

import numpy as np
from numpy.typing import NDArray

from anlan.domain.finding import Effect, Finding
from anlan.loop.identify.context import IdentifyContext
from anlan.loop.identify.evidence import Candidates, Hit, Statement, make_finding
from anlan.maths.rates import binomial_upper, wilson

CODE = "abandonment"
CATEGORY = "customer"
MINIMUM = 0.02
IDLE_QUANTILE = 0.99
ENOUGH_GAPS = 100


def find(context: IdentifyContext) -> Candidates:
    standing = context.present & ~context.finished
    if not context.closing.any() or not standing.any() or not context.has_before.any():
        return Candidates()
    findings: list[Finding] = []
    tested: list[float] = []
    last = context.features.last_activity
    overall_limit = float(np.quantile(context.gap_us[context.has_before], IDLE_QUANTILE))
    gaps_after = _GapsBySource(context)
    for activity in np.unique(last[standing]):
        gaps = gaps_after.activity(int(activity))
        enough = len(gaps) >= ENOUGH_GAPS
        limit = float(np.quantile(gaps, IDLE_QUANTILE)) if enough else overall_limit
        limit = max(limit, overall_limit)
        stuck = np.flatnonzero(standing & (last == activity) & (context.idle_us > limit))
        n_passed = int(context.cases_with[activity])
        if n_passed < context.settings.min_cases:
            continue
        p = float(binomial_upper(len(stuck), n_passed, 1 - IDLE_QUANTILE))
        tested.append(p)
        finding = _finding(context, int(activity), stuck, limit, p)
        if finding is not None:
            findings.append(finding)
    return Candidates(tuple(findings), tuple(tested))


class _GapsBySource:
    """Gaps that follow an activity, grouped once."""

    def __init__(self, context: IdentifyContext) -> None:
        events = np.flatnonzero(context.has_before)
        source = context.log.activity[events - 1]
        order = np.argsort(source, kind="stable")
        self.gaps = context.gap_us[events[order]]
        self.offsets = np.searchsorted(source[order], np.arange(context.n_activities + 1))

    def activity(self, activity: int) -> NDArray[np.int64]:
        members: NDArray[np.int64] = self.gaps[self.offsets[activity] : self.offsets[activity + 1]]
        return members


def _finding(
    context: IdentifyContext,
    activity: int,
    stuck: NDArray[np.int64],
    limit_us: float,
    p: float,
) -> Finding | None:
    n_passed = int(context.cases_with[activity])
    share = wilson(len(stuck), n_passed)
    minimum = context.minimum(CODE, MINIMUM)
    if p > context.settings.fdr or share.estimate < minimum or len(stuck) < context.settings.min_affected:
        return None
    name = context.log.activity_names[activity]
    statement = Statement(
        CODE,
        CATEGORY,
        (name,),
        Effect("share", share, minimum),
        p,
        parameters={
            "node": name,
            "limit_s": limit_us / 1e6,
            "idle_median_s": float(np.median(context.idle_us[stuck])) / 1e6,
        },
    )
    passed = context.visits.case[context.visits_at(activity)]
    return make_finding(context, statement, Hit(stuck), exposure=n_passed, exposed=passed)
