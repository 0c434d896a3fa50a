"""Servers come and go: by the calendar of their pool, and by outage and repair."""

from anlan.maths.compile import part_kernel
from anlan.maths.simulation.arrays import DOWN
from anlan.maths.simulation.lean_kernels import overlap
from anlan.maths.simulation.places_kernels import CHANGE, FAIL, REPAIR, ZERO, plan
from anlan.maths.simulation.visit_kernels import OUTAGE, time_by_law
from anlan.maths.streams_kernels import uniform


@part_kernel
def open_pools(model, state, key):
    """Who is there at the start, and the first changes and outages to come."""
    for pool in range(len(model.speed)):
        first = model.change_first[pool]
        state.open_now[pool] = model.change_to[first]
        state.change[pool] = first + 1
        _plan_change(model, state, pool)
        _plan_outage(model, state, key, pool, 0.0, FAIL, model.up)


@part_kernel
def change_pool(model, state, tally, run, now, kind, pool):
    """A change by calendar, an outage, or its repair."""
    if kind == CHANGE:
        state.open_now[pool] = model.change_to[state.change[pool]]
        state.change[pool] += 1
        _plan_change(model, state, pool)
    elif kind == FAIL:
        state.out_now[pool], state.out_since[pool] = model.takes[pool], now
        _plan_outage(model, state, run.key, pool, now, REPAIR, model.down)
    else:
        tally.pool[pool, DOWN] += overlap(state.out_since[pool], now, tally.window) * state.out_now[pool]
        state.out_now[pool] = 0
        _plan_outage(model, state, run.key, pool, now, FAIL, model.up)


@part_kernel
def _plan_change(model, state, pool):
    if state.change[pool] < model.change_first[pool + 1]:
        plan(state, model.change_time[state.change[pool]], CHANGE, pool, ZERO)


@part_kernel
def _plan_outage(model, state, key, pool, now, kind, law):
    """The next outage or repair; none once the pool is closed for ever, so that a run can end."""
    if law[pool] < 0 or (state.open_now[pool] == 0 and state.change[pool] == model.change_first[pool + 1]):
        return
    state.outage[pool] += 1
    u = uniform(key[0], key[1], pool, ZERO, OUTAGE, state.outage[pool])
    plan(state, now + time_by_law(model, u, law[pool]), kind, pool, ZERO)
