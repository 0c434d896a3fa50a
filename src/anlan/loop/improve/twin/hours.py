"""When what nobody is busy with goes on: how fast time passes in each hour of the week.

A delay that is drawn ends at any hour of the night; in the log it ends when people work, or when a program
runs. Of the times before the executions of an activity

1. rate of an hour of the week = times that end in it / hours of waiting that lie in it, drawn to the rate of
   this hour on all working days, or days off, the more the less hours of one kind differ beyond chance
   (partial pooling; where many end at one moment, chance is as much larger);
2. speed = rate / largest rate, in whole minutes of an hour: what lasted from Friday 17:00 to Monday 9:00 took
   two hours where time passes on working days from 8:00 to 18:00, and passes there at full speed.

Times counted so have a law that does not depend on when they began. The clock on the wall is kept where the
rates differ no more than by chance (0.1 %), where fewer than `FEWEST` times are above a minute, and for time
limits: they run day and night.

Source: Cox (1972) JRSS B 34:187 for the rate as a factor of time; occurrence over exposure as in life tables.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from anlan.domain.log_summary import HOURS_OF_WEEK
from anlan.loop.improve.twin.manners import Manners
from anlan.loop.improve.twin.names import CLOSED, LEFT_OPEN, WORKED
from anlan.loop.improve.twin.observed import Observed
from anlan.loop.improve.twin.waiting import Waits
from anlan.maths.sequences.instances import Floats, Whole

FEWEST, MOST_CLOCKS = 100, 10
_LEAST_MEAN_S, _LEAST_S, _BURST, _UNUSUAL, _MINUTES = 3600.0, 60.0, 0.99, 0.001, 60.0
_HOUR_S, _WEEK_S = 3600.0, 604_800.0
Clock = tuple[int, int]
"""Of an activity, and of its executions that came about in one manner (see `names`)."""


@dataclass(frozen=True, eq=False)
class Spans:
    """(n,) of each row the time before it that nobody is busy with, on the wall clock; NaN where not known.

    Of an activity that holds people the delay before it, of others all since the end before in the case.
    """

    begin: Floats
    end: Floats
    activity: Whole
    manner: Whole
    cleared: np.ndarray

    def of(self, clock: Clock) -> np.ndarray:
        return np.asarray((self.activity == clock[0]) & (self.manner == clock[1]) & ~np.isnan(self.begin))


def spans_of(of: Observed, held: np.ndarray, manners: Manners, waits: Waits) -> Spans:
    """held: (n_activities,) whether an activity holds somebody."""
    rows = of.rows
    begin = np.where((rows.before >= 0), np.minimum(rows.reached_s, rows.end_s), np.nan)
    end = rows.end_s.copy()
    work = held[rows.activity] & manners.worked
    begin[work] = np.nan
    row = waits.row[work[waits.row]]
    begin[row] = rows.ready_s[row]
    end[row] = rows.ready_s[row] + waits.delay[work[waits.row]]
    known = ~np.isnan(begin)
    clock_begin, clock_end = np.full(len(begin), np.nan), np.full(len(begin), np.nan)
    clock_begin[known], clock_end[known] = of.week_clock(begin[known]), of.week_clock(end[known])
    return Spans(clock_begin, np.maximum(clock_begin, clock_end), rows.activity, manners.of, manners.cleared)


def clocks_of(spans: Spans) -> dict[Clock, Floats]:
    """(168,) speeds from 0 to 1 by clock, for the times of the most weight."""
    found = []
    for code in np.unique(spans.activity):
        for manner in (WORKED, CLOSED, LEFT_OPEN):
            own = spans.of((int(code), manner)) & ~spans.cleared
            length = spans.end[own] - spans.begin[own]
            long = length > _LEAST_S
            if long.sum() < FEWEST or length[long].mean() < _LEAST_MEAN_S:
                continue
            speed = speeds(spans.begin[own][long], spans.end[own][long])
            if speed is not None:
                found.append((-float(length.sum()), (int(code), manner), speed))
    return {clock: speed for _, clock, speed in sorted(found, key=lambda each: each[:2])[:MOST_CLOCKS]}


def speeds(begin: Floats, end: Floats) -> Floats | None:
    """(168,) speeds; None where the rates differ no more than by chance."""
    first, waited = _exposure(begin, end)
    ends = np.bincount((end // _HOUR_S).astype(np.int64) - first, minlength=len(waited)).astype(float)
    ends = np.minimum(ends, np.quantile(ends[ends > 0], _BURST))
    hour = (first + np.arange(len(waited))) % HOURS_OF_WEEK
    n, hours = (_by_hour(hour, each) for each in (ends, waited))
    usual = _usual_rate(n, hours)
    clump = _clump(ends, waited * usual[hour])
    statistic, free = _pearson(n, hours * (n.sum() / hours.sum()))
    if chdtrc(max(1, free - 1), statistic / clump) >= _UNUSUAL:
        return None
    expected = hours * usual
    apart = max(0.0, float(((n - expected) ** 2).sum()) - clump * float(n.sum()))
    own = apart * expected / (apart * expected + clump * max(1e-9, float((expected**2).sum())))
    real = np.divide(n, hours, out=usual.copy(), where=hours > 0)
    rate = np.where(usual > 0, own * real + (1.0 - own) * usual, 0.0)
    return np.asarray(np.round(rate / rate.max() * _MINUTES) / _MINUTES)


def _by_hour(hour: Whole, of: Floats) -> Floats:
    return np.bincount(hour, weights=of, minlength=HOURS_OF_WEEK).astype(np.float64)


def _clump(seen: Floats, expected: Floats) -> float:
    """How many ends come at once: variance over mean of the counts of single hours, at least 1."""
    return max(1.0, float(((seen - expected) ** 2).sum() / expected.sum()))


def _pearson(seen: Floats, expected: Floats) -> tuple[float, int]:
    """The statistic, and over how many hours."""
    some = expected > 0
    return float(((seen - expected)[some] ** 2 / expected[some]).sum()), int(some.sum())


def _usual_rate(ends: Floats, waited: Floats) -> Floats:
    """(168,) rate of the same hour on all working days, or on all days off."""
    found = np.zeros((7, 24))
    for days in (slice(0, 5), slice(5, 7)):
        n, hours = ends.reshape(7, 24)[days].sum(axis=0), waited.reshape(7, 24)[days].sum(axis=0)
        found[days] = np.divide(n, hours, out=np.zeros(24), where=hours > 0)
    return found.ravel()


def _exposure(begin: Floats, end: Floats) -> tuple[int, Floats]:
    """The first hour, and the hours of all times that lie in each hour from it on."""
    first = math.floor(begin.min() / _HOUR_S)
    borders = np.arange(first, math.floor(end.max() / _HOUR_S) + 2) * _HOUR_S
    return first, np.diff(_since(borders, begin) - _since(borders, end)) / _HOUR_S


def _since(at: Floats, moments: Floats) -> Floats:
    """Seconds since all moments before, added up, at each of the times `at`."""
    ascending = np.sort(moments)
    total = np.concatenate(([0.0], np.cumsum(ascending)))
    n = np.searchsorted(ascending, at)
    return np.asarray(n * at - total[n])


def times_of(spans: Spans, clocks: Mapping[Clock, Floats]) -> Floats:
    """(n,) seconds of each span by its clock, on the wall where it has none; NaN where there is no span."""
    found = spans.end - spans.begin
    for clock, speed in clocks.items():
        own = spans.of(clock)
        found[own] = seconds_passed(spans.end[own], speed) - seconds_passed(spans.begin[own], speed)
    return np.asarray(found)


def seconds_passed(clock_s: Floats, speed: Floats) -> Floats:
    """Seconds by a clock of these speeds before moments on the wall whose second 0 is a Monday 0:00."""
    week, within = np.divmod(clock_s, _WEEK_S)
    before = np.concatenate(([0.0], np.cumsum(speed) * _HOUR_S))
    hour = np.minimum((within // _HOUR_S).astype(np.int64), HOURS_OF_WEEK - 1)
    return np.asarray(week * before[-1] + before[hour] + speed[hour] * (within - hour * _HOUR_S))


def open_minutes(speed: Floats) -> list[tuple[int, int, float, float]]:
    """(first day, last day, from hour, to hour) in which time passes at full speed, so that as much passes in
    each hour, about its middle; days alike are joined."""
    days = [_of_day(day) for day in speed.reshape(7, 24).tolist()]
    rows: list[tuple[int, int, float, float]] = []
    first = 0
    for day in range(1, 8):
        if day == 7 or days[day] != days[first]:
            rows += [(first + 1, day, begin / _MINUTES, end / _MINUTES) for begin, end in days[first]]
            first = day
    return rows


def _of_day(speed: list[float]) -> list[tuple[int, int]]:
    """Minutes of the day, from and to."""
    spans: list[tuple[int, int]] = []
    for hour, share in enumerate(speed):
        length = round(share * _MINUTES)
        begin = 60 * hour + (60 - length) // 2
        if length and spans and spans[-1][1] == begin:
            spans[-1] = (spans[-1][0], begin + length)
        elif length:
            spans.append((begin, begin + length))
    return spans
