"""A tree of criteria from left to right, down to the alternatives, with what each weighs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.formats.report.drawing import SMALL, fitted, frame, label
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_LEAST_WIDTH, _STEP, _BOX_WIDTH, _BOX, _ROW = 720.0, 200.0, 148.0, 38.0, 48.0
_MOST_ROWS = 40
_THICKEST = 9.0
Place = tuple[float, float]


@dataclass(frozen=True)
class _Layout:
    """Left edge and middle line of each criterion and alternative that is shown."""

    nodes: Mapping[str, Place]
    alternatives: Mapping[str, Place]
    width: float
    height: float
    box: float


def hierarchy_tree(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """Boxes joined by lines as thick as the share that flows through them; the first alternative is marked.

    Levels that would need more than `_MOST_ROWS` rows are left out, which the text says.
    data: nodes of name, weight (share of the whole), under (None for the goal), parents first;
    alternatives of name and priority, which may be none.
    """
    words, palette = Words(language), Palette(theme)
    shown = _shown(data["nodes"])
    at = _layout(shown, data["alternatives"])
    best = max((each["priority"] for each in data["alternatives"]), default=None)
    return frame(
        at.width,
        at.height,
        _links(shown, data["alternatives"], at, palette),
        [_box(node["name"], node["weight"], at.nodes[node["name"]], at, words, palette) for node in shown],
        [
            _box(each["name"], each["priority"], at.alternatives[each["name"]], at, words, palette,
                 strong=each["priority"] == best)
            for each in data["alternatives"]
        ],
        title=words("method_charts.hierarchy.title"),
        text=_sentence(data, len(shown), words),
        theme=theme,
    )  # fmt: skip


def _depths(nodes: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for node in nodes:
        found[node["name"]] = 0 if node["under"] is None else found[node["under"]] + 1
    return found


def _shown(nodes: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The nodes down to the deepest level whose rows still fit."""
    depth = _depths(nodes)
    for level in range(max(depth.values()), 0, -1):
        kept = [node for node in nodes if depth[node["name"]] <= level]
        if len(_ends(kept)) <= _MOST_ROWS:
            return kept
    return [node for node in nodes if depth[node["name"]] == 0]


def _ends(nodes: Sequence[Mapping[str, Any]]) -> list[str]:
    """Nodes without parts, in the order of the tree from top to bottom."""
    below: dict[str | None, list[str]] = {}
    for node in nodes:
        below.setdefault(node["under"], []).append(node["name"])
    found, waiting = [], list(below[None])
    while waiting:
        name = waiting.pop()
        if name in below:
            waiting += reversed(below[name])
        else:
            found.append(name)
    return found


def _layout(nodes: Sequence[Mapping[str, Any]], alternatives: Sequence[Mapping[str, Any]]) -> _Layout:
    """Ends stand below each other, a criterion half-way between its first and last part."""
    depth, ends = _depths(nodes), _ends(nodes)
    columns = max(depth.values()) + 1 + bool(alternatives)
    width = max(_LEAST_WIDTH, columns * _STEP)
    box = min(_BOX_WIDTH, width / columns - 40)
    rows = max(len(ends), len(alternatives))
    step = (width - box - 4) / max(columns - 1, 1)
    height = rows * _ROW + 8

    def row(place: int, of: int) -> float:
        return height / 2 + (place - (of - 1) / 2) * _ROW

    middle = {name: row(place, len(ends)) for place, name in enumerate(ends)}
    for node in reversed(nodes):
        if node["name"] not in middle:
            parts = [middle[each["name"]] for each in nodes if each["under"] == node["name"]]
            middle[node["name"]] = (min(parts) + max(parts)) / 2
    return _Layout(
        {name: (2 + depth[name] * step, y) for name, y in middle.items()},
        {
            each["name"]: (2 + (columns - 1) * step, row(place, len(alternatives)))
            for place, each in enumerate(alternatives)
        },
        width, height, box,
    )  # fmt: skip


def _links(
    nodes: Sequence[Mapping[str, Any]],
    alternatives: Sequence[Mapping[str, Any]],
    at: _Layout,
    palette: Palette,
) -> list[Markup]:
    """From each criterion to its parts, and thin ones from the lowest to the alternatives."""
    drawn = [
        _link(at.nodes[node["under"]], at.nodes[node["name"]], at.box, palette,
              width=max(1.0, _THICKEST * node["weight"]), colour="teal")
        for node in nodes if node["under"] is not None
    ]  # fmt: skip
    last = max(x for x, _ in at.nodes.values()) + at.box
    for end in _ends(nodes) if alternatives else ():
        for each in alternatives:
            there = at.alternatives[each["name"]]
            drawn.append(
                _link(at.nodes[end], there, at.box, palette, width=1.0, colour="line2", straight_to=last)
            )
    return drawn


def _link(
    one: Place,
    other: Place,
    box: float,
    palette: Palette,
    *,
    width: float,
    colour: str,
    straight_to: float = 0.0,
) -> Markup:
    """A curve from the right of one box to the left of another, straight past the columns between."""
    (x1, y1), (x2, y2) = one, other
    x1 += box
    turn = max(x1, straight_to)
    half = (turn + x2) / 2
    path = f"M{x1:.1f} {y1:.1f}H{turn:.1f}C{half:.1f} {y1:.1f} {half:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
    return el(
        "path", d=path, fill="none", stroke=palette[colour], stroke_width=round(width, 2), stroke_opacity=0.7
    )


def _box(
    name: str,
    share: float,
    place: Place,
    at: _Layout,
    words: Words,
    palette: Palette,
    *,
    strong: bool = False,
) -> Markup:
    x, y = place
    said = words.percent(share)
    return el(
        "g",
        el("title", f"{name}: {said}"),
        el("rect", x=x, y=y - _BOX / 2, width=at.box, height=_BOX, rx=5,
           fill=palette["accent-soft" if strong else "sunken"],
           stroke=palette["accent" if strong else "line2"], stroke_width=2 if strong else 1),
        label(fitted(name, at.box - 14), x=x + at.box / 2, y=y - 7, fill=palette["ink"], text_anchor="middle",
              font_weight=600),
        label(said, x=x + at.box / 2, y=y + 9, fill=palette["ink2"], text_anchor="middle", font_size=SMALL),
    )  # fmt: skip


def _sentence(data: Mapping[str, Any], shown: int, words: Words) -> str:
    nodes, alternatives = data["nodes"], data["alternatives"]
    goal, said = nodes[0]["name"], []
    heaviest = max(nodes[1:], key=lambda node: node["weight"])
    said.append(
        words("method_charts.hierarchy.text", goal=goal, n=len(nodes) - 1, name=heaviest["name"],
              share=heaviest["weight"])
    )  # fmt: skip
    if alternatives:
        first = max(alternatives, key=lambda each: each["priority"])
        said.append(words("method_charts.hierarchy.first", name=first["name"], share=first["priority"]))
    if shown < len(nodes):
        said.append(words("method_charts.hierarchy.left_out", n=len(nodes) - shown))
    return words.sentences(said)
