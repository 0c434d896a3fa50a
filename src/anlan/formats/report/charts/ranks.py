"""Key nodes: each node's rank with the range the data leave for it."""

from collections.abc import Mapping
from typing import Any

from anlan.formats.report.drawing import SMALL, Axis, fitted, frame, label, line
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_WIDTH, _NAMES, _ROW, _TOP, _END = 860.0, 230.0, 26.0, 30.0, 770.0


def key_node_ranks(
    data: Mapping[str, Any], *, language: Language, theme: Theme = "light", most: int = 12
) -> str:
    """A dot at the rank and a whisker over the ranks that are possible at 95 %; the score at the right.

    data: `key_nodes` of the result. Without intervals the dots stand alone and are hollow.
    """
    words, palette = Words(language), Palette(theme)
    nodes = sorted(data["key_nodes"], key=lambda node: node["rank"])
    shown = nodes[:most]
    if not shown:
        return frame(
            _WIDTH,
            50,
            label(words("ranks.none"), x=4, y=25, fill=palette["ink3"]),
            title=words("ranks.title"),
            text=words("ranks.none"),
            theme=theme,
        )
    last = max(max(node["rank_high"] or node["rank"] for node in shown), 2)
    axis = Axis(1.0, float(last), _NAMES + 14, _END - 14)
    height = _TOP + _ROW * len(shown) + 6
    return frame(
        _WIDTH,
        height,
        _grid(axis, last, height, words, palette),
        [_row(node, i, axis, words, palette) for i, node in enumerate(shown)],
        title=words("ranks.title"),
        theme=theme,
        text=words("ranks.text", n=len(nodes), first=[shown[0]["activity"]], rank=_span(shown[0])),
    )


def _grid(axis: Axis, last: int, height: float, words: Words, palette: Palette) -> list[Markup]:
    stride = max(1, -(-last // 12))
    drawn = [
        label(
            words("ranks.axis"), x=_NAMES - 8, y=12, fill=palette["ink3"], text_anchor="end", font_size=SMALL
        ),
        label(words("ranks.score"), x=_WIDTH, y=12, fill=palette["ink3"], text_anchor="end", font_size=SMALL),
    ]
    for rank in (1, *range(stride * 2 if stride == 1 else stride, last + 1, stride)):
        x = axis(float(rank))
        drawn.append(line(x, _TOP - 6, x, height - 4, stroke=palette["line"], stroke_width=1))
        drawn.append(label(str(rank), x=x, y=12, fill=palette["ink3"], text_anchor="middle", font_size=SMALL))
    return drawn


def _row(node: Mapping[str, Any], row: int, axis: Axis, words: Words, palette: Palette) -> Markup:
    y, x = _TOP + _ROW * row + _ROW / 2, axis(float(node["rank"]))
    low, high = node["rank_low"], node["rank_high"]
    known = low is not None and high is not None
    span = None
    if known:
        a, b = axis(float(low)), axis(float(high))
        span = line(a, y, b, y, stroke=palette["teal"], stroke_width=2, stroke_linecap="round")
    name = node["activity"]
    return el(
        "g",
        el("title", f"{name}: {_span(node)}"),
        span,
        el(
            "circle",
            cx=x,
            cy=y,
            r=4.6,
            fill=palette["teal" if known else "surface"],
            stroke=palette["teal" if known else "ink3"],
            stroke_width=1.6,
        ),
        label(fitted(name, _NAMES - 12), x=0, y=y, fill=palette["ink"], font_weight=600),
        label(words.number(node["score"]), x=_WIDTH, y=y, fill=palette["ink2"], text_anchor="end"),
    )


def _span(node: Mapping[str, Any]) -> str:
    low, high = node["rank_low"], node["rank_high"]
    return f"{node['rank']}" if low is None or high is None else f"{node['rank']} [{low}, {high}]"
