"""Levels of risk as the reader sees them: shape, word and colour, so that black and white suffices.

The words and colours are the criteria's; the shape follows the rank, so it means the same everywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette
from anlan.formats.report.words import Words

_COLOURS = ("grey", "blue", "yellow", "orange", "red")
_SHAPES = ("ring", "circle", "square", "triangle", "diamond")
_SIGNS = {"ring": "○", "circle": "●", "square": "■", "triangle": "▲", "diamond": "◆"}


@dataclass(frozen=True)
class LevelMark:
    """A level of the criteria with its rank (0 = lowest), word, colour token and shape."""

    code: str
    rank: int
    word: str
    colour: str
    shape: str
    report_within_hours: float | None

    @property
    def sign(self) -> str:
        """The shape as a character, where nothing can be drawn."""
        return _SIGNS[self.shape]


class Levels:
    """The levels of one result's criteria, by code and by position."""

    def __init__(self, criteria: Mapping[str, Any], words: Words) -> None:
        entries = criteria["levels"]
        self.marks = tuple(_mark(entry, i, len(entries), words) for i, entry in enumerate(entries))
        self._by_code = {mark.code: mark for mark in self.marks}

    def __getitem__(self, code: str) -> LevelMark:
        """The level of `code`; a code the criteria do not know stands below all others, as written."""
        return self._by_code.get(code) or LevelMark(code, -1, code, "grey", "ring", None)

    def rank(self, risk: Mapping[str, Any]) -> int:
        return self[risk["index"]["level"]].rank

    def highest(self, risks: Sequence[Mapping[str, Any]]) -> LevelMark | None:
        """The highest level among `risks`."""
        return max((self[risk["index"]["level"]] for risk in risks), key=lambda m: m.rank, default=None)


def levels_named(names: Sequence[str], words: Words) -> Levels:
    """Levels of which only the names are known, lowest first: colours are spread from grey to red."""
    last = max(len(names) - 1, 1)
    spread = [_COLOURS[round(place * (len(_COLOURS) - 1) / last)] for place in range(len(names))]
    entries = [
        {"code": name, "name": {words.language: name}, "colour": colour, "report_within_hours": None}
        for name, colour in zip(names, spread, strict=True)
    ]
    return Levels({"levels": entries}, words)


def _mark(entry: Mapping[str, Any], position: int, size: int, words: Words) -> LevelMark:
    """Shapes are counted from the top, so the highest level is a diamond with any number of levels."""
    place = max(0, len(_SHAPES) - size + position) if size > 1 else 0
    colour = entry["colour"] if entry["colour"] in _COLOURS else _COLOURS[place]
    hours = entry["report_within_hours"]
    return LevelMark(entry["code"], position, words.of(entry["name"]), colour, _SHAPES[place], hours)


def shape(mark: LevelMark, *, x: float, y: float, size: float, palette: Palette) -> Markup:
    """The level's mark centred at (x, y), `size` wide."""
    half = size / 2
    fill = palette[mark.colour]
    edge = palette["yellow-edge"] if mark.colour == "yellow" else fill
    if mark.shape == "ring":
        return el("circle", cx=x, cy=y, r=half * 0.8, fill="none", stroke=edge, stroke_width=1.5)
    if mark.shape == "circle":
        return el("circle", cx=x, cy=y, r=half * 0.9, fill=fill, stroke=edge, stroke_width=0.8)
    if mark.shape == "square":
        side = size * 0.84
        return el(
            "rect",
            x=x - side / 2,
            y=y - side / 2,
            width=side,
            height=side,
            rx=1,
            fill=fill,
            stroke=edge,
            stroke_width=1,
        )
    if mark.shape == "triangle":
        points = f"M{x:.2f} {y - half:.2f}L{x + half:.2f} {y + half * 0.85:.2f}H{x - half:.2f}Z"
    else:
        points = (
            f"M{x:.2f} {y - half:.2f}l{half:.2f} {half:.2f}l{-half:.2f} {half:.2f}l{-half:.2f} {-half:.2f}Z"
        )
    return el("path", d=points, fill=fill, stroke=edge, stroke_width=0.8, stroke_linejoin="round")


def chip(mark: LevelMark) -> Markup:
    """Shape and word on the level's soft colour, for tables and text."""
    return el("span", small_mark(mark), mark.word, class_=f"chip {mark.colour}")


def small_mark(mark: LevelMark) -> Markup:
    """The shape alone, as high as the text beside it."""
    return el(
        "svg",
        shape(mark, x=6, y=6, size=10, palette=Palette("page")),
        class_="mark",
        viewBox="0 0 12 12",
        aria_hidden="true",
    )
