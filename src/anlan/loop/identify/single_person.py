"""Single-person dependence: one person does nearly all of a step.

Finds: activities of which one resource does at least 80 % of the cases with a known resource, in a
log with at least three resources.
Evidence: cases in which that resource did the step; binomial test that it is more than half. The
largest share of the other activities is told as comparison.
Effect: share of the resource (`share`), at least 0.8.
Affected: cases in which that resource did the step.
Delay: where the case's wait at the step spans a weekday on which that resource did nothing at all in
the log, the part of that wait beyond the normal of the step; otherwise 0.
Misleads: a system account does one step by design and needs no deputy; accounts at work in at least
20 hours of the day on all weekdays are noted as `looks_automatic`. In small logs a share of 80 % is
easily reached; at least the minimum of cases is needed.
"""

import numpy as np
from numpy.typing import NDArray

from anlan.domain.finding import Effect, Finding
from anlan.loop.identify.context import IdentifyContext
from anlan.loop.identify.evidence import Candidates, Hit, Statement, make_finding
from anlan.maths.local_time import day_number, hour_of_day, local_us, weekday
from anlan.maths.rates import binomial_upper, wilson

CODE = "single_person"
CATEGORY = "people"
MINIMUM = 0.8
_FEWEST_RESOURCES = 3


def find(context: IdentifyContext) -> Candidates:
    if len(np.unique(context.log.resource[context.log.resource >= 0])) < _FEWEST_RESOURCES:
        return Candidates()
    shares = [_largest_share(context, activity) for activity in range(context.n_activities)]
    findings: list[Finding] = []
    tested: list[float] = []
    minimum = context.minimum(CODE, MINIMUM)
    for activity, (resource, count, known) in enumerate(shares):
        if known < context.settings.min_cases:
            continue
        p = float(binomial_upper(count, known, 0.5))
        tested.append(p)
        if p > context.settings.fdr or count < minimum * known:
            continue
        others = [c / n for k, (_, c, n) in enumerate(shares) if k != activity and n]
        usual = float(np.median(others)) if others else 0.0
        findings.append(_finding(context, activity, resource, known, usual, p))
    return Candidates(tuple(findings), tuple(tested))


def _largest_share(context: IdentifyContext, activity: int) -> tuple[int, int, int]:
    """(resource with most cases at the activity, its cases, cases with a known resource), by the
    first execution of each case."""
    resource = context.log.resource[context.visits.first_event[context.visits_at(activity)]]
    known = resource[resource >= 0]
    if not len(known):
        return -1, 0, 0
    counts = np.bincount(known)
    top = int(np.argmax(counts))
    return top, int(counts[top]), len(known)


def _finding(
    context: IdentifyContext, activity: int, resource: int, known: int, usual: float, p: float
) -> Finding:
    visits = context.visits_at(activity)
    events = context.visits.first_event[visits]
    mine = context.log.resource[events] == resource
    days = _days_at_work(context, resource)
    waits = context.wait_us[events]
    absent = _spans_absence(context, events[mine], waits[mine], days)
    excess = np.minimum(context.excess_us[events[mine]], waits[mine])
    name, person = context.log.activity_names[activity], context.log.resource_names[resource]
    statement = Statement(
        CODE,
        CATEGORY,
        (name,),
        Effect("share", wilson(int(mine.sum()), known), context.minimum(CODE, MINIMUM)),
        p,
        detail=person,
        parameters={"node": name, "resource": person, "usual_share": usual,
                    "absence_cases": int(absent.sum())},
        notes=("looks_automatic",) if _looks_automatic(context, resource) else (),
    )  # fmt: skip
    hit = Hit(context.visits.case[visits][mine], np.where(absent, excess, 0.0) / 60e6)
    done_by_someone = context.visits.case[visits][context.log.resource[events] >= 0]
    return make_finding(context, statement, hit, exposure=known, exposed=done_by_someone)


def _days_at_work(context: IdentifyContext, resource: int) -> NDArray[np.int64]:
    """Local days on which the resource completed anything, ascending."""
    moments = context.log.end_us[context.log.resource == resource]
    return np.unique(day_number(local_us(moments, context.log.zone)))


def _spans_absence(
    context: IdentifyContext, events: NDArray[np.int64], waits: NDArray[np.int64], days: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Waits with a whole weekday inside on which none of `days` falls."""
    ends = day_number(local_us(context.log.end_us[events], context.log.zone))
    starts = day_number(local_us(context.log.end_us[events] - waits, context.log.zone))
    weekdays_inside = _weekdays_before(ends) - _weekdays_before(starts + 1)
    working = days[(days + 3) % 7 < 5]
    worked = np.searchsorted(working, ends) - np.searchsorted(working, starts + 1)
    return np.asarray(weekdays_inside > np.maximum(worked, 0))


def _weekdays_before(day: NDArray[np.int64]) -> NDArray[np.int64]:
    """Mondays to Fridays from Monday 1969-12-29 up to but without the day."""
    shifted = day + 3
    return np.asarray(shifted // 7 * 5 + np.minimum(shifted % 7, 5))


def _looks_automatic(context: IdentifyContext, resource: int) -> bool:
    local = local_us(context.log.end_us[context.log.resource == resource], context.log.zone)
    return len(np.unique(hour_of_day(local))) >= 20 and len(np.unique(weekday(local))) == 7
