"""Skipped step: a finished case was past a step without having done it.

Finds: activities of the reference path, or, without one, activities that most finished cases contain.
Evidence: finished cases that lack the step and contain a later one. A case that ended before the step
(cancelled, withdrawn, still open) has not skipped what would have come after its end. Later is, of a
reference path, what comes after the step in it; without one, activities of most finished cases that
come after the step in at least 80 % of the cases with both. Without a reference path the step must be
a rule: the binomial test asks whether the share of the cases past it without it is clearly under 20 %
(one test for each activity that enough cases lack to be reported and more than half contain). With a
reference path the path itself is the rule and the finding is a plain count (no p).
Effect: share of the finished cases that contain a later step (`share`), at least 0.5 %. A case that
ended at the step is in neither number: had it lacked the step, nothing would show that it was past it.
Delay: where skipping cases are also slower than their peers, what they lost against them by rank, at
most what they spent beyond the normal of their steps; otherwise 0: a skipped step often saves time
and costs elsewhere.
Misleads: a step that a certain kind of case never needs, or that was introduced during the period,
looks skipped; the notes `concentrated_in_group` and `concentrated_in_time` say so. The last step of
the path is never skipped: a case without it has ended before it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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


_COMES_AFTER = 0.8


@dataclass(frozen=True, eq=False)
class _Passage:
    """Finished cases that contain a later step than one, bool per case; `skipping`: those without it."""

    past: NDArray[np.bool_]
    skipping: NDArray[np.bool_]


def find(context: IdentifyContext) -> Candidates:
    if int(context.finished.sum()) < context.settings.min_cases:
        return Candidates()
    findings: list[Finding] = []
    tested: list[float] = []
    by_rule = context.settings.reference_path is not None
    for activity, later in _expected(context):
        passage = _passage(context, activity, later)
        n_past, n_skipping = int(passage.past.sum()), int(passage.skipping.sum())
        if n_skipping < max(context.settings.min_affected, context.minimum(CODE, MINIMUM) * n_past):
            continue
        p = None
        if not by_rule:
            p = float(binomial_lower(n_skipping, n_past, OPTIONAL_SHARE))
            tested.append(p)
        if p is not None and p > context.settings.fdr:
            continue
        findings.append(_finding(context, activity, passage, p))
    return Candidates(tuple(findings), tuple(tested))


def _expected(context: IdentifyContext) -> list[tuple[int, list[int]]]:
    """Steps that a case is expected to do, each with the steps that come later."""
    if context.settings.reference_path is not None:
        path = list(dict.fromkeys(reference_codes(context)))
        return [(code, path[place + 1 :]) for place, code in enumerate(path)]
    finished = context.finished
    holders = np.bincount(
        context.visits.activity[finished[context.visits.case]], minlength=context.n_activities
    )
    usual = [int(code) for code in np.flatnonzero(2 * holders > int(finished.sum()))]
    return [(code, _later_of(context, code, usual)) for code in usual]


def _later_of(context: IdentifyContext, activity: int, usual: list[int]) -> list[int]:
    """Those of the usual steps that come after the step in most of the cases with both."""
    at = np.full(context.log.n_cases, -1, dtype=np.int64)
    visits, own = context.visits, context.visits_at(activity)
    at[visits.case[own]] = visits.first_event[own]
    later = []
    for other in usual:
        theirs = context.visits_at(other)
        step = at[visits.case[theirs]]
        both = step >= 0
        after = both & (visits.first_event[theirs] > step)
        if other != activity and both.any() and after.sum() >= _COMES_AFTER * both.sum():
            later.append(other)
    return later


def _passage(context: IdentifyContext, activity: int, later: list[int]) -> _Passage:
    visits, finished = context.visits, context.finished
    done = context.mask_of(visits.case[context.visits_at(activity)])
    beyond = np.zeros(context.log.n_cases, dtype=np.bool_)
    for other in later:
        beyond[visits.case[context.visits_at(other)]] = True
    past = finished & beyond
    return _Passage(past=past, skipping=past & ~done)


def reference_codes(context: IdentifyContext) -> list[int]:
    """Activity codes of the reference path; a name that is not in the log is refused."""
    path = context.settings.reference_path or ()
    code_of = {name: code for code, name in enumerate(context.log.activity_names)}
    unknown = [name for name in path if name not in code_of]
    if unknown:
        raise UsageError("identify.reference_path", names=unknown, accepted=sorted(code_of))
    return [code_of[name] for name in path]


def _finding(context: IdentifyContext, activity: int, passage: _Passage, p: float | None) -> Finding:
    cases, past = np.flatnonzero(passage.skipping), np.flatnonzero(passage.past)
    slower = slower_than_peers(context, passage.skipping)
    costly = slower is not None and slower.p <= context.settings.fdr
    delay_min = slower.delays_of(cases) if slower is not None and costly else np.zeros(len(cases))
    name = context.log.activity_names[activity]
    statement = Statement(
        CODE,
        CATEGORY,
        (name,),
        Effect("share", wilson(len(cases), len(past)), context.minimum(CODE, MINIMUM)),
        p,
        parameters={
            **({"statement": f"{CODE}.reference"} if p is None else {}),
            "node": name,
            "by_reference": context.settings.reference_path is not None,
        },
        notes=("slower_when_skipped",) if costly else (),
    )
    return make_finding(context, statement, Hit(cases, delay_min), exposure=len(past), exposed=past)
