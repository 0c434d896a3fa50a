"""The order of work hidden in a flow with loops: as little traffic as possible runs backwards.

Start from Eades, Lin & Smyth (1993, "A fast and effective heuristic for the feedback arc set problem"),
weighted by count, then move single nodes while that lessens the backward traffic.
"""

from collections.abc import Mapping

Weights = Mapping[tuple[int, int], float]


def order_of_work(
    n: int, weights: Weights, *, first: int, last: int, before: Mapping[int, int] | None = None
) -> list[int]:
    """Nodes 0..n-1 in order, `first` at the front and `last` at the end; the same input, the same order.

    before: the node by which work first reaches a node; single moves cannot bring a whole side branch
    behind it, so each node is put there once before the order is improved again.
    """
    between = [[0.0] * n for _ in range(n)]
    for (u, v), weight in weights.items():
        if u != v:
            between[u][v] += weight
    order = [first, *_greedy([v for v in range(n) if v not in (first, last)], between), last]
    _improve(order, between)
    if before:
        _follow(order, before)
        _improve(order, between)
    return order


def _greedy(nodes: list[int], between: list[list[float]]) -> list[int]:
    """Sinks to the back, sources to the front, else the node that sends most more than it receives."""
    left: list[int] = []
    right: list[int] = []
    rest = list(nodes)
    sent = {u: sum(between[u][v] for v in rest) for u in rest}
    received = {u: sum(between[v][u] for v in rest) for u in rest}
    while rest:
        node = next((u for u in rest if sent[u] == 0), None)
        if node is not None:
            right.append(node)
        else:
            node = next((u for u in rest if received[u] == 0), None)
            if node is None:
                node = max(rest, key=lambda u: (sent[u] - received[u], -u))
            left.append(node)
        rest.remove(node)
        for other in rest:
            sent[other] -= between[other][node]
            received[other] -= between[node][other]
    return left + right[::-1]


def _follow(order: list[int], before: Mapping[int, int]) -> None:
    """Put each inner node behind the one it is reached by, those reached first before those behind them."""
    inner, done = set(order[1:-1]), {order[0]}
    waiting = [node for node in order if node in inner and node in before]
    while waiting:
        ready = [node for node in waiting if before[node] in done or before[node] not in before]
        if not ready:
            return
        for node in ready:
            at, after = order.index(node), order.index(before[node])
            if at < after and before[node] != order[-1]:
                order.insert(after, order.pop(at))
            done.add(node)
        waiting = [node for node in waiting if node not in done]


def _improve(order: list[int], between: list[list[float]], *, rounds: int = 12) -> None:
    """Move each inner node to where it costs least, until nothing moves."""
    for _ in range(rounds):
        moved = False
        for node in sorted(order[1:-1]):
            moved = _move(order, node, between) or moved
        if not moved:
            return


def _move(order: list[int], node: int, between: list[list[float]]) -> bool:
    """Backward traffic changes by what `node` sends to and receives from each node it passes."""
    at = order.index(node)
    best, target, change = -1e-9, at, 0.0
    for i in range(at - 1, 0, -1):
        change += between[order[i]][node] - between[node][order[i]]
        if change < best:
            best, target = change, i
    change = 0.0
    for i in range(at + 1, len(order) - 1):
        change += between[node][order[i]] - between[order[i]][node]
        if change < best:
            best, target = change, i
    order.insert(target, order.pop(at))
    return target != at
