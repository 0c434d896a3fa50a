"""Rare order: two steps done the other way round than nearly always.

Finds: pairs (a, b) with b first completed strictly before a although a comes first as a rule. Pairs
are consecutive steps of the reference path, or, without one, for each step the step it most often
follows first.
Evidence: cases that contain both in the reversed order; equal times are no order and count for
neither side. Without a reference path a binomial test asks whether reversals are clearly under 20 %.
Effect: share of reversed cases (`share`), at least 0.5 %.
Delay: where reversed cases are slower than their peers, what they lost against them by rank, at most
what they spent beyond the normal of their steps; else 0.
Misleads: clocks of two systems that disagree, or steps entered afterwards, reverse the record and not
the work; a reversal in one group or one stretch of time is noted.
"""

import itertools

import numpy as np
from numpy.typing import NDArray

from anlan.domain.finding import Effect, Finding
from anlan.loop.identify.comparison import slower_than_peers
from anlan.loop.identify.context import IdentifyContext
from anlan.loop.identify.evidence import Candidates, Hit, Statement, make_finding
from anlan.loop.identify.skipped_step import OPTIONAL_SHARE, reference_codes
from anlan.maths.rates import binomial_lower, wilson
from anlan.maths.sequences.case_features import orders_between

CODE = "rare_order"
CATEGORY = "compliance"
MINIMUM = 0.005


def find(context: IdentifyContext) -> Candidates:
    before = orders_between(context.log, context.visits)
    if before is None:
        return Candidates()
    findings: list[Finding] = []
    tested: list[float] = []
    by_rule = context.settings.reference_path is not None
    for a, b in _pairs(context, before):
        reversed_cases, both = int(before[b, a]), int(before[a, b] + before[b, a])
        fewest = max(context.settings.min_affected, context.minimum(CODE, MINIMUM) * both)
        if both < context.settings.min_cases or reversed_cases < fewest:
            continue
        p = None if by_rule else float(binomial_lower(reversed_cases, both, OPTIONAL_SHARE))
        if p is not None:
            tested.append(p)
            if p > context.settings.fdr:
                continue
        findings.append(_finding(context, a, b, both, p))
    return Candidates(tuple(findings), tuple(tested))


def _pairs(context: IdentifyContext, before: NDArray[np.int64]) -> list[tuple[int, int]]:
    """(first, second) in the usual order, each pair once."""
    if context.settings.reference_path is not None:
        codes = reference_codes(context)
        return [(a, b) for a, b in itertools.pairwise(codes) if a != b]
    edges = context.edges
    counts = np.bincount(edges.of_event[edges.of_event >= 0], minlength=len(edges.source))
    pairs = set()
    for b in range(context.n_activities):
        into = np.flatnonzero((edges.target == b) & (edges.source != b))
        if len(into):
            a = int(edges.source[into[np.argmax(counts[into])]])
            pairs.add((a, b) if before[a, b] >= before[b, a] else (b, a))
    return sorted(pairs)


def _reversed(context: IdentifyContext, a: int, b: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """(cases that first complete b strictly before they first complete a, cases with both in some order)."""
    first = [np.full(context.log.n_cases, -1, dtype=np.int64) for _ in (a, b)]
    for activity, event in zip((a, b), first, strict=True):
        visits = context.visits_at(activity)
        event[context.visits.case[visits]] = context.visits.first_event[visits]
    ends = context.log.end_us
    both = (first[0] >= 0) & (first[1] >= 0)
    first_a, first_b = ends[first[0]], ends[first[1]]
    return np.flatnonzero(both & (first_b < first_a)), np.flatnonzero(both & (first_b != first_a))


def _finding(context: IdentifyContext, a: int, b: int, both: int, p: float | None) -> Finding:
    cases, ordered = _reversed(context, a, b)
    slower = slower_than_peers(context, context.mask_of(cases))
    costly = slower is not None and slower.p <= context.settings.fdr
    delay_min = slower.delays_of(cases) if slower is not None and costly else np.zeros(len(cases))
    names = context.log.activity_names
    statement = Statement(
        CODE,
        CATEGORY,
        (names[a], names[b]),
        Effect("share", wilson(len(cases), both), context.minimum(CODE, MINIMUM)),
        p,
        parameters={
            **({"statement": f"{CODE}.reference"} if p is None else {}),
            "first": names[a],
            "second": names[b],
            "by_reference": context.settings.reference_path is not None,
        },
        notes=("slower_when_reversed",) if costly else (),
    )
    return make_finding(context, statement, Hit(cases, delay_min), exposure=both, exposed=ordered)
