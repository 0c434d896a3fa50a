"""Drift: from a certain week on, cases or a step take longer than before.

Finds: one change of level in the weekly mean rank of case durations (by week of arrival) and of the
waits at each step that takes at least 5 % of all time (by the week in which the wait began), upwards
only. By the week in which waits end, a step would drift in every log: after the intake has stopped
only the long waits are left to end (length bias). Left out are weeks of under five values or under a
fifth of a typical week's, because each week counts alike; and weeks that show only their short times:
weeks of arrival in which under 95 % of the cases are finished, and the end of the log, as long as
95 % of the waits at the step.
Evidence: Pettitt's test on the weekly series with its size reduced for correlation between weeks; at
least eight weeks. Then cases after the change are compared with cases before, in strata of the column
most associated with the change: where the mix of cases has changed and nothing else, this shows no
difference and nothing is found.
Effect: ratio of medians after over before (`median_ratio`), at least 1.25.
Delay: what each case after the change lost against the case at the same place before, at most what
it spent beyond the normal of the step (of all its steps where whole cases are compared).
Misleads: seasons look like changes when the period holds only one; a slow trend is told as one step;
where the weeks still go up and down slowly once the step is taken out the note `slow_swing` says so.
Sources: Pettitt (1979) as in `change_points`; van Elteren (1960) as in `group_tests`; length-biased
sampling: Cox (1969), "Some sampling problems in technology".
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.finding import Effect, Finding
from anlan.loop.identify.comparison import Slower, slower_than_peers
from anlan.loop.identify.context import IdentifyContext
from anlan.loop.identify.evidence import Candidates, Hit, Statement, make_finding
from anlan.loop.identify.wait_comparison import longer_waits_than_peers
from anlan.maths.change_points import ChangePoint, single_change

CODE = "drift"
CATEGORY = "process"
MINIMUM = 1.25
MIN_SHARE_OF_TIME = 0.05
_FEWEST_VALUES = 5
_FINISHED_SHARE = 0.95
_SLOW_SWING = 0.7
_SMALL_WEEK = 0.2
_WEEK_US = 7 * 86_400_000_000


@dataclass(frozen=True, eq=False)
class _Series:
    """Weekly mean ranks and the first moment of each week kept, UTC microseconds."""

    level: NDArray[np.float64]
    week_us: NDArray[np.int64]


def find(context: IdentifyContext) -> Candidates:
    findings: list[Finding] = []
    tested: list[float] = []
    for activity in (None, *_slow_steps(context)):
        series = _case_series(context) if activity is None else _step_series(context, activity)
        change = single_change(series.level)
        if change is None:
            continue
        tested.append(change.p)
        if change.p > context.settings.fdr or not change.up:
            continue
        finding = _finding(context, activity, change, int(series.week_us[change.position]))
        if finding is not None:
            findings.append(finding)
    return Candidates(_without_repeats(findings), tuple(tested))


def _slow_steps(context: IdentifyContext) -> list[int]:
    waits = np.bincount(
        context.visits.activity, weights=context.visit_wait_us, minlength=context.n_activities
    )
    least = MIN_SHARE_OF_TIME * max(context.total_time_us, 1.0)
    return [int(activity) for activity in np.flatnonzero(waits >= least)]


def _case_series(context: IdentifyContext) -> _Series:
    arrived = context.features.first_us
    weeks, week_of = np.unique(arrived[context.present] // _WEEK_US, return_inverse=True)
    done = context.finished[context.present]
    share = np.bincount(week_of, weights=done) / np.maximum(np.bincount(week_of), 1)
    order = context.duration_order
    ranks = _ranks(context.duration_us[order])
    return _weekly(ranks, arrived[order] // _WEEK_US, weeks[share >= _FINISHED_SHARE])


def _step_series(context: IdentifyContext, activity: int) -> _Series:
    visits = context.visits_at(activity)
    waits = context.visit_wait_us[visits]
    order = np.argsort(waits, kind="stable")
    week = context.visit_began_us[visits[order]] // _WEEK_US
    weeks = np.unique(week)
    return _weekly(_ranks(waits[order]), week, weeks[(weeks + 1) * _WEEK_US <= _known_until(context, visits)])


def _known_until(context: IdentifyContext, visits: NDArray[np.int64]) -> float:
    """Waits that began later may still be under way and would show only where they are short."""
    taken = context.log.end_us[context.visits.first_event[visits]] - context.visit_began_us[visits]
    return context.as_of_us - float(np.quantile(taken, _FINISHED_SHARE))


def _ranks(ascending: NDArray) -> NDArray[np.float64]:
    """Ranks of ascending values scaled to 0..1, ties at their middle."""
    n = len(ascending)
    first = np.searchsorted(ascending, ascending, side="left")
    last = np.searchsorted(ascending, ascending, side="right")
    return np.asarray((first + last) / (2.0 * max(n, 1)))


def _weekly(ranks: NDArray[np.float64], week: NDArray[np.int64], allowed: NDArray[np.int64]) -> _Series:
    weeks, code = np.unique(week, return_inverse=True)
    counts = np.bincount(code, minlength=len(weeks))
    sums = np.bincount(code, weights=ranks, minlength=len(weeks))
    keep = (counts >= max(_FEWEST_VALUES, _SMALL_WEEK * _typical(counts))) & np.isin(weeks, allowed)
    return _Series(sums[keep] / counts[keep], weeks[keep] * _WEEK_US)


def _typical(counts: NDArray[np.int64]) -> float:
    """Size of the week that the middle value is in."""
    ascending = np.sort(counts)
    return float(ascending[np.searchsorted(np.cumsum(ascending), counts.sum() / 2)]) if len(counts) else 0.0


def _finding(
    context: IdentifyContext, activity: int | None, change: ChangePoint, since_us: int
) -> Finding | None:
    slower = _after_against_before(context, activity, since_us)
    minimum = context.minimum(CODE, MINIMUM)
    if slower is None or slower.p > context.settings.fdr or slower.ratio.estimate < minimum:
        return None
    slow = slower.delay_min > 0
    hit = Hit(slower.cases[slow], slower.delay_min[slow])
    if not context.is_material(hit.claims(context)[1]):
        return None
    after = context.mask_of(slower.cases)
    nodes = context.slowest_node(after) if activity is None else (context.log.activity_names[activity],)
    statement = Statement(
        CODE,
        CATEGORY,
        nodes,
        Effect("median_ratio", slower.ratio, minimum),
        change.p,
        detail="case" if activity is None else "step",
        scope="case" if activity is None else "mechanism",
        parameters={
            "statement": f"{CODE}.case" if activity is None else f"{CODE}.step",
            "node": nodes[0] if nodes else "",
            "since_time": since_us,
            "median_s": slower.median.estimate,
            "peer_median_s": slower.peer_median.estimate,
            "stratified_by": slower.stratified_by,
            "p_comparison": slower.p,
        },
        notes=("slow_swing",) if change.autocorrelation > _SLOW_SWING else (),
    )
    return make_finding(context, statement, hit, exposure=len(slower.cases), exposed=slower.cases)


def _after_against_before(context: IdentifyContext, activity: int | None, since_us: int) -> Slower | None:
    if activity is None:
        return slower_than_peers(context, context.present & (context.features.first_us >= since_us))
    visits = context.visits_at(activity)
    began = context.visit_began_us[visits]
    visits = visits[began <= _known_until(context, visits)]
    return longer_waits_than_peers(context, visits, context.visit_began_us[visits] >= since_us)


def _without_repeats(findings: list[Finding]) -> tuple[Finding, ...]:
    """The case-level finding is left out where a step-level one at the same node explains it."""
    steps = {finding.nodes for finding in findings if finding.detail == "step"}
    return tuple(f for f in findings if f.detail == "step" or f.nodes not in steps)
