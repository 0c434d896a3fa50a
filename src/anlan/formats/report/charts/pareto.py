"""Ranked bars of an answer: values with their ranges, before and after measures, and the share reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.formats.report.charts.bars import whisker
from anlan.formats.report.drawing import SMALL, Axis, fitted, frame, label, line, ticks
from anlan.formats.report.levels import LevelMark, levels_named, shape
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_WIDTH, _NAMES, _ROW, _TOP, _END = 860.0, 280.0, 27.0, 30.0, 740.0


def pareto(data: Mapping[str, Any], *, language: Language, theme: Theme = "light", most: int = 20) -> str:
    """Bars, largest first; a line inside each shows what is left after measures, whiskers its range.

    data: measure (a code of what is measured, or a word of its own), names, values (descending); optional,
    one for each name: low and high, after, cumulated (0..1); bounds and levels that give a value its level.
    """
    words, palette = Words(language), Palette(theme)
    rows = _rows(data, words)
    shown = rows[:most]
    height = _TOP + _ROW * len(shown) + 8
    steps = ticks(min(0.0, *(row.least for row in shown)), max(1e-9, *(row.most for row in shown)), about=5)
    axis = Axis(steps[0], steps[-1], _NAMES, _END)
    measure = words.term("method_charts.measures", str(data["measure"]))
    return frame(
        _WIDTH,
        height,
        _axis(axis, steps, height, words, palette, cumulated=bool(data.get("cumulated"))),
        [_bar(row, i, axis, words, palette) for i, row in enumerate(shown)],
        title=words("method_charts.pareto.title", measure=measure),
        text=_sentence(rows, len(shown), measure, words),
        theme=theme,
    )


@dataclass(frozen=True)
class _Row:
    """One bar."""

    name: str
    value: float
    low: float | None
    high: float | None
    after: float | None
    cumulated: float | None
    mark: LevelMark | None

    @property
    def most(self) -> float:
        return max(each for each in (self.value, self.high, self.after) if each is not None)

    @property
    def least(self) -> float:
        return min(each for each in (self.value, self.low, self.after) if each is not None)


def _rows(data: Mapping[str, Any], words: Words) -> list[_Row]:
    n = len(data["names"])
    columns = [data.get(name) or [None] * n for name in ("low", "high", "after", "cumulated")]
    bounds, levels = data.get("bounds"), data.get("levels")
    marks = levels_named(levels, words).marks if bounds and levels else ()

    def mark(value: float) -> LevelMark | None:
        return marks[sum(value >= bound for bound in bounds or ())] if marks else None

    return [
        _Row(str(name), value, low, high, after, cumulated, mark(value))
        for name, value, low, high, after, cumulated in zip(
            data["names"], data["values"], *columns, strict=True
        )
    ]


def _axis(
    axis: Axis, steps: Sequence[float], height: float, words: Words, palette: Palette, *, cumulated: bool
) -> list[Markup]:
    drawn = []
    for value in steps:
        x = axis(value)
        drawn.append(line(x, _TOP - 6, x, height - 6, stroke=palette["line"], stroke_width=1))
        drawn.append(_small(words.number(value), x, palette, anchor="middle"))
    if cumulated:
        drawn.append(_small(words("pareto.reached"), _WIDTH, palette, anchor="end"))
    return drawn


def _small(text: str, x: float, palette: Palette, *, anchor: str) -> Markup:
    return label(text, x=x, y=12, fill=palette["ink3"], text_anchor=anchor, font_size=SMALL)


def _bar(row: _Row, place: int, axis: Axis, words: Words, palette: Palette) -> Markup:
    y, zero, end = _TOP + _ROW * place + _ROW / 2, axis(0.0), axis(row.value)
    left, wide = min(zero, end), max(abs(end - zero), 1.0)
    fill = palette[row.mark.colour if row.mark else "teal"]
    return el(
        "g",
        el("title", row.name),
        shape(row.mark, x=7, y=y, size=10, palette=palette) if row.mark else None,
        label(fitted(row.name, _NAMES - 34), x=20 if row.mark else 0, y=y, fill=palette["ink"]),
        el("rect", x=left, y=y - 8, width=wide, height=16, fill=fill, fill_opacity=0.75),
        _after(row.after, axis, y, palette),
        _limits(row, axis, y, palette),
        label(
            words.number(row.value),
            x=_WIDTH - 62,
            y=y,
            fill=palette["ink"],
            text_anchor="end",
            font_weight=700,
        ),
        None
        if row.cumulated is None
        else label(words.percent(row.cumulated), x=_WIDTH, y=y, fill=palette["ink2"], text_anchor="end"),
    )


def _after(after: float | None, axis: Axis, y: float, palette: Palette) -> Markup | None:
    """What is left after the measures: a narrow bar in the ink of the page."""
    if after is None:
        return None
    zero, end = axis(0.0), axis(after)
    wide = max(abs(end - zero), 1.5)
    return el("rect", x=min(zero, end), y=y - 2.5, width=wide, height=5, fill=palette["ink"])


def _limits(row: _Row, axis: Axis, y: float, palette: Palette) -> Markup | None:
    if row.low is None or row.high is None or row.low == row.high:
        return None
    limits = {"low": row.low, "high": row.high}
    return whisker(axis, limits, y, divisor=1.0, stroke=palette["ink2"])


def _sentence(rows: Sequence[_Row], shown: int, measure: str, words: Words) -> str:
    first = rows[0]
    said = words(
        "method_charts.pareto.text", n=len(rows), measure=measure, first=first.name, value=first.value
    )
    reached = rows[shown - 1].cumulated
    share = None if reached is None else words("method_charts.pareto.reached", n=shown, share=reached)
    after = words("method_charts.pareto.after") if any(row.after is not None for row in rows) else None
    return words.sentences((said, share or "", after or ""))
