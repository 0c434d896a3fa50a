"""When cases come: the rate of each hour of the week, and what a Poisson process with these rates leaves out.

1. Rate of an hour of the week = cases that came in it / hours of it that lie between first and last arrival.
2. Spread: variance over mean of the counts of days, against what the rates lead to expect; 1 for a Poisson
   process. Far from 1 it is told: below, cases come as if planned; above, some days are busier than others:
   each day then has a level of its own, by chance (see `maths.day_levels`). Whether busy days follow busy
   days is told beside it: the correlation of the levels of one day and the next.
3. Trend: rate of the second half of the time over that of the first, given the hours each half holds.

Source: Brown et al. (2005), JASA 100:36, on arrivals by hour.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtr, chdtrc

from anlan.domain.interval import Interval
from anlan.domain.log_summary import HOURS_OF_WEEK
from anlan.loop.improve.twin.observed import Observed
from anlan.maths.day_levels import level_variance
from anlan.maths.rates import poisson_rate
from anlan.maths.sequences.instances import Floats

_QUARTER_S, _DAY_S = 900.0, 86_400.0
_FEW_EXPECTED, _FEWEST_PARTS = 5.0, 5
UNUSUAL = 0.001


@dataclass(frozen=True, eq=False)
class ArrivalPattern:
    """counts, hours: (168,) cases and hours seen of each hour of the week, from Monday 0:00

    mean_per_hour  cases an hour between the first and the last, with its interval
    spread      variance over mean of the counts of `spread_of` parts (days, or quarters of an hour of a short
                log); None for fewer than 5
    spread_unusual  -1 (too even), 0, 1 (too uneven) at the level 0.1 %
    levels      standard deviation of the levels of days; None where days differ no more than by chance, or
                are fewer than 5
    follows     correlation of the levels of successive days, where it is beyond chance (two errors)
    trend       second half over first; None where one half expects none
    unseen      hours of the week that the log does not reach
    window      hours from Monday 0:00 from the hour of the first arrival to the last one, the latter beyond
                168 where a Sunday lies between; None where they lie a week apart
    """

    counts: Floats
    hours: Floats
    mean_per_hour: Interval
    spread: float | None
    spread_of: int
    spread_unusual: int
    levels: Interval | None
    follows: float | None
    trend: Interval | None
    window: tuple[float, float] | None = None

    @property
    def per_hour(self) -> Floats:
        """(168,) rates; in hours never seen the mean of the others."""
        mean = float(self.counts.sum() / max(float(self.hours.sum()), 1e-9))
        seen = self.hours > 0
        return np.where(seen, self.counts / np.where(seen, self.hours, 1.0), mean)

    @property
    def unseen(self) -> int:
        return int((self.hours <= 0).sum())


def estimate_arrivals(of: Observed) -> ArrivalPattern:
    arrived = np.sort(of.rows.arrived_s()[~of.under_way])
    begin, end = float(arrived[0]), float(arrived[-1])
    hours = hours_seen(of, begin, end)
    counts = np.bincount(of.hour_of_week(arrived), minlength=HOURS_OF_WEEK).astype(np.float64)
    counts = np.where(hours > 0, counts, 0.0)
    rates = np.divide(counts, hours, out=np.zeros(HOURS_OF_WEEK), where=hours > 0)
    length_h = max((end - begin) / 3600.0, 1e-9)
    parts = _parts(of, arrived, rates)
    spread, unusual = _spread(parts)
    vary = parts.days and unusual > 0
    return ArrivalPattern(
        counts,
        hours,
        poisson_rate(len(arrived), length_h),
        spread,
        len(parts.seen),
        unusual,
        _levels(parts) if vary else None,
        _follows(parts) if vary else None,
        _trend(of, arrived, rates),
        _window(of, begin, end),
    )


def _window(of: Observed, begin_s: float, end_s: float) -> tuple[float, float] | None:
    begin = of.week_second(begin_s) / 3600.0
    end = begin + (end_s - begin_s) / 3600.0
    first = float(math.floor(begin))
    return (first, max(end, first + 1e-3)) if math.ceil(end) - first < HOURS_OF_WEEK else None


def hours_seen(of: Observed, begin_s: float, end_s: float) -> Floats:
    """(168,) hours of each hour of the week between two moments, by quarters of an hour."""
    edges = np.arange(math.floor(begin_s / _QUARTER_S), math.ceil(end_s / _QUARTER_S) + 1) * _QUARTER_S
    if len(edges) < 2:
        return np.zeros(HOURS_OF_WEEK)
    length = np.diff(np.clip(edges, begin_s, end_s)) / 3600.0
    middle = np.clip(edges[:-1] + _QUARTER_S / 2, 0.0, None)
    return np.asarray(np.bincount(of.hour_of_week(middle), weights=length, minlength=HOURS_OF_WEEK))


def _expected(of: Observed, rates: Floats, borders: Floats) -> Floats:
    """Cases expected in each part between borders."""
    fine = np.arange(borders[0], borders[-1], _QUARTER_S)
    each = rates[of.hour_of_week(fine + _QUARTER_S / 2)] * _QUARTER_S / 3600.0
    part = np.clip(np.searchsorted(borders, fine + 1.0) - 1, 0, len(borders) - 2)
    return np.asarray(np.bincount(part, weights=each, minlength=len(borders) - 1), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class _Parts:
    """Whole days of the wall clock, or quarters of an hour of a short log, in which enough is expected.

    seen, expected  (n,) cases; place: (n,) number of the part in time; free: degrees of freedom, parts less
    the rates that were fitted to them, at least a fifth of the parts
    """

    days: bool
    seen: Floats
    expected: Floats
    place: np.ndarray
    free: float


def _parts(of: Observed, arrived: Floats, rates: Floats) -> _Parts:
    days = bool(arrived[-1] - arrived[0] >= 10 * _DAY_S)
    length_s = _DAY_S if days else _QUARTER_S
    begin = arrived[0] + (-of.week_second(float(arrived[0])) % _DAY_S if days else 0.0)
    borders = np.arange(begin, arrived[-1] + 1e-9, length_s)
    if len(borders) < _FEWEST_PARTS + 1:
        return _Parts(days, np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64), 0.0)
    expected = _expected(of, rates, borders)
    large = np.flatnonzero(expected >= min(_FEW_EXPECTED, float(expected.max())))
    hour = of.hour_of_week(borders[large] + length_s / 2)
    fitted = len(np.unique(hour))
    free = max(len(large) / 5, len(large) - fitted)
    return _Parts(days, np.histogram(arrived, borders)[0][large].astype(float), expected[large], large, free)


def _spread(parts: _Parts) -> tuple[float | None, int]:
    """(index of dispersion, how unusual), by Pearson's statistic over the parts."""
    if len(parts.seen) < _FEWEST_PARTS:
        return None, 0
    statistic = float(((parts.seen - parts.expected) ** 2 / parts.expected).sum())
    unusual = int(chdtrc(parts.free, statistic) < UNUSUAL) - int(chdtr(parts.free, statistic) < UNUSUAL)
    return statistic / parts.free, unusual


def _levels(parts: _Parts) -> Interval:
    found = level_variance(parts.seen, parts.expected, free=parts.free)
    estimate, low, high = (math.sqrt(value) for value in (found.estimate, found.low, found.high))
    return Interval(estimate, low, high, found.level)


def _follows(parts: _Parts) -> float | None:
    level = parts.seen / parts.expected - 1.0
    next_day = np.flatnonzero(np.diff(parts.place) == 1)
    if len(next_day) < _FEWEST_PARTS:
        return None
    found = float(np.corrcoef(level[next_day], level[next_day + 1])[0, 1])
    return found if abs(found) > 2.0 / math.sqrt(len(next_day)) else None


def _trend(of: Observed, arrived: Floats, rates: Floats) -> Interval | None:
    """(seen / expected) of the second half over that of the first, with the log interval."""
    middle = (arrived[0] + arrived[-1]) / 2
    expected = _expected(of, rates, np.array([arrived[0], middle, arrived[-1]]))
    seen = np.array([(arrived < middle).sum(), (arrived >= middle).sum()])
    if (expected <= 0).any() or (seen == 0).any():
        return None
    ratio = float(seen[1] / expected[1] / (seen[0] / expected[0]))
    reach = math.exp(1.959963984540054 * math.sqrt(1 / seen[0] + 1 / seen[1]))
    return Interval(ratio, ratio / reach, ratio * reach)
