"""The store of nodes that diagrams of both kinds share: a node of (level, low, high) is there once.

nodes    (n, 3) int32: level, low, high
table    int32, a power of two: open addressing over node numbers, 0 = free
count    [nodes used, most nodes allowed, depth where a call was left, its last answer]
"""

import numpy as np

from anlan.maths.compile import inline_kernel, kernel

FULL = -1
DEPTH, ANSWER = 2, 3


@inline_kernel
def mixed(a, b, c):
    x = np.uint64(a) * np.uint64(0x9E3779B97F4A7C15)
    x ^= np.uint64(b) * np.uint64(0xC2B2AE3D27D4EB4F)
    x ^= np.uint64(c) * np.uint64(0x165667B19E3779F9)
    x ^= x >> np.uint64(29)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    return x ^ (x >> np.uint64(32))


@kernel
def entry_of(level, low, high, nodes, table, count):
    """The number of the node, made where it is new; FULL where there is no room for it."""
    mask = np.uint64(len(table) - 1)
    place = mixed(level, low, high) & mask
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
def rehash(nodes, first, n, table):
    """The nodes from `first` (what comes before is constant) to n put into an empty table."""
    mask = np.uint64(len(table) - 1)
    for i in range(first, n):
        place = mixed(nodes[i, 0], nodes[i, 1], nodes[i, 2]) & mask
        while table[place] != 0:
            place = (place + np.uint64(1)) & mask
        table[place] = i
