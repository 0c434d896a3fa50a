"""Where the nodes of a layered flow lie and the way each edge takes between them.

Coordinates: `across` runs along a layer, `along` from layer to layer. Each member of a layer wants to lie
at the mean of its neighbours; the nearest positions that keep their distances are found for a whole layer
at once as an isotonic regression (pool adjacent violators), swept down and up.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from anlan.formats.report.flow.layers import Edge, Ranks, layers_of
from anlan.formats.report.flow.order import order_of_work

_POINT = 12.0  # room across for an edge that passes a layer
Point = tuple[float, float]


@dataclass(frozen=True)
class Size:
    """Extent of the nodes and the room between them: across a layer and along the flow."""

    across: float
    along: float
    gap_across: float
    gap_along: float


@dataclass(frozen=True)
class Placement:
    """Centres of the nodes, points of each edge in its own direction, edges against the order, extent.

    A route is a list of points: from the border of its first node, straight through each layer it
    passes (two points a layer), to the border of its last node.
    """

    centres: tuple[Point, ...]
    routes: Mapping[Edge, tuple[Point, ...]]
    backward: frozenset[Edge]
    across: float
    along: float


def placed(
    n: int,
    edges: Mapping[Edge, float],
    *,
    all_weights: Mapping[Edge, float],
    first: int,
    last: int,
    size: Size,
    extent: Callable[[int], float],
    before: Mapping[int, int] | None = None,
    order: Sequence[int] | None = None,
) -> Placement:
    """Lay out nodes 0..n-1. `extent(node)`: its width across; edges from a node to itself are not routed.
    `before`: see `order_of_work`; `order`: all nodes in the order of the flow where that is known already.
    """
    order = order_of_work(n, all_weights, first=first, last=last, before=before) if order is None else order
    position = {v: i for i, v in enumerate(order)}
    backward = frozenset((u, v) for u, v in edges if u != v and position[u] > position[v])
    straight: dict[Edge, float] = {}
    for (u, v), weight in edges.items():
        if u != v:
            pair = (v, u) if (u, v) in backward else (u, v)
            straight[pair] = straight.get(pair, 0.0) + weight
    ranks = Ranks(layers_of(n, straight, order=order), straight, order=order)
    across = _settled(ranks, size, extent)
    along = {
        m: k * (size.along + size.gap_along) + size.along / 2 for k, row in enumerate(ranks.rows) for m in row
    }
    routes = _routes(ranks, edges, backward, across, along, size, extent)
    width = max((across[m] + _half(m, ranks, extent) for row in ranks.rows for m in row), default=0.0)
    height = len(ranks.rows) * (size.along + size.gap_along) - size.gap_along
    return Placement(tuple((across[v], along[v]) for v in range(n)), routes, backward, width, height)


def _half(member: int, ranks: Ranks, extent: Callable[[int], float]) -> float:
    return extent(member) / 2 if member < ranks.n else _POINT / 2


def _settled(
    ranks: Ranks, size: Size, extent: Callable[[int], float], *, sweeps: int = 24
) -> dict[int, float]:
    """Position across of every member, the smallest at half its extent."""
    gaps = {id(row): _distances(row, ranks, size, extent) for row in ranks.rows}
    x: dict[int, float] = {}
    for row in ranks.rows:
        run = 0.0
        for i, member in enumerate(row):
            run += gaps[id(row)][i - 1] if i else 0.0
            x[member] = run
    for sweep in range(sweeps):
        both = sweep >= sweeps - 6
        rows = ranks.rows if sweep % 2 == 0 else ranks.rows[::-1]
        for row in rows:
            links = (ranks.up, ranks.down) if both else (ranks.up,) if sweep % 2 == 0 else (ranks.down,)
            wanted = [_wanted(member, links, x, ranks) for member in row]
            for member, place in zip(row, _spaced(wanted, gaps[id(row)]), strict=True):
                x[member] = place
    for _ in range(3):
        for chain in ranks.chains.values():
            _straighten(chain[1:-1], x, ranks, gaps)
    least = min((x[m] - _half(m, ranks, extent) for row in ranks.rows for m in row), default=0.0)
    return {member: place - least for member, place in x.items()}


def _straighten(
    points: Sequence[int], x: dict[int, float], ranks: Ranks, gaps: Mapping[int, Sequence[float]]
) -> None:
    """Put the points of a long edge on one line where their neighbours leave room for it."""
    low, high = float("-inf"), float("inf")
    for member in points:
        row = ranks.rows[ranks.layer[member]]
        i, room = row.index(member), gaps[id(row)]
        low = max(low, x[row[i - 1]] + room[i - 1]) if i else low
        high = min(high, x[row[i + 1]] - room[i]) if i + 1 < len(row) else high
    if points and low <= high:
        middle = sum(x[member] for member in points) / len(points)
        x.update(dict.fromkeys(points, min(max(middle, low), high)))


def _distances(row: Sequence[int], ranks: Ranks, size: Size, extent: Callable[[int], float]) -> list[float]:
    """Least distance between the centres of neighbours; two passing edges may run close together."""
    gaps = []
    for a, b in itertools.pairwise(row):
        room = size.gap_across if a < ranks.n and b < ranks.n else size.gap_across * 0.6
        gaps.append(_half(a, ranks, extent) + _half(b, ranks, extent) + room)
    return gaps


def _wanted(
    member: int, links: Sequence[Mapping[int, list[tuple[int, float]]]], x: Mapping[int, float], ranks: Ranks
) -> tuple[float, float]:
    """Mean of the neighbours (points pull hard, so long edges run straight) and how strongly it is wanted."""
    total, weight = 0.0, 0.0
    for beside in links:
        for other, count in beside.get(member, ()):
            straight = 6.0 if member >= ranks.n and other >= ranks.n else 2.0 if other >= ranks.n else 1.0
            pull = straight * (0.04 + count * count)
            total += pull * x[other]
            weight += pull
    return (total / weight, weight) if weight else (x[member], 0.05)


def _spaced(wanted: Sequence[tuple[float, float]], gaps: Sequence[float]) -> list[float]:
    """Positions nearest to those wanted (least weighted squares) that keep every gap."""
    shift, shifts = 0.0, [0.0]
    for gap in gaps:
        shift += gap
        shifts.append(shift)
    pools: list[list[float]] = []  # mean, weight, members
    for (place, weight), moved in zip(wanted, shifts, strict=True):
        pools.append([place - moved, weight, 1])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            mean, heavy, members = pools.pop()
            before = pools[-1]
            whole = before[1] + heavy
            before[0] = (before[0] * before[1] + mean * heavy) / whole
            before[1], before[2] = whole, before[2] + members
    flat = [pool[0] for pool in pools for _ in range(int(pool[2]))]
    return [place + moved for place, moved in zip(flat, shifts, strict=True)]


def _routes(
    ranks: Ranks,
    edges: Mapping[Edge, float],
    backward: frozenset[Edge],
    across: Mapping[int, float],
    along: Mapping[int, float],
    size: Size,
    extent: Callable[[int], float],
) -> dict[Edge, tuple[Point, ...]]:
    ports = _ports(ranks, edges, backward, across, extent)
    routes: dict[Edge, tuple[Point, ...]] = {}
    for u, v in edges:
        if u == v:
            continue
        reverse = (u, v) in backward
        upper, lower = (v, u) if reverse else (u, v)
        chain = ranks.chains[(upper, lower)]
        twin = (v, u) in edges and len(chain) > 2
        aside = (_POINT / 3 if reverse else -_POINT / 3) if twin else 0.0
        points = [(ports[(upper, (u, v))], along[upper] + size.along / 2)]
        for member in chain[1:-1]:
            x = across[member] + aside
            points += [(x, along[member] - size.along / 2), (x, along[member] + size.along / 2)]
        points.append((ports[(lower, (u, v))], along[lower] - size.along / 2))
        routes[(u, v)] = tuple(points[::-1] if reverse else points)
    return routes


def _ports(
    ranks: Ranks,
    edges: Mapping[Edge, float],
    backward: frozenset[Edge],
    across: Mapping[int, float],
    extent: Callable[[int], float],
) -> dict[tuple[int, Edge], float]:
    """Where each edge touches a node's border: the widest in the middle, the others in order beside it."""
    sides: dict[tuple[int, str], list[tuple[float, bool, Edge]]] = {}
    for u, v in edges:
        if u == v:
            continue
        reverse = (u, v) in backward
        upper, lower = (v, u) if reverse else (u, v)
        chain = ranks.chains[(upper, lower)]
        sides.setdefault((upper, "below"), []).append((across[chain[1]], reverse, (u, v)))
        sides.setdefault((lower, "above"), []).append((across[chain[-2]], reverse, (u, v)))
    ports: dict[tuple[int, Edge], float] = {}
    for (node, _), ends in sides.items():
        ends.sort()
        main = max(range(len(ends)), key=lambda i: (edges[ends[i][2]], -i))
        room = min(extent(node) * 0.36 / max(main, len(ends) - 1 - main, 1), 20.0)
        for i, (_, _, edge) in enumerate(ends):
            ports[(node, edge)] = across[node] + (i - main) * room
    return ports
