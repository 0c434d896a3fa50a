"""Skipped step: a finished case lacks a step that nearly every case has.

Finds: activities of the reference path, or, without one, activities that most finished cases contain.
Evidence: finished cases without the step. Without a reference path the step must be a rule: the
binomial test asks whether the share of cases without it is clearly under 20 % (one test for each
activity that enough cases lack to be reported and more than half contain). With a reference path the
path itself is the rule and the finding is a plain count (no p).
Effect: share of finished cases that skip it (`share`), at least 0.5 %.
Delay: where skipping cases are also slower than their peers, what they lost against them by rank, at
most what they spent beyond the normal of their steps; otherwise 0: a skipped step often saves time
and costs elsewhere.
Misleads: a step that a certain kind of case never needs, or that was introduced during the period,
looks skipped; the notes `concentrated_in_group` and `concentrated_in_time` say so.
"""

import numpy as np

from anlan.domain.errors import UsageError
from anlan.domain.finding import Effect, Finding
from anlan.loop.identify.comparison import slower_than_peers
from anlan.loop.identify.context import IdentifyContext
from anlan.loop.identify.evidence import Candidates, Hit, Statement, make_finding
from anlan.maths.rates import binomial_lower, wilson

CODE = "skipped_step"
CATEGORY = "compliance"
MINIMUM = 0.005
OPTIONAL_SHARE = 0.2


def find(context: IdentifyContext) -> Candidates:
    finished = context.finished
    n_finished = int(finished.sum())
    if n_finished < context.settings.min_cases:
        return Candidates()
    findings: list[Finding] = []
    tested: list[float] = []
    by_rule = context.settings.reference_path is not None
    for activity in _steps_expected(context):
        holders = context.visits.case[context.visits_at(activity)]
        skipping = finished & ~context.mask_of(holders)
        n_skipping = int(skipping.sum())
        if n_skipping < max(context.settings.min_affected, context.minimum(CODE, MINIMUM) * n_finished):
            continue
        p = None
        if not by_rule:
            if 2 * n_skipping >= n_finished:
                continue
            p = float(binomial_lower(n_skipping, n_finished, OPTIONAL_SHARE))
            tested.append(p)
        if p is not None and p > context.settings.fdr:
            continue
        findings.append(_finding(context, activity, skipping, n_finished, p))
    return Candidates(tuple(findings), tuple(tested))


def _steps_expected(context: IdentifyContext) -> list[int]:
    path = context.settings.reference_path
    if path is None:
        return list(range(context.n_activities))
    return [code for code in reference_codes(context) if code >= 0]


def reference_codes(context: IdentifyContext) -> list[int]:
    """Activity codes of the reference path; a name that is not in the log is refused."""
    path = context.settings.reference_path or ()
    code_of = {name: code for code, name in enumerate(context.log.activity_names)}
    unknown = [name for name in path if name not in code_of]
    if unknown:
        raise UsageError("identify.reference_path", names=unknown, accepted=sorted(code_of))
    return [code_of[name] for name in path]


def _finding(
    context: IdentifyContext, activity: int, skipping: np.ndarray, n_finished: int, p: float | None
) -> Finding:
    cases = np.flatnonzero(skipping)
    slower = slower_than_peers(context, skipping)
    costly = slower is not None and slower.p <= context.settings.fdr
    delay_min = slower.delays_of(cases) if slower is not None and costly else np.zeros(len(cases))
    name = context.log.activity_names[activity]
    statement = Statement(
        CODE,
        CATEGORY,
        (name,),
        Effect("share", wilson(len(cases), n_finished), context.minimum(CODE, MINIMUM)),
        p,
        parameters={
            **({"statement": f"{CODE}.reference"} if p is None else {}),
            "node": name,
            "by_reference": context.settings.reference_path is not None,
        },
        notes=("slower_when_skipped",) if costly else (),
    )
    finished = np.flatnonzero(context.finished)
    return make_finding(context, statement, Hit(cases, delay_min), exposure=n_finished, exposed=finished)
