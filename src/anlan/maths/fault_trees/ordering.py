"""In which order a diagram asks the events: the choice that decides whether it stays small.

No rule is best for all trees, so several are tried in turn, each until it has made too many nodes:

small_first   depth first, the input with the smallest part of the tree first
as_written    depth first, inputs from left to right as they stand
large_first   the opposite
shared_first  depth first, inputs that stand under most gates first
weighted      events first that carry the largest share of the top, each gate sharing its part evenly

In all of them a module is asked in one piece.
"""

from collections.abc import Callable, Mapping, Sequence

from anlan.maths.fault_trees.graph import Graph

Rank = Callable[[int], float]


def orders(graph: Graph) -> Mapping[str, list[int]]:
    """Rule -> nodes (events, and gates in the order they are met) from the first to the last."""
    size, parents, share = _size(graph), _parents(graph), _share(graph)
    rules: dict[str, Rank | None] = {
        "small_first": lambda node: size[node],
        "as_written": None,
        "large_first": lambda node: -size[node],
        "shared_first": lambda node: -parents[node],
        "weighted": lambda node: -share[node],
    }
    return {name: _depth_first(graph, rank) for name, rank in rules.items()}


def _depth_first(graph: Graph, rank: Rank | None) -> list[int]:
    seen = [False] * (len(graph.events) + len(graph.gates))
    found: list[int] = []
    stack = [root >> 1 for root in reversed(graph.roots) if root >= 0]
    while stack:
        node = stack.pop()
        if seen[node]:
            continue
        seen[node] = True
        found.append(node)
        below: Sequence[int] = [edge >> 1 for edge in graph.inputs(node)]
        if rank is not None:
            below = sorted(below, key=rank)
        stack.extend(reversed(below))
    return found


def _size(graph: Graph) -> list[float]:
    """Events below each node, an event counted as often as it stands there."""
    sizes = [1.0] * len(graph.events)
    for _, _, below in graph.gates:
        sizes.append(min(sum(sizes[edge >> 1] for edge in below), 1e300))
    return sizes


def _parents(graph: Graph) -> list[int]:
    counted = [0] * (len(graph.events) + len(graph.gates))
    for _, _, below in graph.gates:
        for edge in below:
            counted[edge >> 1] += 1
    return counted


def _share(graph: Graph) -> list[float]:
    """What of the top's weight 1 arrives at each node."""
    n = len(graph.events)
    share = [0.0] * (n + len(graph.gates))
    for root in graph.roots:
        if root >= 0:
            share[root >> 1] += 1.0
    for node in range(len(share) - 1, n - 1, -1):
        below = graph.inputs(node)
        for edge in below:
            share[edge >> 1] += share[node] / len(below)
    return share
