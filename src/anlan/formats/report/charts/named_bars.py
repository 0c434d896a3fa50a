"""Rows of bars with a name to the left, an axis below, and whatever each row draws."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from anlan.formats.report.drawing import (
    SMALL,
    TEXT,
    Axis,
    label,
    line,
    lines_of,
    log_ticks,
    text_width,
    ticks,
)
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette
from anlan.formats.report.words import Words

WIDTH = 580.0
_NAMES, _RIGHT, _ROW, _TOP = 150.0, 546.0, 28.0, 12.0
MOST = 20
"""Rows that are drawn; the rest is told."""


def bars_height(rows: int) -> float:
    return _TOP + _ROW * rows + 44


def bars_axis(values: Sequence[float]) -> Axis:
    """The axis of all values, ending at round ones."""
    steps = ticks(min(values), max(values), about=5)
    return Axis(steps[0], steps[-1] if len(steps) > 1 else steps[0] + 1.0, _NAMES, _RIGHT)


def decades_axis(values: Sequence[float]) -> Axis:
    """A logarithmic axis over whole decades that holds all values above 0; what is 0 lies at its left end."""
    above = [value for value in values if value > 0] or [1.0]
    low, high = math.floor(math.log10(min(above))), math.ceil(math.log10(max(above)))
    return Axis(10.0**low, 10.0 ** max(high, low + 1), _NAMES, _RIGHT, logarithmic=True)


def named_rows(
    names: Sequence[str],
    axis: Axis,
    draw: Callable[[int, float], list[Markup]],
    words: Words,
    palette: Palette,
    *,
    unit: str,
) -> list[Markup]:
    """Grid, names and rows. draw(row, y): the marks of a row whose middle lies at y."""
    bottom = _TOP + _ROW * len(names)
    drawn = []
    steps = log_ticks(axis.low, axis.high) if axis.logarithmic else ticks(axis.low, axis.high, about=5)
    for value in steps:
        x = axis(value)
        drawn.append(line(x, _TOP, x, bottom, stroke=palette["line"], stroke_width=1))
        drawn.append(
            label(words.number(value), x=x, y=bottom + 12, fill=palette["ink3"], text_anchor="middle",
                  font_size=SMALL)
        )  # fmt: skip
    for row, name in enumerate(names):
        y = _TOP + _ROW * (row + 0.5)
        drawn.append(el("g", el("title", name), _name(name, y, palette)))
        drawn += draw(row, y)
    middle = (_NAMES + _RIGHT) / 2
    drawn.append(label(unit, x=middle, y=bottom + 32, fill=palette["ink2"], text_anchor="middle"))
    return drawn


def _name(name: str, y: float, palette: Palette) -> list[Markup]:
    """A name on one line, or smaller on two."""
    size = TEXT if text_width(name) <= _NAMES - 14 else SMALL
    lines = lines_of(name, _NAMES - 14, size=size)
    first = y - 6 * (len(lines) - 1)
    return [
        label(part, x=_NAMES - 8, y=first + 12 * n, fill=palette["ink"], text_anchor="end", font_size=size)
        for n, part in enumerate(lines)
    ]


def bar(axis: Axis, one: float, other: float, y: float, *, height: float, fill: str) -> Markup:
    """A bar between two values."""
    left, right = sorted((axis(one), axis(other)))
    return el("rect", x=left, y=y - height / 2, width=max(right - left, 0.8), height=height, fill=fill, rx=2)


@dataclass(frozen=True)
class Half:
    """One of the two bars of a row: from zero to value, with its interval where there is one."""

    value: float
    low: float | None = None
    high: float | None = None


def paired_bars(
    rows: Sequence[tuple[str, Half, Half]],
    keys: tuple[str, str],
    words: Words,
    palette: Palette,
    *,
    unit: str,
    reach: Sequence[float] = (0.0,),
) -> tuple[float, list[Markup]]:
    """Height and marks of rows of two bars: the first, filled, above the second, pale. keys: their words;
    reach: values the axis must hold beside those of the rows."""
    halves = [half for _, *both in rows for half in both]
    ends = [value for half in halves for value in (half.value, half.low, half.high) if value is not None]
    axis, height = bars_axis([*reach, *ends]), bars_height(len(rows))

    def draw(number: int, y: float) -> list[Markup]:
        marks: list[Markup] = []
        for half, at, colour in zip(rows[number][1:], (y - 5, y + 5), ("teal", "slate"), strict=True):
            marks.append(bar(axis, 0.0, half.value, at, height=8, fill=palette[colour]))
            if half.low is not None and half.high is not None:
                marks += whisker(axis, half.low, half.high, at, stroke=palette["ink"])
        return marks

    drawn = named_rows([name for name, *_ in rows], axis, draw, words, palette, unit=unit)
    said = legend([("teal", keys[0]), ("slate", keys[1])], height, palette)
    return height, [*drawn, *said]


def whisker(axis: Axis, low: float, high: float, y: float, *, stroke: str) -> list[Markup]:
    """An interval with ends."""
    left, right = axis(low), axis(high)
    return [
        line(left, y, right, y, stroke=stroke, stroke_width=1.4),
        line(left, y - 3, left, y + 3, stroke=stroke, stroke_width=1.4),
        line(right, y - 3, right, y + 3, stroke=stroke, stroke_width=1.4),
    ]


def legend(keys: Sequence[tuple[str, str]], height: float, palette: Palette) -> list[Markup]:
    """Squares of a colour with their words, (colour, word), below the names."""
    return [
        el(
            "g",
            el("rect", x=8, y=height - 34 + 15 * i, width=10, height=8, fill=palette[colour]),
            label(word, x=22, y=height - 30 + 15 * i, fill=palette["ink2"], font_size=SMALL),
        )
        for i, (colour, word) in enumerate(keys)
    ]
