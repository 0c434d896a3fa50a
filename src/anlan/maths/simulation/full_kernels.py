"""The full kernel: every feature of `arrays.Model`, each switched by its data.

1. A case arrives and walks: through choices, splits and joins, until each token stands at work or has left
   (`ways_kernels`).
2. At work it is served at once where a server is free, or interrupts a lower level, or waits in line; it
   may turn away, give up, or wait for a batch to fill (`work_kernels`); risks strike (`risks_kernels`).
3. When work is done the server takes the next in its lines, and the token walks on.
4. Servers come and go by calendar and by outage; work begun is finished or suspended (`pools_kernels`).

Draws are keyed by case, node and visit, so that designs differ by what was changed alone (`visit_kernels`).
"""

import numpy as np

from anlan.maths.compile import behind_one_pointer, kernel, part_kernel
from anlan.maths.simulation.arrays import (
    ABANDONED,
    DROPPED,
    FINISHED,
    GAVE_UP,
    LATE,
    NO_ROOM,
    PAUSED,
    STARVED,
    TOO_LONG,
)
from anlan.maths.simulation.places_kernels import (
    COME,
    COMPLETE,
    EVENTS,
    FILL,
    FREE_CASES,
    GIVE_UP,
    IDLE,
    MOST,
    NONE,
    PASSED,
    SIZE,
    STATUS,
    UNTIL,
    ZERO,
    new_token,
    next_event,
    note_hour,
    send,
    stop,
)
from anlan.maths.simulation.pools_kernels import change_pool, open_pools
from anlan.maths.simulation.risks_kernels import OUT_OF_ALL
from anlan.maths.simulation.visit_kernels import is_counted
from anlan.maths.simulation.waits_kernels import count_wait
from anlan.maths.simulation.ways_kernels import STANDS, walk
from anlan.maths.simulation.work_kernels import end_work, gone_to, out_of_line, serve, take_batch

_MOST_WITHOUT_WORK, _MOST_PASSED = 1_000_000, 100_000_000

ModelRef = behind_one_pointer("ModelRef")
StateRef = behind_one_pointer("StateRef")
TallyRef = behind_one_pointer("TallyRef")
RunRef = behind_one_pointer("RunRef")


@kernel
def run_full(all_model, all_state, all_tally, all_run, entry):
    """One replication of a `Model`, from an empty `State`, into a `Tally`. Returns how it ended, or PAUSED:
    called again with a later UNTIL it goes on where it was."""
    model, state = ModelRef(all_model), StateRef(all_state)
    tally, run = TallyRef(all_tally), RunRef(all_run)
    arrivals, totals, next_hour = run.arrivals, state.totals, -np.inf
    if totals[COME] == 0:
        open_pools(model, state, run.key)
    while totals[STATUS] == 0:
        come = totals[COME]
        if come < len(arrivals) and (totals[SIZE] == 0 or arrivals[come] <= state.times[0]):
            now, pool = arrivals[come], -1
            if now >= next_hour:
                next_hour = note_hour(model, state, now)
            top = _arrive(state, run, come, entry)
            totals[COME], totals[IDLE] = come + 1, 0
        elif totals[EVENTS] > totals[MOST]:
            stop(state, TOO_LONG, NONE)
        elif totals[EVENTS] >= totals[UNTIL] or totals[PASSED] > _MOST_PASSED:
            totals[PASSED] = 0
            return PAUSED
        elif come == len(arrivals) and totals[FREE_CASES] == len(state.free_case):
            break
        elif totals[SIZE] == 0 or totals[IDLE] > _MOST_WITHOUT_WORK:
            stop(state, STARVED, _waiting_node(state))
            break
        else:
            now, kind, number, version = next_event(state)
            if now >= next_hour:
                next_hour = note_hour(model, state, now)
            totals[IDLE] = 0 if kind == COMPLETE else totals[IDLE] + 1
            pool, top = _happen(model, state, tally, run, now, kind, number, version)
        if pool >= 0:
            serve(model, state, tally, run, now, pool)
        walk(model, state, tally, run, now, top)
    return totals[STATUS]


@part_kernel
def _arrive(state, run, number, entry):
    """Room for a case; its first token goes onto the stack of those that walk. The height of the stack."""
    if state.totals[FREE_CASES] == 0:
        stop(state, NO_ROOM, NONE)
        return 0
    state.totals[FREE_CASES] -= 1
    case = state.free_case[state.totals[FREE_CASES]]
    state.number[case], state.luck[case] = number, run.luck[number]
    state.open[case], state.gone[case] = 0, FINISHED
    state.joined[case, :] = 0
    state.hidden[case] = state.happened[case] = 0
    state.waits[case] = state.costs[case] = 0.0
    state.visits[case, :] = 0
    state.totals[EVENTS] += 1
    return send(state, new_token(state, case, entry), entry, ZERO)


@part_kernel
def _happen(model, state, tally, run, now, kind, number, version):
    """An event; the pool whose servers have to look for work, -1 none, and the height of the stack."""
    if kind == COMPLETE:
        if state.version[number] != version:
            return -1, 0
        state.totals[EVENTS] += 1
        end_work(model, state, tally, now, number)
        return state.pool[number], _done(model, state, tally, run, now, number)
    if kind == GIVE_UP:
        if state.version[number] != version:
            return -1, 0
        out_of_line(model, state, tally, now, number)
        count_wait(state, tally, run, now, number)
        return -1, send(state, number, gone_to(model, state, tally, run, number, ABANDONED, GAVE_UP), ZERO)
    if kind == FILL:
        if state.batch_version[number] != version:
            return -1, 0
        return -1, send(state, take_batch(state, number), STANDS, ZERO)
    change_pool(model, state, tally, run, now, kind, number)
    return number, 0


@part_kernel
def _done(model, state, tally, run, now, token):
    """Work is done: the token and its batch go onto the stack. The height of the stack."""
    top = 0
    while token >= 0:
        case, node = state.case[token], state.at[token]
        if now - state.came[token] > model.promise[node] and is_counted(tally, run, state.number[case]):
            tally.node[node, LATE] += 1.0
        if state.onward[token] == OUT_OF_ALL:
            state.gone[case] = DROPPED
        top = send(state, token, state.onward[token], top)
        token = state.member[token]
    return top


@part_kernel
def _waiting_node(state):
    """A node where somebody waits for ever."""
    for line in range(state.head.shape[0]):
        for level in range(state.head.shape[1]):
            if state.head[line, level] >= 0:
                return state.at[state.head[line, level]]
    return -1
