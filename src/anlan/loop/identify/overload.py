"""Overload: cases that arrive in busy hours or on busy weekdays take longer.

Finds: runs of hours of the day whose arrivals per hour exceed 1.25 times the mean of the hours that
have arrivals, and weekdays over 1.15 times the mean of the weekdays that have arrivals.
Evidence: finished cases that arrive then last longer than the other finished cases, in strata of the
column most associated with arriving then (van Elteren).
Effect: ratio of median case durations (`median_ratio`), at least 1.25.
Delay: the case's duration beyond that of the case at the same place among its peers, at most what it
spent beyond the normal of its steps.
Misleads: a case that arrives before a closed night or weekend waits for it whether busy or not; where
the hours after the busy ones (or the day after) have under a quarter of their events the note
`before_closed_time` says so. With a working calendar this does not arise.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from anlan.domain.finding import Effect, Finding
from anlan.loop.identify.comparison import slower_than_peers
from anlan.loop.identify.context import IdentifyContext
from anlan.loop.identify.evidence import Candidates, Hit, Statement, make_finding
from anlan.maths.local_time import hour_of_day, local_us, weekday

CODE = "overload"
CATEGORY = "people"
MINIMUM = 1.25
BUSY_HOUR = 1.25
BUSY_DAY = 1.15
_CLOSED = 0.25
_IN_USE = 0.1


def find(context: IdentifyContext) -> Candidates:
    findings: list[Finding] = []
    tested: list[float] = []
    for kind, period, members in _busy_periods(context):
        affected = members & context.present
        slower = slower_than_peers(context, affected)
        if slower is None:
            continue
        tested.append(slower.p)
        minimum = context.minimum(CODE, MINIMUM)
        cases = np.flatnonzero(affected & context.finished)
        delay_min = slower.delays_of(cases)
        if slower.p > context.settings.fdr or slower.ratio.estimate < minimum:
            continue
        slow = delay_min > 0
        hit = Hit(cases[slow], delay_min[slow])
        if not context.is_material(hit.claims(context)[1]):
            continue
        nodes = context.slowest_node(affected)
        statement = Statement(
            CODE,
            CATEGORY,
            nodes,
            Effect("median_ratio", slower.ratio, minimum),
            slower.p,
            detail=f"{kind}={period[0]}-{period[-1]}",
            scope="group",
            parameters={
                "statement": f"{CODE}.{kind}",
                "node": nodes[0] if nodes else "",
                "kind": kind,
                "first": int(period[0]) + (kind == "weekday"),
                "last": int(period[-1]) + 1,
                "median_s": slower.median.estimate,
                "peer_median_s": slower.peer_median.estimate,
                "arrivals": int(affected.sum()),
            },
            notes=("before_closed_time",) if _before_closed_time(context, kind, period) else (),
        )
        findings.append(make_finding(context, statement, hit, exposure=len(cases), exposed=cases))
    return Candidates(tuple(findings), tuple(tested))


def _busy_periods(context: IdentifyContext) -> Iterator[tuple[str, list[int], NDArray[np.bool_]]]:
    """(`hour` or `weekday`, its numbers in a row, per case: it arrives then)."""
    local = context.arrival_local_us
    for kind, number, n, busy in (
        ("hour", hour_of_day(local), 24, BUSY_HOUR),
        ("weekday", weekday(local), 7, BUSY_DAY),
    ):
        arrivals = np.bincount(number[context.present], minlength=n)
        in_use = arrivals >= _IN_USE * arrivals.mean()
        if in_use.sum() < 2:
            continue
        for period in _runs(arrivals > busy * arrivals[in_use].mean()):
            yield kind, period, np.isin(number, period)


def _runs(flags: NDArray[np.bool_]) -> list[list[int]]:
    """Consecutive positions where the flag holds."""
    positions = np.flatnonzero(flags)
    if not len(positions):
        return []
    return [part.tolist() for part in np.split(positions, np.flatnonzero(np.diff(positions) > 1) + 1)]


def _before_closed_time(context: IdentifyContext, kind: str, period: list[int]) -> bool:
    if context.working is not None:
        return False
    local = local_us(context.log.end_us, context.log.zone)
    number, n = (hour_of_day(local), 24) if kind == "hour" else (weekday(local), 7)
    events = np.bincount(number, minlength=n)
    after = [(period[-1] + step) % n for step in ((2, 3, 4) if kind == "hour" else (1,))]
    return bool(events[after].mean() < _CLOSED * events[period].mean())
