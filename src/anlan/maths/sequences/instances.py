"""Each execution of an activity with what came before it in its case: the rows a twin is calibrated from.

    rows = instances_of(log)
    rows.start_s - rows.ready_s        # waits before each execution, NaN for the first of a case

Times are seconds from `origin_us`, so that sums over years stay exact to a microsecond.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import NO_TIME, EventLog

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
NONE = -1


@dataclass(frozen=True, eq=False)
class Instances:
    """Executions in the order of their cases, within a case by begin (start, or end where there is none).

    origin_us   microsecond of second 0
    case        (n,) number of the case, never decreasing
    activity, resource  (n,) codes of the log, resource -1 where unknown
    start_s, end_s      (n,) seconds; start_s is end_s where the log has no start
    started     (n,) bool: the log has a start
    ready_s     (n,) the last end in the case that is no later than the begin; the begin of the case's first
    reached_s   (n,) the latest end of all earlier rows of the case; the begin of the case's first
    before, after  (n,) row of the execution before and after it in the case, -1 at the borders
    lap         (n,) how often the most repeated activity of the case has been met so far, from 1
    overlaps    (n,) bool: begins before an earlier execution of the case has ended
    first, last (n_cases,) rows
    """

    origin_us: int
    case: Whole
    activity: Whole
    resource: Whole
    start_s: Floats
    end_s: Floats
    started: NDArray[np.bool_]
    ready_s: Floats
    reached_s: Floats
    before: Whole
    after: Whole
    lap: Whole
    overlaps: NDArray[np.bool_]
    first: Whole
    last: Whole

    @property
    def n_cases(self) -> int:
        return len(self.first)

    def arrived_s(self) -> Floats:
        """(n_cases,) begin of the first execution of each case."""
        return np.asarray(self.start_s[self.first])

    def left_s(self) -> Floats:
        """(n_cases,) end of the last execution of each case to end."""
        return np.maximum.reduceat(self.end_s, self.first) if len(self.first) else np.zeros(0)


def instances_of(log: EventLog) -> Instances:
    """All executions of the log; cases without any are left out."""
    started = log.start_us != NO_TIME if log.has_start else np.zeros(log.n_events, dtype=bool)
    begin_us = np.where(started, np.minimum(log.start_us, log.end_us), log.end_us)
    place = np.arange(log.n_events)
    order = np.lexsort((place, begin_us, log.case))
    begin_us, end_us = begin_us[order], log.end_us[order]
    origin_us = int(begin_us.min()) if len(order) else 0
    _, case = np.unique(log.case[order], return_inverse=True)
    case = case.astype(np.int64)
    start_s, end_s = (begin_us - origin_us) / 1e6, (end_us - origin_us) / 1e6
    first, last = _borders(case)
    at_first = np.zeros(len(case), dtype=bool)
    at_first[first] = True
    ready_s = np.where(at_first, start_s, _last_end_before(case, start_s, end_s))
    reached_s = np.where(at_first, start_s, _latest_before(case, end_s))
    before, after = place - 1, place + 1
    before[first], after[last] = NONE, NONE
    activity = log.activity[order].astype(np.int64)
    return Instances(
        origin_us, case, activity, log.resource[order].astype(np.int64), start_s, end_s, started[order],
        ready_s, reached_s, before, after, _laps(case, activity, first), start_s < reached_s - 1e-3, first,
        last,
    )  # fmt: skip


def _borders(case: Whole) -> tuple[Whole, Whole]:
    """First and last row of each case."""
    if not len(case):
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    first = np.flatnonzero(np.diff(case, prepend=-1))
    return first, np.append(first[1:], len(case)) - 1


def _last_end_before(case: Whole, start_s: Floats, end_s: Floats) -> Floats:
    """The latest end of another row of the case that is no later than the row's begin; the begin itself where
    there is none. Rows ending at one moment count in their order."""
    n = len(case)
    time = np.concatenate((start_s, end_s))
    rank = np.concatenate((2 * np.arange(n), 2 * np.arange(n) + 1))
    order = np.lexsort((rank, time, np.concatenate((case, case))))
    is_end = order >= n
    place = np.maximum.accumulate(np.where(is_end, np.arange(2 * n), -1))
    ends = order[np.maximum(place, 0)] % n
    found = np.where((place >= 0) & (case[ends] == case[order % n]), end_s[ends], np.nan)
    ready = np.empty(n)
    ready[order[~is_end]] = found[~is_end]
    return np.asarray(np.where(np.isnan(ready), start_s, ready))


def _laps(case: Whole, activity: Whole, first: Whole) -> Whole:
    """The largest number of visits to one activity so far in the case, this execution included."""
    n = len(case)
    if not n:
        return np.zeros(0, dtype=np.int64)
    by = np.lexsort((np.arange(n), activity, case))
    new = np.ones(n, dtype=bool)
    new[1:] = (np.diff(case[by]) != 0) | (np.diff(activity[by]) != 0)
    begin = np.maximum.accumulate(np.where(new, np.arange(n), 0))
    visit = np.empty(n, dtype=np.int64)
    visit[by] = np.arange(n) - begin + 1
    lifted = visit + case * (n + 1)  # the running maximum begins anew with each case
    return np.asarray(np.maximum.accumulate(lifted) - case * (n + 1))


def _latest_before(case: Whole, end_s: Floats) -> Floats:
    """The latest end of the rows before each, of all cases before as well: of meaning inside a case."""
    if not len(case):
        return np.zeros(0)
    span = float(end_s.max()) + 1.0
    latest = np.maximum.accumulate(end_s + case * span)
    return np.asarray(np.concatenate(([0.0], latest[:-1])) - case * span)
