"""Walks over a finished family of minimal cut sets: counts by order, sums, the largest sets first.

A family is a zero-suppressed diagram (`families_kernels`) cut down to its own nodes: `low`, `high` and
`event` of each, children before parents, the root last.
"""

import numpy as np

from anlan.maths.compile import kernel


@kernel
def by_order(low, high, event, p, n_orders):
    """Sums over the sets of each order 0 .. n_orders - 1 of the product of p: counts for p = 1."""
    n = len(low)
    out = np.zeros(n_orders)
    before = np.zeros(n)
    now = np.zeros(n)
    for k in range(n_orders):
        now[0] = 0.0
        now[1] = 1.0 if k == 0 else 0.0
        for i in range(2, n):
            now[i] = now[low[i]] + (p[event[i]] * before[high[i]] if k else 0.0)
        out[k] = now[n - 1]
        before, now = now, before
    return out


@kernel
def largest_order(low, high):
    """Number of events in the largest set, for a family with a set."""
    most = np.full(len(low), -1, dtype=np.int64)
    most[1] = 0
    for i in range(2, len(low)):
        most[i] = max(most[low[i]], most[high[i]] + 1)
    return most[len(low) - 1]


@kernel
def sums(low, high, event, p, out):
    """The sum over the sets below each node of the product of p, into out (n_nodes,)."""
    out[0], out[1] = 0.0, 1.0
    for i in range(2, len(low)):
        out[i] = out[low[i]] + p[event[i]] * out[high[i]]


@kernel
def sums_with(low, high, event, p, below, out):
    """For each event the sum over the sets that hold it, into out (n_events,); below: from `sums`."""
    n = len(low)
    above = np.zeros(n)
    above[n - 1] = 1.0
    for i in range(n - 1, 1, -1):
        x = p[event[i]]
        out[event[i]] += above[i] * x * below[high[i]]
        above[low[i]] += above[i]
        above[high[i]] += above[i] * x


@kernel
def log_survival(low, high, event, p, n_levels):
    """Sum over all sets of ln(1 - product of p), one set after the other; -inf where a set is sure."""
    root = len(low) - 1
    node = np.empty(n_levels + 2, dtype=np.int64)
    weight = np.empty(n_levels + 2)
    total = 0.0
    depth = 0
    node[0], weight[0] = root, 1.0
    while depth >= 0:
        i, w = node[depth], weight[depth]
        if i == 0:
            depth -= 1
        elif i == 1:
            if w >= 1.0:
                return -np.inf
            total += np.log1p(-w)
            depth -= 1
        else:
            node[depth] = low[i]
            depth += 1
            node[depth], weight[depth] = high[i], w * p[event[i]]
    return total


@kernel
def best_first(low, high, event, p, most, least, most_order, n_levels):
    """The sets of largest probability, at most `most` of them, none below `least` or of more events than
    `most_order`. Returns how many, and for each the start in `members` (most + 1,), members, probabilities.

    Each open choice carries the largest probability that can come of it, so the sets come out in order.
    """
    n = len(low)
    best = np.zeros(n)
    best[1] = 1.0
    fewest = np.full(n, 1 << 30, dtype=np.int64)
    fewest[1] = 0
    for i in range(2, n):
        best[i] = max(best[low[i]], p[event[i]] * best[high[i]])
        fewest[i] = min(fewest[low[i]], fewest[high[i]] + 1)
    room = np.int64(1024)
    open_at = np.empty(room, dtype=np.int64)
    bound = np.empty(room)
    weight = np.empty(room)
    chosen = np.empty(room, dtype=np.int64)
    size = np.empty(room, dtype=np.int64)
    up = np.full(room, -1, dtype=np.int64)
    taken = np.empty(room, dtype=np.int64)
    heap = np.empty(room, dtype=np.int64)
    n_open, n_heap, n_links = 0, 0, 0
    starts = np.zeros(most + 1, dtype=np.int64)
    probability = np.empty(most)
    members = np.empty(room, dtype=np.int64)
    n_found, n_members = 0, 0
    if most == 0 or n < 2:
        return n_found, starts, members[:0], probability[:0]
    open_at[0], bound[0], weight[0], chosen[0], size[0] = n - 1, best[n - 1], 1.0, -1, 0
    n_open = np.int64(1)  # a plain 1 is a type of its own, and every callee is compiled for it once more
    heap[0] = 0
    n_heap = np.int64(1)
    while n_heap > 0 and n_found < most:
        s = heap[0]
        n_heap -= 1
        if n_heap > 0:
            last = heap[n_heap]
            j = 0
            while 2 * j + 1 < n_heap:
                c = 2 * j + 1
                if c + 1 < n_heap and _before(heap[c + 1], heap[c], bound):
                    c += 1
                if not _before(heap[c], last, bound):
                    break
                heap[j] = heap[c]
                j = c
            heap[j] = last
        i, w, link, k = open_at[s], weight[s], chosen[s], size[s]
        while i > 1:
            take = w * p[event[i]] * best[high[i]]
            skip = w * best[low[i]]
            can_take = high[i] > 0 and k + 1 + fewest[high[i]] <= most_order and take >= least
            can_skip = low[i] > 0 and k + fewest[low[i]] <= most_order and skip >= least
            if can_take and can_skip:
                if n_open == len(open_at):
                    open_at = _longer(open_at)
                    bound = _longer(bound)
                    weight = _longer(weight)
                    chosen = _longer(chosen)
                    size = _longer(size)
                if n_heap == len(heap):
                    heap = _longer(heap)
            if n_links == len(up):
                up = _longer(up)
                taken = _longer(taken)
            if can_take and (take >= skip or not can_skip):
                if can_skip:
                    open_at[n_open], bound[n_open], weight[n_open] = low[i], skip, w
                    chosen[n_open], size[n_open] = link, k
                    n_heap = _pushed(n_open, heap, n_heap, bound)
                    n_open += 1
                up[n_links], taken[n_links] = link, event[i]
                link = n_links
                n_links += 1
                w, k, i = w * p[event[i]], k + 1, high[i]
            elif can_skip:
                if can_take:
                    up[n_links], taken[n_links] = link, event[i]
                    open_at[n_open], bound[n_open] = high[i], take
                    weight[n_open], chosen[n_open], size[n_open] = w * p[event[i]], n_links, k + 1
                    n_links += 1
                    n_heap = _pushed(n_open, heap, n_heap, bound)
                    n_open += 1
                i = low[i]
            else:
                i = 0
        if i == 1 and w >= least:
            while n_members + k > len(members):
                members = _longer(members)
            for j in range(k):
                members[n_members + k - 1 - j] = taken[link]
                link = up[link]
            n_members += k
            probability[n_found] = w
            n_found += 1
            starts[n_found] = n_members
    return n_found, starts, members[:n_members], probability[:n_found]


@kernel
def _before(a, b, bound):
    """Larger bound first; of equal ones the one opened first."""
    return bound[a] > bound[b] or (bound[a] == bound[b] and a < b)


@kernel
def _pushed(s, heap, n_heap, bound):
    j = n_heap
    while j > 0:
        parent = (j - 1) >> 1
        if not _before(s, heap[parent], bound):
            break
        heap[j] = heap[parent]
        j = parent
    heap[j] = s
    return n_heap + 1


@kernel
def _longer(array):
    longer = np.empty(2 * len(array), dtype=array.dtype)
    for i in range(len(array)):  # a slice set at once would bring in numba's compiled texts of errors
        longer[i] = array[i]
    return longer
