"""Lines that are kept in the order of service: the head of a level is who is served next.

First come and last come join at the end. The others look for their place from the end on: a step for each of
those they pass, cheap in lines as people know them. Of a line in which every order is as likely as any other,
the head is anybody with the same chance; who comes in at a place drawn at random keeps it so.
"""

import numpy as np

from anlan.maths.compile import part_kernel
from anlan.maths.simulation.arrays import DUE, RANDOM, SHORTEST
from anlan.maths.simulation.places_kernels import PASSED, ZERO, enqueue, insert
from anlan.maths.simulation.visit_kernels import ORDER_DRAW
from anlan.maths.streams_kernels import uniform


@part_kernel
def join_line(model, state, run, line, token):
    """Who comes to a line takes its place in it."""
    order = model.line_order[line]
    if order == SHORTEST or order == DUE:
        insert(state, line, token, _place_by_key(model, state, line, token, order))
    elif order == RANDOM:
        insert(state, line, token, _place_by_chance(model, state, run, line, token))
    else:
        enqueue(state, line, token, False)


@part_kernel
def back_in_line(model, state, line, token):
    """Who was interrupted: by its work left where the shortest goes first, else in front."""
    if model.line_order[line] == SHORTEST:
        insert(state, line, token, _place_by_key(model, state, line, token, model.line_order[line]))
    else:
        enqueue(state, line, token, True)


@part_kernel
def _place_by_key(model, state, line, token, order):
    """The first of those who go after it, -1 none; of equal ones who came first goes first."""
    key, ahead = _key(model, state, token, order), np.int64(-1)
    other = state.tail[line, state.level[token]]
    while other >= 0 and _key(model, state, other, order) > key:
        ahead, other = other, state.before[other]
        state.totals[PASSED] += 1
    return ahead


@part_kernel
def _key(model, state, token, order):
    if order == SHORTEST:
        return state.service[token]
    return state.came[token] + model.promise[state.at[token]]


@part_kernel
def _place_by_chance(model, state, run, line, token):
    """Each place of its level with the same chance: the one who stands there, -1 for the end."""
    level, waiting = state.level[token], 0
    other = state.head[line, level]
    while other >= 0:
        waiting, other = waiting + 1, state.after[other]
    state.totals[PASSED] += waiting
    case, node = state.case[token], state.at[token]
    place = model.luck[node] + state.visits[case, node]
    u = uniform(run.key[0], run.key[1], state.luck[case], place, ORDER_DRAW, ZERO)
    other = state.head[line, level]
    for _ in range(int(u * (waiting + 1))):
        other = state.after[other]
    return other
