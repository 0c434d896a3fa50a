"""Courses over time: of probabilities, and of the cases under way in a process."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from anlan.formats.report.charts.plot_area import HEIGHT, WIDTH, PlotArea, plot_area
from anlan.formats.report.drawing import SMALL, frame, label, line, polyline, text_width
from anlan.formats.report.markup import Markup
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_COLOURS = ("teal", "slate", "plum", "ochre")
_DASHES = (None, "6 3", "2 3", "8 3 2 3")
_FAR = 30.0
"""Curves whose highest values lie so many times apart are drawn over a logarithmic axis."""


def course(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """Probabilities: unavailability, a first failure, a failure on demand between two tests."""
    return _course(data, "course", language, theme)


def under_way(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """Mean cases under way from an empty beginning on, the picture of Welch."""
    return _course(data, "under_way", language, theme)


def _course(data: Mapping[str, Any], kind: str, language: Language, theme: Theme) -> str:
    """A line a series over the hours, told apart by colour, dash and its name.

    data: x (name, values in hours, ascending), series (name, values from 0 on).
    """
    words, palette = Words(language), Palette(theme)
    hours, series = data["x"]["values"], data["series"][: len(_COLOURS)]
    logarithmic = _far_apart(series)
    shown = [_points(hours, each["values"], above=logarithmic) for each in series]
    area = _area(hours, [y for points in shown for _, y in points], logarithmic)
    return frame(
        WIDTH,
        HEIGHT + (16 * len(series) if len(series) > 1 else 0),
        area.ground(
            words,
            palette,
            across=words(f"method_charts.{kind}.across"),
            up=words(f"method_charts.{kind}.{'up_log' if logarithmic else 'up'}"),
        ),
        [
            polyline([area.at(point) for point in points], stroke=palette[colour], stroke_width=2,
                     stroke_dasharray=dash)
            for points, colour, dash in zip(shown, _COLOURS, _DASHES, strict=False)
            if len(points) > 1
        ],
        _legend([words(f"method_charts.{kind}.{each['name']}") for each in series], palette),
        title=words(f"method_charts.{kind}.title"),
        text=_sentence(hours, series, kind, words),
        theme=theme,
    )  # fmt: skip


def _far_apart(series: Sequence[Mapping[str, Any]]) -> bool:
    highest = [max(each["values"]) for each in series if max(each["values"]) > 0]
    return len(highest) > 1 and max(highest) / min(highest) > _FAR


def _points(hours: Sequence[float], values: Sequence[float], *, above: bool) -> list[tuple[float, float]]:
    """The points; on a logarithmic axis only those above 0."""
    return [(x, y) for x, y in zip(hours, values, strict=True) if y > 0 or not above]


def _area(hours: Sequence[float], values: Sequence[float], logarithmic: bool) -> PlotArea:
    if logarithmic:
        low, high = max(min(values), max(values) * 1e-6), max(values)
        return plot_area(hours, [10.0 ** math.floor(math.log10(low) - 0.2), high], log_y=True)
    return plot_area(hours, [0.0, max(values)])


def _legend(names: Sequence[str], palette: Palette) -> list[Markup]:
    """The names below the axis, each beside a piece of its line; one alone needs none."""
    if len(names) < 2:
        return []
    drawn = []
    for n, (name, colour, dash) in enumerate(zip(names, _COLOURS, _DASHES, strict=False)):
        y = HEIGHT + 5 + 16 * n
        x = (WIDTH - text_width(max(names, key=text_width), SMALL)) / 2
        drawn += [
            line(x - 30, y, x - 6, y, stroke=palette[colour], stroke_width=2, stroke_dasharray=dash),
            label(name, x=x, y=y, fill=palette["ink2"], font_size=SMALL),
        ]
    return drawn


def _sentence(hours: Sequence[float], series: Sequence[Mapping[str, Any]], kind: str, words: Words) -> str:
    return words.sentences(
        [
            words(
                f"method_charts.{kind}.text",
                name=words(f"method_charts.{kind}.{each['name']}"),
                highest=words.number(max(each["values"])),
                last=words.number(each["values"][-1]),
                hours=words.number(hours[-1]),
            )
            for each in series
        ]
    )
