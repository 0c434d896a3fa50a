"""The F-N curve on logarithmic axes, with its band and the lines of what is tolerated."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.formats.report.charts.intervals import name_of
from anlan.formats.report.charts.plot_area import HEIGHT, WIDTH, PlotArea, plot_area
from anlan.formats.report.drawing import SMALL, fitted, frame, label, polyline
from anlan.formats.report.markup import Markup
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_DASHES = ("6 3", "2 3", "8 3 2 3")
_HEADROOM = 3.0
_REACH = 3.0
"""Powers of ten below the lowest point of the curve down to which lines are drawn."""

_Corners = Sequence[tuple[float, float]]


def fn_curve(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """data: curve, low, high (corners of the steps; the last two None where nothing is uncertain), lines
    (name, at, frequency, slope, least, most), affected: who is counted."""
    words, palette = Words(language), Palette(theme)
    curve = [(n, f) for n, f in data["curve"] if f > 0]
    title, said = words("method_charts.fn_curve.title"), _sentence(data, curve, words)
    if not curve:
        drawn = label(fitted(said, WIDTH - 10), x=4, y=30, fill=palette["ink3"])
        return frame(WIDTH, 60, drawn, title=title, text=said, theme=theme)
    shown = {name: _positive(data[name]) for name in ("low", "high")}
    lines = [(each, _ends(each, curve)) for each in data["lines"]]
    points = [*curve, *shown["low"], *shown["high"], *(point for _, ends in lines for point in ends)]
    highest = max(f for _, f in points) * _HEADROOM
    area = plot_area([n for n, _ in points], [*(f for _, f in points), highest], log_x=True, log_y=True)
    across = data["affected"] or words("method_charts.fn_curve.across")
    return frame(
        WIDTH,
        HEIGHT,
        area.ground(words, palette, across=across, up=words("method_charts.fn_curve.up")),
        area.band(shown["low"], shown["high"], fill=palette["teal"])
        if shown["low"] and shown["high"]
        else None,
        [_line(each, ends, place, area, words, palette) for place, (each, ends) in enumerate(lines) if ends],
        polyline([area.at(point) for point in curve], stroke=palette["teal"], stroke_width=2.2),
        title=title,
        text=said,
        theme=theme,
    )


def _positive(corners: _Corners | None) -> list[tuple[float, float]]:
    return [(n, f) for n, f in corners or () if f > 0]


def _ends(line: Mapping[str, Any], curve: _Corners) -> list[tuple[float, float]]:
    """The two ends of a line as far as it is of use beside the curve."""
    floor = min(f for _, f in curve) / 10**_REACH
    first = max(line["least"], min(curve[0][0], 1.0))
    last = min(line["most"], max(curve[-1][0], first) * 10)
    if last <= first:
        return []

    def at(n: float) -> tuple[float, float]:
        return n, float(line["frequency"] * (n / line["at"]) ** -line["slope"])

    ends = [at(first), at(last)]
    if ends[1][1] < floor < ends[0][1] and line["slope"] > 0:
        n = line["at"] * (floor / line["frequency"]) ** (-1.0 / line["slope"])
        ends[1] = (float(n), floor)
    return ends


def _line(
    line: Mapping[str, Any],
    ends: _Corners,
    place: int,
    area: PlotArea,
    words: Words,
    palette: Palette,
) -> list[Markup]:
    """Dashed, its name above its left end."""
    dash, stroke = _DASHES[place % len(_DASHES)], palette["red" if place == 0 else "ink2"]
    x, y = area.at(ends[0])
    name = fitted(name_of(line["name"], words), 150, size=SMALL)
    return [
        polyline([area.at(end) for end in ends], stroke=stroke, stroke_width=1.6, stroke_dasharray=dash),
        label(name, x=x + 6, y=y - 7, fill=palette["ink2"], font_size=SMALL, paint_order="stroke",
              stroke=palette["surface"], stroke_width=4),
    ]  # fmt: skip


def _sentence(data: Mapping[str, Any], curve: _Corners, words: Words) -> str:
    if not curve:
        return words("method_charts.fn_curve.none")
    told = [
        words(
            "method_charts.fn_curve.text",
            often=words.number(curve[0][1]),
            least=words.number(curve[0][0]),
            rarely=words.number(curve[-1][1]),
            most=words.number(curve[-1][0]),
        )
    ]
    for each in data["lines"]:
        above = any(
            each["least"] <= n
            and f > each["frequency"] * (min(n, each["most"]) / each["at"]) ** -each["slope"] * (1 + 1e-12)
            for n, f in curve
        )
        kind = "above" if above else "below"
        told.append(words(f"method_charts.fn_curve.{kind}", name=name_of(each["name"], words)))
    return words.sentences(told)
