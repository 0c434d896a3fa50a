"""When what has no times of start goes on: the hours of the week in which an activity ends.

A delay that is drawn ends at any hour of the night; in the log it ends when people work. An activity whose
ends avoid at least `LEAST_CLOSED` hours of the week is given opening hours, and its time is counted in
them: what lasted from Friday 17:00 to Monday 9:00 took two hours where it is open on working days from
8:00 to 18:00. An hour is closed where it has less than `RARE` of the ends that it would have if all hours
were alike.
"""

from collections.abc import Mapping

import numpy as np

from anlan.domain.log_summary import HOURS_OF_WEEK
from anlan.loop.improve.twin.observed import Observed
from anlan.maths.sequences.instances import Floats

LEAST_CLOSED, RARE, _FEWEST, _LEAST_MEAN_S = 40, 0.2, 300, 3600.0
_HOUR_S, _WEEK_S = 3600.0, 604_800.0


def opening_hours(of: Observed, held: np.ndarray, elapsed: Floats) -> dict[int, np.ndarray]:
    """Activity -> (168,) bool, for the activities that have opening hours and take an hour on average."""
    rows = of.rows
    later = (rows.before >= 0) & ~held[rows.activity]
    n = np.bincount(rows.activity[later], minlength=of.n_activities)
    total = np.bincount(rows.activity[later], weights=elapsed[later], minlength=of.n_activities)
    found = {}
    for code in np.flatnonzero((n >= _FEWEST) & (total >= _LEAST_MEAN_S * n)):
        ends = rows.end_s[later & (rows.activity == code)]
        counts = np.bincount(of.hour_of_week(ends), minlength=HOURS_OF_WEEK)
        opened = counts >= RARE * len(ends) / HOURS_OF_WEEK
        if (~opened).sum() >= LEAST_CLOSED:
            found[int(code)] = opened
    return found


def open_times(of: Observed, elapsed: Floats, hours: Mapping[int, np.ndarray]) -> Floats:
    """(n,) elapsed seconds of each row, those of activities with opening hours counted in these alone."""
    rows, found = of.rows, elapsed.copy()
    end = of.week_clock(rows.end_s)
    for code, opened in hours.items():
        own = rows.activity == code
        found[own] = seconds_open(end[own], opened) - seconds_open(end[own] - elapsed[own], opened)
    return found


def seconds_open(clock_s: Floats, opened: np.ndarray) -> Floats:
    """Open seconds before moments of a clock whose second 0 is a Monday 0:00."""
    week, within = np.divmod(clock_s, _WEEK_S)
    before = np.concatenate(([0.0], np.cumsum(opened) * _HOUR_S))
    hour = np.minimum((within // _HOUR_S).astype(np.int64), HOURS_OF_WEEK - 1)
    return np.asarray(week * before[-1] + before[hour] + opened[hour] * (within - hour * _HOUR_S))
