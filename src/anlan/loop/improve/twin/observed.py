"""The part of a log that a twin is estimated from: which cases count, which are cut by its borders.

1. `until_s` is the end of what may be seen. Of cases that arrived before, rows that ended by then are seen.
2. The silence of an activity is the time by which 99 % of what follows it has ended. A case is finished when
   its last activity has been silent for that long, or when the activity is nearly always the last one.
3. Cases at the beginning of the log whose first activity is hardly ever the first one later on were under way
   when the log began; they are left out of arrivals and routing.
"""

from dataclasses import dataclass, replace

import numpy as np

from anlan.domain.errors import NotEnoughData, UsageError
from anlan.domain.event_log import EventLog
from anlan.maths.clock_changes import offset_steps
from anlan.maths.sequences.instances import Floats, Instances, Whole, instances_of
from anlan.maths.sequences.wall_clock import WallClock, wall_clock

FEWEST_CASES, MOST_ACTIVITIES = 20, 240
_SILENT, _NEARLY_ALWAYS, _HARDLY_EVER, _EARLY = 0.99, 0.9, 0.01, 0.95
_DAY_US = 86_400_000_000


@dataclass(frozen=True, eq=False)
class Observed:
    """rows      executions seen, of cases that arrived from `from_s` to `until_s`
    names     of the activities
    finished  (n_cases,) whether the case has ended; under_way: (n_cases,) had begun before the log
    silence_s (n_activities,) after which nothing more is expected to follow
    from_s, until_s   what is looked at, seconds of `rows`; arrivals_until_s: the last arrival
    """

    rows: Instances
    names: tuple[str, ...]
    clock: WallClock
    zone: str
    finished: np.ndarray
    under_way: np.ndarray
    silence_s: Floats
    from_s: float
    until_s: float
    arrivals_until_s: float

    @property
    def n_activities(self) -> int:
        return len(self.names)

    def hour_of_week(self, seconds: Floats) -> Whole:
        """Local hour of the week of moments, 0 = Monday 0:00 to 1:00."""
        moments = self.rows.origin_us + np.round(np.asarray(seconds) * 1e6).astype(np.int64)
        return self.clock.hour_of_week_of(moments)

    def week_clock(self, seconds: Floats) -> Floats:
        """Seconds on the wall clock from a Monday 0:00 before the log."""
        moments = self.rows.origin_us + np.round(np.asarray(seconds) * 1e6).astype(np.int64)
        first = self.rows.origin_us
        since, offset = offset_steps(self.zone, first, first + round(self.until_s * 1e6))
        local = moments + offset[np.searchsorted(since, moments, side="right") - 1]
        start = (first + 3 * _DAY_US) // (7 * _DAY_US) * (7 * _DAY_US) - 3 * _DAY_US - 7 * _DAY_US
        return np.asarray((local - start) / 1e6)

    def clock_changes(self) -> int:
        """How often the clock on the wall was put forward or back in the time of the rows."""
        first, last = self.rows.origin_us, self.rows.origin_us + round(self.until_s * 1e6)
        since, _ = offset_steps(self.zone, first, last)
        return int(((since > first) & (since <= last)).sum())

    def week_second(self, second: float) -> float:
        """Seconds on the wall clock since Monday 0:00 of one moment."""
        moment = self.rows.origin_us + round(second * 1e6)
        since, offset = offset_steps(self.zone, moment, moment)
        now = int(offset[np.searchsorted(since, moment, side="right") - 1])
        return float((moment + now + 3 * _DAY_US) % (7 * _DAY_US)) / 1e6

    def counted(self) -> np.ndarray:
        """(n,) rows of cases that were not under way when the log began."""
        return np.asarray(~self.under_way[self.rows.case])


def observe(log: EventLog) -> Observed:
    """All of the log. Errors: NotEnoughData for fewer than `FEWEST_CASES` cases, UsageError for more than
    `MOST_ACTIVITIES` activities."""
    rows = instances_of(log)
    activities = len(np.unique(rows.activity))
    if activities > MOST_ACTIVITIES:
        raise UsageError("twin.activities", found=activities, most=MOST_ACTIVITIES)
    if rows.n_cases < FEWEST_CASES:
        raise NotEnoughData("twin.few_cases", found=rows.n_cases, least=FEWEST_CASES)
    until_s = float(rows.end_s.max())
    return _observed(rows, log.activity_names, wall_clock(log), log.zone, 0.0, until_s)


def split(of: Observed, *, hold_back: float) -> tuple[Observed, Observed]:
    """What was seen until the arrival of the last `hold_back` of the cases, and these cases with the time
    they fall in. Errors: NotEnoughData where either has fewer than `FEWEST_CASES` cases."""
    arrived = np.sort(of.rows.arrived_s())
    n_later = round(len(arrived) * hold_back)
    for found in (len(arrived) - n_later, n_later):
        if found < FEWEST_CASES:
            raise NotEnoughData("twin.few_cases", found=found, least=FEWEST_CASES)
    cut_s = float(arrived[len(arrived) - n_later])
    seen = (of.rows.end_s < cut_s) & (of.rows.arrived_s() < cut_s)[of.rows.case]
    before = _observed(only_rows(of.rows, seen), of.names, of.clock, of.zone, of.from_s, cut_s)
    return before, replace(of, from_s=cut_s)


def _observed(
    rows: Instances, names: tuple[str, ...], clock: WallClock, zone: str, from_s: float, until_s: float
) -> Observed:
    silence_s = silences(rows, len(names))
    return Observed(
        rows,
        names,
        clock,
        zone,
        finished=finished_cases(rows, silence_s, until_s),
        under_way=_under_way(rows, len(names)),
        silence_s=silence_s,
        from_s=from_s,
        until_s=until_s,
        arrivals_until_s=float(rows.arrived_s().max(initial=from_s)),
    )


def silences(rows: Instances, n_activities: int) -> Floats:
    """Seconds by which what follows each activity has ended in 99 % of the cases; 0 where nothing follows."""
    followed = np.flatnonzero(rows.after >= 0)
    gap = np.maximum(0.0, rows.end_s[rows.after[followed]] - rows.end_s[followed])
    activity, silence_s = rows.activity[followed], np.zeros(n_activities)
    order = np.argsort(activity, kind="stable")
    borders = np.searchsorted(activity[order], np.arange(n_activities + 1))
    for code in np.flatnonzero(np.diff(borders)):
        silence_s[code] = np.quantile(gap[order[borders[code] : borders[code + 1]]], _SILENT)
    visits = np.bincount(rows.activity, minlength=n_activities)
    ends = np.bincount(rows.activity[rows.last], minlength=n_activities)
    return np.where(ends >= _NEARLY_ALWAYS * np.maximum(visits, 1), 0.0, silence_s)


def finished_cases(rows: Instances, silence_s: Floats, until_s: float) -> np.ndarray:
    """Cases whose last activity has been silent for longer than is usual."""
    return np.asarray(rows.left_s() + silence_s[rows.activity[rows.last]] <= until_s)


def _under_way(rows: Instances, n_activities: int) -> np.ndarray:
    """Cases that begin with an activity hardly ever first, before 95 % of the first cases would be over."""
    arrived, first = rows.arrived_s(), rows.activity[rows.first]
    later = arrived >= np.median(arrived)
    usual = np.bincount(first[later], minlength=n_activities) >= _HARDLY_EVER * max(1, int(later.sum()))
    early = arrived <= np.quantile(rows.left_s() - arrived, _EARLY)
    return np.asarray(~usual[first] & early)


def only_rows(rows: Instances, seen: np.ndarray) -> Instances:
    """Some rows, renumbered; of each case a beginning, so that what came before a row stays."""
    place = np.cumsum(seen) - 1
    kept = np.flatnonzero(seen)
    _, case = np.unique(rows.case[kept], return_inverse=True)
    first = np.flatnonzero(np.diff(case, prepend=-1))
    last = np.append(first[1:], len(case)) - 1 if len(case) else first

    def moved(links: Whole) -> Whole:
        there = links[kept]
        known = (there >= 0) & seen[np.maximum(there, 0)]
        return np.where(known, place[np.maximum(there, 0)], -1)

    return Instances(
        rows.origin_us,
        case.astype(np.int64),
        rows.activity[kept],
        rows.resource[kept],
        rows.start_s[kept],
        rows.end_s[kept],
        rows.started[kept],
        rows.ready_s[kept],
        rows.reached_s[kept],
        moved(rows.before),
        moved(rows.after),
        rows.lap[kept],
        rows.overlaps[kept],
        first.astype(np.int64),
        last.astype(np.int64),
    )
