"""Four-eyes violation: one person did two steps that are normally done by two.

Finds: pairs of activities with a rule that two persons do them, and the cases that break it.
Evidence: the same person did both in far fewer cases than if the second step were drawn from those
who did that step on the same local day. The binomial test asks whether "same person" is rarer than
that chance; day by day, so that shifts and separate departments (chance near 0) make no rule. First
executions of a case count. Pairs whose chance over the whole period is not at least double the
observed share are tested against that chance without the days.
Effect: expected over observed cases with one person (`rate_ratio`), at least 3: how strongly the rule
is kept otherwise; broken by at least one case and at most 10 % of them.
Delay: 0; what such a case costs is not lost time.
Misleads: people who avoid a step for other reasons (a trainee who may not approve) make the same
pattern; deputies who share an account hide violations.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from anlan.domain.finding import Effect, Finding
from anlan.loop.identify.context import IdentifyContext
from anlan.loop.identify.evidence import Candidates, Hit, Statement, make_finding
from anlan.loop.identify.people import count_pairs
from anlan.maths.local_time import day_number, local_us
from anlan.maths.rates import binomial_lower, ratio_of_shares
from anlan.maths.sequences.case_features import same_person_counts

CODE = "four_eyes"
CATEGORY = "compliance"
MINIMUM = 3.0
MOST_VIOLATIONS = 0.1
LEAST_EXPECTED = 5.0


def find(context: IdentifyContext) -> Candidates:
    counts = same_person_counts(context.log, context.visits)
    if counts is None or not len(context.log.resource_names):
        return Candidates()
    both, same = counts
    expected = _expected_overall(context) * both
    worth = (both >= context.settings.min_cases) & (expected >= LEAST_EXPECTED)
    rare = worth & (same < 0.5 * expected)
    plain = worth & ~rare
    tested = binomial_lower(same[plain], both[plain], (expected / np.maximum(both, 1))[plain]).tolist()
    findings: list[Finding] = []
    day = day_number(local_us(context.log.end_us[context.visits.first_event], context.log.zone))
    for a, b in np.argwhere(rare):
        meeting = _meetings(context, int(a), int(b), day)
        if meeting is None or meeting.expected < LEAST_EXPECTED:
            continue
        broken = len(meeting.violations)
        p = float(binomial_lower(broken, meeting.n_cases, min(1.0, meeting.expected / meeting.n_cases)))
        tested.append(p)
        if p <= context.settings.fdr and 0 < broken <= MOST_VIOLATIONS * meeting.n_cases:
            finding = _finding(context, int(a), int(b), meeting, p)
            if finding is not None:
                findings.append(finding)
    return Candidates(tuple(findings), tuple(tested))


def _expected_overall(context: IdentifyContext) -> NDArray[np.float64]:
    """Per pair of activities the chance that one person does both, if drawn over the whole period."""
    log, visits = context.log, context.visits
    resource = log.resource[visits.first_event]
    known = resource >= 0
    key = visits.activity[known] * len(log.resource_names) + resource[known]
    used, counts = np.unique(key, return_counts=True)
    shape = (context.n_activities, len(log.resource_names))
    shares = csr_array((counts.astype(np.float64), np.divmod(used, shape[1])), shape=shape)
    total = np.maximum(np.asarray(shares.sum(axis=1)).ravel(), 1.0)
    return np.asarray((shares @ shares.T).toarray() / np.outer(total, total))


@dataclass(frozen=True, eq=False)
class _Meeting:
    """Cases compared, how many would have one person for both steps by chance, those that have, and
    whether the first of the two activities usually comes first."""

    cases: NDArray[np.int64]
    expected: float
    violations: NDArray[np.int64]
    first_is_a: bool

    @property
    def n_cases(self) -> int:
        return len(self.cases)


def _finding(context: IdentifyContext, a: int, b: int, meeting: _Meeting, p: float) -> Finding | None:
    n = meeting.n_cases
    ratio = ratio_of_shares(meeting.expected, n, len(meeting.violations), n)
    minimum = context.minimum(CODE, MINIMUM)
    if ratio.estimate < minimum:
        return None
    names = context.log.activity_names
    nodes = (names[a], names[b]) if meeting.first_is_a else (names[b], names[a])
    statement = Statement(
        CODE,
        CATEGORY,
        nodes,
        Effect("rate_ratio", ratio, minimum),
        p,
        parameters={"first": nodes[0], "second": nodes[1], "expected_cases": meeting.expected},
    )
    return make_finding(context, statement, Hit(meeting.violations), exposure=n, exposed=meeting.cases)


def _meetings(context: IdentifyContext, a: int, b: int, day: NDArray[np.int64]) -> _Meeting | None:
    """The later step of the pair is drawn from its executions on the same day, its own left out; cases
    alone on their day are not compared.
    """
    visits_a, visits_b = context.visits_at(a), context.visits_at(b)
    of_case = np.full(context.log.n_cases, -1, dtype=np.int64)
    of_case[context.visits.case[visits_a]] = visits_a
    visits_b_known = visits_b[of_case[context.visits.case[visits_b]] >= 0]
    paired_a = of_case[context.visits.case[visits_b_known]]
    first_a = bool(np.mean(paired_a < visits_b_known) >= 0.5)
    earlier, later = (paired_a, visits_b_known) if first_a else (visits_b_known, paired_a)
    pool = visits_b if first_a else visits_a
    resource = context.log.resource[context.visits.first_event].astype(np.int64)
    known = (resource[earlier] >= 0) & (resource[later] >= 0)
    earlier, later = earlier[known], later[known]
    if not len(earlier):
        return None
    days, day_code = np.unique(day[pool], return_inverse=True)
    n_people = len(context.log.resource_names)
    pairs = count_pairs(day_code, resource[pool], len(days), n_people)
    per_day = np.bincount(day_code[resource[pool] >= 0], minlength=len(days))
    code = np.searchsorted(days, day[later])
    same = resource[earlier] == resource[later]
    left = per_day[code] - 1
    usable = left > 0
    chance = (pairs.of(code, resource[earlier]) - same)[usable] / left[usable]
    cases = context.visits.case[later[usable & same]]
    compared = context.visits.case[later[usable]]
    return _Meeting(compared, float(chance.sum()), np.sort(cases), first_a)
