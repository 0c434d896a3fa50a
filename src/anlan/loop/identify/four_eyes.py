"""Four-eyes violation: one person did two steps that are normally done by two.

Finds: pairs of activities with a rule that two persons do them, and the cases that break it.
Evidence: the same person did both in far fewer cases than if the second step were drawn from those
who did that step on the same local day. The binomial test asks whether "same person" is rarer than
that chance; day by day, so that shifts and separate departments (chance near 0) make no rule. First
executions of a case count.
Effect: expected over observed cases with one person (`rate_ratio`), at least 3: how strongly the rule
is kept otherwise; and at least one case that breaks it.
Delay: 0; what such a case costs is not lost time.
Misleads: people who avoid a step for other reasons (a trainee who may not approve) make the same
pattern; deputies who share an account hide violations.
"""

import numpy as np
from numpy.typing import NDArray

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
    least = max(context.settings.min_cases, 1)
    pairs = np.argwhere((both >= least) & (same <= MOST_VIOLATIONS * both))
    findings: list[Finding] = []
    tested: list[float] = []
    day = day_number(local_us(context.log.end_us[context.visits.first_event], context.log.zone))
    for a, b in pairs:
        meeting = _meetings(context, int(a), int(b), day)
        if meeting is None:
            continue
        n, expected, violations, first_is_a = meeting
        if expected < LEAST_EXPECTED:
            continue
        p = float(binomial_lower(len(violations), n, min(1.0, expected / n)))
        tested.append(p)
        ratio = ratio_of_shares(expected, n, len(violations), n)
        minimum = context.minimum(CODE, MINIMUM)
        if p > context.settings.fdr or ratio.estimate < minimum or not len(violations):
            continue
        names = context.log.activity_names
        nodes = (names[a], names[b]) if first_is_a else (names[b], names[a])
        statement = Statement(
            CODE,
            CATEGORY,
            nodes,
            Effect("rate_ratio", ratio, minimum),
            p,
            parameters={"first": nodes[0], "second": nodes[1], "expected_cases": expected},
        )
        findings.append(make_finding(context, statement, Hit(violations), exposure=n))
    return Candidates(tuple(findings), tuple(tested))


def _meetings(
    context: IdentifyContext, a: int, b: int, day: NDArray[np.int64]
) -> tuple[int, float, NDArray[np.int64], bool] | None:
    """(cases compared, expected with one person, cases with one person, a usually comes first).

    The later step of the pair is drawn from its executions on the same day, its own left out; cases
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
    return int(usable.sum()), float(chance.sum()), np.sort(cases), first_a
