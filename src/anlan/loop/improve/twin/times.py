"""How long each step takes: the time of work where the log holds starts, else the time that passed.

1. An activity holds somebody when nine in ten of its executions have a start and most know who did it, and
   when it takes time at all. Its time is end - start; the wait before it is made by the queue, plus a delay
   that nobody is busy with (see `waiting`).
2. The time of any other activity is what passed since the latest end before it in the case: work and
   waiting in one, with nobody held. A log without starts cannot tell them apart.
3. Elapsed times are corrected for the long ones that the end of the log hides (see `censoring`).
4. Executions that came about in another manner (see `manners`) are steps of their own with elapsed time.
"""

from dataclasses import dataclass

import numpy as np

from anlan.loop.improve.twin.censoring import evened
from anlan.loop.improve.twin.manners import Manners, grouped
from anlan.loop.improve.twin.names import WORKED
from anlan.loop.improve.twin.observed import Observed
from anlan.loop.improve.twin.routing import ARRIVAL, Routing
from anlan.loop.improve.twin.waiting import Waits
from anlan.maths.sequences.instances import Floats, Whole
from anlan.maths.time_fits import TimeFit, fit_times

_MOSTLY, _HALF, _NO_TIME, _OWN_LAP = 0.9, 0.5, 0.95, 100
_LEAST_DELAY, _LEAST_DELAY_S = 0.05, 60.0
_NOTHING = np.zeros(1)


@dataclass(frozen=True, eq=False)
class StepTimes:
    """Of each step of the routing: time of work, or elapsed; delay before it (None: none worth it); count."""

    time: tuple[TimeFit, ...]
    delay: tuple[TimeFit | None, ...]
    count: tuple[int, ...]


def holding_activities(of: Observed) -> np.ndarray:
    """(n_activities,) whether it holds somebody's time."""
    rows, n = of.rows, of.n_activities
    seen = np.maximum(1, np.bincount(rows.activity, minlength=n))

    def share(which: np.ndarray) -> Floats:
        return np.bincount(rows.activity, weights=which, minlength=n) / seen

    idle = share(rows.end_s <= rows.start_s)
    return np.asarray(
        (share(rows.started) >= _MOSTLY) & (share(rows.resource >= 0) >= _HALF) & (idle < _NO_TIME)
    )


def elapsed_s(of: Observed) -> Floats:
    """(n,) time since the latest end before in the case."""
    return np.maximum(0.0, of.rows.end_s - of.rows.reached_s)


def estimate_times(
    of: Observed,
    routing: Routing,
    held: np.ndarray,
    manners: Manners,
    waits: Waits,
    passed: Floats,
    weights: Floats,
) -> StepTimes:
    """passed: (n,) what passed before each row with nobody busy, by the clock of its activity (see `hours`);
    NaN where not known; weights: (n,) of elapsed times (see `censoring`)."""
    rows = of.rows
    by_step = grouped(routing.step_of, len(routing.steps))
    by_activity = grouped(rows.activity, of.n_activities)
    delay_s = np.full(len(rows.case), np.nan)
    delay_s[waits.row] = waits.delay
    wait_s = np.maximum(0.0, rows.start_s - rows.ready_s)
    known = ~np.isnan(passed) & ~manners.cleared
    worked = rows.started & manners.worked
    fits: dict[int, TimeFit] = {}
    time: list[TimeFit] = []
    delay: list[TimeFit | None] = []
    for place, step in enumerate(routing.steps):
        own, code = by_step[place], step.activity
        if held[code] and step.manner == WORKED:
            if code not in fits:
                all_of = by_activity[code]
                fits[code] = fit_times((rows.end_s - rows.start_s)[all_of[worked[all_of]]])
            time.append(fits[code])
            delay.append(_delay(delay_s[own], wait_s[own], passed[own]))
            continue
        elapsed = _NOTHING
        if step.lap != ARRIVAL:
            alike = by_activity[code][manners.of[by_activity[code]] == step.manner]
            elapsed = _elapsed(passed, weights, own[known[own]], alike[known[alike]])
        time.append(fit_times(_NOTHING if held[code] else elapsed))
        delay.append(fit_times(elapsed) if held[code] else None)
    return StepTimes(tuple(time), tuple(delay), tuple(len(own) for own in by_step.values()))


def _elapsed(passed: Floats, weights: Floats, own: Whole, alike: Whole) -> Floats:
    """Times of a step; of all laps where there are few."""
    rows = own if len(own) >= _OWN_LAP or not len(alike) else alike
    return evened(passed[rows], weights[rows]) if len(rows) else _NOTHING


def _delay(delay_s: Floats, wait_s: Floats, passed: Floats) -> TimeFit | None:
    """The delay before a step by its clock, where it is a part of the wait worth keeping."""
    known = ~np.isnan(delay_s)
    if not known.any():
        return None
    delay, wait = float(delay_s[known].mean()), float(wait_s[known].mean())
    if delay < _LEAST_DELAY * wait or delay < _LEAST_DELAY_S:
        return None
    return fit_times(passed[known])
