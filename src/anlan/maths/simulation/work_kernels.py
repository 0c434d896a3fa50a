"""At work: served at once where a server is free, or by interrupting a lower level, or after a wait in line.

Who comes may turn away, give up, or wait for a batch to fill; a server that is done takes the next in its
lines.
"""

import numpy as np

from anlan.maths.compile import part_kernel
from anlan.maths.simulation.arrays import (
    BEGUN,
    BUSY,
    COST,
    COUNT,
    HALTED,
    SERVED,
)
from anlan.maths.simulation.hours_kernels import goes_by_hours, work_by_hours
from anlan.maths.simulation.lean_kernels import overlap, way_of
from anlan.maths.simulation.lines_kernels import back_in_line, join_line
from anlan.maths.simulation.notes_kernels import note_batch
from anlan.maths.simulation.places_kernels import (
    COMPLETE,
    FILL,
    GIVE_UP,
    ZERO,
    begin_list,
    end_list,
    free_servers,
    next_in_lines,
    plan,
    spread_over_hours,
    unlink,
)
from anlan.maths.simulation.risks_kernels import draw_risks, take_back
from anlan.maths.simulation.sharing_kernels import let_go, pace_anew, take_on
from anlan.maths.simulation.visit_kernels import HANDS, PATIENCE, VISIT, is_counted, new_visit, time_by_law
from anlan.maths.simulation.waits_kernels import count_wait
from anlan.maths.streams_kernels import open_uniform, uniform, words


@part_kernel
def come_to_work(model, state, tally, run, now, token, node):
    """The visit's draws: its time, the way after it, the risks that happen."""
    case = state.case[token]
    number, place = state.number[case], new_visit(model, state, case, node)
    word, other = words(run.key[0], run.key[1], state.luck[case], place, VISIT, ZERO)
    state.at[token], state.came[token], state.idle[token], state.member[token] = node, now, now, -1
    state.onward[token] = way_of(open_uniform(other), node, model.way_first, model.way_to, model.way_sum)
    lasts = time_by_law(model, open_uniform(word), node)
    state.level[token] = min(state.head.shape[1] - 1, max(0, model.level[node] + run.class_level[number]))
    state.service[token] = lasts + draw_risks(model, state, tally, run, token, node, place)
    state.costs[case] += model.cost[node]
    if is_counted(tally, run, number):
        tally.node[node, COUNT] += 1.0
        tally.node[node, SERVED] += state.service[token]
        tally.node[node, COST] += model.cost[node]


@part_kernel
def stand(model, state, tally, run, now, token):
    """Begin at once, interrupt somebody, or wait in line; False where the line is too long for it."""
    node = state.at[token]
    line = model.line[node]
    state.since[token] = now
    if goes_by_hours(model, state, tally, token, line):
        work_by_hours(model, state, tally, run, now, token, line)
        return True
    pool = _pool_for(model, state, tally, run, now, token, line) if line >= 0 else -1
    if line < 0 or pool >= 0:
        _begin(model, state, tally, run, now, token, pool)
        if pool >= 0 and model.slows[pool] > 0.0:
            pace_anew(model, state, pool, now)
        return True
    if 0 <= model.balk[node] <= state.length[line]:
        return False
    state.version[token] += 1
    join_line(model, state, run, line, token)
    if model.patience[node] >= 0:
        case = state.case[token]
        place = model.luck[node] + state.visits[case, node]
        u = uniform(run.key[0], run.key[1], state.luck[case], place, PATIENCE, ZERO)
        plan(state, now + time_by_law(model, u, model.patience[node]), GIVE_UP, token, state.version[token])
    return True


@part_kernel
def _pool_for(model, state, tally, run, now, token, line):
    """A pool of the line with a free server, or one where a lower level was interrupted; -1 none."""
    if model.anyone[state.at[token]]:
        pool = _pool_of_anyone(model, state, run, token, line)
        if pool >= 0:
            return pool
    for i in range(model.line_pool_first[line], model.line_pool_first[line + 1]):
        if free_servers(state, model.line_pool[i]) > 0:
            return model.line_pool[i]
    for i in range(model.line_pool_first[line], model.line_pool_first[line + 1]):
        pool = model.line_pool[i]
        if model.preempts[pool] and _interrupt(model, state, tally, now, pool, state.level[token] + 1):
            return pool
    return -1


@part_kernel
def _pool_of_anyone(model, state, run, token, line):
    """The pool of a free server, each of them with the same chance; -1 none."""
    first, end, free = model.line_pool_first[line], model.line_pool_first[line + 1], 0
    for i in range(first, end):
        free += max(0, free_servers(state, model.line_pool[i]))
    if free == 0:
        return -1
    case, node = state.case[token], state.at[token]
    place = model.luck[node] + state.visits[case, node]
    u = uniform(run.key[0], run.key[1], state.luck[case], place, HANDS, ZERO)
    left = int(u * free)
    for i in range(first, end):
        left -= max(0, free_servers(state, model.line_pool[i]))
        if left < 0:
            return model.line_pool[i]
    return -1


@part_kernel
def serve(model, state, tally, run, now, pool):
    """Free servers take what waits; where there are too few and work may stop, the newest stops."""
    while free_servers(state, pool) > 0:
        token = next_in_lines(model, state, pool)
        if token < 0:
            break
        out_of_line(model, state, tally, now, token)
        _begin(model, state, tally, run, now, token, pool)
    while model.suspends[pool] and free_servers(state, pool) < 0:
        if not _interrupt(model, state, tally, now, pool, ZERO):
            break
    if model.slows[pool] > 0.0:
        pace_anew(model, state, pool, now)


@part_kernel
def _begin(model, state, tally, run, now, token, pool):
    """A server takes up the work; what waited until now is counted."""
    count_wait(state, tally, run, now, token)
    note_batch(state, tally, now, token, pool, BEGUN)
    state.version[token] += 1
    state.began[token], state.pool[token] = now, pool
    lasts = state.service[token]
    if pool >= 0:
        state.busy_now[pool] += 1
        lasts /= model.speed[pool, state.at[token]]
        if model.slows[pool] > 0.0:
            take_on(state, pool, token, lasts, now)
            return
        if model.preempts[pool] or model.suspends[pool]:
            begin_list(state, pool, token)
    plan(state, now + lasts, COMPLETE, token, state.version[token])


@part_kernel
def end_work(model, state, tally, now, token):
    """The server lets go; its busy time is counted."""
    pool = state.pool[token]
    if pool < 0:
        return
    state.busy_now[pool] -= 1
    tally.pool[pool, BUSY] += overlap(state.began[token], now, tally.window)
    state.costs[state.case[token]] += model.pool_cost[pool] * (now - state.began[token])
    if len(tally.hour_pool) > 0:
        spread_over_hours(model, state, tally.hour_pool, tally.window, pool, state.began[token], now)
    if model.slows[pool] > 0.0:
        let_go(state, pool, token, now)
    elif model.preempts[pool] or model.suspends[pool]:
        end_list(state, pool, token)


@part_kernel
def _interrupt(model, state, tally, now, pool, from_level):
    """Put back the newest work of the least important level from `from_level` on; whether there was any."""
    for level in range(state.newest.shape[1] - 1, from_level - 1, -1):
        token = state.newest[pool, level]
        if token >= 0:
            end_work(model, state, tally, now, token)
            state.service[token] -= (now - state.began[token]) * model.speed[pool, state.at[token]]
            state.service[token] = max(0.0, state.service[token])
            state.version[token] += 1
            state.since[token] = now
            back_in_line(model, state, model.line[state.at[token]], token)
            note_batch(state, tally, now, token, state.at[token], HALTED)
            while token >= 0:
                state.idle[token] = now
                token = state.member[token]
            return True
    return False


@part_kernel
def out_of_line(model, state, tally, now, token):
    """Somebody leaves the line, to be served or not; the time in it is counted."""
    line = model.line[state.at[token]]
    unlink(state, line, token)
    tally.queued[line] += overlap(state.since[token], now, tally.window)
    if len(tally.hour_line) > 0:
        spread_over_hours(model, state, tally.hour_line, tally.window, line, state.since[token], now)


@part_kernel
def gone_to(model, state, tally, run, token, fate, column):
    """The node for those who leave the line; where there is none, the case ends with this fate."""
    node, case = state.at[token], state.case[token]
    take_back(model, state, tally, run, token)
    if is_counted(tally, run, state.number[case]):
        tally.node[node, column] += 1.0
    state.version[token] += 1
    if model.give_up_to[node] < 0:
        state.gone[case] = fate
    return model.give_up_to[node]


@part_kernel
def collect(model, state, now, token, node):
    """Into the batch of its node; the first link of a full one, to stand in line as one, or -1."""
    state.member[token] = state.batch_head[node]
    state.batch_head[node] = token
    state.batch_count[node] += 1
    if state.batch_count[node] == model.batch_size[node]:
        return take_batch(state, node)
    if state.batch_count[node] == 1 and np.isfinite(model.batch_wait[node]):
        plan(state, now + model.batch_wait[node], FILL, node, state.batch_version[node])
    return -1


@part_kernel
def take_batch(state, node):
    """The batch collected so far, by its first link."""
    leader = state.batch_head[node]
    state.batch_head[node], state.batch_count[node] = -1, 0
    state.batch_version[node] += 1
    return leader
