"""Event tree: headings as columns, success upwards, failure downwards, each sequence with its end."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.formats.report.drawing import SMALL, fitted, frame, label, line, lines_of
from anlan.formats.report.markup import Markup
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_ROW, _COLUMN, _LEFT, _RIGHT, _TOP = 26.0, 116.0, 96.0, 230.0, 46.0
MOST_DRAWN = 48


def event_tree(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """data: initiator, frequency, headings, sequences (outcomes: whether each heading failed, None where not
    asked; frequency, end, unwanted). Above `MOST_DRAWN` sequences the rarest are left out, and it is said."""
    words, palette = Words(language), Palette(theme)
    all_ = data["sequences"]
    kept = sorted(range(len(all_)), key=lambda n: -all_[n]["frequency"])[:MOST_DRAWN]
    drawn = [(n + 1, all_[n]) for n in sorted(kept)]
    n_headings = len(data["headings"])
    width = _LEFT + n_headings * _COLUMN + _RIGHT
    ways: list[Markup] = []
    root = _branch([each for _, each in drawn], 0, n_headings, 0, ways, palette)
    start = line(4.0, root, _LEFT, root, stroke=palette["line2"], stroke_width=2)
    return frame(
        width,
        _TOP + len(drawn) * _ROW + 6,
        start,
        ways,
        _headings(data["headings"], palette),
        _initiator(data, root, words, palette),
        _ends(drawn, n_headings, words, palette),
        title=words("method_charts.event_tree.title"),
        text=_sentence(data, len(drawn), words),
        theme=theme,
    )


def _branch(
    sequences: Sequence[Mapping[str, Any]],
    first: int,
    columns: int,
    column: int,
    ways: list[Markup],
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
            heights.append((outcome, _branch(inside, row, columns, column + 1, ways, palette)))
            row += len(inside)
    for outcome, y in heights:
        colour = {None: "line2", False: "teal", True: "red"}[outcome]
        dash = "2 4" if outcome is None else None
        ways.append(line(x, y, x + _COLUMN, y, stroke=palette[colour], stroke_width=2, stroke_dasharray=dash))
    top, bottom = heights[0][1], heights[-1][1]
    if bottom > top:
        ways.append(line(x, top, x, bottom, stroke=palette["line2"], stroke_width=2))
    return (top + bottom) / 2


def _headings(names: Sequence[str], palette: Palette) -> list[Markup]:
    return [
        label(part, x=_LEFT + column * _COLUMN + 6, y=10 + 13 * k, fill=palette["ink2"], font_size=SMALL)
        for column, name in enumerate(names)
        for k, part in enumerate(lines_of(name, _COLUMN - 10, size=SMALL))
    ]


def _initiator(data: Mapping[str, Any], y: float, words: Words, palette: Palette) -> list[Markup]:
    name = fitted(data["initiator"] or words("method_charts.event_tree.initiator"), _LEFT - 6, size=SMALL)
    often = words("method_charts.per_year", n=words.number(data["frequency"]))
    return [
        label(name, x=4.0, y=y - 10, fill=palette["ink"], font_size=SMALL, font_weight=600),
        label(often, x=4.0, y=y + 11, fill=palette["ink2"], font_size=SMALL),
    ]


def _ends(
    drawn: Sequence[tuple[int, Mapping[str, Any]]], columns: int, words: Words, palette: Palette
) -> list[Markup]:
    """Number, frequency and end of each sequence; what is unwanted in red and with a mark."""
    x = _LEFT + columns * _COLUMN + 8
    shown = []
    for place, (number, each) in enumerate(drawn):
        y = _TOP + (place + 0.5) * _ROW
        fill = palette["red-ink" if each["unwanted"] else "ink2"]
        often = words("method_charts.per_year", n=words.number(each["frequency"]))
        end = fitted(("▲ " if each["unwanted"] else "") + (each["end"] or ""), _RIGHT - 126, size=SMALL)
        shown += [
            label(f"S{number}", x=x, y=y, fill=palette["ink3"], font_size=SMALL),
            label(often, x=x + 110, y=y, fill=fill, text_anchor="end", font_size=SMALL),
            label(end, x=x + 118, y=y, fill=fill, font_size=SMALL),
        ]
    return shown


def _sentence(data: Mapping[str, Any], drawn: int, words: Words) -> str:
    bad = sum(each["frequency"] for each in data["sequences"] if each["unwanted"])
    said = words(
        "method_charts.event_tree.text",
        n=len(data["sequences"]),
        unwanted=words.number(bad),
        initiating=words.number(data["frequency"]),
    )
    left = len(data["sequences"]) - drawn
    return said + words("method_charts.event_tree.left_out", n=left) if left else said
