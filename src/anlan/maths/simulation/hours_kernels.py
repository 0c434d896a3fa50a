"""Work by the hours of a pool that never lacks servers: it goes on while the pool is open, else it stops.

Nothing but the calendar decides when such work ends, so that its end is known when it comes, without an event
at every opening and closing for each token under way. Times and counts are those the events would lead to,
piece by piece in the same arithmetic: work that would end at the moment of closing ends at the next opening.
`open_hours` tells which lines are such.
"""

import numpy as np

from anlan.maths.compile import part_kernel
from anlan.maths.simulation.arrays import BUSY
from anlan.maths.simulation.lean_kernels import overlap
from anlan.maths.simulation.places_kernels import COMPLETE, plan, spread_ahead
from anlan.maths.simulation.waits_kernels import count_wait


@part_kernel
def goes_by_hours(model, state, tally, token, line):
    """Whether nothing but hours decides about the work; what is watched is done step by step, to be noted."""
    if line < 0 or not model.by_hours[line]:
        return False
    return len(tally.watched) == 0 or not tally.watched[state.number[state.case[token]]]


@part_kernel
def work_by_hours(model, state, tally, run, now, token, line):
    """Count the whole of the work and the waits for openings in it, and plan its end."""
    node, pool = state.at[token], model.line_pool[model.line_pool_first[line]]
    speed, case = model.speed[pool, node], state.case[token]
    # openings and closings take turns, and the last is an opening
    place, last = state.change[pool] - 1, model.change_first[pool + 1] - 1
    while True:
        if model.change_to[place] == 0:
            place += 1
            opens = model.change_time[place]
            tally.queued[line] += overlap(now, opens, tally.window)
            if len(tally.hour_line) > 0:
                spread_ahead(model, tally.hour_line, tally.window, line, now, opens)
            now = opens
        count_wait(state, tally, run, now, token)
        closes = model.change_time[place + 1] if place < last else np.inf
        ends = now + state.service[token] / speed
        until = ends if ends < closes else closes
        tally.pool[pool, BUSY] += overlap(now, until, tally.window)
        state.costs[case] += model.pool_cost[pool] * (until - now)
        if len(tally.hour_pool) > 0:
            spread_ahead(model, tally.hour_pool, tally.window, pool, now, until)
        if ends < closes:
            break
        state.service[token] = max(0.0, state.service[token] - (closes - now) * speed)
        _stop_all(state, token, closes)
        now, place = closes, place + 1
    state.version[token] += 1
    state.pool[token] = -1
    plan(state, ends, COMPLETE, token, state.version[token])


@part_kernel
def _stop_all(state, token, now):
    """Those served together wait from now on."""
    while token >= 0:
        state.idle[token] = now
        token = state.member[token]
