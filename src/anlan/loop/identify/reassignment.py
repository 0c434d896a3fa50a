"""Reassignment and escalation: a step that was somebody's is given to somebody else.

Finds: activities at which a case is taken over: the activity was done before in the case by another
person, or a column that names a group (assignment group, queue, team, owner, 班组 ...) changes from
one event to the next.
Evidence: finished cases with a take-over last longer than finished cases with the activity and none.
Cases are compared only with cases of the same number of events, because a longer case has more
chances to change hands (van Elteren over that number).
Effect: ratio of median case durations (`median_ratio`), at least 1.2; at least 1 % of the cases.
Delay: the case's duration beyond that of the case at the same place among its peers, at most what it
spent beyond the normal of its steps.
Misleads: difficult cases are both handed on and slow; the log cannot tell which came first.
"""

import re

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import CodedColumn
from anlan.domain.finding import Effect, Finding
from anlan.loop.identify.comparison import slower_than_peers
from anlan.loop.identify.context import IdentifyContext
from anlan.loop.identify.evidence import Candidates, Hit, Statement, make_finding

CODE = "reassignment"
CATEGORY = "management"
MINIMUM = 1.2
MIN_RATE = 0.01
_GROUP_NAME = re.compile(r"group|queue|team|owner|assigned|section|班组|小组|处理组|部门|队列", re.IGNORECASE)
_MOST_BINS = 40


def find(context: IdentifyContext) -> Candidates:
    findings: list[Finding] = []
    tested: list[float] = []
    events_of_case = np.minimum(context.features.n_events, _MOST_BINS).astype(np.int32)
    strata = ("number of events", events_of_case, _MOST_BINS + 1)
    for source, changed in _changes(context):
        for activity, events in context.events_by_activity(changed):
            cases = context.log.case[events].astype(np.int64)
            affected = context.mask_of(cases)
            n_with = int(context.cases_with[activity])
            if int(affected.sum()) < max(context.settings.min_cases, MIN_RATE * n_with):
                continue
            holders = context.visits.case[context.visits_at(activity)]
            among = context.mask_of(holders)
            slower = slower_than_peers(context, affected, among=among, strata=strata)
            if slower is None:
                continue
            tested.append(slower.p)
            minimum = context.minimum(CODE, MINIMUM)
            unique = np.flatnonzero(affected)
            hit = Hit(unique, slower.delays_of(unique))
            if slower.p > context.settings.fdr or slower.ratio.estimate < minimum:
                continue
            if not context.is_material(hit.claims(context)[1]):
                continue
            name = context.log.activity_names[activity]
            statement = Statement(
                CODE,
                CATEGORY,
                (name,),
                Effect("median_ratio", slower.ratio, minimum),
                slower.p,
                detail=source,
                parameters={
                    "node": name,
                    "column": source,
                    "changes": len(events),
                    "median_s": slower.median.estimate,
                    "peer_median_s": slower.peer_median.estimate,
                },
            )
            findings.append(make_finding(context, statement, hit, exposure=n_with, exposed=holders))
    return Candidates(tuple(findings), tuple(tested))


def _changes(context: IdentifyContext) -> list[tuple[str, NDArray[np.bool_]]]:
    """(what changed, per event: it changed here)."""
    previous = np.maximum(context.visits.previous, 0)
    resource = context.log.resource
    taken_over = (context.visits.previous >= 0) & (resource >= 0) & (resource[previous] >= 0)
    changes = [("resource", taken_over & (resource != resource[previous]))]
    for name, column in context.log.attributes.items():
        if _GROUP_NAME.search(name) and name not in context.settings.skip_attributes:
            changes.append((name, _changed(context, column)))
    return changes


def _changed(context: IdentifyContext, column: CodedColumn) -> NDArray[np.bool_]:
    before = np.concatenate([column.codes[:1], column.codes[:-1]])
    known = (column.codes >= 0) & (before >= 0)
    return np.asarray(context.has_before & known & (column.codes != before))
