"""At which step do late cases have their longest wait more often than kept ones?

Nearly every process has one step that holds the longest wait of most of its cases, late or not; that
drives nothing. So late cases that pass the step are compared with kept cases that pass it, in strata
of the number of waits: in a case of few waits each of them is the longest more often. Cases whose
waits are all equal, or that have a single one, say nothing.

The test is that of Mantel and Haenszel (1959), the ratio that of Greenland and Robins (1985). If the
promise is broken at random, both groups have their longest wait at the step alike.

A late case lost at the step what its longest wait there lies beyond the normal of the step, and no more
than its overrun: the rest was lost elsewhere.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.finding import Effect, Finding
from anlan.loop.identify.context import IdentifyContext
from anlan.loop.identify.evidence import Candidates, Hit, Statement, make_finding
from anlan.loop.identify.sla import SlaOutcome
from anlan.maths.group_tests import ShareTest, stratified_share_test

MINIMUM = 1.2
MIN_SHARE_OF_LATE = 0.05
MOST_WAITS = 40


def longest_waits(
    context: IdentifyContext, sla: SlaOutcome, delays: NDArray[np.float64], *, code: str, category: str
) -> Candidates:
    """Activities that hold the longest wait of late cases more often than of kept ones.

    `delays`: minutes lost per case of the log.
    """
    longest_at, n_waits, beyond_min = _longest(context, sla.checked)
    lost = np.minimum(delays, beyond_min)
    stratum = np.minimum(n_waits, MOST_WAITS).astype(np.int32)
    n_late = int(np.count_nonzero(sla.breached & (longest_at >= 0)))
    findings: list[Finding] = []
    tested: list[float] = []
    for activity in range(context.n_activities):
        cases = _waiting_at(context, activity)
        cases = cases[longest_at[cases] >= 0]
        late, here = sla.breached[cases], longest_at[cases] == activity
        if min(int(late.sum()), int((~late).sum())) < context.settings.min_cases:
            continue
        test = stratified_share_test(here, late, stratum[cases])
        if test is None:
            continue
        tested.append(test.p)
        suspect = _Suspect(activity, cases, here, late)
        fewest = max(context.settings.min_affected, MIN_SHARE_OF_LATE * n_late)
        large = test.ratio.estimate >= context.minimum(code, MINIMUM) and test.ratio.low > 1
        if test.p <= context.settings.fdr and large and len(suspect.hit) >= fewest:
            findings.append(_finding(context, suspect, test, lost, code, category))
    return Candidates(tuple(findings), tuple(tested))


@dataclass(frozen=True, eq=False)
class _Suspect:
    """Cases that waited before the activity; per case whether its longest wait was there, and whether
    it is late."""

    activity: int
    cases: NDArray[np.int64]
    here: NDArray[np.bool_]
    late: NDArray[np.bool_]

    @property
    def hit(self) -> NDArray[np.int64]:
        return self.cases[self.here & self.late]


def _finding(
    context: IdentifyContext,
    suspect: _Suspect,
    test: ShareTest,
    lost: NDArray[np.float64],
    code: str,
    category: str,
) -> Finding:
    name = context.log.activity_names[suspect.activity]
    statement = Statement(
        code,
        category,
        (name,),
        Effect("rate_ratio", test.ratio, context.minimum(code, MINIMUM)),
        test.p,
        detail="longest_wait",
        parameters={
            "statement": f"{code}.longest_wait",
            "node": name,
            "kind": "longest_wait",
            "value": "",
            "other_rate_share": float(suspect.here[~suspect.late].mean()),
        },
    )
    hit, late = suspect.hit, suspect.cases[suspect.late]
    return make_finding(context, statement, Hit(hit, lost[hit]), exposure=len(late), exposed=late)


def _waiting_at(context: IdentifyContext, activity: int) -> NDArray[np.int64]:
    """Cases with a wait before the activity, each once."""
    visits = context.visits_at(activity)
    waited = context.visit_has_wait[visits]
    return np.asarray(context.visits.case[visits[waited]])


def _longest(
    context: IdentifyContext, checked: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Per case of the log: the activity of its one longest wait, -1 where it has none or is not
    checked; its number of waits; and minutes of that wait beyond the normal of the step."""
    n_waits = np.maximum(context.features.n_events - 1, 0)
    events = np.flatnonzero(context.has_before & (checked & (n_waits >= 2))[context.log.case])
    case = context.log.case[events].astype(np.int64)
    waits = context.wait_us[events]
    longest = np.zeros(context.log.n_cases, dtype=np.int64)
    np.maximum.at(longest, case, waits)
    top = waits == longest[case]
    single = np.bincount(case[top], minlength=context.log.n_cases) == 1
    chosen = events[top & single[case]]
    at = np.full(context.log.n_cases, -1, dtype=np.int64)
    at[context.log.case[chosen]] = context.log.activity[chosen]
    beyond_min = np.zeros(context.log.n_cases)
    beyond_min[context.log.case[chosen]] = context.excess_us[chosen] / 60e6
    return at, n_waits, beyond_min
