"""A* over pairs (events explained, marking): the cheapest way of a model through one sequence of labels.

The open list is an array of stacks, one for each value of cost so far + bound of what is left; costs are
whole numbers, so the next state is the top of the first stack that is not empty. States are kept in `search`:
position, marking, cost, parent, edge (int32, capacity), closed (bool), and a hash table whose slots are
valid where their stamp is that of the run. Heap order is never asked for, so equal inputs explore alike.
"""

import numpy as np

from anlan.maths.compile import kernel, part_kernel
from anlan.maths.process_models.marking_kernels import expand

FOUND, EXHAUSTED, STORE_FULL = 0, 1, 2
_NEVER = 1 << 29


@part_kernel
def bound(position, marking, n_unknown, remaining, whole, distance, fewest, most):
    """Cost that is still to come, at least.

    A label seen r times in the rest of the sequence and between `fewest` and `most` times on every way to the
    end costs what r lies outside; and of `distance` visible firings, at most those events that can be
    matched are free.
    """
    if not whole:
        return n_unknown[position]
    if distance[marking] < 0:
        return _NEVER
    missing = surplus = known = 0
    for label in range(remaining.shape[1]):
        seen = remaining[position, label]
        known += seen
        if seen < fewest[marking, label]:
            missing += fewest[marking, label] - seen
        elif seen > most[marking, label]:
            surplus += seen - most[marking, label]
    unmatched = distance[marking] - (known - surplus)
    return n_unknown[position] + surplus + max(missing, unmatched)


@part_kernel
def place_of(position, marking, run, search, outcome):
    """Number of the state of a pair, made where it is new (its cost is then -1)."""
    positions, markings, costs, _, _, closed, table, stamps = search
    mask = np.uint64(len(table) - 1)
    mixed = (np.uint64(position) << np.uint64(32) | np.uint64(marking)) * np.uint64(0x9E3779B97F4A7C15)
    slot = (mixed ^ (mixed >> np.uint64(31))) & mask
    while stamps[slot] == run:
        state = table[slot]
        if positions[state] == position and markings[state] == marking:
            return state
        slot = (slot + np.uint64(1)) & mask
    state = outcome[2]
    stamps[slot] = run
    table[slot] = state
    positions[state] = position
    markings[state] = marking
    costs[state] = -1
    closed[state] = False
    outcome[2] = state + 1
    return state


@kernel
def align(
    trace, n_unknown, remaining, run, budget, net, label_of, store, ways, search, queue, stacks, outcome
):
    """Fill `outcome`: status, state reached, states made, smallest bound of what was open, best state to
    finish from, its cost with all that is left taken one-sidedly."""
    whole, distance, fewest, most = ways
    tokens, table, counters, first_edge, n_out, edge_transition, edge_target = store
    positions, markings, costs, parents, edges, closed, _, _ = search
    entry_state, entry_next = queue
    length = len(trace)
    n_entries = 0
    outcome[2] = 0
    outcome[4], outcome[5] = -1, _NEVER
    stacks[:] = -1
    start = place_of(0, 0, run, search, outcome)
    costs[start], parents[start], edges[start] = 0, -1, -1
    first = bound(0, 0, n_unknown, remaining, whole, distance, fewest, most)
    if first < len(stacks):
        entry_state[0], entry_next[0] = start, -1
        stacks[first] = 0
        n_entries = 1
    level = 0
    while level < len(stacks):
        if stacks[level] < 0:
            level += 1
            continue
        entry = stacks[level]
        stacks[level] = entry_next[entry]
        state = entry_state[entry]
        if closed[state]:
            continue
        closed[state] = True
        position, marking, cost = positions[state], markings[state], costs[state]
        outcome[3] = level
        if position == length and marking == 1:
            outcome[0], outcome[1] = FOUND, state
            return
        if first_edge[marking] < 0 and not expand(
            marking, net, tokens, table, counters, first_edge, n_out, edge_transition, edge_target
        ):
            outcome[0] = STORE_FULL
            return
        if outcome[2] + 2 * n_out[marking] + 1 >= budget or n_entries + 2 * n_out[marking] + 1 >= len(
            entry_state
        ):
            outcome[0] = EXHAUSTED
            return
        begin = first_edge[marking]
        for move in range(-1, 2 * n_out[marking]):
            edge = -1
            target, ahead, price = marking, position, 1
            if move < 0:
                if position == length:
                    continue
                ahead = position + 1
            else:
                matched = move >= n_out[marking]
                edge = begin + (move - n_out[marking] if matched else move)
                label = label_of[edge_transition[edge]]
                target = edge_target[edge]
                if matched:
                    if label < 0 or position == length or trace[position] != label:
                        continue
                    ahead, price = position + 1, 0
                elif label < 0:
                    price = 0
            ahead_bound = bound(ahead, target, n_unknown, remaining, whole, distance, fewest, most)
            total = cost + price + ahead_bound
            if total >= len(stacks):
                continue
            other = place_of(ahead, target, run, search, outcome)
            if costs[other] >= 0 and costs[other] <= cost + price:
                continue
            costs[other], parents[other], edges[other] = cost + price, state, edge
            entry_state[n_entries], entry_next[n_entries] = other, stacks[total]
            stacks[total] = n_entries
            n_entries += 1
            if whole:
                finished = cost + price + length - ahead + distance[target]
                if finished < outcome[5]:
                    outcome[4], outcome[5] = other, finished
    outcome[0] = EXHAUSTED


@kernel
def path_to(state, search, edge_transition, transitions, places):
    """Write the moves to a state from its beginning; their number. transitions: -1 where an event is not
    in the model; places: -1 where no event takes part."""
    positions, _, _, parents, edges, _, _, _ = search
    n = 0
    at = state
    while parents[at] >= 0:
        n += 1
        at = parents[at]
    at = state
    for k in range(n - 1, -1, -1):
        before = parents[at]
        transitions[k] = -1 if edges[at] < 0 else edge_transition[edges[at]]
        places[k] = positions[before] if positions[at] > positions[before] else -1
        at = before
    return n
