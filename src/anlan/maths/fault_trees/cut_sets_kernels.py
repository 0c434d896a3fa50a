"""Zero-suppressed diagrams of minimal cut sets: making them, and walks over a finished one.

S. Minato (1993), doi:10.1145/157485.164890; minimal solutions: A. Rauzy (1993),
doi:10.1016/0951-8320(93)90060-C; with negation: A. Rauzy, Y. Dutuit (1997),
doi:10.1016/S0951-8320(97)00034-3.

A family is a node: 0 has no set, 1 has the empty set alone, any other node has the sets of `low`, and those
of `high` with its event added. Tables as in `diagram_kernels`; count = [nodes used, most nodes allowed,
depth where a call was left, its last answer].
"""

import numpy as np

from anlan.maths.compile import kernel
from anlan.maths.fault_trees.diagram_kernels import _mixed

FULL = -1
DEPTH, ANSWER = 2, 3


@kernel
def family_of(level, low, high, nodes, table, count):
    """The node of (level, low, high); FULL where there is no room for a new one."""
    if high == 0:
        return np.int64(low)
    mask = np.uint64(len(table) - 1)
    place = _mixed(level, low, high) & mask
    while table[place] != 0:
        i = table[place]
        if nodes[i, 0] == level and nodes[i, 1] == low and nodes[i, 2] == high:
            return np.int64(i)
        place = (place + np.uint64(1)) & mask
    i = count[0]
    if i >= len(nodes) or i >= count[1]:
        return np.int64(FULL)
    nodes[i, 0] = level
    nodes[i, 1] = low
    nodes[i, 2] = high
    table[place] = i
    count[0] = i + 1
    return np.int64(i)


@kernel
def rehash(nodes, n, table):
    """All nodes put into an empty table."""
    mask = np.uint64(len(table) - 1)
    for i in range(2, n):
        place = _mixed(nodes[i, 0], nodes[i, 1], nodes[i, 2]) & mask
        while table[place] != 0:
            place = (place + np.uint64(1)) & mask
        table[place] = i


@kernel
def without(a, b, nodes, table, cache, stack, count):
    """The sets of family a that hold no set of family b; FULL where the tables must grow first.

    stack rows: a, b, stage, first answer.
    """
    mask = np.uint64(len(cache) - 1)
    answer = np.int64(0)
    depth = 0
    stack[0, 0], stack[0, 1], stack[0, 2] = a, b, 0
    while depth >= 0:
        a, b, stage = np.int64(stack[depth, 0]), np.int64(stack[depth, 1]), stack[depth, 2]
        if stage == 0:
            if a == 0 or b == 1 or a == b:
                answer = np.int64(0)
                depth -= 1
                continue
            if b == 0 or a == 1:
                answer = a
                depth -= 1
                continue
            if nodes[b, 0] < nodes[a, 0]:
                stack[depth, 1] = nodes[b, 1]
                continue
            place = _mixed(a, b, np.int64(1)) & mask
            if cache[place, 0] == a and cache[place, 1] == b:
                answer = np.int64(cache[place, 2])
                depth -= 1
                continue
            stack[depth, 2] = 1
            low_b = np.int64(nodes[b, 1]) if nodes[b, 0] == nodes[a, 0] else b
            depth += 1
            stack[depth, 0], stack[depth, 1], stack[depth, 2] = nodes[a, 1], low_b, 0
        elif stage == 1:
            stack[depth, 3] = answer
            same = nodes[b, 0] == nodes[a, 0]
            stack[depth, 2] = 2 if same else 3
            low_b = np.int64(nodes[b, 1]) if same else b
            depth += 1
            stack[depth, 0], stack[depth, 1], stack[depth, 2] = nodes[a, 2], low_b, 0
        elif stage == 2:
            stack[depth, 2] = 3
            depth += 1
            stack[depth, 0], stack[depth, 1], stack[depth, 2] = answer, nodes[b, 2], 0
        else:
            made = family_of(np.int64(nodes[a, 0]), np.int64(stack[depth, 3]), answer, nodes, table, count)
            if made == FULL:
                return made
            place = _mixed(a, b, np.int64(1)) & mask
            cache[place, 0], cache[place, 1], cache[place, 2] = a, b, made
            answer = made
            depth -= 1
    return answer


@kernel
def extremes(low, high):
    """For each node of a diagram: the fewest events that make it true, and the most on any way through it.
    A negated edge is true at once."""
    n = len(low)
    fewest, longest = np.full(n, 1 << 30, dtype=np.int64), np.zeros(n, dtype=np.int64)
    for i in range(1, n):
        hi = high[i]
        taken = 1 if hi & 1 else fewest[hi >> 1] + 1
        fewest[i] = min(fewest[low[i] >> 1], taken)
        longest[i] = max(longest[low[i] >> 1], 1 if hi & 1 else longest[hi >> 1] + 1)
    return fewest, longest


@kernel
def minimal(edge, most, fewest, longest, level, low, high, nodes, table, cache, found, stack, inner, count):
    """Minimal sets of events that make the function of a diagram's edge true while all other events stay
    false, of at most `most` events (-1: any number). Resumes a call left with FULL.

    A negated edge is true where no event is: its only minimal set is empty. fewest, longest: from `extremes`;
    a limit that cuts all or nothing is no question of its own. cache: edge, most, answer of
    this function; found: of `without`. stack rows: edge, most, stage, answer for the low edge.
    """
    mask = np.uint64(len(cache) - 1)
    answer = np.int64(count[ANSWER])
    depth = count[DEPTH]
    if depth < 0:
        depth = 0
        stack[0, 0], stack[0, 1], stack[0, 2] = edge, most, 0
    while depth >= 0:
        e, k, stage = np.int64(stack[depth, 0]), np.int64(stack[depth, 1]), stack[depth, 2]
        if stage == 0:
            if e & 1 or e == 0 or k == 0:
                answer = np.int64(e & 1)
                depth -= 1
                continue
            if k > 0:
                if k < fewest[e >> 1]:
                    answer = np.int64(0)
                    depth -= 1
                    continue
                if k >= longest[e >> 1]:
                    k = np.int64(-1)
                    stack[depth, 1] = k
            place = _mixed(e, k, np.int64(2)) & mask
            if cache[place, 0] == e and cache[place, 1] == k:
                answer = np.int64(cache[place, 2])
                depth -= 1
                continue
            stack[depth, 2] = 1
            depth += 1
            stack[depth, 0], stack[depth, 1], stack[depth, 2] = low[e >> 1], k, 0
        elif stage == 1:
            stack[depth, 3] = answer
            stack[depth, 2] = 2
            depth += 1
            stack[depth, 0], stack[depth, 1], stack[depth, 2] = high[e >> 1], k - 1 if k > 0 else k, 0
        else:
            rest = without(answer, np.int64(stack[depth, 3]), nodes, table, found, inner, count)
            made = np.int64(FULL)
            if rest != FULL:
                asks = np.int64(level[e >> 1])
                made = family_of(asks, np.int64(stack[depth, 3]), rest, nodes, table, count)
            if made == FULL:
                count[DEPTH], count[ANSWER] = depth, answer
                return made
            place = _mixed(e, k, np.int64(2)) & mask
            cache[place, 0], cache[place, 1], cache[place, 2] = e, k, made
            answer = made
            depth -= 1
    count[DEPTH] = -1
    return answer


@kernel
def under(root, nodes):
    """The nodes under a family, ascending, without 0 and 1."""
    marked = np.zeros(root + 1, dtype=np.uint8)
    marked[root] = 1
    n = 0
    for i in range(root, 1, -1):
        if marked[i]:
            n += 1
            marked[nodes[i, 1]] = 1
            marked[nodes[i, 2]] = 1
    out = np.empty(n, dtype=np.int64)
    n = 0
    for i in range(2, root + 1):
        if marked[i]:
            out[n] = i
            n += 1
    return out


@kernel
def expanded(root, families, asked, nodes, table, cache, stack, count):
    """A family with the sets of every module in the place of its event. Resumes a call left with FULL.

    families: of each module, which never hold the empty set. One step answers "the sets of z, each joined
    with each of c, and the sets of rest besides"; the levels of c and rest lie behind those of z, because a
    module is asked in one piece. cache rows: z, c, rest, answer. stack rows: z, c, rest, stage, answer for
    the low part.
    """
    mask = np.uint64(len(cache) - 1)
    answer = np.int64(count[ANSWER])
    depth = count[DEPTH]
    if depth < 0:
        depth = 0
        stack[0, 0], stack[0, 1], stack[0, 2], stack[0, 3] = root, 1, 0, 0
    while depth >= 0:
        z, c, rest = np.int64(stack[depth, 0]), np.int64(stack[depth, 1]), np.int64(stack[depth, 2])
        stage = stack[depth, 3]
        if stage == 0:
            if z < 2:
                answer = c if z == 1 else rest
                depth -= 1
                continue
            place = _mixed(z, c, rest) & mask
            if cache[place, 0] == z and cache[place, 1] == c and cache[place, 2] == rest:
                answer = np.int64(cache[place, 3])
                depth -= 1
                continue
            stack[depth, 3] = 1
            depth += 1
            stack[depth, 0], stack[depth, 1], stack[depth, 2], stack[depth, 3] = nodes[z, 1], c, rest, 0
        elif stage == 1:
            stack[depth, 4] = answer
            stack[depth, 3] = 2
            depth += 1
            stack[depth, 0], stack[depth, 1], stack[depth, 2], stack[depth, 3] = nodes[z, 2], c, 0, 0
        elif stage == 2 and asked[nodes[z, 0]] < 0:
            family = families[-1 - asked[nodes[z, 0]]]
            low = stack[depth, 4]
            stack[depth, 3] = 3
            depth += 1
            stack[depth, 0], stack[depth, 1], stack[depth, 2], stack[depth, 3] = family, answer, low, 0
        else:
            if stage == 2:
                made = family_of(
                    np.int64(nodes[z, 0]), np.int64(stack[depth, 4]), answer, nodes, table, count
                )
                if made == FULL:
                    count[DEPTH], count[ANSWER] = depth, answer
                    return made
                answer = made
            place = _mixed(z, c, rest) & mask
            cache[place, 0], cache[place, 1], cache[place, 2], cache[place, 3] = z, c, rest, answer
            depth -= 1
    count[DEPTH] = -1
    return answer


@kernel
def at_most(part, root, most, nodes, table, count):
    """The sets of a family with at most `most` events."""
    if root < 2:
        return np.int64(root)
    place = np.zeros(root + 1, dtype=np.int64)
    for j in range(len(part)):
        place[part[j]] = j + 2
    cut = np.zeros((len(part) + 2, most + 1), dtype=np.int64)
    cut[1, :] = 1
    for j in range(len(part)):
        i = part[j]
        lo = place[nodes[i, 1]] if nodes[i, 1] > 1 else nodes[i, 1]
        hi = place[nodes[i, 2]] if nodes[i, 2] > 1 else nodes[i, 2]
        for k in range(most + 1):
            above = cut[hi, k - 1] if k > 0 else np.int64(0)
            made = family_of(np.int64(nodes[i, 0]), cut[lo, k], above, nodes, table, count)
            if made == FULL:
                return made
            cut[j + 2, k] = made
    return cut[len(part) + 1, most]


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
    open_at = np.empty(1024, dtype=np.int64)
    bound = np.empty(1024)
    weight = np.empty(1024)
    chosen = np.empty(1024, dtype=np.int64)
    size = np.empty(1024, dtype=np.int64)
    up = np.full(1024, -1, dtype=np.int64)
    taken = np.empty(1024, dtype=np.int64)
    heap = np.empty(1024, dtype=np.int64)
    n_open, n_heap, n_links = 0, 0, 0
    starts = np.zeros(most + 1, dtype=np.int64)
    probability = np.empty(most)
    members = np.empty(1024, dtype=np.int64)
    n_found, n_members = 0, 0
    if most == 0 or n < 2:
        return n_found, starts, members[:0], probability[:0]
    open_at[0], bound[0], weight[0], chosen[0], size[0] = n - 1, best[n - 1], 1.0, -1, 0
    n_open = 1
    heap[0] = 0
    n_heap = 1
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
    longer[: len(array)] = array
    return longer
