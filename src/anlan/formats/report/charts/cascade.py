"""Layers of protection: how often the scenario still comes after each factor, against what is tolerable."""

from collections.abc import Mapping
from typing import Any

from anlan.formats.report.charts.named_bars import (
    MOST,
    WIDTH,
    bar,
    bars_height,
    decades_axis,
    named_rows,
)
from anlan.formats.report.drawing import SMALL, Axis, frame, label, line, text_width
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words


def cascade(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """A row a factor, from the frequency before it to the one after it, on a logarithmic axis.

    data: rows (name, value: times a year after this factor), the initiating event first; limit: the
    tolerable frequency. Above `MOST` rows the first are drawn and the last one with them.
    """
    words, palette = Words(language), Palette(theme)
    rows, limit = data["rows"], data["limit"]
    drawn = rows if len(rows) <= MOST else [*rows[: MOST - 1], rows[-1]]
    axis = decades_axis([limit, *(row["value"] for row in rows)])
    height = bars_height(len(drawn))
    ground = named_rows(
        [row["name"] for row in drawn],
        axis,
        lambda n, y: _step(drawn, n, y, axis, limit, words, palette),
        words,
        palette,
        unit=words("method_charts.cascade.axis"),
    )
    at = axis(limit)
    return frame(
        WIDTH,
        height,
        ground,
        line(at, 4, at, height - 44, stroke=palette["red"], stroke_width=1.6, stroke_dasharray="2 3"),
        title=words("method_charts.cascade.title"),
        text=_sentence(rows, len(drawn), limit, words),
        theme=theme,
    )


def _step(
    rows: list[Mapping[str, Any]],
    n: int,
    y: float,
    axis: Axis,
    limit: float,
    words: Words,
    palette: Palette,
) -> list[Markup]:
    """From the value before (the first: from the left end) to the value after, with its figure."""
    value = rows[n]["value"]
    before = rows[n - 1]["value"] if n else None
    last = n == len(rows) - 1
    fill = palette["slate"] if not last else palette["red" if value > limit else "teal"]
    end = axis(value) if value > 0 else axis.start
    said = words.number(value)
    inside = end + text_width(said, SMALL) + 12 < axis.end
    shown = [
        el("circle", cx=end, cy=y, r=4, fill=fill),
        label(said, x=end + 8 if inside else end - 8, y=y - 8, fill=palette["ink"], font_size=SMALL,
              text_anchor="start" if inside else "end", font_weight=600 if last else None,
              paint_order="stroke", stroke=palette["surface"], stroke_width=3),
    ]  # fmt: skip
    if before is not None and before > 0:
        shown.insert(0, line(axis(before), y - 28, axis(before), y, stroke=palette["field"], stroke_width=1))
        shown.insert(1, bar(axis, max(value, axis.low), before, y, height=3, fill=fill))
    return [el("g", el("title", f"{rows[n]['name']}: {said}"), shown)]


def _sentence(rows: list[Mapping[str, Any]], drawn: int, limit: float, words: Words) -> str:
    first, last = rows[0]["value"], rows[-1]["value"]
    verdict = "above" if last > limit else "within"
    said = [
        words("method_charts.cascade.text", n=len(rows) - 1, first=words.number(first),
              last=words.number(last)),
        words(f"method_charts.cascade.{verdict}", limit=words.number(limit)),
    ]  # fmt: skip
    if drawn < len(rows):
        said.append(words("method_charts.cascade.left_out", n=len(rows) - drawn))
    return words.sentences(said)
