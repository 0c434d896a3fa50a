"""Bayesian network: causes above, what they lead to below, each node with the probabilities of its states."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.formats.report.drawing import SMALL, fitted, frame, label
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_WIDTH, _GAP, _LEVEL_GAP, _HEAD, _STATE, _PAD = 168.0, 22.0, 46.0, 24.0, 18.0, 6.0
_BAR = 50.0
MOST_STATES, MOST_NODES = 6, 60


def bayes_net(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """data: nodes (name, states, before, after, seen: number of a state or None, parents: numbers) and asked:
    (node, state). Above `MOST_NODES` nodes those nearest to the node asked for are drawn, and it is said."""
    words, palette = Words(language), Palette(theme)
    nodes = data["nodes"]
    kept = _nearest(nodes, data["asked"][0])
    levels = _levels(nodes, kept)
    widest = max(len(level) for level in levels)
    width = widest * (_WIDTH + _GAP) + _GAP
    places, height = _places(levels, nodes, width)
    return frame(
        width,
        height,
        _arcs(nodes, places, palette),
        [_box(nodes[n], places[n], n == data["asked"][0], words, palette) for n in places],
        title=words("method_charts.bayes_net.title"),
        text=_sentence(data, len(nodes) - len(kept), words),
        theme=theme,
    )


def _nearest(nodes: Sequence[Mapping[str, Any]], start: int) -> set[int]:
    """At most `MOST_NODES` nodes, along arrows in both directions from the node asked for."""
    around: list[set[int]] = [set(node["parents"]) for node in nodes]
    for number, node in enumerate(nodes):
        for parent in node["parents"]:
            around[parent].add(number)
    order, seen = [start], {start}
    for node_ in order:
        fresh = sorted(around[node_] - seen)
        order += fresh
        seen.update(fresh)
    rest = [n for n in range(len(nodes)) if n not in seen]
    return set([*order, *rest][:MOST_NODES])


def _levels(nodes: Sequence[Mapping[str, Any]], kept: set[int]) -> list[list[int]]:
    """Each node one below its lowest parent, first causes just above what they lead to; within a level near
    the middle of its parents."""
    depth: dict[int, int] = {}
    waiting = sorted(kept)
    while waiting:
        left = []
        for n in waiting:
            parents = [p for p in nodes[n]["parents"] if p in kept]
            if all(p in depth for p in parents):
                depth[n] = max((depth[p] + 1 for p in parents), default=0)
            else:
                left.append(n)
        waiting = left
    for n in depth:
        below = [depth[c] for c in depth if n in nodes[c]["parents"]]
        if below and not nodes[n]["parents"]:
            depth[n] = min(below) - 1
    levels: list[list[int]] = [[] for _ in range(max(depth.values()) + 1)]
    for n in sorted(depth):
        levels[depth[n]].append(n)
    share: dict[int, float] = {}
    for level in levels:
        keys = {n: _middle([share[p] for p in nodes[n]["parents"] if p in share]) for n in level}
        level.sort(key=lambda n: (keys[n], n))
        share |= {n: (place + 0.5) / len(level) for place, n in enumerate(level)}
    return levels


def _middle(shares: Sequence[float]) -> float:
    return sum(shares) / len(shares) if shares else 0.5


def _height(node: Mapping[str, Any]) -> float:
    return _HEAD + min(len(node["states"]), MOST_STATES) * _STATE + _PAD


def _places(
    levels: Sequence[Sequence[int]], nodes: Sequence[Mapping[str, Any]], width: float
) -> tuple[dict[int, tuple[float, float]], float]:
    """Upper left corner of each node, and the height of the drawing."""
    places: dict[int, tuple[float, float]] = {}
    y = 6.0
    for level in levels:
        wide = len(level) * (_WIDTH + _GAP) - _GAP
        for number, n in enumerate(level):
            places[n] = ((width - wide) / 2 + number * (_WIDTH + _GAP), y)
        y += max(_height(nodes[n]) for n in level) + _LEVEL_GAP
    return places, y - _LEVEL_GAP + 6


def _arcs(
    nodes: Sequence[Mapping[str, Any]], places: Mapping[int, tuple[float, float]], palette: Palette
) -> list[Markup]:
    drawn = []
    for n, (x, y) in places.items():
        for p in nodes[n]["parents"]:
            if p not in places:
                continue
            start_x, start_y = places[p][0] + _WIDTH / 2, places[p][1] + _height(nodes[p])
            end_x = x + _WIDTH / 2
            half = (start_y + y) / 2
            bend = f"C{start_x:.1f} {half:.1f} {end_x:.1f} {half:.1f} {end_x:.1f} {y - 6:.1f}"
            path = f"M{start_x:.1f} {start_y:.1f}{bend}"
            tip = f"M{end_x - 4:.1f} {y - 8:.1f}L{end_x:.1f} {y - 1:.1f}L{end_x + 4:.1f} {y - 8:.1f}Z"
            drawn.append(el("path", d=path, fill="none", stroke=palette["line2"], stroke_width=1.6))
            drawn.append(el("path", d=tip, fill=palette["ink3"]))
    return drawn


def _box(
    node: Mapping[str, Any], at: tuple[float, float], asked: bool, words: Words, palette: Palette
) -> Markup:
    """Name, and for each state a bar of its probability; a line marks where it was before the evidence."""
    x, y = at
    edge = palette["accent" if asked or node["seen"] is not None else "line2"]
    ground = el(
        "rect", x=x, y=y, width=_WIDTH, height=_height(node), rx=6, stroke=edge,
        fill=palette["accent-soft" if node["seen"] is not None else "surface"],
        stroke_width=2.2 if asked else 1.2,
    )  # fmt: skip
    name = fitted(node["name"], _WIDTH - 16)
    shown: list[Markup] = [label(name, x=x + 8, y=y + 13, fill=palette["ink"], font_weight=600)]
    for number, state in enumerate(node["states"][:MOST_STATES]):
        shown += _state(node, number, state, x, y + _HEAD + (number + 0.5) * _STATE, words, palette)
    return el("g", ground, shown)


def _state(
    node: Mapping[str, Any], number: int, state: str, x: float, y: float, words: Words, palette: Palette
) -> list[Markup]:
    after, before = float(node["after"][number]), float(node["before"][number])
    bar = x + _WIDTH - _BAR - 46
    sign = "● " if node["seen"] == number else ""
    return [
        label(fitted(sign + state, _WIDTH - _BAR - 58, size=SMALL), x=x + 8, y=y, fill=palette["ink2"],
              font_size=SMALL),
        el("rect", x=bar, y=y - 5, width=_BAR, height=10, fill=palette["sunken"], stroke=palette["line"]),
        el("rect", x=bar, y=y - 5, width=_BAR * after, height=10, fill=palette["teal"]),
        el("rect", x=bar + _BAR * before - 0.75, y=y - 7, width=1.5, height=14, fill=palette["ink"]),
        label(words.number(after), x=x + _WIDTH - 6, y=y, fill=palette["ink2"], text_anchor="end",
              font_size=SMALL),
    ]  # fmt: skip


def _sentence(data: Mapping[str, Any], left: int, words: Words) -> str:
    node, state = data["asked"]
    asked = data["nodes"][node]
    said = words(
        "method_charts.bayes_net.text",
        node=asked["name"],
        state=asked["states"][state],
        before=words.number(float(asked["before"][state])),
        after=words.number(float(asked["after"][state])),
    )
    return said + words("method_charts.bayes_net.left_out", n=left) if left else said
