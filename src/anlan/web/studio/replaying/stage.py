"""The map that a replay moves on: cut into strips that fit a page, with where steps and ways lie on it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from anlan.domain.design import Design, Step
from anlan.formats.bpmn.layout import BOX, DesignLayout, design_layout, half
from anlan.formats.report.charts.map_marks import points_along
from anlan.formats.report.drawing import frame, line
from anlan.formats.report.flow.selection import END as LOG_END
from anlan.formats.report.flow.selection import START as LOG_START
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette
from anlan.loop.improve.twin.flow import END as TWIN_END
from anlan.web.catalog.drawings import Marks, step_drawn, ways_drawn
from anlan.web.common.texts import text

Point = tuple[float, float]
WIDEST = 1400.0
"""Of a strip, so that names stay readable on a page; a narrower map is one strip."""
MOST_WITH_SHARES = 24
"""Steps of a map whose ways have their shares on them."""
ABOVE, BELOW = 34.0, 30.0
"""Room over the highest box for those who wait, and below the lowest."""
_PAPER = Palette("page")


@dataclass(frozen=True)
class Strip:
    """The map from x = from_x to to_x; y = low is drawn at top."""

    from_x: float
    to_x: float
    low: float
    high: float
    top: float


@dataclass(frozen=True, eq=False)
class Stage:
    """A flow as it is drawn. strips: from the first to the last, one below the other."""

    flow: Design
    layout: DesignLayout
    strips: tuple[Strip, ...]

    @property
    def width(self) -> float:
        return max(strip.to_x - strip.from_x for strip in self.strips)

    @property
    def height(self) -> float:
        last = self.strips[-1]
        return last.top + last.high - last.low

    def place(self, point: Point) -> Point:
        """Where a point of the layout is drawn."""
        x, y = point
        strip = next((each for each in self.strips if x < each.to_x), self.strips[-1])
        return x - strip.from_x, y - strip.low + strip.top

    def centre(self, key: str) -> Point | None:
        """Of a step as it is drawn, None where it is not on the map."""
        return self.place(self.layout.centres[key]) if key in self.layout.centres else None

    def half_of(self, key: str) -> Point:
        return half(next(step.kind for step in self.flow.steps if step.key == key))


def stage_of(flow: Design) -> Stage:
    """A large flow without words on its ways, that would lie over each other."""
    if len(flow.steps) > MOST_WITH_SHARES:
        flow = Design(flow.steps, tuple(replace(link, probability=None, condition="") for link in flow.links))
    layout = design_layout(flow)
    cuts = _cuts(layout)
    strips: list[Strip] = []
    top = 0.0
    for from_x, to_x in pairwise(cuts):
        low, high = _reach(layout, from_x, to_x)
        strips.append(Strip(from_x, to_x, low, high, top))
        top += high - low
    return Stage(flow, layout, tuple(strips))


def _cuts(layout: DesignLayout) -> list[float]:
    """Where strips begin and end: half way between two columns of steps."""
    if layout.width <= WIDEST * 1.1:
        return [0.0, layout.width]
    columns = sorted({round(x) for x, _ in layout.centres.values()})
    between = [(a + b) / 2 for a, b in pairwise(columns) if b - a > BOX[0]]
    count = -int(-layout.width // WIDEST)
    even, cuts = layout.width / count, [0.0]
    for gap, after in zip(between, [*between[1:], layout.width], strict=True):
        if after - cuts[-1] > max(even, BOX[0] * 2) and gap > cuts[-1]:
            cuts.append(gap)
    return [*cuts, layout.width]


def _reach(layout: DesignLayout, from_x: float, to_x: float) -> tuple[float, float]:
    """Lowest and highest y of what a strip shows."""
    ys = [y + side * BOX[1] / 2 for x, y in layout.centres.values() if from_x <= x < to_x for side in (-1, 1)]
    ys += [y for route in layout.routes.values() for x, y in points_along(route, vertical=False, each=6)
           if from_x <= x < to_x]  # fmt: skip
    return min(ys, default=0.0) - ABOVE, max(ys, default=0.0) + BELOW


def drawn(stage: Stage, marks: Marks, *over: Markup, title: str, said: str) -> SafeString:
    """The picture, with what stands over it."""
    layout = stage.layout
    whole = [
        *ways_drawn(stage.flow, layout, marks),
        *(step_drawn(step, layout, marks) for step in stage.flow.steps),
    ]
    windows = []
    for n, strip in enumerate(stage.strips):
        width, height = strip.to_x - strip.from_x, strip.high - strip.low
        view = f"{strip.from_x:.1f} {strip.low:.1f} {width:.1f} {height:.1f}"
        inside = whole if len(stage.strips) == 1 else _inside(stage, strip, marks)
        windows.append(el("svg", *inside, x=0, y=strip.top, width=width, height=height, viewBox=view))
        if n:
            windows.append(line(6, strip.top, stage.width - 6, strip.top, stroke=_PAPER["line2"]))
    return mark_safe(frame(stage.width, stage.height, *windows, *over, title=title, text=said, theme="page"))


def _inside(stage: Stage, strip: Strip, marks: Marks) -> list[Markup]:
    """What a strip shows, and nothing that lies wholly outside of it."""
    layout, flow = stage.layout, stage.flow
    near = {key for key, (x, _) in layout.centres.items() if strip.from_x - BOX[0] < x < strip.to_x + BOX[0]}
    links = []
    for link in flow.links:
        route = layout.routes.get((link.source, link.target))
        xs = [x for x, _ in route] if route else [layout.centres[link.source][0]]
        if min(xs) <= strip.to_x and max(xs) >= strip.from_x:
            links.append(link)
    steps = [step for step in flow.steps if step.key in near]
    return [*ways_drawn(Design(flow.steps, tuple(links)), layout, marks),
            *(step_drawn(step, layout, marks) for step in steps)]  # fmt: skip


def geometry_of(stage: Stage, nodes: Sequence[str]) -> dict[str, Any]:
    """For the script: nodes: [x, y, half width, half height] as drawn, None where not on the map; ways: by
    `i>j` of the numbers of nodes, -1 the start and the end, the points as drawn."""
    known = {key: number for number, key in enumerate(nodes)} | {LOG_START: -1, LOG_END: -1, TWIN_END: -1}
    ways = {}
    for (source, target), route in stage.layout.routes.items():
        if source in known and target in known:
            points = [stage.place(point) for point in points_along(route, vertical=False)]
            ways[f"{known[source]}>{known[target]}"] = [round(v, 1) for point in points for v in point]
    end = next((stage.centre(key) for key in (TWIN_END, LOG_END) if key in stage.layout.centres), None)
    return {
        "width": stage.width, "height": stage.height, "nodes": [_node(stage, key) for key in nodes],
        "ways": ways, "start": _rounded(stage.centre(LOG_START)), "end": _rounded(end),
    }  # fmt: skip


def _node(stage: Stage, key: str) -> list[float] | None:
    centre = stage.centre(key)
    return None if centre is None else [*(round(v, 1) for v in centre), *stage.half_of(key)]


def _rounded(point: Point | None) -> list[float] | None:
    return None if point is None else [round(v, 1) for v in point]


def teams_below(flow: Design) -> dict[str, str]:
    """Second line of each box: who does it."""
    return {step.key: step.role for step in flow.steps if _is_work(step)}


def _is_work(step: Step) -> bool:
    return step.kind not in ("event", "gateway", "wait")


def map_drawn(stage: Stage, said: str) -> SafeString:
    return drawn(stage, Marks(below=teams_below(stage.flow)), title=text("studio.replay.map"), said=said)
