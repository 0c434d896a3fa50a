"""Weights of criteria as bars, with the limits a method gives for them."""

from collections.abc import Mapping
from typing import Any

from anlan.formats.report.charts.bars import whisker
from anlan.formats.report.drawing import SMALL, Axis, fitted, frame, label, line, ticks
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_WIDTH, _NAMES, _ROW, _TOP, _END = 720.0, 210.0, 28.0, 30.0, 640.0


def weight_bars(
    data: Mapping[str, Any], *, language: Language, theme: Theme = "light", most: int = 30
) -> str:
    """Bars, the largest first, whiskers where there are limits.

    data: rows of name, weight (share), low, high (or None).
    """
    words, palette = Words(language), Palette(theme)
    rows = sorted(data["rows"], key=lambda row: -row["weight"])[:most]
    steps = ticks(0.0, max(max(row["weight"], row["high"] or 0.0) for row in rows))
    axis = Axis(0.0, steps[-1], _NAMES, _END)
    height = _TOP + _ROW * len(rows) + 6
    return frame(
        _WIDTH,
        height,
        [_rule(step, axis, height, words, palette) for step in steps],
        [_row(row, place, axis, words, palette) for place, row in enumerate(rows)],
        title=words("method_charts.weights.title"),
        text=words("method_charts.weights.text", n=len(rows), name=rows[0]["name"], share=rows[0]["weight"]),
        theme=theme,
    )


def _rule(step: float, axis: Axis, height: float, words: Words, palette: Palette) -> Markup:
    x = axis(step)
    said = words.axis_percent(round(step, 6))
    return el(
        "g",
        line(x, _TOP - 6, x, height - 4, stroke=palette["line"], stroke_width=1),
        label(said, x=x, y=12, fill=palette["ink3"], text_anchor="middle", font_size=SMALL),
    )


def _row(row: Mapping[str, Any], place: int, axis: Axis, words: Words, palette: Palette) -> Markup:
    y, end = _TOP + _ROW * place + _ROW / 2, axis(row["weight"])
    share = words.percent(row["weight"])
    limits = None
    if row["low"] is not None and row["high"] is not None:
        limits = whisker(
            axis, {"low": row["low"], "high": row["high"]}, y, divisor=1.0, stroke=palette["ink"]
        )
    return el(
        "g",
        el("title", f"{row['name']}: {share}"),
        el("rect", x=_NAMES, y=y - 8, width=max(end - _NAMES, 1.0), height=16, rx=2, fill=palette["teal"],
           fill_opacity=0.55),
        limits,
        label(fitted(row["name"], _NAMES - 16), x=0, y=y, fill=palette["ink"], font_weight=600),
        label(share, x=_WIDTH, y=y, fill=palette["ink2"], text_anchor="end"),
    )  # fmt: skip
