"""The lean kernel: cases walk alone through nodes, pools never change, first come first served.

Draws are keyed by case, node and visit: the two words of one block give the time of the visit and the way
taken after it, so two designs differ by what was changed alone.
"""

import numpy as np

from anlan.maths.compile import kernel
from anlan.maths.simulation.heap_kernels import pop, push, replace_first
from anlan.maths.simulation.laws_kernels import time_of
from anlan.maths.streams_kernels import open_uniform, words

DONE, NO_ROOM, TOO_MANY_VISITS, TOO_LONG, ENDED = 0, 1, 2, 3, 4
PASSING, ENDLESS = -2, -1
"""In place of a pool: no time passes at the node; everybody is served at once."""
VISIT = 1
"""Purpose of a draw: time of a visit and the way after it."""
_MOST_VISITS = 65_535
_LOOK = 0xFFFF
"""After so many events and one it looks whether anybody still waits, some milliseconds."""
COUNT, SERVED, WAITED, WAITED_SQUARED, LONGEST = range(5)
BUSY, QUEUED = range(2)


@kernel
def way_of(u, node, way_first, way_to, way_sum):
    """Where a case goes after `node`; -1 is out of the network."""
    for way in range(way_first[node], way_first[node + 1]):
        if u < way_sum[way]:
            return way_to[way]
    return -1


@kernel
def overlap(begin, end, window):
    """Seconds of begin..end inside the window."""
    return max(0.0, min(end, window[1]) - max(begin, window[0]))


@kernel
def run_lean(
    key, arrivals, entry, luck, pool, capacity, code, numbers, first, values, way_first, way_to, way_sum,
    window, slots, most_events, ended, cycle, waited, node_tally, pool_tally,
):  # fmt: skip
    """One replication. Returns DONE or why it stopped, the number of events, and where it stopped or -1.

    key          two words of the stream
    arrivals     (n_cases,) seconds, ascending; the run ends when the last case has left
    entry        node where cases enter
    luck         (n_nodes,) where the draws of each node begin
    pool         (n_nodes,) pool of each node, or PASSING, ENDLESS; capacity: (n_pools,)
    window       seconds from..to that the tallies look at; those of nodes count the cases that arrived in it
    slots        cases that can be under way at once; beyond it the run stops with NO_ROOM
    most_events  beyond them it stops with TOO_LONG
    ended        (1,) where another thread puts something, it stops with ENDED
    cycle, waited (n_cases,) filled: seconds from arrival to leaving, and in queues
    node_tally   (n_nodes, 5) added to: COUNT, SERVED, WAITED, WAITED_SQUARED, LONGEST
    pool_tally   (n_pools, 2) added to: server-seconds BUSY, case-seconds QUEUED in the window
    """
    n_nodes, n_pools = len(pool), len(capacity)
    times, orders, whats = np.empty(slots), np.empty(slots, np.int64), np.empty(slots, np.int32)
    case, at, goes_to = np.empty(slots, np.int32), np.empty(slots, np.int32), np.empty(slots, np.int32)
    service, since, waits = np.empty(slots), np.empty(slots), np.empty(slots)
    next_in_line = np.empty(slots, np.int32)
    visits = np.zeros((slots, n_nodes), np.uint16)
    free = np.arange(slots - 1, -1, -1).astype(np.int32)
    head, tail = np.full(n_pools, -1, np.int32), np.full(n_pools, -1, np.int32)
    idle = capacity.copy()
    n_free, size, order, come, events = slots, 0, 0, 0, 0
    hole = False  # the first event was read and its place in the heap may be taken
    while True:
        if come < len(arrivals) and (size == 0 or arrivals[come] <= times[0]):
            now = arrivals[come]
            if n_free == 0:
                return NO_ROOM, events, -1
            n_free -= 1
            slot = free[n_free]
            case[slot], waits[slot], node = come, 0.0, entry
            visits[slot, :] = 0
            come += 1
        elif size > 0:
            now, slot, hole = times[0], whats[0], True
            left, node = pool[at[slot]], goes_to[slot]
            if left >= 0:
                other = head[left]
                if other < 0:
                    idle[left] += 1
                else:
                    head[left] = next_in_line[other]
                    wait, ends = now - since[other], now + service[other]
                    waits[other] += wait
                    _count_wait(node_tally, at[other], wait, arrivals[case[other]], window)
                    pool_tally[left, QUEUED] += overlap(since[other], now, window)
                    pool_tally[left, BUSY] += overlap(now, ends, window)
                    order += 1
                    replace_first(times, orders, whats, size, ends, order, other)
                    hole = False
            if hole:
                pop(times, orders, whats, size)
                size, hole = size - 1, False
        else:
            return DONE, events, -1
        events += 1
        if events > most_events:
            return TOO_LONG, events, -1
        if events & _LOOK == 0 and ended[0] != 0:
            return ENDED, events, -1
        while node >= 0:
            visits[slot, node] += 1
            if visits[slot, node] == _MOST_VISITS:
                return TOO_MANY_VISITS, events, node
            word, other_word = words(key[0], key[1], case[slot], luck[node] + visits[slot, node], VISIT, 0)
            onward = way_of(open_uniform(other_word), node, way_first, way_to, way_sum)
            wanted = pool[node]
            if wanted == PASSING:
                node = onward
                continue
            at[slot], goes_to[slot] = node, onward
            lasts = time_of(open_uniform(word), node, code, numbers, first, values)
            if window[0] <= arrivals[case[slot]] < window[1]:
                node_tally[node, COUNT] += 1.0
                node_tally[node, SERVED] += lasts
            if wanted >= 0 and idle[wanted] == 0:
                service[slot], since[slot], next_in_line[slot] = lasts, now, -1
                if head[wanted] < 0:
                    head[wanted] = slot
                else:
                    next_in_line[tail[wanted]] = slot
                tail[wanted] = slot
                break
            if wanted >= 0:
                idle[wanted] -= 1
                pool_tally[wanted, BUSY] += overlap(now, now + lasts, window)
            order += 1
            push(times, orders, whats, size, now + lasts, order, slot)
            size += 1
            break
        if node < 0:
            cycle[case[slot]], waited[case[slot]] = now - arrivals[case[slot]], waits[slot]
            free[n_free] = slot
            n_free += 1


@kernel
def _count_wait(node_tally, node, wait, arrived, window):
    if window[0] <= arrived < window[1]:
        node_tally[node, WAITED] += wait
        node_tally[node, WAITED_SQUARED] += wait * wait
        node_tally[node, LONGEST] = max(node_tally[node, LONGEST], wait)
