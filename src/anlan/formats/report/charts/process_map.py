"""Process map with risk overlay: what is done in which order, how long it waits, where the risks are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.formats.report.charts.map_layout import BOX, MARGIN, Direction, MapLayout, map_layout
from anlan.formats.report.charts.map_legend import Legend, legend
from anlan.formats.report.charts.map_marks import arrow, edge_path, half_way, node_box, terminal
from anlan.formats.report.drawing import SMALL, frame, label, line, text_width
from anlan.formats.report.flow.overlays import Overlay
from anlan.formats.report.flow.selection import END, START, Selection, of_share, selected
from anlan.formats.report.flow.waits import Waits, waits_of
from anlan.formats.report.flow.walk import walk_of
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_LEAST_WIDTH = 540.0  # room for the legend
Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True)
class Choosing:
    """What makes the boxes of a map links: the address and the spoken name of each activity's box, and the
    one that is chosen. The legend is then the page's, where it stays in sight."""

    address: Callable[[str], str]
    name: Callable[[str], str]
    chosen: str = ""


@dataclass(frozen=True)
class _Piece:
    """A part of the map and the stretch of the flow it covers, so that a fold knows what it holds."""

    drawing: Markup
    low: float
    high: float


@dataclass(frozen=True)
class _Map:
    """What all parts of the drawing share."""

    layout: MapLayout
    data: Mapping[str, Any]
    words: Words
    palette: Palette
    overlay: Overlay | None = None
    choosing: Choosing | None = None

    def rework(self, u: str, v: str) -> bool:
        """A transition against the order repeats work only where its target is indeed done again."""
        if self.layout.pair(u, v) not in self.layout.placement.backward or START in (u, v) or END in (u, v):
            return False
        target = next(a for a in self.data["process"]["activities"] if a["name"] == v)
        return bool(2 * (target["count"] - target["cases"]) >= self.layout.selection.edges[(u, v)])


def process_map(
    data: Mapping[str, Any],
    *,
    language: Language,
    theme: Theme = "light",
    direction: Direction | None = None,
    most_nodes: int = 60,
    share: float | None = None,
    overlay: Overlay | None = None,
    choosing: Choosing | None = None,
    longest: float | None = None,
) -> str:
    """Layered map. Without `direction` the map takes the way, and the folds, that suit an upright page; with
    it and `longest` it is cut into strips of at most about that many pixels.

    data: `process`, `risks`, `key_nodes` and `criteria` of the result; `alerts`: open ones by activity,
    where they are known. share: of transitions to show (see
    `of_share`), None: what is worth it. overlay: what fills the boxes; None: waiting.
    """
    words, palette = Words.of_result(data, language), Palette(theme)
    selection = map_selection(data, most_nodes=most_nodes, share=share)
    if not selection.nodes:
        text = words("map.none")
        note = label(text, x=4, y=25, fill=palette["ink3"])
        return frame(400, 50, note, title=words("map.title"), text=text, theme=theme)
    layout = map_layout(data["process"], selection, direction, longest=longest)
    drawn = _Map(layout, data, words, palette, overlay, choosing)
    waits = waits_of(data["process"])
    strips, width, height = _strips(drawn, [*_edges(drawn), *_nodes(drawn, waits), *_edge_labels(drawn)])
    key = legend(
        waits, data, width=width, top=height + 6, folds=drawn.layout.folds, down=drawn.layout.down,
        words=words, palette=palette, overlay=overlay,
    ) if choosing is None else Legend(Markup(), 0.0)  # fmt: skip
    return frame(
        width, height + key.height + 10, strips, key.drawing,
        title=words("map.title"), text=map_sentence(selection, words), theme=theme,
        role="group" if choosing else "img",
    )  # fmt: skip


def map_selection(data: Mapping[str, Any], *, most_nodes: int = 60, share: float | None = None) -> Selection:
    """The shown part of the process; also for the sentence beside the map."""
    process = data["process"]
    counts = {(edge["from"], edge["to"]): edge["count"] for edge in process["edges"]}
    for activity in process["activities"]:
        counts[(START, activity["name"])] = activity["starts"]
        counts[(activity["name"], END)] = activity["ends"]
    by_count = sorted(process["activities"], key=lambda activity: (-activity["count"], activity["name"]))
    inner = {pair: n for pair, n in counts.items() if n > 0}
    names = [activity["name"] for activity in by_count]
    if share is not None:
        return of_share(names, inner, share=share, most_nodes=most_nodes)
    return selected(names, inner, most_nodes=most_nodes)


def map_sentence(selection: Selection, words: Words) -> str:
    sentence = words("map.shown", shown=selection.shown, n=selection.n_edges, share=selection.covered)
    if len(selection.nodes) < selection.n_nodes:
        more = words("map.nodes_shown", shown=len(selection.nodes), n=selection.n_nodes)
        return words.sentences([sentence, more])
    return sentence


def _strips(drawn: _Map, pieces: Sequence[_Piece]) -> tuple[list[Markup], float, float]:
    """The map cut at its folds, each strip in a window of its own; and the whole drawing's extent."""
    layout = drawn.layout
    breadth = max(layout.breadth, _LEAST_WIDTH) if layout.down and layout.folds == 1 else layout.breadth
    aside = (breadth - layout.breadth) / 2
    windows = []
    for i, (low, high) in enumerate(zip(layout.cuts, layout.cuts[1:], strict=False)):
        inside = [piece.drawing for piece in pieces if piece.high >= low and piece.low <= high]
        if layout.down:
            place = {"x": i * breadth, "y": 0, "width": breadth, "height": high - low}
            view = f"{-aside:.1f} {low:.1f} {breadth:.1f} {high - low:.1f}"
        else:
            place = {"x": 0, "y": i * breadth, "width": high - low, "height": breadth}
            view = f"{low:.1f} 0 {high - low:.1f} {breadth:.1f}"
        windows.append(el("svg", inside, viewBox=view, **place))
        windows.append(_fold(i, breadth, drawn) if i else Markup())
    across = breadth * layout.folds
    return windows, *((across, layout.length) if layout.down else (layout.length, across))


def _fold(i: int, breadth: float, drawn: _Map) -> Markup:
    """A thin rule between two strips."""
    stroke, length = drawn.palette["line2"], drawn.layout.length
    if drawn.layout.down:
        return line(i * breadth, 6, i * breadth, length - 6, stroke=stroke, stroke_width=1)
    return line(6, i * breadth, length - 6, i * breadth, stroke=stroke, stroke_width=1)


def _along(drawn: _Map, points: Sequence[tuple[float, float]], *, room: float) -> tuple[float, float]:
    places = [point[1] if drawn.layout.down else point[0] for point in points]
    return min(places) - room, max(places) + room


def _edges(drawn: _Map) -> list[_Piece]:
    """Rare edges first, so that the frequent ones lie on top."""
    edges = drawn.layout.selection.edges
    most, vertical = max(edges.values()), drawn.layout.down
    pieces = []
    for (u, v), n in sorted(edges.items(), key=lambda item: (item[1], item[0])):
        if u == v:
            continue
        rework, route = drawn.rework(u, v), drawn.layout.route(u, v)
        widest = 2.4 if rework else 6.8
        path = el(
            "path", d=edge_path(route, vertical=vertical), fill="none",
            stroke=drawn.palette["rework" if rework else "edge"],
            stroke_width=1.2 + widest * (n / most) ** 0.5, stroke_dasharray="6 4" if rework else None,
        )  # fmt: skip
        hint = f"{_shown(u, drawn.words)} → {_shown(v, drawn.words)}: {drawn.words.count(n)}"
        head = arrow(route, vertical=vertical, fill=drawn.palette["rework" if rework else "field"])
        pieces.append(_Piece(el("g", el("title", hint), path, head), *_along(drawn, route, room=2.0)))
    return pieces


def _shown(name: str, words: Words) -> str:
    return words("map.start") if name == START else words("map.end") if name == END else name


def _nodes(drawn: _Map, waits: Waits) -> list[_Piece]:
    data, layout = drawn.data, drawn.layout
    risks: dict[str, list[Mapping[str, Any]]] = {}
    for risk in data["risks"]:
        for node in risk["nodes"]:
            risks.setdefault(node, []).append(risk)
    alerts = data.get("alerts") or {}
    keys = {node["activity"]: node["rank"] for node in data["key_nodes"] if node["rank"] <= 5}
    activities = {activity["name"]: activity for activity in data["process"]["activities"]}
    boxes = [
        (name, node_box(
            activities[name], layout.centre(name), BOX, wait=waits, rank=keys.get(name),
            risks=risks.get(name, []), loops=layout.selection.edges.get((name, name), 0), down=layout.down,
            criteria=data["criteria"], words=drawn.words, palette=drawn.palette, overlay=drawn.overlay,
            chosen=drawn.choosing is not None and drawn.choosing.chosen == name,
            alerts=alerts.get(name, 0),
        ))
        for name in layout.selection.nodes
    ]  # fmt: skip
    if drawn.choosing is not None:
        boxes = _links(boxes, drawn, drawn.choosing)
    room = BOX[1] / 2 if layout.down else BOX[0] / 2
    shown = [*boxes, *_terminals(drawn)]
    return [_Piece(box, *_along(drawn, [layout.centre(name)], room=room)) for name, box in shown]


def _links(boxes: Sequence[tuple[str, Markup]], drawn: _Map, choosing: Choosing) -> list[tuple[str, Markup]]:
    """The boxes as links in the order of the flow, each with where the arrow keys lead from it."""
    layout, box = drawn.layout, dict(boxes)
    axes = (1, 0) if layout.down else (0, 1)
    centres = {name: layout.centre(name) for name in box}
    places = {name: (centre[axes[0]], centre[axes[1]]) for name, centre in centres.items()}
    walk = walk_of(places, layout.selection.edges)
    mark = {name: f"node-{i}" for i, name in enumerate(walk)}
    links = []
    for name, steps in walk.items():
        ways = {"next": steps.onward, "previous": steps.back, "above": steps.above, "below": steps.below}
        links.append((name, el(
            "a", box[name], id=mark[name], class_="node", href=choosing.address(name),
            aria_label=choosing.name(name), aria_current="true" if name == choosing.chosen else None,
            **{f"data-{way}": mark[to] for way, to in ways.items() if to is not None},
        )))  # fmt: skip
    return links


def _terminals(drawn: _Map) -> list[tuple[str, Markup]]:
    layout = drawn.layout
    cases = sum(activity["starts"] for activity in drawn.data["process"]["activities"])
    start = terminal(layout.centre(START), words=drawn.words, palette=drawn.palette, cases=cases, end=False)
    if not any(v == END for _, v in layout.selection.edges):
        return [(START, start)]
    end = terminal(layout.centre(END), words=drawn.words, palette=drawn.palette, cases=None, end=True)
    return [(START, start), (END, end)]


def _edge_labels(drawn: _Map) -> list[_Piece]:
    """Counts on the edges, most frequent first; one that finds no free place is left to the tooltip."""
    layout = drawn.layout
    taken = [_box_of(layout.centre(name)) for name in layout.selection.nodes]
    labels = []
    for (u, v), n in sorted(layout.selection.edges.items(), key=lambda item: (-item[1], item[0])):
        if u == v:
            continue
        text = drawn.words.count(n)
        half = text_width(text, SMALL) / 2 + 3
        places = ((x, y, (x - half, y - 8, x + half, y + 8))
                  for x, y in half_way(layout.route(u, v), vertical=layout.down))  # fmt: skip
        free = next((place for place in places if _is_free(place[2], taken, drawn)), None)
        if free is not None:
            x, y, box = free
            taken.append(box)
            colour = drawn.palette["rework" if drawn.rework(u, v) else "ink2"]
            labels.append(
                _Piece(_count(text, x, y, colour, drawn.palette), *_along(drawn, [(x, y)], room=8.0))
            )
    return labels


def _count(text: str, x: float, y: float, colour: str, palette: Palette) -> Markup:
    """Text with a rim in the colour of the ground, so that the edge does not run through it."""
    return label(
        text, x=x, y=y, text_anchor="middle", font_size=SMALL, fill=colour, stroke=palette["surface"],
        stroke_width=4, stroke_linejoin="round", paint_order="stroke",
    )  # fmt: skip


def _box_of(centre: tuple[float, float]) -> Rectangle:
    """A node with its tag and badge."""
    x, y = centre
    return x - BOX[0] / 2, y - BOX[1] / 2 - 10, x + BOX[0] / 2 + 8, y + BOX[1] / 2


def _is_free(box: Rectangle, taken: Sequence[Rectangle], drawn: _Map) -> bool:
    """Apart from all others, and whole on one strip."""
    low, high = (box[1], box[3]) if drawn.layout.down else (box[0], box[2])
    if any(low < cut < high for cut in drawn.layout.cuts[1:-1]):
        return False
    if (box[0] if drawn.layout.down else box[1]) < 2 or (box[2] if drawn.layout.down else box[3]) > (
        drawn.layout.placement.across + 2 * MARGIN - 2
    ):
        return False
    return not any(
        box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3] for other in taken
    )
