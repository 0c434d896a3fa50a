"""Memberships of an evaluation: by grade and operator as bars, and the functions they were read from."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.formats.report.drawing import SMALL, Axis, fitted, frame, label, line, lines_of, polyline, ticks
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_WIDTH, _LEFT, _TOP, _BOTTOM, _HEIGHT = 640.0, 44.0, 34.0, 200.0, 244.0
_COLOURS = ("teal", "ochre", "plum", "slate", "blue", "orange", "red", "grey")
_DASHES = (None, "7 3", "2 3", "9 3 2 3")


def memberships(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """One group of bars for each grade, one bar for each series (operator); memberships 0..1.

    data: grades, series: rows of {name (code under `method_charts.operators` or a word), values}.
    """
    words, palette = Words(language), Palette(theme)
    grades, series = data["grades"], data["series"]
    names = [words.term("method_charts.operators", str(each["name"])) for each in series]
    axis = Axis(0.0, 1.0, _BOTTOM, _TOP)
    room = (_WIDTH - _LEFT) / len(grades)
    bar = min(26.0, room * 0.8 / len(series))
    return frame(
        _WIDTH,
        _HEIGHT,
        _levels(axis, words, palette),
        [
            _one(value, _LEFT + (i + 0.5) * room + (k - len(series) / 2) * bar, bar, k, axis, palette)
            for k, each in enumerate(series)
            for i, value in enumerate(each["values"])
        ],
        _grades(grades, room, palette),
        _key(names, palette),
        title=words("method_charts.memberships.title"),
        text=_sentence(grades, series, names, words),
        theme=theme,
    )


def membership_functions(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """The membership of a value in each grade as a line, and the value that was measured.

    data: factor, value, functions: rows of {grade, points: three or four ascending numbers}.
    """
    words, palette = Words(language), Palette(theme)
    functions, value = data["functions"], data["value"]
    corners = [point for each in functions for point in each["points"]] + [value]
    steps = ticks(min(corners), max(corners), about=6)
    across, up = Axis(steps[0], steps[-1], _LEFT, _WIDTH - 16), Axis(0.0, 1.0, _BOTTOM, _TOP)
    at = across(value)
    return frame(
        _WIDTH,
        _HEIGHT,
        _levels(up, words, palette),
        [_tick(words.number(step), across(step), palette) for step in steps],
        [_function(each["points"], k, across, up, palette) for k, each in enumerate(functions)],
        line(at, _TOP - 4, at, _BOTTOM, stroke=palette["ink"], stroke_width=1.6, stroke_dasharray="4 3"),
        label(fitted(data["factor"], 200), x=_LEFT, y=_HEIGHT - 12, fill=palette["ink2"], font_size=SMALL),
        _key([str(each["grade"]) for each in functions], palette),
        title=words("method_charts.membership_functions.title", factor=data["factor"]),
        text=words(
            "method_charts.membership_functions.text",
            factor=data["factor"],
            value=value,
            grades=words.listed(str(each["grade"]) for each in functions),
        ),
        theme=theme,
    )


def _levels(axis: Axis, words: Words, palette: Palette) -> list[Markup]:
    drawn = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = axis(share)
        drawn.append(line(_LEFT, y, _WIDTH, y, stroke=palette["line"], stroke_width=1))
        text = words.number(share)
        drawn.append(label(text, x=_LEFT - 8, y=y, fill=palette["ink3"], text_anchor="end", font_size=SMALL))
    return drawn


def _one(value: float, x: float, wide: float, k: int, axis: Axis, palette: Palette) -> Markup:
    y = axis(value)
    fill = palette[_COLOURS[k % len(_COLOURS)]]
    return el("rect", x=x + 1, y=y, width=wide - 2, height=max(_BOTTOM - y, 0.5), fill=fill)


def _grades(grades: Sequence[str], room: float, palette: Palette) -> list[Markup]:
    return [
        label(
            part,
            x=_LEFT + (i + 0.5) * room,
            y=_BOTTOM + 14 + 13 * k,
            fill=palette["ink2"],
            text_anchor="middle",
            font_size=SMALL,
        )
        for i, grade in enumerate(grades)
        for k, part in enumerate(lines_of(str(grade), room - 4, size=SMALL))
    ]


def _key(names: Sequence[str], palette: Palette) -> list[Markup]:
    """What each colour stands for, in the line above the drawing."""
    room = (_WIDTH - _LEFT) / len(names)
    drawn = []
    for k, name in enumerate(names):
        x = _LEFT + k * room
        drawn.append(el("rect", x=x, y=8, width=10, height=10, fill=palette[_COLOURS[k % len(_COLOURS)]]))
        shown = fitted(name, room - 20, size=SMALL)
        drawn.append(label(shown, x=x + 14, y=13, fill=palette["ink2"], font_size=SMALL))
    return drawn


def _tick(text: str, x: float, palette: Palette) -> Markup:
    return label(text, x=x, y=_BOTTOM + 14, fill=palette["ink3"], text_anchor="middle", font_size=SMALL)


def _function(points: Sequence[float], k: int, across: Axis, up: Axis, palette: Palette) -> Markup:
    """A triangle of three corners or a trapezoid of four; lines differ in colour and in dashes."""
    feet, tops = (points[0], points[-1]), points[1:-1]
    path = [(across(feet[0]), up(0.0)), *((across(top), up(1.0)) for top in tops), (across(feet[1]), up(0.0))]
    return polyline(
        path,
        stroke=palette[_COLOURS[k % len(_COLOURS)]],
        stroke_width=2,
        stroke_dasharray=_DASHES[k % len(_DASHES)],
    )


def _sentence(
    grades: Sequence[str], series: Sequence[Mapping[str, Any]], names: Sequence[str], words: Words
) -> str:
    """The grade of the largest membership in each series."""
    parts = [
        words(
            "method_charts.memberships.winner",
            name=name,
            grade=grades[max(range(len(grades)), key=lambda i: each["values"][i])],
            value=max(each["values"]),
        )
        for name, each in zip(names, series, strict=True)
    ]
    return words.sentences(parts)
