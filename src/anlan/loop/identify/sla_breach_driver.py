"""SLA breach driver: where cases that break their promise come from.

Finds, where a limit is set: (1) the breach rate of all cases, and of each activity that has a limit
of its own (plain counts, no p); (2) activities whose cases break the limit more often than cases with
as many events and without them; (3) activities at which breaching cases have their longest wait more
often than kept cases that pass them; (4) values of the columns that group the cases.
Evidence: (2, 4) Mantel-Haenszel test on cases in strata of the column most associated with the
suspect, so that a step is not blamed for the kind of case that passes it; (3) the same test of breaching
against kept cases, in strata of the number of waits (see `longest_wait`).
Effect: pooled ratio of breach rates (`rate_ratio`), at least 1.5; for the longest wait, which most kept
cases may have there too, pooled ratio of shares, at least 1.2; for plain counts the breach share
(`share`), at least 1 %. A driver holds at least 2 % of all breaches and its interval lies above 1.
Delay: time beyond the limit where one is known; with a mere flag, what the breaching cases lost
against kept ones by rank of duration; at most what a case spent beyond the normal of its steps, and at a
longest wait what that wait had beyond the normal of its step.
A case still open past its limit counts as a breach; what it lost counts up to its last event, since
what happened after it is not recorded. How many those are is a figure of its own (`open_cases`).
Misleads: a step that is only done because a case is late (a reminder, an escalation) drives nothing
although its cases breach more; the log shows the association, not the direction. A column written at
the end (a closing code) tells nothing beforehand; the note `known_after` says so.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.finding import Effect, Finding
from anlan.loop.identify.comparison import choose_strata, slower_than_peers
from anlan.loop.identify.context import IdentifyContext
from anlan.loop.identify.evidence import Candidates, Hit, Statement, make_finding
from anlan.loop.identify.longest_wait import longest_waits
from anlan.loop.identify.outcome_columns import known_after
from anlan.loop.identify.sla import SlaOutcome
from anlan.maths.group_tests import ShareTest, stratified_share_test
from anlan.maths.rates import wilson

CODE = "sla_breach_driver"
CATEGORY = "service_quality"
MINIMUM = 1.5
MIN_BREACH_SHARE = 0.01
MIN_SHARE_OF_BREACHES = 0.02
MOST_EVENTS = 40


def find(context: IdentifyContext) -> Candidates:
    sla = context.sla
    if sla is None:
        return Candidates()
    findings = _limits_of_activities(context, sla)
    tested: list[float] = []
    checked = context.checked_cases
    breached = int(sla.breached.sum())
    if breached < context.settings.min_affected:
        return Candidates(tuple(findings), tuple(tested))
    delays = _delays(context, sla)
    findings.extend(_overall(context, sla, delays))
    for suspect in _suspects(context):
        test = _test(context, sla, checked, suspect)
        if test is None:
            continue
        tested.append(test.p)
        large = test.ratio.estimate >= context.minimum(CODE, MINIMUM) and test.ratio.low > 1
        if test.p <= context.settings.fdr and large:
            finding = _driver(context, sla, suspect, test, delays)
            if finding is not None:
                findings.append(finding)
    longest = longest_waits(context, sla, delays, code=CODE, category=CATEGORY)
    return Candidates((*findings, *longest.findings), (*tested, *longest.tested))


@dataclass(frozen=True, eq=False)
class _Suspect:
    """A set of cases that may breach more than the others. `kind`: `present` (cases with the activity
    `name`) or `group` (cases with `value` in the column `name`)."""

    kind: str
    name: str
    value: str
    cases: NDArray[np.bool_]


def _suspects(context: IdentifyContext) -> list[_Suspect]:
    suspects = []
    for activity, name in enumerate(context.log.activity_names):
        cases = context.visits.case[context.visits_at(activity)]
        if len(cases) >= context.settings.min_cases:
            suspects.append(_Suspect("present", name, "", context.mask_of(cases)))
    for name, (codes, n_codes) in context.strata.items():
        if context.settings.sla is not None and name == context.settings.sla.column:
            continue
        column = context.groups[name]
        for stratum in range(1, n_codes):
            inside = (codes == stratum) & (column.codes >= 0)
            if inside.any():
                value = column.values[int(column.codes[int(np.argmax(inside))])]
                suspects.append(_Suspect("group", name, value, inside))
    return suspects


def _test(
    context: IdentifyContext, sla: SlaOutcome, checked: NDArray[np.int64], suspect: _Suspect
) -> ShareTest | None:
    marked = suspect.cases[checked]
    n_marked = int(marked.sum())
    if min(n_marked, len(checked) - n_marked) < context.settings.min_cases:
        return None
    by_group = suspect.kind == "group"
    flag = "" if context.settings.sla is None else context.settings.sla.column or ""
    chosen = choose_strata(context, checked, marked, (flag, suspect.name) if by_group else (flag,))
    stratum = np.zeros(len(checked), dtype=np.int32) if chosen is None else chosen[1][checked]
    if not by_group:
        events = np.minimum(context.features.n_events, MOST_EVENTS)[checked].astype(np.int32)
        stratum = np.where(stratum < 0, stratum, stratum * np.int32(MOST_EVENTS + 1) + events)
    return stratified_share_test(sla.breached[checked], marked, stratum)


def _driver(
    context: IdentifyContext,
    sla: SlaOutcome,
    suspect: _Suspect,
    test: ShareTest,
    delays: NDArray[np.float64],
) -> Finding | None:
    inside = suspect.cases & sla.checked
    hit = np.flatnonzero(inside & sla.breached)
    others = sla.checked & ~suspect.cases
    if len(hit) < max(context.settings.min_affected, MIN_SHARE_OF_BREACHES * int(sla.breached.sum())):
        return None
    nodes = context.slowest_node(context.mask_of(hit)) if suspect.kind == "group" else (suspect.name,)
    detail = f"{suspect.name}={suspect.value}" if suspect.kind == "group" else suspect.kind
    statement = Statement(
        CODE,
        CATEGORY,
        nodes,
        Effect("rate_ratio", test.ratio, context.minimum(CODE, MINIMUM)),
        test.p,
        detail=detail,
        scope="group" if suspect.kind == "group" else "mechanism",
        parameters={
            "statement": f"{CODE}.{suspect.kind}",
            "node": nodes[0] if nodes else "",
            "kind": suspect.kind,
            "column": suspect.name if suspect.kind == "group" else "",
            "value": suspect.value,
            "other_rate_share": float(sla.breached[others].mean()) if others.any() else 0.0,
        },
        notes=("known_after",) if suspect.kind == "group" and known_after(context, suspect.name) else (),
    )
    exposed = np.flatnonzero(inside)
    return make_finding(context, statement, Hit(hit, delays[hit]), exposure=len(exposed), exposed=exposed)


def _delays(context: IdentifyContext, sla: SlaOutcome) -> NDArray[np.float64]:
    """Minutes lost per case: time beyond the limit, or by rank against the kept cases."""
    if sla.has_overrun:
        return sla.overrun_us / 60e6
    minutes = np.zeros(context.log.n_cases)
    slower = slower_than_peers(context, sla.breached, among=sla.checked)
    if slower is not None:
        minutes[slower.cases] = slower.delay_min
    return minutes


def _overall(context: IdentifyContext, sla: SlaOutcome, delays: NDArray[np.float64]) -> list[Finding]:
    hit, exposure = np.flatnonzero(sla.breached), int(sla.checked.sum())
    if len(hit) < MIN_BREACH_SHARE * exposure:
        return []
    nodes = context.slowest_node(sla.breached)
    late_and_open = bool((sla.breached & ~context.finished).any())
    statement = Statement(
        CODE,
        CATEGORY,
        nodes,
        Effect("share", wilson(len(hit), exposure), MIN_BREACH_SHARE),
        None,
        detail="overall",
        scope="case",
        parameters={"statement": f"{CODE}.overall_open" if late_and_open else f"{CODE}.overall",
                    "node": nodes[0] if nodes else "", "kind": "overall", "column": "", "value": "",
                    "other_rate_share": 0.0},
    )  # fmt: skip
    checked = context.checked_cases
    return [make_finding(context, statement, Hit(hit, delays[hit]), exposure=exposure, exposed=checked)]


def _limits_of_activities(context: IdentifyContext, sla: SlaOutcome) -> list[Finding]:
    findings = []
    for activity, events in context.events_by_activity(sla.event_breached):
        name = context.log.activity_names[activity]
        at = sla.event_checked & (context.log.activity == activity)
        exposed = np.unique(context.log.case[at])
        exposure = len(exposed)
        hit = Hit(context.log.case[events].astype(np.int64), sla.event_overrun_us[events] / 60e6)
        cases, _ = hit.by_case()
        if len(cases) < max(context.settings.min_affected, MIN_BREACH_SHARE * exposure):
            continue
        limit_us = context.settings.sla.activity_limits_us[name] if context.settings.sla else 0
        statement = Statement(
            CODE,
            CATEGORY,
            (name,),
            Effect("share", wilson(len(cases), exposure), MIN_BREACH_SHARE),
            None,
            detail="limit",
            parameters={"statement": f"{CODE}.limit", "node": name, "kind": "limit", "column": "",
                        "value": "", "other_rate_share": 0.0, "limit_s": limit_us / 1e6},
        )  # fmt: skip
        findings.append(make_finding(context, statement, hit, exposure=exposure, exposed=exposed))
    return findings
