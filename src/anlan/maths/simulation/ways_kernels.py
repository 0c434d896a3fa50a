"""Ways through the network: choices, splits and joins, until each token stands at work or has left."""

import numpy as np

from anlan.maths.compile import part_kernel
from anlan.maths.simulation.arrays import (
    BALKED,
    BORN,
    CAME,
    FINISHED,
    HELD,
    JOIN,
    LEFT,
    SOME,
    SPLIT,
    STUCK,
    TASK,
    TURNED_AWAY,
    WENT_BY,
)
from anlan.maths.simulation.lean_kernels import way_of
from anlan.maths.simulation.notes_kernels import note
from anlan.maths.simulation.places_kernels import (
    FREE_CASES,
    NONE,
    STATUS,
    ZERO,
    free_token,
    new_token,
    send,
    stop,
)
from anlan.maths.simulation.visit_kernels import VISIT, WAYS, new_visit
from anlan.maths.simulation.work_kernels import collect, come_to_work, gone_to, stand
from anlan.maths.streams_kernels import open_uniform, uniform, words

STANDS = np.int64(-3)
"""In place of a node: the first link of a batch, to stand in line."""


@part_kernel
def walk(model, state, tally, run, now, top):
    """The tokens on the stack and those split off them, until each stands at work or has left."""
    while top > 0 and state.totals[STATUS] == 0:
        top -= 1
        token, node = state.stack_token[top], state.stack_node[top]
        while True:
            case = state.case[token]
            if node != STANDS:
                if node < 0 or state.gone[case] != FINISHED:
                    _leave(state, tally, run, now, token)
                    break
                kind = model.kind[node]
                if kind == SPLIT or kind == SOME:
                    note(state, tally, now, token, node, WENT_BY)
                    top = _split(model, state, tally, run, now, token, node, kind, top)
                    break
                if kind == JOIN and not _joined(model, state, tally, now, token, node):
                    break
                if kind != TASK:
                    note(state, tally, now, token, node, WENT_BY)
                    node = _onward(model, state, run, case, node)
                    continue
                note(state, tally, now, token, node, CAME)
                come_to_work(model, state, tally, run, now, token, node)
                if model.batch_size[node] > 1:
                    token = collect(model, state, now, token, node)
                    if token < 0:
                        break
            if stand(model, state, tally, run, now, token):
                break
            node = gone_to(model, state, tally, run, token, BALKED, TURNED_AWAY)


@part_kernel
def _onward(model, state, run, case, node):
    """The way after a node without work."""
    place = new_visit(model, state, case, node)
    _, word = words(run.key[0], run.key[1], state.luck[case], place, VISIT, ZERO)
    return way_of(open_uniform(word), node, model.way_first, model.way_to, model.way_sum)


@part_kernel
def _leave(state, tally, run, now, token):
    """A token is done; with the last one, its case."""
    case = state.case[token]
    note(state, tally, now, token, state.gone[case], LEFT)
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
def _split(model, state, tally, run, now, token, node, kind, top):
    """Tokens for the ways taken, the first of them the token itself; the new height of the stack."""
    case = state.case[token]
    place, taken, best, best_way = new_visit(model, state, case, node), 0, 2.0, NONE
    for way in range(model.way_first[node], model.way_first[node + 1]):
        if kind == SOME:
            u = uniform(run.key[0], run.key[1], state.luck[case], place, WAYS, way - model.way_first[node])
            share = model.way_share[way]
            if share > 0.0 and u / share < best:
                best, best_way = u / share, model.way_to[way]
            if u >= share:
                continue
        other = token if taken == 0 else new_token(state, case, node)
        if taken > 0 and other >= 0:
            note(state, tally, now, other, node, BORN)
        top = send(state, other, model.way_to[way], top)
        taken += 1
    if taken == 0:  # one way at least: the one that was nearest to being taken
        top = send(state, token, best_way, top)
        taken = 1
    if kind == SOME and model.join[node] >= 0:
        state.expected[case, model.join[node]] = taken
    return top


@part_kernel
def _joined(model, state, tally, now, token, node):
    """Whether the token that came to a join goes on for all; it is gone where not."""
    case, join = state.case[token], model.join[node]
    needed = model.needed[node] if model.needed[node] > 0 else state.expected[case, join]
    state.joined[case, join] += 1
    if state.joined[case, join] >= needed:
        state.joined[case, join] = 0
        return True
    if state.open[case] == 1:
        stop(state, STUCK, node)
    note(state, tally, now, token, node, HELD)
    free_token(state, token)
    return False
