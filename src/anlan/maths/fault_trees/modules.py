"""Modules: gates that share nothing with the rest of the tree, so each can be solved alone.

Y. Dutuit, A. Rauzy (1996), A linear-time algorithm to find modules of fault trees, IEEE Transactions on
Reliability 45(3), doi:10.1109/24.537011: one walk dates every visit; a gate is a module when everything
below it is visited only between its first and its last entry of that walk.
"""

from anlan.maths.fault_trees.graph import OR, XOR, Graph

_POSITIVE, _NEGATIVE = 1, 2


def modules_of(graph: Graph) -> frozenset[int]:
    """Gates below the roots that are modules, are never negated above, and do not happen by themselves:
    such a one can stand as a single event, in the probability and in the minimal cut sets alike."""
    first, second, last = _dates(graph)
    n = len(graph.events)
    size = n + len(graph.gates)
    earliest, latest = list(first), list(last)
    found = []
    for node in range(n, size):
        if not first[node]:
            continue
        below = [edge >> 1 for edge in graph.inputs(node)]
        low, high = min(earliest[each] for each in below), max(latest[each] for each in below)
        if first[node] < low and high < second[node]:
            found.append(node)
        earliest[node], latest[node] = min(first[node], low), max(last[node], high)
    signs = _signs(graph)
    happens = _at_nothing(graph)
    tops = {root >> 1 for root in graph.roots if root >= 0}
    return frozenset(
        node for node in found if node not in tops and signs[node] == _POSITIVE and not happens[node]
    )


def _dates(graph: Graph) -> tuple[list[int], list[int], list[int]]:
    """First visit, return after the inputs, and last visit of each node; 0 where never visited."""
    size = len(graph.events) + len(graph.gates)
    first, second, last = [0] * size, [0] * size, [0] * size
    date = 0
    stack = [(root >> 1, False) for root in reversed(graph.roots) if root >= 0]
    while stack:
        node, back = stack.pop()
        date += 1
        last[node] = date
        if back:
            second[node] = date
        elif not first[node]:
            first[node] = date
            below = graph.inputs(node)
            if below:
                stack.append((node, True))
                stack.extend((edge >> 1, False) for edge in reversed(below))
    return first, second, last


def _signs(graph: Graph) -> list[int]:
    """For each node, whether it is reached without negation, with it, or both."""
    n = len(graph.events)
    signs = [0] * (n + len(graph.gates))
    for root in graph.roots:
        if root >= 0:
            signs[root >> 1] |= _NEGATIVE if root & 1 else _POSITIVE
    for node in range(len(signs) - 1, n - 1, -1):
        operation, _, below = graph.gates[node - n]
        for edge in below:
            sign = signs[node]
            if operation == XOR and sign:
                sign = _POSITIVE | _NEGATIVE
            elif edge & 1:
                sign = (sign & 1) << 1 | sign >> 1
            signs[edge >> 1] |= sign
    return signs


def is_monotone(graph: Graph) -> bool:
    """Whether no event is ever needed not to happen, as far as the gates tell."""
    return all(sign in (0, _POSITIVE) for sign in _signs(graph)[: len(graph.events)])


def negated_events(graph: Graph) -> tuple[str, ...]:
    """Events that stand under a negation or an exclusive or."""
    signs = _signs(graph)
    return tuple(name for node, name in enumerate(graph.events) if signs[node] & _NEGATIVE)


def _at_nothing(graph: Graph) -> list[bool]:
    """Whether each node happens when no basic event does."""
    n = len(graph.events)
    happens = [False] * n
    for operation, k, below in graph.gates:
        on = sum(happens[edge >> 1] != bool(edge & 1) for edge in below)
        least = {OR: 1, XOR: 1}.get(operation, k or len(below))
        happens.append(on % 2 == 1 if operation == XOR else on >= least)
    return happens
