"""Putting tokens into lines and lists and taking them out; events in and out; taking and giving back room.

Lists are linked both ways through `before` and `after`, so that somebody who gives up leaves from the middle.
An event's `what` packs kind, number and the version it was meant for: an event whose token has moved on
since is stale and dropped when it comes up.
"""

import numpy as np

from anlan.maths.compile import part_kernel
from anlan.maths.simulation.arrays import BUSY_SHARE, DONE, HOURS, LAST_COME, LINE_LENGTH, NO_ROOM
from anlan.maths.simulation.heap_kernels import pop, push

STATUS, SIZE, ORDER, EVENTS, FREE_TOKENS, FREE_CASES, WHERE, MOST, COME, IDLE, UNTIL, HOUR, PASSED = range(13)
"""Places of `State.totals`; WHERE: the node or pool a run stopped at; MOST: events before it is stopped;
COME: cases that have arrived; IDLE: events since work was last done; UNTIL: events before it pauses;
HOUR: hours from the start of the first week until now; PASSED: tokens passed in lines since a pause."""
COMPLETE, GIVE_UP, CHANGE, FAIL, REPAIR, FILL = (np.int64(kind) for kind in range(6))
"""Kinds of events; FILL: a batch has waited long enough. As all numbers handed to parts they are of one type:
a part is compiled anew for every literal."""
ZERO, NONE = np.int64(0), np.int64(-1)
HOUR_S = 3600.0


@part_kernel
def stop(state, status, where):
    """Keep the first reason to stop."""
    if state.totals[STATUS] == DONE:
        state.totals[STATUS], state.totals[WHERE] = status, where


@part_kernel
def plan(state, time, kind, number, version):
    """An event to come."""
    size = state.totals[SIZE]
    if size == len(state.times):
        stop(state, NO_ROOM, NONE)
        return
    state.totals[ORDER] += 1
    what = (version << 32) | (number << 4) | kind
    push(state.times, state.orders, state.whats, size, time, state.totals[ORDER], what)
    state.totals[SIZE] = size + 1


@part_kernel
def next_event(state):
    """Time, kind, number and version of the first event, taken out."""
    time, what = state.times[0], state.whats[0]
    pop(state.times, state.orders, state.whats, state.totals[SIZE])
    state.totals[SIZE] -= 1
    return time, what & 15, (what >> 4) & 0xFFFFFFF, what >> 32


@part_kernel
def new_token(state, case, node):
    """A token of a case; -1 where there is no room."""
    if state.totals[FREE_TOKENS] == 0:
        stop(state, NO_ROOM, NONE)
        return -1
    state.totals[FREE_TOKENS] -= 1
    token = state.free_token[state.totals[FREE_TOKENS]]
    state.case[token], state.at[token], state.member[token] = case, node, -1
    state.open[case] += 1
    return token


@part_kernel
def free_token(state, token):
    """Give a token's room back; its old events become stale."""
    state.version[token] += 1
    state.open[state.case[token]] -= 1
    state.free_token[state.totals[FREE_TOKENS]] = token
    state.totals[FREE_TOKENS] += 1


@part_kernel
def enqueue(state, line, token, first):
    """To the end of its level in a line, or to its beginning."""
    level = state.level[token]
    end = state.head[line, level] if first else state.tail[line, level]
    state.before[token], state.after[token] = (-1, end) if first else (end, -1)
    if end < 0:
        state.head[line, level] = state.tail[line, level] = token
    elif first:
        state.before[end] = state.head[line, level] = token
    else:
        state.after[end] = state.tail[line, level] = token
    state.length[line] += 1


@part_kernel
def insert(state, line, token, ahead):
    """Into its level of a line, `ahead` of a token that waits there, or to the end where it is -1."""
    if ahead < 0:
        enqueue(state, line, token, False)
        return
    left = state.before[ahead]
    if left < 0:
        enqueue(state, line, token, True)
        return
    state.before[token], state.after[token] = left, ahead
    state.after[left] = state.before[ahead] = token
    state.length[line] += 1


@part_kernel
def unlink(state, line, token):
    """Out of its line."""
    level, left, right = state.level[token], state.before[token], state.after[token]
    if left < 0:
        state.head[line, level] = right
    else:
        state.after[left] = right
    if right < 0:
        state.tail[line, level] = left
    else:
        state.before[right] = left
    state.length[line] -= 1


@part_kernel
def begin_list(state, pool, token):
    """Onto the pool's list of work begun, the newest first."""
    level = state.level[token]
    newest = state.newest[pool, level]
    state.before[token], state.after[token] = -1, newest
    if newest >= 0:
        state.before[newest] = token
    state.newest[pool, level] = token


@part_kernel
def end_list(state, pool, token):
    """Off the pool's list of work begun."""
    left, right = state.before[token], state.after[token]
    if left < 0:
        state.newest[pool, state.level[token]] = right
    else:
        state.after[left] = right
    if right >= 0:
        state.before[right] = left


@part_kernel
def send(state, token, node, top):
    """Onto the stack of those that walk, to `node`; the new height of the stack. Token -1: nobody."""
    if token < 0:
        return top
    state.stack_token[top], state.stack_node[top] = token, node
    return top + 1


@part_kernel
def free_servers(state, pool):
    """Servers of a pool that could begin now."""
    return max(0, state.open_now[pool] - state.out_now[pool]) - state.busy_now[pool]


@part_kernel
def next_in_lines(model, state, pool):
    """The token a free server of the pool takes: lowest level, then longest in line; -1: nobody waits."""
    found, best_level, best_since = -1, 0, 0.0
    for i in range(model.pool_line_first[pool], model.pool_line_first[pool + 1]):
        line = model.pool_line[i]
        if state.length[line] == 0:
            continue
        for level in range(state.head.shape[1]):
            token = (
                state.tail[line, level] if model.line_order[line] == LAST_COME else state.head[line, level]
            )
            if token >= 0:
                if (
                    found < 0
                    or level < best_level
                    or (level == best_level and state.since[token] < best_since)
                ):
                    found, best_level, best_since = token, level, state.since[token]
                break
    return found


@part_kernel
def load_at(model, state, node, measure):
    """Length of the node's line, or the share of its first pool's servers that are busy."""
    line = model.line[node]
    if line < 0:
        return 0.0
    if measure == LINE_LENGTH:
        return float(state.length[line])
    if measure == BUSY_SHARE:
        pool = model.line_pool[model.line_pool_first[line]]
        there = max(0, state.open_now[pool] - state.out_now[pool])
        return state.busy_now[pool] / there if there > 0 else 1.0
    return 0.0


@part_kernel
def note_hour(model, state, now):
    """Keep the hour that it is; the second from which on it is another."""
    start = model.week_start[0]
    hour = int((start + now) / HOUR_S)
    state.totals[HOUR] = hour
    return (hour + 1) * HOUR_S - start


@part_kernel
def spread_over_hours(model, state, hours, window, column, begin, now):
    """Add the seconds begin..now, those in the window, to the hours of the week they fall in.

    Backwards from the hour that it is, which is known: a division for each span would cost as much as the
    rest of it.
    """
    start = model.week_start[0]
    hour, end = state.totals[HOUR], min(now, window[1])
    if end < now:
        hour = int((start + end) / HOUR_S)
    begin = max(begin, window[0])
    if begin >= end:
        return
    _spread_back(hours, column, start, hour, begin, end)


@part_kernel
def spread_ahead(model, hours, window, column, begin, end):
    """The same for seconds that are yet to come."""
    begin, end = max(begin, window[0]), min(end, window[1])
    if begin < end:
        start = model.week_start[0]
        _spread_back(hours, column, start, int((start + end) / HOUR_S), begin, end)


@part_kernel
def _spread_back(hours, column, start, hour, begin, end):
    """From the end, which lies in this hour, hour by hour to the beginning."""
    of_week, border = hour % HOURS, hour * HOUR_S - start
    while border > begin:
        hours[of_week, column] += end - border
        end = border
        border -= HOUR_S
        of_week = of_week - 1 if of_week > 0 else HOURS - 1
    hours[of_week, column] += end - begin
