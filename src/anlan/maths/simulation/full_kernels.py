"""The full kernel: every feature of `arrays.Model`, each switched by its data.

1. A case arrives and walks: through choices, splits and joins, until each token stands at work or has left.
2. At work it is served at once where a server is free, or interrupts a lower level, or waits in line; it
   may turn away, give up, or wait for a batch to fill.
3. When work is done the server takes the next in its lines, and the token walks on.
4. Servers come and go by calendar and by outage; work begun is finished or suspended.

Draws are keyed by case, node and visit, so that designs differ by what was changed alone.
"""

import numpy as np

from anlan.maths.compile import behind_one_pointer, kernel, part_kernel
from anlan.maths.simulation.arrays import (
    ABANDONED,
    BALKED,
    BUSY,
    COST,
    COUNT,
    DELAYED,
    DOWN,
    DROP,
    DROPPED,
    FINISHED,
    GAVE_UP,
    GO_TO,
    HAPPENED,
    HIDE,
    JOIN,
    LATE,
    LONGEST,
    NO_LOAD,
    NO_ROOM,
    PAUSED,
    SERVED,
    SOME,
    SPENT,
    SPLIT,
    STARVED,
    STUCK,
    TASK,
    TOO_LONG,
    TOO_MANY_VISITS,
    TURNED_AWAY,
    WAITED,
    WAITED_SQUARED,
)
from anlan.maths.simulation.laws_kernels import time_of
from anlan.maths.simulation.lean_kernels import VISIT, overlap, way_of
from anlan.maths.simulation.places_kernels import (
    CHANGE,
    COME,
    COMPLETE,
    EVENTS,
    FAIL,
    FILL,
    FREE_CASES,
    GIVE_UP,
    IDLE,
    MOST,
    NONE,
    REPAIR,
    SIZE,
    STATUS,
    UNTIL,
    ZERO,
    begin_list,
    end_list,
    enqueue,
    free_servers,
    free_token,
    hour_of,
    load_at,
    new_token,
    next_event,
    next_in_lines,
    plan,
    spread_over_hours,
    stop,
    unlink,
)
from anlan.maths.streams_kernels import open_uniform, uniform, words

PATIENCE, WAYS, RISK, OUTAGE = np.int64(2), np.int64(3), np.int64(4), np.int64(5)
_VISIT = np.int64(VISIT)
"""Purposes of draws beside VISIT; of risk r at a visit: draw r."""
_OUT, _STANDS = np.int64(-2), np.int64(-3)
"""In place of a node: dropped from the process; the first link of a batch, to stand in line."""
_MOST_WITHOUT_WORK = 1_000_000
_MOST_VISITS = 65_535
_ONE = np.uint64(1)


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
    arrivals, totals = run.arrivals, state.totals
    if totals[COME] == 0:
        _open_pools(model, state, run.key)
    while totals[STATUS] == 0:
        come = totals[COME]
        if come < len(arrivals) and (totals[SIZE] == 0 or arrivals[come] <= state.times[0]):
            now, pool = arrivals[come], -1
            top = _arrive(state, run, come, entry)
            totals[COME], totals[IDLE] = come + 1, 0
        elif totals[EVENTS] > totals[MOST]:
            stop(state, TOO_LONG, NONE)
        elif totals[EVENTS] >= totals[UNTIL]:
            return PAUSED
        elif come == len(arrivals) and totals[FREE_CASES] == len(state.free_case):
            break
        elif totals[SIZE] == 0 or totals[IDLE] > _MOST_WITHOUT_WORK:
            stop(state, STARVED, _waiting_node(state))
            break
        else:
            now, kind, number, version = next_event(state)
            totals[IDLE] = 0 if kind == COMPLETE else totals[IDLE] + 1
            pool, top = _happen(model, state, tally, run, now, kind, number, version)
        if pool >= 0:
            _serve(model, state, tally, run, now, pool)
        _walk(model, state, tally, run, now, top)
    return totals[STATUS]


@part_kernel
def _open_pools(model, state, key):
    for pool in range(len(model.speed)):
        first = model.change_first[pool]
        state.open_now[pool] = model.change_to[first]
        state.change[pool] = first + 1
        _plan_change(model, state, pool)
        _plan_outage(model, state, key, pool, 0.0, FAIL, model.up)


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
    plan(state, now + _law(model, u, law[pool]), kind, pool, ZERO)


@part_kernel
def _law(model, u, law):
    return time_of(u, law, model.law_code, model.law_numbers, model.law_first, model.law_values)


@part_kernel
def _waiting_node(state):
    """A node where somebody waits for ever."""
    for line in range(state.head.shape[0]):
        for level in range(state.head.shape[1]):
            if state.head[line, level] >= 0:
                return state.at[state.head[line, level]]
    return -1


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
    return _send(state, new_token(state, case, entry), entry, ZERO)


@part_kernel
def _happen(model, state, tally, run, now, kind, number, version):
    """An event; the pool whose servers have to look for work, -1 none, and the height of the stack."""
    if kind == COMPLETE:
        if state.version[number] != version:
            return -1, 0
        state.totals[EVENTS] += 1
        _end_work(model, state, tally, now, number)
        return state.pool[number], _done(model, state, tally, run, now, number)
    if kind == GIVE_UP:
        if state.version[number] != version:
            return -1, 0
        _out_of_line(model, state, tally, now, number)
        _count_wait(state, tally, run, now, number)
        return -1, _send(state, number, _gone_to(model, state, tally, run, number, ABANDONED, GAVE_UP), ZERO)
    if kind == FILL:
        if state.batch_version[number] != version:
            return -1, 0
        return -1, _send(state, _take_batch(state, number), _STANDS, ZERO)
    _change_pool(model, state, tally, run, now, kind, number)
    return number, 0


@part_kernel
def _change_pool(model, state, tally, run, now, kind, pool):
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
def _serve(model, state, tally, run, now, pool):
    """Free servers take what waits; where there are too few and work may stop, the newest stops."""
    while free_servers(state, pool) > 0:
        token = next_in_lines(model, state, pool)
        if token < 0:
            break
        _out_of_line(model, state, tally, now, token)
        _begin(model, state, tally, run, now, token, pool)
    while model.suspends[pool] and free_servers(state, pool) < 0:
        if not _interrupt(model, state, tally, now, pool, ZERO):
            break


@part_kernel
def _done(model, state, tally, run, now, token):
    """Work is done: the token and its batch go onto the stack. The height of the stack."""
    top = 0
    while token >= 0:
        case, node = state.case[token], state.at[token]
        if now - state.came[token] > model.promise[node] and _counts(tally, run, state.number[case]):
            tally.node[node, LATE] += 1.0
        if state.onward[token] == _OUT:
            state.gone[case] = DROPPED
        top = _send(state, token, state.onward[token], top)
        token = state.member[token]
    return top


@part_kernel
def _walk(model, state, tally, run, now, top):
    """The tokens on the stack and those split off them, until each stands at work or has left."""
    while top > 0 and state.totals[STATUS] == 0:
        top -= 1
        token, node = state.stack_token[top], state.stack_node[top]
        while True:
            case = state.case[token]
            if node != _STANDS:
                if node < 0 or state.gone[case] != FINISHED:
                    _leave(state, tally, run, now, token)
                    break
                kind = model.kind[node]
                if kind == SPLIT or kind == SOME:
                    top = _split(model, state, run, token, node, kind, top)
                    break
                if kind == JOIN and not _joined(model, state, token, node):
                    break
                if kind != TASK:
                    node = _onward(model, state, run, case, node)
                    continue
                _come_to_work(model, state, tally, run, now, token, node)
                if model.batch_size[node] > 1:
                    token = _collect(model, state, now, token, node)
                    if token < 0:
                        break
            if _stand(model, state, tally, run, now, token):
                break
            node = _gone_to(model, state, tally, run, token, BALKED, TURNED_AWAY)


@part_kernel
def _onward(model, state, run, case, node):
    """The way after a node without work."""
    place = _visit(model, state, case, node)
    _, word = words(run.key[0], run.key[1], state.luck[case], place, _VISIT, ZERO)
    return way_of(open_uniform(word), node, model.way_first, model.way_to, model.way_sum)


@part_kernel
def _visit(model, state, case, node):
    """Count a visit; the place of its draws."""
    state.visits[case, node] += 1
    if state.visits[case, node] == _MOST_VISITS:
        stop(state, TOO_MANY_VISITS, node)
    return model.luck[node] + state.visits[case, node]


@part_kernel
def _leave(state, tally, run, now, token):
    """A token is done; with the last one, its case."""
    case = state.case[token]
    free_token(state, token)
    if state.open[case] > 0:
        return
    number = state.number[case]
    tally.cycle[number] = now - run.arrivals[number]
    tally.waited[number], tally.spent[number] = state.waits[case], state.costs[case]
    tally.fate[number] = state.gone[case]
    state.free_case[state.totals[FREE_CASES]] = case
    state.totals[FREE_CASES] += 1


@part_kernel
def _split(model, state, run, token, node, kind, top):
    """Tokens for the ways taken, the first of them the token itself; the new height of the stack."""
    case = state.case[token]
    place, taken, best, best_way = _visit(model, state, case, node), 0, 2.0, NONE
    for way in range(model.way_first[node], model.way_first[node + 1]):
        if kind == SOME:
            u = uniform(run.key[0], run.key[1], state.luck[case], place, WAYS, way - model.way_first[node])
            share = model.way_share[way]
            if share > 0.0 and u / share < best:
                best, best_way = u / share, model.way_to[way]
            if u >= share:
                continue
        top = _send(state, token if taken == 0 else new_token(state, case, node), model.way_to[way], top)
        taken += 1
    if taken == 0:  # one way at least: the one that was nearest to being taken
        top = _send(state, token, best_way, top)
        taken = 1
    if kind == SOME and model.join[node] >= 0:
        state.expected[case, model.join[node]] = taken
    return top


@part_kernel
def _send(state, token, node, top):
    if token < 0:
        return top
    state.stack_token[top], state.stack_node[top] = token, node
    return top + 1


@part_kernel
def _joined(model, state, token, node):
    """Whether the token that came to a join goes on for all; it is gone where not."""
    case, join = state.case[token], model.join[node]
    needed = model.needed[node] if model.needed[node] > 0 else state.expected[case, join]
    state.joined[case, join] += 1
    if state.joined[case, join] >= needed:
        state.joined[case, join] = 0
        return True
    if state.open[case] == 1:
        stop(state, STUCK, node)
    free_token(state, token)
    return False


@part_kernel
def _come_to_work(model, state, tally, run, now, token, node):
    """The visit's draws: its time, the way after it, the risks that happen."""
    case = state.case[token]
    number, place = state.number[case], _visit(model, state, case, node)
    word, other = words(run.key[0], run.key[1], state.luck[case], place, _VISIT, ZERO)
    state.at[token], state.came[token], state.idle[token], state.member[token] = node, now, now, -1
    state.onward[token] = way_of(open_uniform(other), node, model.way_first, model.way_to, model.way_sum)
    lasts = _law(model, open_uniform(word), node)
    state.level[token] = min(state.head.shape[1] - 1, max(0, model.level[node] + run.class_level[number]))
    state.service[token] = lasts + _risks(model, state, tally, run, now, token, node, place)
    state.costs[case] += model.cost[node]
    if _counts(tally, run, number):
        tally.node[node, COUNT] += 1.0
        tally.node[node, SERVED] += state.service[token]
        tally.node[node, COST] += model.cost[node]


@part_kernel
def _counts(tally, run, number):
    """Whether the tallies of nodes look at this case: it arrived in the window."""
    return tally.window[0] <= run.arrivals[number] < tally.window[1]


@part_kernel
def _risks(model, state, tally, run, now, token, node, place):
    """What happens at this visit; seconds it adds. What was hidden for this node comes to light first."""
    case, added = state.case[token], 0.0
    state.struck[token] = 0
    for i in range(model.found_first[node], model.found_first[node + 1]):
        bit = _ONE << np.uint64(model.found_risk[i])
        if state.hidden[case] & bit:
            state.hidden[case] &= ~bit
            state.onward[token] = model.risk_to[model.found_risk[i]]
    for risk in range(model.risk_first[node], model.risk_first[node + 1]):
        u = uniform(run.key[0], run.key[1], state.luck[case], place, RISK, model.risk_luck[risk])
        if u < _chance(model, state, now, case, node, risk):
            added += _risk_happens(model, state, tally, run, token, risk, place)
    return added


@part_kernel
def _chance(model, state, now, case, node, risk):
    chance = model.risk_chance[risk] * model.risk_hours[risk, hour_of(model, now)]
    given = model.risk_given[risk]
    if given >= 0 and state.happened[case] & (_ONE << np.uint64(given)):
        chance *= model.risk_factor[risk]
    if model.risk_load[risk] != NO_LOAD:
        beyond = load_at(model, state, node, model.risk_load[risk]) - model.risk_from[risk]
        chance *= 1.0 + model.risk_slope[risk] * max(0.0, beyond)
    return chance


@part_kernel
def _risk_happens(model, state, tally, run, token, risk, place):
    """Its effect on the way; seconds it adds."""
    case, added = state.case[token], 0.0
    bit = _ONE << np.uint64(risk)
    state.happened[case] |= bit
    state.struck[token] |= bit
    if model.risk_delay[risk] >= 0:
        u = uniform(run.key[0], run.key[1], state.luck[case], place, RISK, model.risk_luck[risk] + 1)
        added = _law(model, u, model.risk_delay[risk])
    effect = model.risk_effect[risk]
    if effect == GO_TO and state.onward[token] != _OUT:
        state.onward[token] = model.risk_to[risk]
    elif effect == HIDE:
        state.hidden[case] |= bit
    elif effect == DROP:
        state.onward[token] = _OUT
    state.costs[case] += model.risk_cost[risk]
    if _counts(tally, run, state.number[case]):
        tally.risk[risk, HAPPENED] += 1.0
        tally.risk[risk, DELAYED] += added
        tally.risk[risk, SPENT] += model.risk_cost[risk]
    return added


@part_kernel
def _collect(model, state, now, token, node):
    """Into the batch of its node; the first link of a full one, to stand in line as one, or -1."""
    state.member[token] = state.batch_head[node]
    state.batch_head[node] = token
    state.batch_count[node] += 1
    if state.batch_count[node] == model.batch_size[node]:
        return _take_batch(state, node)
    if state.batch_count[node] == 1 and np.isfinite(model.batch_wait[node]):
        plan(state, now + model.batch_wait[node], FILL, node, state.batch_version[node])
    return -1


@part_kernel
def _take_batch(state, node):
    """The batch collected so far, by its first link."""
    leader = state.batch_head[node]
    state.batch_head[node], state.batch_count[node] = -1, 0
    state.batch_version[node] += 1
    return leader


@part_kernel
def _stand(model, state, tally, run, now, token):
    """Begin at once, interrupt somebody, or wait in line; False where the line is too long for it."""
    node = state.at[token]
    line = model.line[node]
    state.since[token] = now
    pool = _pool_for(model, state, tally, now, token, line) if line >= 0 else -1
    if line < 0 or pool >= 0:
        _begin(model, state, tally, run, now, token, pool)
        return True
    if 0 <= model.balk[node] <= state.length[line]:
        return False
    state.version[token] += 1
    enqueue(state, line, token, False)
    if model.patience[node] >= 0:
        case = state.case[token]
        place = model.luck[node] + state.visits[case, node]
        u = uniform(run.key[0], run.key[1], state.luck[case], place, PATIENCE, ZERO)
        plan(state, now + _law(model, u, model.patience[node]), GIVE_UP, token, state.version[token])
    return True


@part_kernel
def _pool_for(model, state, tally, now, token, line):
    """A pool of the line with a free server, or one where a lower level was interrupted; -1 none."""
    for i in range(model.line_pool_first[line], model.line_pool_first[line + 1]):
        if free_servers(state, model.line_pool[i]) > 0:
            return model.line_pool[i]
    for i in range(model.line_pool_first[line], model.line_pool_first[line + 1]):
        pool = model.line_pool[i]
        if model.preempts[pool] and _interrupt(model, state, tally, now, pool, state.level[token] + 1):
            return pool
    return -1


@part_kernel
def _begin(model, state, tally, run, now, token, pool):
    """A server takes up the work; what waited until now is counted."""
    _count_wait(state, tally, run, now, token)
    state.version[token] += 1
    state.began[token], state.pool[token] = now, pool
    lasts = state.service[token]
    if pool >= 0:
        state.busy_now[pool] += 1
        lasts /= model.speed[pool]
        if model.preempts[pool] or model.suspends[pool]:
            begin_list(state, pool, token)
    plan(state, now + lasts, COMPLETE, token, state.version[token])


@part_kernel
def _count_wait(state, tally, run, now, token):
    """The time since it was last served or came; for each member of a batch."""
    while token >= 0:
        case, node, wait = state.case[token], state.at[token], now - state.idle[token]
        state.waits[case] += wait
        if wait > 0.0 and _counts(tally, run, state.number[case]):
            tally.node[node, WAITED] += wait
            tally.node[node, WAITED_SQUARED] += wait * wait
            tally.node[node, LONGEST] = max(tally.node[node, LONGEST], wait)
        token = state.member[token]


@part_kernel
def _end_work(model, state, tally, now, token):
    """The server lets go; its busy time is counted."""
    pool = state.pool[token]
    if pool < 0:
        return
    state.busy_now[pool] -= 1
    tally.pool[pool, BUSY] += overlap(state.began[token], now, tally.window)
    state.costs[state.case[token]] += model.pool_cost[pool] * (now - state.began[token])
    if len(tally.hour_pool) > 0:
        spread_over_hours(model, tally.hour_pool, tally.window, pool, state.began[token], now)
    if model.preempts[pool] or model.suspends[pool]:
        end_list(state, pool, token)


@part_kernel
def _interrupt(model, state, tally, now, pool, from_level):
    """Put back the newest work of the least important level from `from_level` on; whether there was any."""
    for level in range(state.newest.shape[1] - 1, from_level - 1, -1):
        token = state.newest[pool, level]
        if token >= 0:
            _end_work(model, state, tally, now, token)
            state.service[token] -= (now - state.began[token]) * model.speed[pool]
            state.service[token] = max(0.0, state.service[token])
            state.version[token] += 1
            state.since[token] = now
            enqueue(state, model.line[state.at[token]], token, True)
            while token >= 0:
                state.idle[token] = now
                token = state.member[token]
            return True
    return False


@part_kernel
def _out_of_line(model, state, tally, now, token):
    line = model.line[state.at[token]]
    unlink(state, line, token)
    tally.queued[line] += overlap(state.since[token], now, tally.window)
    if len(tally.hour_line) > 0:
        spread_over_hours(model, tally.hour_line, tally.window, line, state.since[token], now)


@part_kernel
def _gone_to(model, state, tally, run, token, fate, column):
    """The node for those who leave the line; where there is none, the case ends with this fate."""
    node, case = state.at[token], state.case[token]
    _take_back(model, state, tally, run, token)
    if _counts(tally, run, state.number[case]):
        tally.node[node, column] += 1.0
    state.version[token] += 1
    if model.give_up_to[node] < 0:
        state.gone[case] = fate
    return model.give_up_to[node]


@part_kernel
def _take_back(model, state, tally, run, token):
    """Of who leaves before the work begins: its cost, its time and what would have happened at it."""
    node, case = state.at[token], state.case[token]
    place = model.luck[node] + state.visits[case, node]
    counts = _counts(tally, run, state.number[case])
    state.costs[case] -= model.cost[node]
    if counts:
        tally.node[node, SERVED] -= state.service[token]
        tally.node[node, COST] -= model.cost[node]
    for risk in range(model.risk_first[node], model.risk_first[node + 1]):
        if not state.struck[token] & (_ONE << np.uint64(risk)):
            continue
        state.costs[case] -= model.risk_cost[risk]
        if counts:
            tally.risk[risk, HAPPENED] -= 1.0
            tally.risk[risk, SPENT] -= model.risk_cost[risk]
            if model.risk_delay[risk] >= 0:
                u = uniform(run.key[0], run.key[1], state.luck[case], place, RISK, model.risk_luck[risk] + 1)
                tally.risk[risk, DELAYED] -= _law(model, u, model.risk_delay[risk])
