"""Counts by two parts of the calendar as tinted cells: hours of the week, or days of past weeks."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from anlan.formats.report.drawing import SMALL, fitted, frame, label, text_width
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_WIDTH, _LEFT, _RIGHT, _TOP, _CELL = 640.0, 52.0, 636.0, 26.0, 24.0
_STRONGEST = 0.62
_WIDEST = 76.0


def heat(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """data: of (`hours` or `weeks`), rows, columns (labels, or codes `weekday_1` to `weekday_7`), cells
    (rows, columns), None where there is none; marked: places [row, column] of days set apart.

    The tint grows with the count, from none at 0 to full at the largest.
    """
    words, palette = Words(language), Palette(theme)
    rows = [words.term("weekdays", each) for each in data["rows"]]
    columns = [words.term("weekdays", each) for each in data["columns"]]
    wide = min(_WIDEST, (_RIGHT - _LEFT) / len(columns))
    bottom = _TOP + _CELL * len(rows)
    return frame(
        _WIDTH,
        bottom + (30.0 if data["marked"] else 6.0),
        _heads(rows, columns, wide, palette),
        list(_cells(data, wide, words, palette)),
        _legend(bottom, words, palette) if data["marked"] else None,
        title=words(f"method_charts.heat.title_{data['of']}"),
        text=_sentence(data, rows, columns, words),
        theme=theme,
    )


def _heads(rows: Sequence[str], columns: Sequence[str], wide: float, palette: Palette) -> Iterator[Markup]:
    every = max(1, round(max(text_width(text, SMALL) for text in columns) / wide + 0.3))
    for place, text in enumerate(columns):
        if place % every == 0:
            x = _LEFT + (place + 0.5) * wide
            yield label(text, x=x, y=12, fill=palette["ink3"], text_anchor="middle", font_size=SMALL)
    for place, text in enumerate(rows):
        y = _TOP + (place + 0.5) * _CELL
        said = fitted(text, _LEFT - 8, size=SMALL)
        yield label(said, x=_LEFT - 6, y=y, fill=palette["ink2"], text_anchor="end", font_size=SMALL)


def _cells(data: Mapping[str, Any], wide: float, words: Words, palette: Palette) -> Iterator[Markup]:
    largest = max((value for row in data["cells"] for value in row if value is not None), default=0.0) or 1.0
    marked = {(row, column) for row, column in data["marked"]}
    for r, row in enumerate(data["cells"]):
        for c, value in enumerate(row):
            x, y = _LEFT + c * wide, _TOP + r * _CELL
            if value is None:
                continue
            yield el("rect", x=x + 0.5, y=y + 0.5, width=wide - 1, height=_CELL - 1, rx=3,
                     fill=palette["teal"], fill_opacity=f"{_STRONGEST * value / largest:.3f}")  # fmt: skip
            if (r, c) in marked:
                yield _mark(x, y, wide, palette)
            yield from _figure(value, x, y, wide, words, palette)


def _figure(
    value: float, x: float, y: float, wide: float, words: Words, palette: Palette
) -> Iterator[Markup]:
    """The count where it has room; the tint and the table tell it where not."""
    said = words.count(value) if value >= 10 else words.number(round(value, 1))
    if text_width(said, SMALL) <= wide - 2:
        yield label(said, x=x + wide / 2, y=y + _CELL / 2, fill=palette["ink"], text_anchor="middle",
                    font_size=SMALL)  # fmt: skip


def _mark(x: float, y: float, wide: float, palette: Palette) -> Markup:
    return el("rect", x=x + 1.5, y=y + 1.5, width=wide - 3, height=_CELL - 3, rx=2.5, fill="none",
              stroke=palette["ink2"], stroke_width=1.5, stroke_dasharray="3 2")  # fmt: skip


def _legend(bottom: float, words: Words, palette: Palette) -> list[Markup]:
    drawn = el("rect", x=_LEFT + 0.5, y=bottom + 9, width=18, height=12, rx=2.5, fill="none",
               stroke=palette["ink2"], stroke_width=1.5, stroke_dasharray="3 2")  # fmt: skip
    said = words("method_charts.heat.special")
    return [drawn, label(said, x=_LEFT + 26, y=bottom + 15, fill=palette["ink2"], font_size=SMALL)]


def _sentence(data: Mapping[str, Any], rows: Sequence[str], columns: Sequence[str], words: Words) -> str:
    held = [
        (value, rows[r], columns[c])
        for r, row in enumerate(data["cells"])
        for c, value in enumerate(row)
        if value is not None
    ]
    most, least = max(held, key=lambda each: each[0]), min(held, key=lambda each: each[0])
    most_at, least_at = (
        words(f"method_charts.heat.at_{data['of']}", row=row, column=column)
        for _, row, column in (most, least)
    )
    return words(
        "method_charts.heat.text", most=words.number(most[0]), most_at=most_at, least=words.number(least[0]),
        least_at=least_at,
    )  # fmt: skip
