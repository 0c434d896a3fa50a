"""Layers of a flow and the order inside each: few layers, short edges, few crossings.

The way of Sugiyama, Tagawa & Toda (1981): longest-path layers, invisible points where an edge passes a
layer, weighted medians swept down and up, neighbours swapped while that removes crossings.
"""

import itertools
from bisect import bisect_right, insort
from collections.abc import Mapping, Sequence

Edge = tuple[int, int]


def layers_of(n: int, edges: Mapping[Edge, float], *, order: Sequence[int]) -> list[int]:
    """Layer of each node so that every edge (which follows `order`) leads to a later layer."""
    layer = [0] * n
    into: dict[int, list[int]] = {v: [] for v in range(n)}
    out: dict[int, list[int]] = {v: [] for v in range(n)}
    for u, v in edges:
        into[v].append(u)
        out[u].append(v)
    for v in order:
        layer[v] = max((layer[u] + 1 for u in into[v]), default=0)
    _tighten(layer, edges, order, into, out)
    used = {k: i for i, k in enumerate(sorted(set(layer)))}
    return [used[k] for k in layer]


def _tighten(
    layer: list[int],
    edges: Mapping[Edge, float],
    order: Sequence[int],
    into: Mapping[int, list[int]],
    out: Mapping[int, list[int]],
) -> None:
    """Pull a node later when more traffic leaves it than enters, which shortens its heavier edges."""
    for _ in range(4):
        for v in reversed(order):
            if not out[v] or not into[v]:
                continue
            arriving = sum(edges[(u, v)] for u in into[v])
            leaving = sum(edges[(v, w)] for w in out[v])
            if leaving > arriving:
                layer[v] = max(layer[v], min(layer[w] for w in out[v]) - 1)


class Ranks:
    """Nodes and the points of long edges by layer, and the links between neighbouring layers.

    `rows[k]` holds the members of layer k in order; a member below `n` is a node, else a point of an
    edge; `layer[member]` is its layer and `chains[edge]` lists all members an edge runs through, its ends
    included.
    """

    def __init__(self, layer: Sequence[int], edges: Mapping[Edge, float], *, order: Sequence[int]) -> None:
        self.n = len(layer)
        self.rows: list[list[int]] = [[] for _ in range(max(layer, default=0) + 1)]
        self.chains: dict[Edge, list[int]] = {}
        self.down: dict[int, list[tuple[int, float]]] = {}
        self.up: dict[int, list[tuple[int, float]]] = {}
        self.layer = {v: layer[v] for v in order}
        for v in order:
            self.rows[layer[v]].append(v)
        member = self.n
        for (u, v), weight in sorted(edges.items(), key=lambda item: (-item[1], item[0])):
            chain = [u]
            for k in range(layer[u] + 1, layer[v]):
                self.rows[k].append(member)
                self.layer[member] = k
                chain.append(member)
                member += 1
            chain.append(v)
            self.chains[(u, v)] = chain
            for a, b in itertools.pairwise(chain):
                self.down.setdefault(a, []).append((b, weight))
                self.up.setdefault(b, []).append((a, weight))
        self._untangle()

    def _untangle(self, *, sweeps: int = 16) -> None:
        best, fewest = [list(row) for row in self.rows], self.crossings()
        for sweep in range(sweeps):
            if fewest == 0:
                break
            self._sweep(downwards=sweep % 2 == 0)
            self._swap_neighbours()
            now = self.crossings()
            if now < fewest:
                best, fewest = [list(row) for row in self.rows], now
        self.rows = best

    def _sweep(self, *, downwards: bool) -> None:
        """Sort each layer by the weighted median of where its members' neighbours stand."""
        beside = self.up if downwards else self.down
        indices = range(1, len(self.rows)) if downwards else range(len(self.rows) - 2, -1, -1)
        for k in indices:
            place = self._places(k - 1 if downwards else k + 1)
            here = {m: i for i, m in enumerate(self.rows[k])}
            key = {m: _median([(place[o], w) for o, w in beside.get(m, ())], default=here[m]) for m in here}
            self.rows[k].sort(key=lambda m: (key[m], here[m]))

    def _swap_neighbours(self) -> None:
        for k, row in enumerate(self.rows):
            above = self._places(k - 1) if k else {}
            below = self._places(k + 1) if k + 1 < len(self.rows) else {}
            for _ in range(4):
                if not self._swap_in(row, above, below):
                    break

    def _swap_in(self, row: list[int], above: Mapping[int, int], below: Mapping[int, int]) -> bool:
        changed = False
        for i in range(len(row) - 1):
            a, b = row[i], row[i + 1]
            gain = self._gain(a, b, self.up, above) + self._gain(a, b, self.down, below)
            if gain > 0:
                row[i], row[i + 1] = b, a
                changed = True
        return changed

    def _gain(
        self, a: int, b: int, links: Mapping[int, list[tuple[int, float]]], place: Mapping[int, int]
    ) -> float:
        """Crossings removed by putting b before a."""
        gain = 0
        for x, _ in links.get(a, ()):
            for y, _ in links.get(b, ()):
                gain += (place[x] > place[y]) - (place[x] < place[y])
        return gain

    def _places(self, k: int) -> dict[int, int]:
        return {member: i for i, member in enumerate(self.rows[k])}

    def crossings(self) -> int:
        """Pairs of links that cross between neighbouring layers."""
        total = 0
        for k in range(len(self.rows) - 1):
            below = self._places(k + 1)
            seen: list[int] = []
            for member in self.rows[k]:
                ends = sorted(below[other] for other, _ in self.down.get(member, ()))
                total += sum(len(seen) - bisect_right(seen, end) for end in ends)
                for end in ends:
                    insort(seen, end)
        return total


def _median(places: list[tuple[int, float]], *, default: float) -> float:
    """Weighted median of positions; where two share the middle, between them."""
    if not places:
        return default
    places.sort()
    half, run = sum(weight for _, weight in places) / 2, 0.0
    for i, (place, weight) in enumerate(places):
        run += weight
        if run > half:
            return place
        if run == half:
            return (place + places[min(i + 1, len(places) - 1)][0]) / 2
    return places[-1][0]
