"""Ping-pong: work goes from A to B and straight back to A without getting on.

Finds: activities at which a case returns to the person who had just handed it over (A, B, A in
consecutive events) although the step was already done before in the case.
Evidence: cases that return, against the number expected if the person were drawn from those who do
the step (in proportion to how often, B excluded); one-sided Poisson test on cases. With few people a
return is likely by chance and then nothing is found.
Effect: returning cases over expected ones (`rate_ratio`), at least 1.5; at least 1 % of the cases
with the activity.
Delay: what lies beyond the normal of the steps between A's first event and A's second, summed over
the returns of a case.
Misleads: a rule that the first handler always finishes the case (case manager) also brings work
back; where steps move forward it is not counted, where they repeat it is.
"""

import numpy as np
from numpy.typing import NDArray

from anlan.domain.finding import Effect, Finding
from anlan.loop.identify.context import IdentifyContext
from anlan.loop.identify.evidence import Candidates, Hit, Statement, make_finding
from anlan.maths.rates import observed_over_expected, poisson_upper

CODE = "ping_pong"
CATEGORY = "management"
MINIMUM = 1.5
MIN_RATE = 0.01


def find(context: IdentifyContext) -> Candidates:
    chances = _second_handovers(context)
    resource = context.log.resource.astype(np.int64)
    findings: list[Finding] = []
    tested: list[float] = []
    for activity, events in context.events_by_activity(chances):
        case = context.log.case[events].astype(np.int64)
        if len(np.unique(case)) < context.settings.min_cases:
            continue
        back = resource[events] == resource[events - 2]
        chance = _chance_to_meet(
            context, np.full(len(events), activity), resource[events - 2], resource[events - 1]
        )
        expected = _expected_cases(case, chance)
        returned = events[back]
        n_cases = len(np.unique(case[back]))
        p = poisson_upper(n_cases, expected)
        tested.append(p)
        fewest = max(context.settings.min_affected, MIN_RATE * context.cases_with[activity])
        if p > context.settings.fdr or n_cases < fewest:
            continue
        finding = _finding(context, activity, returned, n_cases, expected, case, p)
        if finding is not None:
            findings.append(finding)
    return Candidates(tuple(findings), tuple(tested))


def _second_handovers(context: IdentifyContext) -> NDArray[np.bool_]:
    """Events with two hand-overs just before them, at an activity the case had done already."""
    resource = context.log.resource
    n = len(resource)
    mask = np.zeros(n, dtype=np.bool_)
    if n < 3:
        return mask
    one_case = context.log.case[2:] == context.log.case[:-2]
    known = (resource[2:] >= 0) & (resource[1:-1] >= 0) & (resource[:-2] >= 0)
    handed = (resource[2:] != resource[1:-1]) & (resource[1:-1] != resource[:-2])
    mask[2:] = one_case & known & handed & (context.visits.previous[2:] >= 0)
    return mask


def _expected_cases(case: NDArray[np.int64], chance: NDArray[np.float64]) -> float:
    """Expected number of cases with at least one return, chances within a case independent."""
    _, inverse = np.unique(case, return_inverse=True)
    stay_away = np.bincount(inverse, weights=np.log1p(-np.minimum(chance, 1 - 1e-12)))
    return float(np.sum(-np.expm1(stay_away)))


def _chance_to_meet(
    context: IdentifyContext,
    activity: NDArray[np.int64],
    wanted: NDArray[np.int64],
    excluded: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Chance that a step falls to the resource `wanted` when it is drawn from those who do the
    activity, in proportion to how often, but is not `excluded`."""
    pairs = context.people_of_activities
    total = pairs.totals()[activity]
    left = total - pairs.of(activity, excluded)
    return np.where(left > 0, pairs.of(activity, wanted) / np.maximum(left, 1), 1.0)


def _finding(
    context: IdentifyContext,
    activity: int,
    returned: NDArray[np.int64],
    n_cases: int,
    expected: float,
    exposed: NDArray[np.int64],
    p: float,
) -> Finding | None:
    minimum = context.minimum(CODE, MINIMUM)
    ratio = observed_over_expected(n_cases, expected)
    if ratio.estimate < minimum:
        return None
    name = context.log.activity_names[activity]
    so_far = context.excess_so_far_us
    delay_min = (so_far[returned] - so_far[returned - 2]) / 60e6
    statement = Statement(
        CODE,
        CATEGORY,
        (name,),
        Effect("rate_ratio", ratio, minimum),
        p,
        parameters={"node": name, "returns": len(returned), "expected_cases": expected},
    )
    cases = context.log.case[returned].astype(np.int64)
    hit, exposure = Hit(cases, delay_min), len(np.unique(exposed))
    return make_finding(context, statement, hit, exposure=exposure, exposed=exposed)
