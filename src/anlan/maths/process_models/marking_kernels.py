"""The markings a net reaches, each found once and given a number; the ways out of each, as edges.

`state` is the growing store: tokens (capacity, n_places), a hash table of numbers + 1, and per marking the
place of its edges. counters: 0 markings, 1 edges. A marking whose edges were not asked for has first_edge -1.
"""

import numpy as np

from anlan.maths.compile import kernel, part_kernel

MOST_TOKENS = 250
"""A place with more tokens than this is taken as unbounded."""


@part_kernel
def hash_of(tokens, row):
    state = np.uint64(0x9E3779B97F4A7C15)
    for place in range(tokens.shape[1]):
        state = (state ^ np.uint64(tokens[row, place])) * np.uint64(0xBF58476D1CE4E5B9)
        state = state ^ (state >> np.uint64(29))
    return state


@part_kernel
def interned(tokens, table, counters):
    """Number of the marking that stands in the row behind the last one, kept there where it is new."""
    row = counters[0]
    mask = np.uint64(len(table) - 1)
    slot = hash_of(tokens, row) & mask
    while table[slot] != 0:
        other = table[slot] - 1
        same = True
        for place in range(tokens.shape[1]):
            if tokens[other, place] != tokens[row, place]:
                same = False
                break
        if same:
            return other
        slot = (slot + np.uint64(1)) & mask
    table[slot] = row + 1
    counters[0] = row + 1
    return row


@kernel
def expand(marking, net, tokens, table, counters, first_edge, n_out, edge_transition, edge_target):
    """Find the edges of one marking. False where the store is too small for them: grow it and ask again."""
    in_offsets, in_places, out_offsets, out_places = net
    n_transitions = len(in_offsets) - 1
    if counters[0] + n_transitions >= len(tokens) or counters[1] + n_transitions >= len(edge_target):
        return False
    begin = counters[1]
    for transition in range(n_transitions):
        enabled = True
        for k in range(in_offsets[transition], in_offsets[transition + 1]):
            if tokens[marking, in_places[k]] == 0:
                enabled = False
                break
        if not enabled:
            continue
        row = counters[0]
        tokens[row] = tokens[marking]
        for k in range(in_offsets[transition], in_offsets[transition + 1]):
            tokens[row, in_places[k]] -= 1
        for k in range(out_offsets[transition], out_offsets[transition + 1]):
            tokens[row, out_places[k]] += 1
            if tokens[row, out_places[k]] > MOST_TOKENS:
                enabled = False
        if not enabled:
            continue
        edge_transition[counters[1]] = transition
        edge_target[counters[1]] = interned(tokens, table, counters)
        counters[1] += 1
    first_edge[marking] = begin
    n_out[marking] = counters[1] - begin
    return True


@kernel
def expand_all(net, tokens, table, counters, first_edge, n_out, edge_transition, edge_target, begin):
    """Edges of all markings from number `begin` on; the first that did not fit in, or the count of all."""
    marking = begin
    while marking < counters[0]:
        if first_edge[marking] < 0 and not expand(
            marking, net, tokens, table, counters, first_edge, n_out, edge_transition, edge_target
        ):
            return marking
        marking += 1
    return marking


@kernel
def rebuilt_table(tokens, n, size):
    table = np.zeros(size, dtype=np.int64)
    mask = np.uint64(size - 1)
    for row in range(n):
        slot = hash_of(tokens, row) & mask
        while table[slot] != 0:
            slot = (slot + np.uint64(1)) & mask
        table[slot] = row + 1
    return table


@kernel
def fewest_to_final(n, final, weight_of, offsets, sources, edges, edge_transition, way):
    """Per marking the smallest sum of weights (0 or 1, by transition) on a way to `final`; -1 where no way
    leads there. `way` gets the first edge of such a way. offsets, sources, edges: edges by their target."""
    distance = np.full(n, -1, dtype=np.int32)
    deque = np.empty(2 * len(sources) + 3, dtype=np.int64)
    done = np.zeros(n, dtype=np.bool_)
    head = len(sources) + 1
    tail = head + 1
    deque[head] = final
    distance[final] = 0
    while head < tail:
        marking = deque[head]
        head += 1
        if done[marking]:
            continue
        done[marking] = True
        for k in range(offsets[marking], offsets[marking + 1]):
            source = sources[k]
            weight = weight_of[edge_transition[edges[k]]]
            reached = distance[marking] + weight
            if not done[source] and (distance[source] < 0 or reached < distance[source]):
                distance[source] = reached
                way[source] = edges[k]
                if weight == 0:
                    head -= 1
                    deque[head] = source
                else:
                    deque[tail] = source
                    tail += 1
    return distance


@kernel
def most_to_final(order, block, n_blocks, first_edge, n_out, edge_target, edge_label, alive, most, unlimited):
    """most: (n_blocks, n_labels), gets the largest number of times a label can still be seen from a marking
    of each strongly connected block; `order`: markings, their blocks from the end to the beginning."""
    n_labels = most.shape[1]
    for place in range(len(order)):
        marking = order[place]
        own = block[marking]
        for edge in range(first_edge[marking], first_edge[marking] + n_out[marking]):
            target = edge_target[edge]
            if not alive[target]:
                continue
            label = edge_label[edge]
            other = block[target]
            if other == own:
                if label >= 0:
                    most[own, label] = unlimited
                continue
            for a in range(n_labels):
                seen = most[other, a]
                if a == label and seen < unlimited:
                    seen += 1
                if seen > most[own, a]:
                    most[own, a] = seen


@kernel
def connected_blocks(n, first_edge, n_out, edge_target):
    """Strongly connected block of each marking, numbered from the end: edges lead to the same or a lower
    number (Tarjan 1972, SIAM J. Comput. 1:146, without recursion)."""
    block = np.full(n, -1, dtype=np.int64)
    number = np.full(n, -1, dtype=np.int64)
    low = np.zeros(n, dtype=np.int64)
    stack = np.empty(n, dtype=np.int64)
    path = np.empty(n, dtype=np.int64)
    at = np.zeros(n, dtype=np.int64)
    n_stack = n_blocks = counter = 0
    for root in range(n):
        if number[root] >= 0:
            continue
        depth = 0
        path[0] = root
        while depth >= 0:
            marking = path[depth]
            if number[marking] < 0:
                number[marking] = low[marking] = counter
                counter += 1
                stack[n_stack] = marking
                n_stack += 1
            if at[marking] < n_out[marking]:
                target = edge_target[first_edge[marking] + at[marking]]
                at[marking] += 1
                if number[target] < 0:
                    depth += 1
                    path[depth] = target
                elif block[target] < 0:
                    low[marking] = min(low[marking], number[target])
                continue
            if low[marking] == number[marking]:
                while True:
                    n_stack -= 1
                    member = stack[n_stack]
                    block[member] = n_blocks
                    if member == marking:
                        break
                n_blocks += 1
            depth -= 1
            if depth >= 0:
                low[path[depth]] = min(low[path[depth]], low[marking])
    return block, n_blocks
