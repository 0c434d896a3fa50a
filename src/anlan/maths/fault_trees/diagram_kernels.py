"""Reduced ordered binary decision diagrams with complement edges: the tables and `ite`, without recursion.

nodes    (n, 3) int32: level, low edge, high edge; node 0 is the constant FALSE
table    int32, a power of two: open addressing over node numbers, 0 = free
cache    (size, 4) int32: f, g, h, answer of recent calls; lossy
stack    (levels + 3, 8) int32: work of `ite`
count    [nodes used, most nodes allowed, depth where a call was left, its last answer]

An edge is 2 * node + sign. The low edge of a node is never negated, so an edge is negated exactly when its
function is true where no variable is: a coherent tree has no negated edge at all, and its probability is a
sum of products without any difference.
"""

import numpy as np

from anlan.maths.compile import kernel
from anlan.maths.fault_trees.node_table_kernels import ANSWER, DEPTH, FULL, entry_of, mixed


@kernel
def node_of(level, low, high, nodes, table, count):
    """The edge of (level, low, high), made where it is new; FULL where there is no room for it."""
    if low == high:
        return low
    sign = low & 1
    made = entry_of(level, low ^ sign, high ^ sign, nodes, table, count)
    return made if made == FULL else 2 * made + sign


@kernel
def _normal(f, g, h):
    """One form of equal questions: f, g, h, the sign to put on the answer, and 1 where f is the answer."""
    if f == 1:
        return g, g, g, 0, 1
    if f == 0:
        return h, h, h, 0, 1
    if g == f:
        g = np.int64(1)
    elif g == f ^ 1:
        g = np.int64(0)
    if h == f:
        h = np.int64(0)
    elif h == f ^ 1:
        h = np.int64(1)
    if g == h:
        return g, g, g, 0, 1
    if g == 1 and h == 0:
        return f, f, f, 0, 1
    if g == 0 and h == 1:
        return f ^ 1, f, f, 0, 1
    if g == 1 and (h >> 1) < (f >> 1):
        f, h = h, f
    elif h == 0 and (g >> 1) < (f >> 1):
        f, g = g, f
    elif h == 1 and (g >> 1) < (f >> 1):
        f, g = g ^ 1, f ^ 1
    elif g == 0 and (h >> 1) < (f >> 1):
        f, h = h ^ 1, f ^ 1
    elif g == h ^ 1 and (g >> 1) < (f >> 1):
        f, g = g, f
        h = g ^ 1
    if f & 1:
        f ^= 1
        g, h = h, g
    sign = 0
    if g & 1:
        g ^= 1
        h ^= 1
        sign = 1
    return f, g, h, sign, 0


@kernel
def ite(f, g, h, nodes, table, cache, stack, count):
    """The edge of (f and g) or (not f and h); FULL where the tables must grow, and the next call resumes."""
    mask = np.uint64(len(cache) - 1)
    answer = np.int64(count[ANSWER])
    depth = count[DEPTH]
    if depth < 0:
        depth = 0
        stack[0, 0], stack[0, 1], stack[0, 2], stack[0, 3] = f, g, h, 0
    while depth >= 0:
        f, g, h = np.int64(stack[depth, 0]), np.int64(stack[depth, 1]), np.int64(stack[depth, 2])
        stage = stack[depth, 3]
        if stage == 0:
            f, g, h, sign, plain = _normal(f, g, h)
            if plain:
                answer = f
                depth -= 1
                continue
            place = mixed(f, g, h) & mask
            if cache[place, 0] == f and cache[place, 1] == g and cache[place, 2] == h:
                answer = np.int64(cache[place, 3]) ^ sign
                depth -= 1
                continue
            a, b, c = f >> 1, g >> 1, h >> 1
            level = np.int64(nodes[a, 0])
            if b and nodes[b, 0] < level:
                level = np.int64(nodes[b, 0])
            if c and nodes[c, 0] < level:
                level = np.int64(nodes[c, 0])
            stack[depth, 0], stack[depth, 1], stack[depth, 2], stack[depth, 3] = f, g, h, 1
            stack[depth, 4], stack[depth, 5] = level, sign
            f, g, h = _branch(f, g, h, level, np.int64(1), nodes)
            depth += 1
            stack[depth, 0], stack[depth, 1], stack[depth, 2], stack[depth, 3] = f, g, h, 0
        elif stage == 1:
            stack[depth, 6] = answer
            stack[depth, 3] = 2
            f, g, h = _branch(f, g, h, np.int64(stack[depth, 4]), np.int64(2), nodes)
            depth += 1
            stack[depth, 0], stack[depth, 1], stack[depth, 2], stack[depth, 3] = f, g, h, 0
        else:
            made = node_of(np.int64(stack[depth, 4]), np.int64(stack[depth, 6]), answer, nodes, table, count)
            if made == FULL:
                count[DEPTH], count[ANSWER] = depth, answer
                return made
            place = mixed(f, g, h) & mask
            cache[place, 0], cache[place, 1], cache[place, 2], cache[place, 3] = f, g, h, made
            answer = made ^ stack[depth, 5]
            depth -= 1
    count[DEPTH] = -1
    return answer


@kernel
def _below(edge, level, side, nodes):
    node = edge >> 1
    if node and nodes[node, 0] == level:
        return np.int64(nodes[node, side]) ^ (edge & 1)
    return edge


@kernel
def _branch(f, g, h, level, side, nodes):
    """The three functions with the variable of `level` false (side 1) or true (side 2)."""
    return _below(f, level, side, nodes), _below(g, level, side, nodes), _below(h, level, side, nodes)


@kernel
def kept(nodes, n, edges, extra):
    """Marks of the nodes under the edges; a marked node of a level in `extra` marks the edge given there
    too (-1: none)."""
    marked = np.zeros(n, dtype=np.uint8)
    for edge in edges:
        marked[edge >> 1] = 1
    for i in range(n - 1, 0, -1):
        if marked[i]:
            marked[nodes[i, 1] >> 1] = 1
            marked[nodes[i, 2] >> 1] = 1
            if extra[nodes[i, 0]] >= 0:
                marked[extra[nodes[i, 0]] >> 1] = 1
    marked[0] = 1
    return marked
