"""Event tree: headings as columns, success upwards, failure downwards, each sequence with its end."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.formats.report.charts.choosing import Choosing, ways
from anlan.formats.report.drawing import SMALL, fitted, frame, label, line, lines_of
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_ROW, _COLUMN, _LEFT, _RIGHT, _TOP = 26.0, 116.0, 96.0, 230.0, 46.0
MOST_DRAWN = 48


@dataclass(frozen=True)
class _Place:
    """Something with a name in the drawing. kind: initiator, heading, end. box: x, y, width, height."""

    kind: str
    name: str
    box: tuple[float, float, float, float]
    drawn: Sequence[Markup]


def event_tree(
    data: Mapping[str, Any], *, language: Language, theme: Theme = "light", choosing: Choosing | None = None
) -> str:
    """data: initiator, frequency, headings, sequences (outcomes: whether each heading failed, None where not
    asked; frequency or None, end, unwanted). Above `MOST_DRAWN` sequences the rarest are left out, and it is
    said. choosing: kinds of its parts are `initiator`, `heading` and `end`."""
    words, palette = Words(language), Palette(theme)
    all_ = data["sequences"]
    kept = sorted(range(len(all_)), key=lambda n: -(all_[n]["frequency"] or 0.0))[:MOST_DRAWN]
    drawn = [(n + 1, all_[n]) for n in sorted(kept)]
    n_headings = len(data["headings"])
    width = _LEFT + n_headings * _COLUMN + _RIGHT
    lines: list[Markup] = []
    root = _branch([each for _, each in drawn], 0, n_headings, 0, lines, palette)
    start = line(4.0, root, _LEFT, root, stroke=palette["line2"], stroke_width=2)
    places = [
        _initiator(data, root, words, palette),
        *_headings(data["headings"], palette),
        *_ends(drawn, n_headings, words, palette),
    ]
    return frame(
        width,
        _TOP + len(drawn) * _ROW + 6,
        start,
        lines,
        _choosable(places, choosing, words) if choosing else [each.drawn for each in places],
        title=words("method_charts.event_tree.title"),
        text=_sentence(data, len(drawn), words),
        theme=theme,
        role="group" if choosing else "img",
    )


def _choosable(places: Sequence[_Place], choosing: Choosing, words: Words) -> Iterator[Markup]:
    """Each place as a button in a box of its own."""
    near = ways([(each.box[0], each.box[1]) for each in places])
    for number, (each, to) in enumerate(zip(places, near, strict=True), start=1):
        x, y, width, height = each.box
        part = choosing.part(each.kind, each.name)
        box = el("rect", x=x, y=y, width=width, height=height, rx=4, fill="transparent", class_="box")
        said = words(f"method_charts.event_tree.said_{each.kind}", name=each.name or "—")
        yield choosing.place(number, part, box, each.drawn, said=said, ways=to)


def _branch(
    sequences: Sequence[Mapping[str, Any]],
    first: int,
    columns: int,
    column: int,
    lines: list[Markup],
    palette: Palette,
) -> float:
    """Draws what follows from here and returns the height it hangs at."""
    if column == columns:
        return _TOP + (first + 0.5) * _ROW
    x = _LEFT + column * _COLUMN
    heights: list[tuple[bool | None, float]] = []
    row = first
    for outcome in (None, False, True):
        inside = [each for each in sequences if each["outcomes"][column] is outcome]
        if inside:
            heights.append((outcome, _branch(inside, row, columns, column + 1, lines, palette)))
            row += len(inside)
    for outcome, y in heights:
        colour = {None: "line2", False: "teal", True: "red"}[outcome]
        dash = "2 4" if outcome is None else None
        lines.append(
            line(x, y, x + _COLUMN, y, stroke=palette[colour], stroke_width=2, stroke_dasharray=dash)
        )
    top, bottom = heights[0][1], heights[-1][1]
    if bottom > top:
        lines.append(line(x, top, x, bottom, stroke=palette["line2"], stroke_width=2))
    return (top + bottom) / 2


def _headings(names: Sequence[str], palette: Palette) -> Iterator[_Place]:
    for column, name in enumerate(names):
        x = _LEFT + column * _COLUMN
        parts = enumerate(lines_of(name, _COLUMN - 14, size=SMALL))
        drawn = [
            label(part, x=x + 6, y=11 + 13 * k, fill=palette["ink2"], font_size=SMALL) for k, part in parts
        ]
        yield _Place("heading", name, (x + 1, 1.0, _COLUMN - 4, 34.0), drawn)


def _initiator(data: Mapping[str, Any], y: float, words: Words, palette: Palette) -> _Place:
    name = fitted(data["initiator"] or words("method_charts.event_tree.initiator"), _LEFT - 10, size=SMALL)
    often = words("method_charts.per_year", n=words.number(data["frequency"]))
    drawn = [
        label(name, x=4.0, y=y - 10, fill=palette["ink"], font_size=SMALL, font_weight=600),
        label(often, x=4.0, y=y + 11, fill=palette["ink2"], font_size=SMALL),
    ]
    return _Place("initiator", data["initiator"], (1.0, y - 20, _LEFT - 8, 41.0), drawn)


def _ends(
    drawn: Sequence[tuple[int, Mapping[str, Any]]], columns: int, words: Words, palette: Palette
) -> Iterator[_Place]:
    """Number, frequency and end of each sequence; what is unwanted in red and with a mark."""
    x = _LEFT + columns * _COLUMN + 8
    for place, (number, each) in enumerate(drawn):
        y = _TOP + (place + 0.5) * _ROW
        fill = palette["red-ink" if each["unwanted"] else "ink2"]
        often = words("method_charts.per_year", n=words.number(each["frequency"]))
        end = fitted(("▲ " if each["unwanted"] else "") + (each["end"] or ""), _RIGHT - 126, size=SMALL)
        marks = [
            label(f"S{number}", x=x, y=y, fill=palette["ink3"], font_size=SMALL),
            label(often, x=x + 110, y=y, fill=fill, text_anchor="end", font_size=SMALL),
            label(end, x=x + 118, y=y, fill=fill, font_size=SMALL),
        ]
        yield _Place("end", each["end"] or "", (x - 5, y - 12, _RIGHT - 6, 24.0), marks)


def _sum(values: Iterator[float | None]) -> float | None:
    """None where one of them is not known."""
    known = list(values)
    return None if None in known else sum(each or 0.0 for each in known)


def _sentence(data: Mapping[str, Any], drawn: int, words: Words) -> str:
    bad = _sum(each["frequency"] for each in data["sequences"] if each["unwanted"])
    said = words(
        "method_charts.event_tree.text",
        n=len(data["sequences"]),
        unwanted=words.number(bad),
        initiating=words.number(data["frequency"]),
    )
    left = len(data["sequences"]) - drawn
    return said + words("method_charts.event_tree.left_out", n=left) if left else said
