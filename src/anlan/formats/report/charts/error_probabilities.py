"""Probability of an error in each step of a task, with its limits, on a logarithmic axis."""

from collections.abc import Mapping
from typing import Any

from anlan.formats.report.charts.named_bars import (
    MOST,
    WIDTH,
    bars_height,
    decades_axis,
    named_rows,
    whisker,
)
from anlan.formats.report.drawing import SMALL, Axis, frame, label
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words


def error_probabilities(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """A row a step in the order of the task: a dot for the probability, whiskers for its limits.

    data: rows (name, value, low, high). The most probable error is filled, a probability of 0 is hollow at
    the left end. Above `MOST` steps the most probable ones are drawn.
    """
    words, palette = Words(language), Palette(theme)
    rows = data["rows"]
    first = max(rows, key=lambda row: row["value"])
    least = sorted((row["value"] for row in rows), reverse=True)[:MOST][-1]
    drawn = [row for row in rows if row["value"] >= least][:MOST]
    axis = decades_axis([row[end] for row in drawn for end in ("value", "low", "high")])

    def row_of(n: int, y: float) -> list[Markup]:
        return _row(drawn[n], y, axis, words, palette, is_first=drawn[n] is first)

    said = [
        words("method_charts.bars.text", n=len(rows), name=first["name"], value=words.number(first["value"]),
              low=words.number(first["low"]), high=words.number(first["high"])),
    ]  # fmt: skip
    if len(drawn) < len(rows):
        said.append(words("method_charts.bars.left_out", n=len(rows) - len(drawn)))
    return frame(
        WIDTH,
        bars_height(len(drawn)),
        named_rows(
            [row["name"] for row in drawn],
            axis,
            row_of,
            words,
            palette,
            unit=words("method_charts.bars.axis"),
        ),
        title=words("method_charts.bars.title"),
        text=words.sentences(said),
        theme=theme,
    )


def _row(
    row: Mapping[str, Any], y: float, axis: Axis, words: Words, palette: Palette, *, is_first: bool
) -> list[Markup]:
    value, low, high = (row[name] for name in ("value", "low", "high"))
    said = words.number(value)
    title = f"{row['name']}: {said} [{words.number(low)}, {words.number(high)}]"
    x = axis(value) if value > 0 else axis.start
    limits = whisker(axis, max(low, axis.low), high, y, stroke=palette["ink2"]) if high > 0 else []
    fill = palette["surface"] if value <= 0 else palette["teal" if is_first else "slate"]
    return [
        el(
            "g",
            el("title", title),
            limits,
            el("circle", cx=x, cy=y, r=4.5, fill=fill, stroke=palette["slate"] if value <= 0 else None),
            label(said, x=x, y=y - 10, fill=palette["ink"], font_size=SMALL, text_anchor="middle",
                  font_weight=600 if is_first else None, paint_order="stroke", stroke=palette["surface"],
                  stroke_width=3),
        )
    ]  # fmt: skip
