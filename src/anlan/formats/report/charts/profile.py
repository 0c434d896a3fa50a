"""Figures of the intervals of a day or a week, one after the other: need and people, past and forecast."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.formats.report.drawing import SMALL, Axis, fitted, frame, label, line, polyline, text_width, ticks
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_WIDTH, _LEFT, _RIGHT, _TOP, _BOTTOM = 640.0, 52.0, 628.0, 44.0, 244.0
_HEIGHT = 282.0
_COLOURS = ("teal", "ochre", "slate", "plum")
_DASHES = (None, None, "6 3", "2 3")
_MIDNIGHT = " 00:00"
Point = tuple[float, float]


def profile(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """data: of (code of what is drawn), labels (n,), series of {name, values (n,), steps, low,
    high}; a name is a code of `chart_table`.

    A value None leaves a gap. steps: the figure holds for the whole interval. low, high: a band behind.
    """
    words, palette = Words(language), Palette(theme)
    labels, series = data["labels"], data["series"][: len(_COLOURS)]
    across = Axis(0.0, float(max(1, len(labels))), _LEFT, _RIGHT)
    up, marks = _up(series)
    return frame(
        _WIDTH,
        _HEIGHT,
        _ground(labels, across, up, marks, words, palette),
        label(fitted(words(f"method_charts.profile.up_{data['of']}"), 300), x=0, y=10, fill=palette["ink2"]),
        [_band(each, across, up, palette[colour]) for each, colour in zip(series, _COLOURS, strict=False)],
        [
            polyline(points, stroke=palette[colour], stroke_width=2, stroke_dasharray=dash)
            for each, colour, dash in zip(series, _COLOURS, _DASHES, strict=False)
            for points in _pieces(each["values"], across, up, steps=bool(each.get("steps")))
        ],
        _legend([_name(each, words) for each in series], palette),
        title=words(f"method_charts.profile.title_{data['of']}"),
        text=words.sentences([_sentence(each, labels, words) for each in series]),
        theme=theme,
    )  # fmt: skip


def _name(series: Mapping[str, Any], words: Words) -> str:
    return words.term("chart_table", series["name"])


def _up(series: Sequence[Mapping[str, Any]]) -> tuple[Axis, list[float]]:
    """From 0, or below where a value is, to above the highest."""
    held = [
        value for each in series for part in ("values", "low", "high") for value in each.get(part) or () if
        value is not None
    ]  # fmt: skip
    marks = ticks(min(0.0, *held, 0.0), max([*held, 0.0]) or 1.0, about=5)
    top = marks[-1] if len(marks) > 1 else marks[0] + 1.0
    return Axis(marks[0], top, _BOTTOM, _TOP), marks


def _ground(
    labels: Sequence[str], across: Axis, up: Axis, marks: Sequence[float], words: Words, palette: Palette
) -> list[Markup]:
    drawn = []
    for value in marks:
        y = up(value)
        drawn.append(line(_LEFT, y, _RIGHT, y, stroke=palette["line"], stroke_width=1))
        drawn.append(label(words.number(value), x=_LEFT - 6, y=y, fill=palette["ink3"], text_anchor="end",
                           font_size=SMALL))  # fmt: skip
    for place, said in _marked(labels):
        x = across(place + 0.5)
        drawn.append(line(x, _BOTTOM, x, _BOTTOM + 4, stroke=palette["field"], stroke_width=1))
        drawn.append(label(said, x=x, y=_BOTTOM + 15, fill=palette["ink3"], text_anchor="middle",
                           font_size=SMALL))  # fmt: skip
    return [*drawn, line(_LEFT, _BOTTOM, _RIGHT, _BOTTOM, stroke=palette["field"], stroke_width=1)]


def _marked(labels: Sequence[str]) -> list[tuple[int, str]]:
    """Places that have room for their label, with it; over several days the midnights, with the day alone."""
    days = [(place, text[: -len(_MIDNIGHT)]) for place, text in enumerate(labels) if text.endswith(_MIDNIGHT)]
    named = days if len(days) > 2 else list(enumerate(labels))
    widest = max((text_width(text, SMALL) for _, text in named), default=0.0) + 10.0
    apart = named[1][0] - named[0][0] if len(named) > 1 else 1
    every = max(1, round(widest / (apart * (_RIGHT - _LEFT) / max(1, len(labels))) + 0.5))
    return named[::every]


def _pieces(values: Sequence[float | None], across: Axis, up: Axis, *, steps: bool) -> list[list[Point]]:
    """Runs of values without a gap, as points: the middle of each interval, or both its ends."""
    pieces: list[list[Point]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            pieces.append([])
            continue
        ends = (float(place), place + 1.0) if steps else (place + 0.5,)
        pieces[-1] += [(across(x), up(value)) for x in ends]
    return [points if len(points) > 1 else points * 2 for points in pieces if points]


def _band(series: Mapping[str, Any], across: Axis, up: Axis, colour: str) -> Markup | None:
    if not series.get("low"):
        return None
    steps = bool(series.get("steps"))
    lows = _pieces(series["low"], across, up, steps=steps)
    highs = _pieces(series["high"], across, up, steps=steps)
    paths = ["M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in [*low, *reversed(high)]) + "Z"
             for low, high in zip(lows, highs, strict=True)]  # fmt: skip
    return el("path", d="".join(paths), fill=colour, fill_opacity="0.16", stroke="none")


def _legend(names: Sequence[str], palette: Palette) -> list[Markup]:
    """Beside each other above the drawing, each beside a piece of its line."""
    drawn, x = [], _LEFT
    for name, colour, dash in zip(names, _COLOURS, _DASHES, strict=False):
        drawn.append(line(x, 28, x + 22, 28, stroke=palette[colour], stroke_width=2, stroke_dasharray=dash))
        drawn.append(label(name, x=x + 28, y=28, fill=palette["ink2"], font_size=SMALL))
        x += 28 + text_width(name, SMALL) + 22
    return drawn


def _sentence(series: Mapping[str, Any], labels: Sequence[str], words: Words) -> str:
    held = [
        (value, label) for value, label in zip(series["values"], labels, strict=True) if value is not None
    ]
    highest, at = max(held, key=lambda each: each[0])
    lowest = min(value for value, _ in held)
    return words("method_charts.profile.text", name=_name(series, words), highest=words.number(highest),
                 at=at, lowest=words.number(lowest))  # fmt: skip
