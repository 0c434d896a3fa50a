"""Where everything of a process map lies: the way it runs, and into how many columns it is folded."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from anlan.formats.report.flow.placement import Placement, Point, Size, placed
from anlan.formats.report.flow.selection import END, START, Selection

Direction = Literal["down", "right"]
BOX = (150.0, 46.0)
MARGIN = 24.0
_PAGE = (680.0, 840.0)  # an upright page in pixels, less the legend
_MOST_FOLDS = 6


@dataclass(frozen=True)
class MapLayout:
    """A placed flow, the direction it runs, and its strips.

    `cuts`: where strips begin and end along the flow; a long flow is cut between layers and its strips
    stand side by side like the columns of a newspaper (one below the other where it runs right).
    """

    selection: Selection
    names: tuple[str, ...]
    placement: Placement
    direction: Direction
    cuts: tuple[float, ...]

    @property
    def down(self) -> bool:
        return self.direction == "down"

    @property
    def folds(self) -> int:
        return len(self.cuts) - 1

    @property
    def breadth(self) -> float:
        """Extent of one strip across the flow."""
        return self.placement.across + 2 * MARGIN

    @property
    def length(self) -> float:
        """Extent of the longest strip along the flow."""
        return max(b - a for a, b in zip(self.cuts, self.cuts[1:], strict=False))

    @property
    def extent(self) -> tuple[float, float]:
        """Width and height of the drawing."""
        across, along = self.breadth * self.folds, self.length
        return (across, along) if self.down else (along, across)

    def point(self, place: Point) -> Point:
        """From the flow's coordinates to the drawing before it is folded."""
        across, along = place[0] + MARGIN, place[1] + MARGIN
        return (across, along) if self.down else (along, across)

    def centre(self, name: str) -> Point:
        return self.point(self.placement.centres[self.names.index(name)])

    def route(self, u: str, v: str) -> list[Point]:
        return [self.point(place) for place in self.placement.routes[self.pair(u, v)]]

    def pair(self, u: str, v: str) -> tuple[int, int]:
        return self.names.index(u), self.names.index(v)


def map_layout(
    process: Mapping[str, Any],
    selection: Selection,
    direction: Direction | None,
    *,
    longest: float | None = None,
) -> MapLayout:
    """The layout that shrinks least on a page; one that was asked for is neither turned nor folded, but
    where a strip may be `longest` pixels it is cut into as many as that takes, to be read on a screen."""
    if direction and longest:
        options = _folded(process, selection, direction, most=len(selection.nodes), least=3)
        return next((option for option in options if option.length <= longest), options[-1])
    ways: Sequence[Direction] = (direction,) if direction else ("down", "right")
    options = [
        option
        for way in ways
        for option in _folded(process, selection, way, most=1 if direction else _MOST_FOLDS)
    ]
    return min(options, key=_shrinking)


def _folded(
    process: Mapping[str, Any], selection: Selection, way: Direction, *, most: int, least: int = 4
) -> list[MapLayout]:
    """The placed flow in one piece and, where it is long, in up to `most`, of `least` layers or more."""
    names = (START, *selection.nodes, END)
    placement = _placed(process, selection, names, way)
    size = _size(way)
    pitch = size.along + size.gap_along
    layers = round((placement.along + size.gap_along) / pitch)
    layouts = []
    for folds in range(1, max(min(most, layers // least), 1) + 1):
        per = math.ceil(layers / folds)
        inner = [MARGIN + k * pitch - size.gap_along / 2 for k in range(per, layers, per)]
        cuts = (0.0, *inner, placement.along + 2 * MARGIN)
        layouts.append(MapLayout(selection, names, placement, way, cuts))
    return layouts


def _placed(
    process: Mapping[str, Any], selection: Selection, names: Sequence[str], way: Direction
) -> Placement:
    """Weights for the order of work come from all transitions, also from those that are not shown.

    What leaves a node weighs also on the edge that first reaches it: no node may stand before all its
    predecessors, as if cases began there.
    """
    number = {name: i for i, name in enumerate(names)}
    most = max(selection.edges.values(), default=1)
    edges = {(number[u], number[v]): n / most for (u, v), n in selection.edges.items()}
    ends = (0, len(names) - 1)
    weights = {
        (number[e["from"]], number[e["to"]]): e["count"] / most
        for e in process["edges"]
        if e["from"] in number and e["to"] in number
    } | {pair: weight for pair, weight in edges.items() if pair[0] in ends or pair[1] in ends}
    leaving: dict[int, float] = {}
    for (u, _), weight in weights.items():
        leaving[u] = leaving.get(u, 0.0) + weight
    before = {number[name]: number[pair[0]] for name, pair in selection.reached_by.items()}
    for node, predecessor in before.items():
        pair = (predecessor, node)
        weights[pair] = weights.get(pair, 0.0) + leaving.get(node, 0.0)
    return placed(
        len(names), edges, all_weights=weights, first=ends[0], last=ends[1], size=_size(way),
        extent=_extent(way, names, edges), before=before,
    )  # fmt: skip


def _size(way: Direction) -> Size:
    width, height = BOX
    return Size(width, height, 24.0, 38.0) if way == "down" else Size(height, width, 26.0, 74.0)


def _extent(
    way: Direction, names: Sequence[str], edges: Mapping[tuple[int, int], float]
) -> Callable[[int], float]:
    """Room across for each node; one that repeats itself needs some for its loop."""
    width, loop = (BOX[0], 64.0) if way == "down" else (BOX[1], 40.0)
    ends = (0, len(names) - 1)
    return lambda node: 60.0 if node in ends else width + (loop if (node, node) in edges else 0.0)


def _shrinking(layout: MapLayout) -> float:
    """How much the drawing must shrink to fit an upright page; folding and turning must be worth it."""
    width, height = layout.extent
    shrink = max(width / _PAGE[0], height / _PAGE[1], 1.0)
    return shrink * (1 + 0.05 * (layout.folds - 1)) + (0.0 if layout.down else 0.05)
