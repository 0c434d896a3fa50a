"""Zero-suppressed diagrams of minimal cut sets in the making.

S. Minato (1993), doi:10.1145/157485.164890; minimal solutions: A. Rauzy (1993),
doi:10.1016/0951-8320(93)90060-C; with negation: A. Rauzy, Y. Dutuit (1997),
doi:10.1016/S0951-8320(97)00034-3.

A family is a node: 0 has no set, 1 has the empty set alone, any other node has the sets of `low`, and those
of `high` with its event added. Tables as in `node_table_kernels`, caches as in `diagram_kernels`.
"""

import numpy as np

from anlan.maths.compile import kernel
from anlan.maths.fault_trees.node_table_kernels import ANSWER, DEPTH, FULL, entry_of, mixed


@kernel
def family_of(level, low, high, nodes, table, count):
    """The node of (level, low, high); FULL where there is no room for a new one."""
    if high == 0:
        return np.int64(low)
    return entry_of(level, low, high, nodes, table, count)


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
            place = mixed(a, b, np.int64(1)) & mask
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
            place = mixed(a, b, np.int64(1)) & mask
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
            place = mixed(e, k, np.int64(2)) & mask
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
            place = mixed(e, k, np.int64(2)) & mask
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
            place = mixed(z, c, rest) & mask
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
            place = mixed(z, c, rest) & mask
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
