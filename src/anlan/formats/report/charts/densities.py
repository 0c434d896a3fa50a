"""Uncertain quantities as curves: experts and their pool; prior, likelihood, posterior."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.formats.report.drawing import SMALL, Axis, fitted, frame, label, line, polyline, text_width, ticks
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_WIDTH, _HEIGHT = 560.0, 262.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 16.0, 544.0, 34.0, 218.0
_COLOURS = ("plum", "ochre", "slate", "blue", "orange", "rework")
_TALLEST = 3.0
"""A prior or likelihood is drawn up to this many times the height of the posterior; sharper peaks are cut."""
Curve = tuple[str, Sequence[float], str, bool]
"""name, density at each x, colour, whether dashed"""


def density(data: Mapping[str, Any], *, language: Language, theme: Theme = "light", most: int = 6) -> str:
    """Each expert's density thin, the pool thick with its middle 90 % filled, the target as a line.

    data: x (values), curves of {name, density}, pool (density), low, middle, high, target or None.
    """
    words, palette = Words(language), Palette(theme)
    x, pool = data["x"], data["pool"]
    shown = [
        (str(each["name"]), each["density"], _COLOURS[place % len(_COLOURS)], True)
        for place, each in enumerate(data["curves"][:most])
    ]
    whole: Curve = (words("method_charts.density.pool"), pool, "teal", False)
    across = Axis(min(x), max(x), _LEFT, _RIGHT)
    up = Axis(0.0, _top([whole, *shown], pool), _BOTTOM, _TOP)
    return frame(
        _WIDTH,
        _HEIGHT,
        _filled(x, pool, data["low"], data["high"], across, up, palette),
        _axis(across, words, palette),
        [_drawn(x, curve, across, up, palette) for curve in (*shown, whole)],
        _upright(data["middle"], across, palette, colour="teal"),
        _upright(data["target"], across, palette, colour="red") if data["target"] is not None else None,
        _legend([whole, *shown], palette),
        title=words("method_charts.density.title"),
        text=words("method_charts.density.text", low=data["low"], middle=data["middle"], high=data["high"]),
        theme=theme,
    )


def prior_posterior(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """What was thought, what was counted, what is thought now, and what outside factors make of it.

    data: x; prior, likelihood, posterior, result: densities, None where there is no such part; unit.
    """
    words, palette = Words(language), Palette(theme)
    colours = {"prior": "ochre", "likelihood": "slate", "posterior": "teal", "result": "plum"}
    curves: list[Curve] = [
        (
            words(f"method_charts.prior_posterior.{name}"),
            data[name],
            colours[name],
            name in ("prior", "likelihood"),
        )
        for name in colours
        if data[name] is not None
    ]
    x = data["x"]
    across = Axis(min(x), max(x), _LEFT, _RIGHT)
    up = Axis(0.0, _top(curves, data["posterior"]), _BOTTOM, _TOP)
    peak = max(zip(data["posterior"], x, strict=True))[1]
    return frame(
        _WIDTH,
        _HEIGHT,
        _axis(across, words, palette, unit=words.plain(f"method_units.{data['unit']}")),
        [_drawn(x, curve, across, up, palette) for curve in curves],
        _legend(curves, palette),
        title=words("method_charts.prior_posterior.title"),
        text=words(
            "method_charts.prior_posterior.text", parts=words.listed([name for name, *_ in curves]), peak=peak
        ),
        theme=theme,
    )


def _top(curves: Sequence[Curve], main: Sequence[float]) -> float:
    """Height of the drawing: the tallest curve, but not so tall that the main one is flat."""
    tallest = max(max(heights) for _, heights, *_ in curves)
    return max(min(tallest, _TALLEST * max(main)), 1e-300)


def _drawn(x: Sequence[float], curve: Curve, across: Axis, up: Axis, palette: Palette) -> Markup:
    name, heights, colour, dashed = curve
    points = [(across(at), up(height)) for at, height in zip(x, heights, strict=True)]
    dash = {"stroke_dasharray": "5 3", "stroke_width": 1.4} if dashed else {"stroke_width": 2.2}
    return el("g", el("title", name), polyline(points, stroke=palette[colour], **dash))


def _filled(
    x: Sequence[float], heights: Sequence[float], low: float, high: float, across: Axis, up: Axis,
    palette: Palette,
) -> Markup:  # fmt: skip
    inside = [(across(at), up(height)) for at, height in zip(x, heights, strict=True) if low <= at <= high]
    if len(inside) < 2:
        return Markup()
    path = "".join(f"L{a:.2f} {b:.2f}" for a, b in inside)
    closed = f"M{inside[0][0]:.2f} {_BOTTOM:.2f}{path}L{inside[-1][0]:.2f} {_BOTTOM:.2f}Z"
    return el("path", d=closed, fill=palette["teal"], fill_opacity="0.16", stroke="none")


def _upright(value: float, across: Axis, palette: Palette, *, colour: str) -> Markup:
    at = across(value)
    return line(at, _TOP, at, _BOTTOM, stroke=palette[colour], stroke_width=1.3, stroke_dasharray="2 3")


def _axis(across: Axis, words: Words, palette: Palette, *, unit: str = "") -> list[Markup]:
    drawn = [line(_LEFT, _BOTTOM, _RIGHT, _BOTTOM, stroke=palette["field"], stroke_width=1)]
    for value in ticks(across.low, across.high, about=6):
        if across.low <= value <= across.high:
            x, said = across(value), words.number(value)
            drawn.append(line(x, _BOTTOM, x, _BOTTOM + 4, stroke=palette["field"], stroke_width=1))
            drawn.append(label(said, x=x, y=_BOTTOM + 15, fill=palette["ink3"], text_anchor="middle"))
    if unit:
        middle = (_LEFT + _RIGHT) / 2
        drawn.append(label(unit, x=middle, y=_BOTTOM + 34, fill=palette["ink2"], text_anchor="middle"))
    return drawn


def _legend(curves: Sequence[Curve], palette: Palette) -> list[Markup]:
    """A short stroke and the name of each curve in one line, each cut to an even share of it."""
    room, x, drawn = (_RIGHT - _LEFT) / len(curves), _LEFT, []
    for name, _, colour, dashed in curves:
        shown = fitted(name, room - 34, size=SMALL)
        dash = {"stroke_dasharray": "5 3"} if dashed else {}
        drawn.append(line(x, 12, x + 18, 12, stroke=palette[colour], stroke_width=2, **dash))
        drawn.append(label(shown, x=x + 23, y=12, fill=palette["ink2"], font_size=SMALL))
        x += min(room, 40 + text_width(shown, SMALL))
    return drawn
