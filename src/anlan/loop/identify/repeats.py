"""What rework loops and self-loops share: cases that repeat a step against cases that do it once."""

import numpy as np
from numpy.typing import NDArray

from anlan.domain.finding import Effect, Finding
from anlan.loop.identify.comparison import slower_than_peers
from anlan.loop.identify.context import IdentifyContext
from anlan.loop.identify.evidence import Candidates, Hit, Statement, make_finding

MIN_RATE = 0.01


def repeats_that_cost_time(
    context: IdentifyContext,
    repeated: NDArray[np.bool_],
    *,
    code: str,
    category: str,
    minimum: float,
    notes: tuple[str, ...] = (),
) -> Candidates:
    """Activities whose repetition goes with longer cases.

    `repeated`: per event, it is a repetition of the kind looked for. Compared: finished cases with a
    repetition of the activity against finished cases that contain it without one, in strata.
    Delay of a case: what lies beyond the normal of its steps on the way from the execution before to
    each repetition.
    """
    findings: list[Finding] = []
    tested: list[float] = []
    for activity, events in context.events_by_activity(repeated):
        cases = context.log.case[events].astype(np.int64)
        affected = context.mask_of(cases)
        n_affected, n_with = int(affected.sum()), int(context.cases_with[activity])
        if n_affected < max(context.settings.min_cases, MIN_RATE * n_with):
            continue
        holders = context.visits.case[context.visits_at(activity)]
        among = context.mask_of(holders)
        slower = slower_than_peers(context, affected, among=among)
        if slower is None:
            continue
        tested.append(slower.p)
        so_far = context.excess_so_far_us
        hit = Hit(cases, (so_far[events] - so_far[context.visits.previous[events]]) / 60e6)
        floor = context.minimum(code, minimum)
        if slower.p > context.settings.fdr or slower.ratio.estimate < floor:
            continue
        if not context.is_material(hit.claims(context)[1]):
            continue
        name = context.log.activity_names[activity]
        statement = Statement(
            code,
            category,
            (name,),
            Effect("median_ratio", slower.ratio, floor),
            slower.p,
            parameters={
                "node": name,
                "repeats": len(events),
                "median_s": slower.median.estimate,
                "peer_median_s": slower.peer_median.estimate,
                "stratified_by": slower.stratified_by,
            },
            notes=notes,
        )
        findings.append(make_finding(context, statement, hit, exposure=n_with, exposed=holders))
    return Candidates(tuple(findings), tuple(tested))
