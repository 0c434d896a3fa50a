"""People who hold several cases at once, each of them slower for it, as those who answer chats do.

The cases of a pool count as spread evenly over its people: with n cases and c people each person holds
m = max(1, n/c), and each case goes on at 1/(1 + slows (m - 1)) of its speed. With `slows` 1 that is processor
sharing. The work done on each case since the pool was last empty is one number for all of them; a case is
done when that reaches what it was at its beginning plus its work, so one event a pool is enough: that of the
case that is done first.
"""

from anlan.maths.compile import part_kernel
from anlan.maths.simulation.places_kernels import COMPLETE, NONE, PASSED, plan


@part_kernel
def take_on(state, pool, token, lasts, now):
    """Among those of the pool, in the order in which they will be done; `pace_anew` has to follow."""
    _settle(state, pool, now)
    due = state.worked[pool] + lasts
    left, right = NONE, state.soonest[pool]
    while right >= 0 and state.due[right] <= due:
        left, right = right, state.after[right]
        state.totals[PASSED] += 1
    state.due[token], state.before[token], state.after[token] = due, left, right
    if left < 0:
        state.soonest[pool] = token
    else:
        state.after[left] = token
    if right >= 0:
        state.before[right] = token


@part_kernel
def let_go(state, pool, token, now):
    """Work on it is done; `pace_anew` has to follow."""
    _settle(state, pool, now)
    left, right = state.before[token], state.after[token]
    if left < 0:
        state.soonest[pool] = right
    else:
        state.after[left] = right
    if right >= 0:
        state.before[right] = left
    if state.planned[pool] == token:
        state.planned[pool] = NONE
    if state.soonest[pool] < 0:
        state.worked[pool] = 0.0


@part_kernel
def pace_anew(model, state, pool, now):
    """How fast each goes on now, and when the first of them will be done."""
    _settle(state, pool, now)
    busy, places = state.busy_now[pool], max(0, state.open_now[pool] - state.out_now[pool])
    people = max(places, busy) / model.at_once[pool]
    state.pace[pool] = 1.0
    if busy > people:
        state.pace[pool] = 1.0 / (1.0 + model.slows[pool] * (busy / people - 1.0))
    if state.planned[pool] >= 0:
        state.version[state.planned[pool]] += 1
    first = state.soonest[pool]
    state.planned[pool] = first
    if first >= 0:
        state.version[first] += 1
        left = max(0.0, state.due[first] - state.worked[pool])
        plan(state, now + left / state.pace[pool], COMPLETE, first, state.version[first])


@part_kernel
def _settle(state, pool, now):
    state.worked[pool] += (now - state.settled[pool]) * state.pace[pool]
    state.settled[pool] = now
