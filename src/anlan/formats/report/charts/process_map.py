"""Process map with risk overlay: what is done in which order, how long it waits, where the risks are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from anlan.formats.report.charts.map_legend import legend
from anlan.formats.report.charts.map_marks import arrow, edge_path, half_way, node_box, terminal
from anlan.formats.report.drawing import SMALL, frame, label, text_width
from anlan.formats.report.flow.placement import Placement, Size, placed
from anlan.formats.report.flow.selection import END, START, Selection, selected
from anlan.formats.report.flow.waits import Waits, waits_of
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

Direction = Literal["down", "right"]
_BOX = (150.0, 50.0)
_MARGIN = 26.0


@dataclass(frozen=True)
class Drawn:
    """Everything the parts of the map share."""

    selection: Selection
    names: tuple[str, ...]
    placement: Placement
    direction: Direction
    words: Words
    palette: Palette

    def point(self, place: tuple[float, float]) -> tuple[float, float]:
        """From layer coordinates to the drawing."""
        across, along = place
        x, y = (across, along) if self.direction == "down" else (along, across)
        return x + _MARGIN, y + _MARGIN

    def centre(self, name: str) -> tuple[float, float]:
        return self.point(self.placement.centres[self.names.index(name)])


def process_map(
    data: Mapping[str, Any], *, language: Language, theme: Theme = "light", direction: Direction | None = None,
    most_nodes: int = 60,
) -> str:  # fmt: skip
    """Layered map. Without `direction` the one whose drawing comes out nearer to a page is taken.

    data: `process`, `risks`, `key_nodes` and `criteria` of the result.
    """
    words, palette = Words(language), Palette(theme)
    selection = map_selection(data, most_nodes=most_nodes)
    if not selection.nodes:
        return frame(400, 50, label(words("map.none"), x=4, y=25, fill=palette["ink3"]),
                     title=words("map.title"), text=words("map.none"), theme=theme)  # fmt: skip
    drawn = _laid_out(data, selection, direction, words, palette)
    down = drawn.direction == "down"
    across, along = drawn.placement.across, drawn.placement.along
    width, height = (across, along) if down else (along, across)
    width, height = max(width + 2 * _MARGIN, 420.0), height + 2 * _MARGIN
    waits = waits_of(data["process"])
    key = legend(waits, data, width=width, top=height + 6, words=words, palette=palette)
    return frame(
        width, height + key.height + 10,
        _edges(drawn, data),
        _nodes(drawn, data, waits),
        _edge_labels(drawn),
        key.drawing,
        title=words("map.title"), text=map_sentence(selection, words), theme=theme,
    )  # fmt: skip


def map_selection(data: Mapping[str, Any], *, most_nodes: int = 60) -> Selection:
    """The shown part of the process; also for the sentence beside the map."""
    process = data["process"]
    counts = {(edge["from"], edge["to"]): edge["count"] for edge in process["edges"]}
    for activity in process["activities"]:
        counts[(START, activity["name"])] = activity["starts"]
        counts[(activity["name"], END)] = activity["ends"]
    by_count = sorted(process["activities"], key=lambda activity: (-activity["count"], activity["name"]))
    inner = {pair: n for pair, n in counts.items() if n > 0}
    return selected([activity["name"] for activity in by_count], inner, most_nodes=most_nodes)


def map_sentence(selection: Selection, words: Words) -> str:
    sentence = words("map.shown", shown=selection.shown, n=selection.n_edges, share=selection.covered)
    if len(selection.nodes) < selection.n_nodes:
        more = words("map.nodes_shown", shown=len(selection.nodes), n=selection.n_nodes)
        return words.sentences([sentence, more])
    return sentence


def _laid_out(
    data: Mapping[str, Any], selection: Selection, direction: Direction | None, words: Words, palette: Palette
) -> Drawn:
    names = (START, *selection.nodes, END)
    number = {name: i for i, name in enumerate(names)}
    most = max(selection.edges.values(), default=1)
    edges = {(number[u], number[v]): n / most for (u, v), n in selection.edges.items()}
    weights = {
        (number[e["from"]], number[e["to"]]): e["count"] / most
        for e in data["process"]["edges"] if e["from"] in number and e["to"] in number
    } | {pair: weight for pair, weight in edges.items() if 0 in pair or len(names) - 1 in pair}  # fmt: skip
    options = []
    for way in (direction,) if direction else ("down", "right"):
        placement = placed(len(names), edges, all_weights=weights, first=0, last=len(names) - 1,
                           size=_size(way), extent=_extent(way, names))  # fmt: skip
        options.append(Drawn(selection, names, placement, way, words, palette))
    return min(options, key=_shrinking)


def _size(way: Direction) -> Size:
    width, height = _BOX
    return Size(width, height, 24.0, 46.0) if way == "down" else Size(height, width, 26.0, 74.0)


def _extent(way: Direction, names: Sequence[str]) -> Any:
    width = _BOX[0] if way == "down" else _BOX[1]
    return lambda node: 34.0 if node in (0, len(names) - 1) else width


def _shrinking(drawn: Drawn) -> float:
    """How much the drawing must shrink to fit an upright page; a map that fits either way goes down."""
    across, along = drawn.placement.across, drawn.placement.along
    width, height = (across, along) if drawn.direction == "down" else (along, across)
    return max(width / 680, height / 900, 1.0) + (0.0 if drawn.direction == "down" else 0.001)


def _rework(data: Mapping[str, Any]) -> dict[str, int]:
    """Executions beyond the first in a case, by activity."""
    return {a["name"]: a["count"] - a["cases"] for a in data["process"]["activities"]}


def _edges(drawn: Drawn, data: Mapping[str, Any]) -> list[Markup]:
    again, most = _rework(data), max(drawn.selection.edges.values())
    paths = []
    for (u, v), n in sorted(drawn.selection.edges.items(), key=lambda item: item[1]):
        pair = (drawn.names.index(u), drawn.names.index(v))
        if u == v:
            continue
        # A transition against the order repeats work only where its target is indeed done twice.
        rework = pair in drawn.placement.backward and again.get(v, 0) * 2 >= n
        route = [drawn.point(place) for place in drawn.placement.routes[pair]]
        colour = drawn.palette["rework" if rework else "line2"]
        width = 1.2 + 6.8 * (n / most) ** 0.5 if not rework else 1.2 + 2.4 * (n / most) ** 0.5
        head = drawn.palette["rework" if rework else "field"]
        vertical = drawn.direction == "down"
        paths.append(el(
            "g", el("title", f"{_shown(u, drawn.words)} → {_shown(v, drawn.words)}: {drawn.words.count(n)}"),
            el("path", d=edge_path(route, vertical=vertical), fill="none", stroke=colour, stroke_width=width,
               stroke_dasharray="6 4" if rework else None),
            arrow(route, vertical=vertical, fill=head),
        ))  # fmt: skip
    return paths


def _shown(name: str, words: Words) -> str:
    return words("map.start") if name == START else words("map.end") if name == END else name


def _nodes(drawn: Drawn, data: Mapping[str, Any], waits: Waits) -> list[Markup]:
    risks: dict[str, list[Mapping[str, Any]]] = {}
    for risk in data["risks"]:
        for node in risk["nodes"]:
            risks.setdefault(node, []).append(risk)
    keys = {node["activity"]: node["rank"] for node in data["key_nodes"] if node["rank"] <= 5}
    activities = {activity["name"]: activity for activity in data["process"]["activities"]}
    boxes = [
        node_box(
            activities[name], drawn.centre(name), _BOX, wait=waits, rank=keys.get(name),
            risks=risks.get(name, []), loops=drawn.selection.edges.get((name, name), 0),
            criteria=data["criteria"], words=drawn.words, palette=drawn.palette,
        )
        for name in drawn.selection.nodes
    ]  # fmt: skip
    cases = sum(activity["starts"] for activity in data["process"]["activities"])
    ends = [terminal(drawn.centre(START), words=drawn.words, palette=drawn.palette, cases=cases, end=False)]
    if any(pair[1] == END for pair in drawn.selection.edges):
        ends.append(terminal(drawn.centre(END), words=drawn.words, palette=drawn.palette, cases=None, end=True))
    return boxes + ends


def _edge_labels(drawn: Drawn) -> list[Markup]:
    """Counts on the edges, most frequent first; one that finds no free place is left to the tooltip."""
    taken: list[tuple[float, float, float, float]] = []
    for name in drawn.selection.nodes:
        x, y = drawn.centre(name)
        taken.append((x - _BOX[0] / 2, y - _BOX[1] / 2 - 6, x + _BOX[0] / 2 + 6, y + _BOX[1] / 2))
    labels = []
    for (u, v), n in sorted(drawn.selection.edges.items(), key=lambda item: (-item[1], item[0])):
        if u == v:
            continue
        pair = (drawn.names.index(u), drawn.names.index(v))
        route = [drawn.point(place) for place in drawn.placement.routes[pair]]
        text = drawn.words.count(n)
        half = text_width(text, SMALL) / 2 + 3
        for x, y in half_way(route, vertical=drawn.direction == "down"):
            box = (x - half, y - 8, x + half, y + 8)
            if any(_overlap(box, other) for other in taken):
                continue
            taken.append(box)
            rework = pair in drawn.placement.backward
            labels.append(label(text, x=x, y=y, text_anchor="middle", font_size=SMALL,
                                fill=drawn.palette["rework" if rework else "ink2"],
                                stroke=drawn.palette["surface"], stroke_width=4, stroke_linejoin="round",
                                paint_order="stroke"))  # fmt: skip
            break
    return labels


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
