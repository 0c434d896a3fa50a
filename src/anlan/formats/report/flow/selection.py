"""Which transitions a process map shows, so that a map of 60 nodes and 500 edges can still be read.

Every shown node keeps its widest way from the start and its widest way to the end; after that the most
frequent transitions are added until the map is full, or until the wanted share of all transitions is
covered and what is left is rare.
"""

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

START, END = "\x02start", "\x03end"
Pair = tuple[str, str]
_USUAL_END = 0.05
"""Share of cases from which a start or an end is drawn though no node needs it."""


@dataclass(frozen=True)
class Selection:
    """Shown nodes and edges (with START and END), and how much of the whole they cover.

    `reached_by[node]`: the edge by which the widest way from the start reaches the node.
    """

    nodes: tuple[str, ...]
    edges: Mapping[Pair, int]
    n_nodes: int
    n_edges: int
    covered: float
    reached_by: Mapping[str, Pair]

    @property
    def shown(self) -> int:
        """Transitions between activities among the shown edges; the arrows of start and end do not count."""
        return sum(START not in pair and END not in pair for pair in self.edges)


def selected(
    nodes: Sequence[str],
    counts: Mapping[Pair, int],
    *,
    most_nodes: int = 60,
    cover: float = 0.95,
    rare: float = 0.003,
) -> Selection:
    """The part of a flow worth drawing.

    nodes: activities, most important first; counts: occurrences of each pair, START and END included.
    """
    kept = tuple(nodes[:most_nodes])
    inside = {START, END, *kept}
    within = {pair: n for pair, n in counts.items() if n > 0 and pair[0] in inside and pair[1] in inside}
    forward = _widest_tree(within, START, backwards=False)
    chosen = _backbone(within, kept, forward)
    total = sum(n for (u, v), n in counts.items() if u != START and v != END)
    room = max(min(1.6 * len(kept), 20 + 0.8 * len(kept)), 12.0)  # large maps take fewer edges a node
    covered = sum(within[pair] for pair in chosen if pair[0] != START and pair[1] != END)
    for pair in sorted(within, key=lambda p: (-within[p], p)):
        if (covered >= cover * total and within[pair] < rare * total) or len(chosen) >= room + len(kept):
            break
        if pair not in chosen and _worth(pair, within[pair], total):
            chosen.add(pair)
            covered += within[pair] if pair[0] != START and pair[1] != END else 0
    inner = sum(u != START and v != END for u, v in counts)
    share = covered / total if total else 1.0
    return Selection(kept, {p: within[p] for p in sorted(chosen)}, len(nodes), inner, share, forward)


def of_share(
    nodes: Sequence[str], counts: Mapping[Pair, int], *, share: float, most_nodes: int = 60
) -> Selection:
    """The most frequent `share` (0..1) of the transitions between activities, and never fewer than every
    node's widest way in and out need, so that the map stays in one piece.

    nodes and counts: as for `selected`.
    """
    kept = tuple(nodes[:most_nodes])
    inside = {START, END, *kept}
    within = {pair: n for pair, n in counts.items() if n > 0 and pair[0] in inside and pair[1] in inside}
    forward = _widest_tree(within, START, backwards=False)
    chosen = _backbone(within, kept, forward)
    cases = sum(n for (u, _), n in within.items() if u == START)
    chosen |= {pair for pair, n in within.items() if not _between(pair) and n >= _USUAL_END * cases}
    between = {pair: n for pair, n in counts.items() if n > 0 and _between(pair)}
    rest = sorted((pair for pair in within if _between(pair) and pair not in chosen),
                  key=lambda p: (-within[p], p))  # fmt: skip
    room = round(share * len(between)) - sum(map(_between, chosen))
    chosen |= set(rest[: max(room, 0)])
    total = sum(between.values())
    covered = sum(within[pair] for pair in chosen if _between(pair))
    return Selection(
        kept, {p: within[p] for p in sorted(chosen)}, len(nodes), len(between),
        covered / total if total else 1.0, forward,
    )  # fmt: skip


def _between(pair: Pair) -> bool:
    return pair[0] != START and pair[1] != END


def _worth(pair: Pair, n: int, total: int) -> bool:
    """Rare starts and ends would pull a line across the whole map for a handful of cases."""
    return n >= 0.002 * total or (pair[0] != START and pair[1] != END)


def _backbone(counts: Mapping[Pair, int], nodes: Sequence[str], forward: Mapping[str, Pair]) -> set[Pair]:
    """For every node the last edge of its widest way from the start and the first of its way to the end.

    The width of a way is its rarest edge. Nodes no way leads to keep their own most frequent edges.
    """
    backward = _widest_tree(counts, END, backwards=True)
    chosen = set(forward.values()) | set(backward.values())
    for node in nodes:
        for index, tree in ((1, forward), (0, backward)):
            beside = [pair for pair in counts if pair[index] == node and pair[0] != pair[1]]
            if node not in tree and beside:
                chosen.add(max(beside, key=lambda p: (counts[p], p)))
    return chosen


def _widest_tree(counts: Mapping[Pair, int], root: str, *, backwards: bool) -> dict[str, Pair]:
    """Edge by which each node is reached on its widest way (Dijkstra with minimum for sum)."""
    beside: dict[str, list[tuple[int, str, Pair]]] = {}
    for (u, v), n in counts.items():
        here, there = (v, u) if backwards else (u, v)
        beside.setdefault(here, []).append((n, there, (u, v)))
    width, tree, seen = {root: float("inf")}, {}, set()
    queue = [(-width[root], root)]
    while queue:
        _, here = heapq.heappop(queue)
        if here in seen:
            continue
        seen.add(here)
        for n, there, pair in beside.get(here, ()):
            reached = min(width[here], n)
            if there not in seen and reached > width.get(there, -1.0):
                width[there], tree[there] = reached, pair
                heapq.heappush(queue, (-reached, there))
    return tree
