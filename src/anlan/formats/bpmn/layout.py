"""Where the steps of a design lie and the way of each link: for drawings and for the diagram of a file."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from anlan.domain.design import Design
from anlan.formats.report.flow.placement import Point, Size, placed

BOX = (150.0, 52.0)
MARGIN = 20.0
FORWARD, BACK = 0.5, 0.3
"""Pull of a link along the order of the steps and against it: a loop is cut where it leads back."""
_GAPS = (26.0, 70.0)
_HALF = {"event": (15.0, 15.0), "wait": (15.0, 15.0), "gateway": (20.0, 20.0)}


@dataclass(frozen=True)
class DesignLayout:
    """Centres by key, routes by (source, target), from left to right; loops are not routed."""

    centres: Mapping[str, Point]
    routes: Mapping[tuple[str, str], tuple[Point, ...]]
    backward: frozenset[tuple[str, str]]
    width: float
    height: float


def design_layout(design: Design) -> DesignLayout:
    """Layers from the start on; an unseen start and end hold the flow together."""
    keys = [step.key for step in design.steps]
    if not keys:
        return DesignLayout({}, {}, frozenset(), 2 * MARGIN, 2 * MARGIN)
    number, last = {key: i + 1 for i, key in enumerate(keys)}, len(keys) + 1
    pairs = list(dict.fromkeys((number[link.source], number[link.target]) for link in design.links))
    into, out = {v for u, v in pairs if u != v}, {u for u, v in pairs if u != v}
    firsts = [number[s.key] for s in design.steps if s.form == "start"] or [1]
    roots = [n for n in number.values() if n not in into and n not in firsts]
    others = _further_roots(firsts, [*roots, *number.values()], pairs)
    held = [(0, n) for n in firsts] + [(firsts[0], n) for n in others]
    order = _search(0, _following([*pairs, *held]), set())[::-1]
    at = {node: place for place, node in enumerate(order)}
    edges = {(u, v): FORWARD if at[u] <= at[v] else BACK for u, v in pairs}
    unseen = {(0, n): 1.0 for n in firsts} | {(firsts[0], n): 0.2 for n in others}
    unseen |= {(n, last): 0.1 for n in number.values() if n not in out}
    everything = edges | unseen
    found = placed(
        last + 1, everything, all_weights=everything, first=0, last=last,
        size=Size(BOX[1], BOX[0], *_GAPS), extent=lambda n: BOX[1], order=[*order, last],
    )  # fmt: skip
    return _turned(design, found.centres, found.routes, found.backward)


def _following(pairs: Sequence[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for u, v in sorted(set(pairs)):
        found.setdefault(u, []).append(v)
    return found


def _further_roots(
    firsts: Sequence[int], candidates: Sequence[int], pairs: Sequence[tuple[int, int]]
) -> list[int]:
    """Where the flow goes on from that nothing before leads to: the first candidate not yet reached, and so
    on until all are."""
    following, seen, found = _following(pairs), set[int](), []
    for each in firsts:
        _search(each, following, seen)
    for each in candidates:
        if each not in seen:
            found.append(each)
            _search(each, following, seen)
    return found


def _search(root: int, following: Mapping[int, Sequence[int]], seen: set[int]) -> list[int]:
    """Nodes not seen before in the order in which a search in depth is done with them.

    Backwards it is an order in which only the ways lead back that close a loop: those to a node that the
    search is still inside of (Tarjan 1972, doi:10.1137/0201010). Of two ways on, the one to the node with the
    lower number comes first."""
    done: list[int] = []
    path: list[tuple[int, list[int]]] = []

    def enter(node: int) -> None:
        seen.add(node)
        path.append((node, list(following.get(node, ()))))

    if root not in seen:
        enter(root)
    while path:
        node, rest = path[-1]
        if not rest:
            done.append(node)
            path.pop()
        elif (following_one := rest.pop()) not in seen:
            enter(following_one)
    return done


def _turned(
    design: Design, centres: tuple[Point, ...], routes: Mapping[tuple[int, int], tuple[Point, ...]],
    backward: frozenset[tuple[int, int]],
) -> DesignLayout:  # fmt: skip
    """From across and along to x and y, without the room of the unseen start and end."""
    keys = [step.key for step in design.steps]
    across = [place[0] for place in centres[1:-1]] + [p[0] for r in _own(routes, len(keys)) for p in r]
    along = [place[1] for place in centres[1:-1]]
    left, top = min(along) - BOX[0] / 2 - MARGIN, min(across) - BOX[1] / 2 - MARGIN

    def turned(place: Point) -> Point:
        return (place[1] - left, place[0] - top)

    at = {key: turned(centres[i + 1]) for i, key in enumerate(keys)}
    kinds = {step.key: step.kind for step in design.steps}
    ways = {
        (keys[u - 1], keys[v - 1]): _to_borders(
            [turned(p) for p in route], keys[u - 1], keys[v - 1], at, kinds
        )
        for (u, v), route in routes.items()
        if 0 < u <= len(keys) and 0 < v <= len(keys)
    }
    back = frozenset((keys[u - 1], keys[v - 1]) for u, v in backward if 0 < u <= len(keys) >= v > 0)
    width = max(along) - left + BOX[0] / 2 + MARGIN
    return DesignLayout(at, ways, back, width, max(across) - top + BOX[1] / 2 + MARGIN)


def _own(routes: Mapping[tuple[int, int], tuple[Point, ...]], n: int) -> list[tuple[Point, ...]]:
    return [route for (u, v), route in routes.items() if 0 < u <= n and 0 < v <= n]


def half(kind: str) -> Point:
    """Half the width and height of the mark of a kind."""
    return _HALF.get(kind, (BOX[0] / 2, BOX[1] / 2))


def _to_borders(
    route: list[Point], source: str, target: str, at: Mapping[str, Point], kinds: Mapping[str, str]
) -> tuple[Point, ...]:
    """Circles and diamonds are narrower than boxes: links end on their edge, beside each other."""
    ends = list(route)
    for place, key in ((0, source), (-1, target)):
        if kinds[key] in _HALF:
            (x, y), radius = at[key], half(kinds[key])[0]
            side = 1.0 if ends[place][0] > x else -1.0
            aside = min(max(ends[place][1] - y, -radius / 2), radius / 2)
            diamond = kinds[key] == "gateway"
            reach = radius - abs(aside) if diamond else math.sqrt(radius**2 - aside**2)
            ends[place] = (x + side * reach, y + aside)
    return tuple(ends)
