"""The loss of a year at several stages against what is tolerated: from 0.1 %, both axes in logarithms."""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from anlan.formats.report.drawing import (
    SMALL,
    Axis,
    fitted,
    frame,
    label,
    line,
    log_ticks,
    polyline,
    text_width,
    ticks,
)
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words, loss_unit

_WIDTH, _HEIGHT = 780.0, 372.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 56.0, 748.0, 26.0, 316.0
_LEAST = 0.001
_LOWEST = 0.9
"""The axis of losses begins where this share of the current years loses more."""

STAGES = ("inherent", "residual_expected", "current")
_LOOK: Mapping[str, Mapping[str, Any]] = {
    "inherent": {"stroke_width": 1.4},
    "residual_expected": {"stroke_width": 2, "stroke_dasharray": "7 4"},
    "current": {"stroke_width": 2.4},
}
_COLOUR = {"inherent": "slate", "residual_expected": "teal", "current": "teal"}
Point = tuple[float, float]
Place = Callable[[Point], Point]


def loss_stages(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """Curves of the stages; the current one with the 95 % band of the simulation and marks at 90, 95 and
    99 %; tolerance dotted in red, and shaded where the current curve lies above it.

    data: stages (stage -> points of loss, probability, low, high); tolerance (loss, probability); marks
    (chance, value) of the current stage; perhaps open (loss, low, high: the band that open parameters
    leave the current curve); unit (`customer_min` or a currency); sentence: what it says.
    """
    words, palette = Words(language), Palette(theme)
    curves = {stage: _visible(points) for stage, points in data["stages"].items()}
    curves = {stage: points for stage, points in curves.items() if len(points) > 1}
    if "current" not in curves:
        return _empty(words, palette, theme)
    tolerance = [(p["loss"], p["probability"]) for p in data["tolerance"] if p["loss"] > 0]
    x, y = _axes(curves, tolerance)

    def at(point: Point) -> Point:
        return x(min(max(point[0], x.low), x.high)), y(min(max(point[1], _LEAST), 1.0))

    unit = loss_unit(data["unit"], largest=math.sqrt(x.low * x.high), words=words)
    return frame(
        _WIDTH,
        _HEIGHT,
        _ground(x, y, unit.divisor, words, palette),
        label(words("loss_stages.axis", unit=unit.label), x=(_LEFT + _RIGHT) / 2, y=_BOTTOM + 40,
              fill=palette["ink2"], text_anchor="middle"),
        _open_band(data.get("open", ()), at, palette),
        _band(curves["current"], at, palette),
        _excess(curves["current"], tolerance, at, palette),
        [
            polyline([at((p[0], p[1])) for p in _inside(curves[stage], x)], stroke=palette[_COLOUR[stage]],
                     **_LOOK[stage])
            for stage in STAGES if stage in curves
        ],
        _tolerated(tolerance, at, palette),
        [_mark(mark, at, unit.figure(mark["value"], words), words, palette) for mark in data["marks"]],
        title=words("loss_stages.title"),
        text=data["sentence"],
        theme=theme,
    )  # fmt: skip


def _visible(points: Sequence[Mapping[str, float]]) -> list[tuple[float, ...]]:
    """Points with a loss, the last of them where the curve reaches the end of the axis."""
    found: list[tuple[float, ...]] = [
        (p["loss"], p["probability"], p["low"], p["high"]) for p in points if p["loss"] > 0
    ]
    seen = [p for p in found if p[1] >= _LEAST]
    below = next((p for p in found if p[1] < _LEAST), None)
    if not seen or below is None or seen[-1][1] == _LEAST or below[1] <= 0:
        return seen
    last = seen[-1]
    share = math.log(last[1] / _LEAST) / math.log(last[1] / below[1])
    return [
        *seen,
        tuple(a * (b / a) ** share if min(a, b) > 0 else b for a, b in zip(last, below, strict=True)),
    ]


def _inside(points: Sequence[tuple[float, ...]], x: Axis) -> list[tuple[float, ...]]:
    """The points of the axis with the last before it, so that a line begins at the edge."""
    first = next((i for i, p in enumerate(points) if p[0] >= x.low), len(points) - 1)
    return [p for p in points[max(first - 1, 0) :] if p[0] <= x.high]


def _axes(curves: Mapping[str, Sequence[tuple[float, ...]]], tolerance: Sequence[Point]) -> tuple[Axis, Axis]:
    """From where nearly all years of the lowest stage lose more to the last loss of the others at 0.1 %."""
    starts = [
        next((p[0] for p in points if p[1] <= _LOWEST), points[0][0])
        for stage, points in curves.items()
        if stage != "inherent"
    ]
    ends = [next((p[0] for p in points if p[1] <= _LEAST), points[-1][0]) for points in curves.values()]
    low, high = min(starts), max(ends)
    losses = [loss for loss, _ in tolerance if low / 20 <= loss <= high * 20]
    low, high = min([low, *losses]), max([high, *losses])
    high = high if high > low * 1.01 else low * 1.5
    return (
        Axis(low, high, _LEFT, _RIGHT, logarithmic=True),
        Axis(_LEAST, 1.0, _BOTTOM, _TOP, logarithmic=True),
    )


def _ground(x: Axis, y: Axis, divisor: float, words: Words, palette: Palette) -> list[Markup]:
    drawn = [label(words("loss_stages.chance"), x=_LEFT, y=9, fill=palette["ink2"])]
    for p in (1.0, 0.1, 0.01, 0.001):
        drawn += [
            line(_LEFT, y(p), _RIGHT, y(p), stroke=palette["line"], stroke_width=1),
            label(words.axis_percent(p), x=_LEFT - 8, y=y(p), fill=palette["ink3"], text_anchor="end"),
        ]
    for value in _steps(x.low / divisor, x.high / divisor):
        place = x(value * divisor)
        drawn += [
            line(place, _BOTTOM, place, _BOTTOM + 4, stroke=palette["field"], stroke_width=1),
            label(words.number(value), x=place, y=_BOTTOM + 17, fill=palette["ink3"], text_anchor="middle"),
        ]
    drawn.append(line(_LEFT, _BOTTOM, _RIGHT, _BOTTOM, stroke=palette["field"], stroke_width=1))
    return drawn


def _steps(low: float, high: float) -> list[float]:
    """Round values; even ones where the axis is too short for those of a logarithmic one."""
    found = log_ticks(low, high, most=8)
    if len(found) > 2:
        return found
    return [value for value in ticks(low, high, about=6) if low <= value <= high]


def _band(points: Sequence[tuple[float, ...]], at: Place, palette: Palette) -> Markup:
    low = [at((p[0], p[2])) for p in points]
    high = [at((p[0], p[3])) for p in points]
    return _area([*low, *reversed(high)], palette["teal"], "0.16")


def _open_band(points: Sequence[Mapping[str, float]], at: Place, palette: Palette) -> Markup:
    """What frequencies and sizes that are not known leave the current curve."""
    shown = [p for p in points if p["loss"] > 0 and p["high"] >= _LEAST]
    if len(shown) < 2:
        return Markup()
    high = [at((p["loss"], p["high"])) for p in shown]
    return _area([*(at((p["loss"], p["low"])) for p in shown), *reversed(high)], palette["slate"], "0.14")


def _area(corners: Sequence[Point], fill: str, opacity: str) -> Markup:
    path = "M" + "L".join(f"{a:.2f} {b:.2f}" for a, b in corners) + "Z"
    return el("path", d=path, fill=fill, fill_opacity=opacity, stroke="none")


def _excess(
    curve: Sequence[tuple[float, ...]], tolerance: Sequence[Point], at: Place, palette: Palette
) -> list[Markup]:
    """Between the curve and the tolerance, where the curve is the higher one."""
    if len(tolerance) < 2:
        return []
    losses = sorted({p[0] for p in curve} | {p[0] for p in tolerance})
    inside = [x for x in losses if tolerance[0][0] <= x <= min(tolerance[-1][0], curve[-1][0])]
    found, run = [], []
    for loss in inside:
        over, under = _on(curve, loss), _on(tolerance, loss)
        if over > under:
            run.append((loss, over, under))
        if run and (over <= under or loss == inside[-1]):
            if len(run) > 1:
                edge = [at((x, a)) for x, a, _ in run] + [at((x, b)) for x, _, b in reversed(run)]
                found.append(_area(edge, palette["red"], "0.14"))
            run = []
    return found


def _on(points: Sequence[tuple[float, ...]], loss: float) -> float:
    """Read off, straight in both logarithms."""
    for first, second in pairwise(points):
        if first[0] <= loss <= second[0]:
            if second[0] == first[0] or min(first[1], second[1]) <= 0:
                return second[1]
            share = math.log(loss / first[0]) / math.log(second[0] / first[0])
            return float(first[1] * (second[1] / first[1]) ** share)
    return points[0][1] if loss < points[0][0] else points[-1][1]


def _tolerated(tolerance: Sequence[Point], at: Place, palette: Palette) -> list[Markup]:
    """Dotted through the points; a point alone is a diamond."""
    if len(tolerance) > 1:
        return [
            polyline([at(p) for p in tolerance], stroke=palette["red"], stroke_width=2.2,
                     stroke_dasharray="1.5 4", stroke_linecap="round")
        ]  # fmt: skip
    drawn = []
    for point in tolerance:
        x, y = at(point)
        path = f"M{x:.2f} {y - 6:.2f}L{x + 6:.2f} {y:.2f}L{x:.2f} {y + 6:.2f}L{x - 6:.2f} {y:.2f}Z"
        drawn.append(el("path", d=path, fill=palette["surface"], stroke=palette["red"], stroke_width=2))
    return drawn


def _mark(mark: Mapping[str, Any], at: Place, value: str, words: Words, palette: Palette) -> Markup:
    """A ring on the curve, its words to the right where there is room for them."""
    x, y = at((mark["value"], mark["chance"]))
    text = words(f"loss_stages.{mark['name']}", value=value)
    left = x + 14 + text_width(text, SMALL) > _RIGHT
    place = x - 12 if left else x + 14
    width = text_width(text, SMALL) + 6
    return el(
        "g",
        el("rect", x=place - width + 3 if left else place - 3, y=y - 18 if left else y - 9, width=width,
           height=17, fill=palette["surface"], opacity="0.86"),
        el("circle", cx=x, cy=y, r=4.6, fill=palette["surface"], stroke=palette["ink"], stroke_width=1.8),
        label(fitted(text, 240, size=SMALL), x=place, y=y - 9 if left else y, fill=palette["ink"],
              font_size=SMALL, text_anchor="end" if left else "start"),
    )  # fmt: skip


def _empty(words: Words, palette: Palette, theme: Theme) -> str:
    text = words("method_charts.loss_exceedance.none")
    return frame(
        _WIDTH, 60, label(fitted(text, _WIDTH - 10), x=4, y=30, fill=palette["ink3"]),
        title=words("loss_stages.title"), text=text, theme=theme,
    )  # fmt: skip
