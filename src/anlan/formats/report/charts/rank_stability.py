"""Alternatives by rank: in what share of weight sets each comes first, and the ranks it takes."""

from collections.abc import Mapping
from typing import Any

from anlan.formats.report.drawing import SMALL, Axis, fitted, frame, label, line
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_WIDTH, _NAMES, _ROW, _TOP, _END = 720.0, 210.0, 28.0, 30.0, 590.0
_STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)


def rank_stability_bars(
    data: Mapping[str, Any], *, language: Language, theme: Theme = "light", most: int = 20
) -> str:
    """A bar of the share first for each alternative, its ranks (middle 90 %) at the right.

    data: rows of name, rank, first (share), rank_low, rank_high, by rank.
    """
    words, palette = Words(language), Palette(theme)
    rows = data["rows"][:most]
    axis = Axis(0.0, 1.0, _NAMES, _END)
    height = _TOP + _ROW * len(rows) + 6
    return frame(
        _WIDTH,
        height,
        _grid(axis, height, words, palette),
        [_row(row, place, axis, words, palette) for place, row in enumerate(rows)],
        title=words("method_charts.rank_stability.title"),
        text=_sentence(data["rows"], words),
        theme=theme,
    )


def _grid(axis: Axis, height: float, words: Words, palette: Palette) -> list[Markup]:
    small: dict[str, Any] = {"fill": palette["ink3"], "font_size": SMALL}
    drawn = [
        label(words("method_charts.rank_stability.ranks"), x=_WIDTH, y=12, text_anchor="end", **small),
    ]
    for share in _STEPS:
        x = axis(share)
        drawn.append(line(x, _TOP - 6, x, height - 4, stroke=palette["line"], stroke_width=1))
        drawn.append(label(words.axis_percent(share), x=x, y=12, text_anchor="middle", **small))
    return drawn


def _row(row: Mapping[str, Any], place: int, axis: Axis, words: Words, palette: Palette) -> Markup:
    y = _TOP + _ROW * place + _ROW / 2
    end = axis(row["first"])
    share, span = words.percent(row["first"]), _ranks(row)
    return el(
        "g",
        el("title", f"{row['name']}: {share}; {span}"),
        el("rect", x=_NAMES, y=y - 8, width=max(end - _NAMES, 1.0), height=16, rx=2,
           fill=palette["teal" if place == 0 else "slate"]),
        label(f"{row['rank']}", x=0, y=y, fill=palette["ink3"], font_weight=700),
        label(fitted(row["name"], _NAMES - 40), x=24, y=y, fill=palette["ink"], font_weight=600),
        label(share, x=end + 6, y=y, fill=palette["ink2"], font_size=SMALL),
        label(span, x=_WIDTH, y=y, fill=palette["ink2"], text_anchor="end"),
    )  # fmt: skip


def _ranks(row: Mapping[str, Any]) -> str:
    low, high = row["rank_low"], row["rank_high"]
    return f"{low}" if low == high else f"{low}–{high}"


def _sentence(rows: Any, words: Words) -> str:
    first = rows[0]
    return words(
        "method_charts.rank_stability.text",
        n=len(rows), name=first["name"], share=first["first"], ranks=_ranks(first),
    )  # fmt: skip
