"""Exceedance curve: how likely a year's loss is to be higher than each amount."""

import itertools
import math
from collections.abc import Mapping, Sequence
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
)
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, LossUnit, Words, loss_unit

_WIDTH, _HEIGHT = 400.0, 286.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 48.0, 386.0, 10.0, 232.0
_LEAST = 0.001
_FARTHEST = 20.0
"""A tolerated loss is drawn up to this many times below or above the ends of the curve."""


def exceedance_curve(
    data: Mapping[str, Any],
    *,
    language: Language,
    theme: Theme = "light",
    tolerated: tuple[float, float] | None = None,
) -> str:
    """Both axes logarithmic, down to 0.1 %; the mean, the 95 % quantile and the CVaR are marked.

    The band is the curve moved to either limit of the expected loss: what the log leaves open.

    data: `portfolio` of the result. Without a curve of at least two positive losses the drawing says so.
    tolerated: (loss in the portfolio's unit, highest chance of a year above it), marked where it stands.
    """
    words, palette = Words.of_result(data, language), Palette(theme)
    portfolio = data["portfolio"]
    unit = loss_unit(portfolio["unit"], largest=portfolio["mean"] or 0.0, words=words)
    points = visible_curve(portfolio["curve"], unit.divisor)
    if len(points) < 2:
        return _empty(words, palette, theme)
    low, high = _limits(portfolio)
    limit = _tolerated(tolerated, points, unit.divisor)
    found = probability_of_more(limit[0] * unit.divisor, portfolio["curve"]) if limit else None
    ends = (points[0][0] * low, points[-1][0] * high, *([limit[0]] if limit else []))
    x = Axis(min(ends), max(ends), _LEFT, _RIGHT, logarithmic=True)
    y = Axis(_LEAST, 1.0, _BOTTOM, _TOP, logarithmic=True)
    return frame(
        _WIDTH,
        _HEIGHT,
        _grid(x, y, unit, words, palette),
        _band(points, (low, high), x, y, palette),
        polyline([(x(loss), y(p)) for loss, p in points], stroke=palette["teal"], stroke_width=2.2),
        _marks(portfolio, points, x, y, unit, words, palette),
        _limit(limit, found, x, y, unit, words, palette) if limit else Markup(),
        label(
            words("curve.axis", unit=unit.label),
            x=(_LEFT + _RIGHT) / 2,
            y=_BOTTOM + 38,
            fill=palette["ink2"],
            text_anchor="middle",
        ),
        title=words("curve.title"),
        text=_sentence(portfolio, unit, words, limit, found),
        theme=theme,
    )


def visible_curve(
    curve: Sequence[Sequence[float]], divisor: float, *, most: int = 240
) -> list[tuple[float, float]]:
    """Points with a positive loss and a probability the axis can show, thinned evenly in probability."""
    points = [(loss / divisor, p) for loss, p in curve if loss > 0 and p >= _LEAST]
    if len({loss for loss, _ in points}) < 2:
        return []
    kept, last = [points[0]], math.log(points[0][1])
    for loss, p in points[1:-1]:
        far = (math.log(loss / kept[-1][0])) > math.log(points[-1][0] / points[0][0]) / most
        if far or last - math.log(p) >= math.log(1 / _LEAST) / most:
            kept.append((loss, p))
            last = math.log(p)
    return [*kept, points[-1]]


def _limits(portfolio: Mapping[str, Any]) -> tuple[float, float]:
    """Limits of the expected loss as multiples of it; (1, 1) where there are none."""
    expected = portfolio["expectation"]
    if expected is None or expected["low"] <= 0:
        return 1.0, 1.0
    return expected["low"] / expected["estimate"], expected["high"] / expected["estimate"]


def _tolerated(
    tolerated: tuple[float, float] | None, points: Sequence[tuple[float, float]], divisor: float
) -> tuple[float, float] | None:
    """The limit in the drawing's unit; None where it is too far away from the curve to be drawn with it."""
    if tolerated is None or tolerated[0] <= 0:
        return None
    loss = tolerated[0] / divisor
    return (loss, tolerated[1]) if points[0][0] / _FARTHEST <= loss <= points[-1][0] * _FARTHEST else None


def _limit(
    limit: tuple[float, float],
    found: float | None,
    x: Axis,
    y: Axis,
    unit: LossUnit,
    words: Words,
    palette: Palette,
) -> Markup:
    """A dashed line at the tolerated loss, a diamond at the chance that is tolerated, and both in words."""
    loss, chance = limit
    at, place = x(loss), y(min(max(chance, _LEAST), 1.0))
    colour = palette["red"] if found is not None and found > chance else palette["teal"]
    size = 5.0
    corners = ((at, place - size), (at + size, place), (at, place + size), (at - size, place))
    left = at > (_LEFT + _RIGHT) / 2
    text = words("curve.tolerated", value=unit.figure(loss * unit.divisor, words), chance=chance)
    return el(
        "g",
        line(at, _TOP, at, _BOTTOM, stroke=colour, stroke_width=1.4, stroke_dasharray="4 3"),
        el("path", d="M" + "L".join(f"{a:.2f} {b:.2f}" for a, b in corners) + "Z", fill=colour),
        label(
            fitted(text, _RIGHT - _LEFT, size=SMALL), x=at - 6 if left else at + 6, y=_BOTTOM - 9,
            fill=colour, font_size=SMALL, text_anchor="end" if left else "start",
        ),
    )  # fmt: skip


def probability_of_more(loss: float, curve: Sequence[Sequence[float]]) -> float | None:
    """Share of years that lose more than `loss`, read off the whole curve, its years without a loss and
    its rare years among them; None beyond its last point, where it says only that it is rarer.

    curve: (loss, share of years that lose more), losses rising; straight between points.
    """
    if loss < curve[0][0]:
        return 1.0
    if loss > curve[-1][0]:
        return None
    below = max(i for i, (at, _) in enumerate(curve) if at <= loss)
    l0, p0 = curve[below]
    if below + 1 == len(curve) or l0 == loss:
        return float(p0)
    l1, p1 = curve[below + 1]
    return float(p0 + (loss - l0) / (l1 - l0) * (p1 - p0))


def _band(
    points: Sequence[tuple[float, float]], limits: tuple[float, float], x: Axis, y: Axis, palette: Palette
) -> Markup:
    low, high = ([(x(loss * limit), y(p)) for loss, p in points] for limit in limits)
    path = "M" + "L".join(f"{a:.2f} {b:.2f}" for a, b in [*low, *high[::-1]]) + "Z"
    return el("path", d=path, fill=palette["teal"], fill_opacity="0.16", stroke="none")


def _grid(x: Axis, y: Axis, unit: LossUnit, words: Words, palette: Palette) -> list[Markup]:
    drawn = []
    for p in (1.0, 0.1, 0.01, 0.001):
        drawn.append(line(_LEFT, y(p), _RIGHT, y(p), stroke=palette["line"], stroke_width=1))
        drawn.append(
            label(words.axis_percent(p), x=_LEFT - 8, y=y(p), fill=palette["ink3"], text_anchor="end")
        )
    for value in log_ticks(x.low, x.high, most=5):
        drawn.append(line(x(value), _BOTTOM, x(value), _BOTTOM + 4, stroke=palette["field"], stroke_width=1))
        drawn.append(
            label(words.number(value), x=x(value), y=_BOTTOM + 16, fill=palette["ink3"], text_anchor="middle")
        )
    drawn.append(line(_LEFT, _TOP, _LEFT, _BOTTOM, stroke=palette["field"], stroke_width=1))
    drawn.append(line(_LEFT, _BOTTOM, _RIGHT, _BOTTOM, stroke=palette["field"], stroke_width=1))
    return drawn


def _marks(
    portfolio: Mapping[str, Any],
    points: Sequence[tuple[float, float]],
    x: Axis,
    y: Axis,
    unit: LossUnit,
    words: Words,
    palette: Palette,
) -> list[Markup]:
    """A ring and a label for the mean, the 95 % quantile and the CVaR, each on the curve."""
    drawn = []
    for row, key in enumerate(("mean", "p95", "cvar95")):
        value = portfolio[key]
        if value is None or value <= 0:
            continue
        loss = value / unit.divisor
        place = (x(loss), y(probability_at(loss, points)))
        text = words(f"curve.{key}", value=unit.figure(value, words))
        drawn.append(_callout(place, text, row, palette))
    return drawn


def _callout(place: tuple[float, float], text: str, row: int, palette: Palette) -> Markup:
    """The ring on the curve and its label to the left under the curve, where it never covers it."""
    x, y = place
    text = fitted(text, x - _LEFT - 14, size=SMALL) if x - _LEFT > 150 else fitted(text, 210, size=SMALL)
    to_left = x - _LEFT > 150
    anchor = x - 10 if to_left else x + 10
    at = y + 12 if to_left else y - 4 - 4 * row
    return el(
        "g",
        el("circle", cx=x, cy=y, r=4.2, fill=palette["surface"], stroke=palette["ink"], stroke_width=1.8),
        el(
            "rect",
            x=anchor - text_width(text, SMALL) - 2 if to_left else anchor - 2,
            y=at - 8,
            height=16,
            width=text_width(text, SMALL) + 4,
            fill=palette["surface"],
            opacity="0.85",
        ),
        label(
            text,
            x=anchor,
            y=at,
            fill=palette["ink"],
            font_size=SMALL,
            text_anchor="end" if to_left else "start",
        ),
    )


def probability_at(loss: float, points: Sequence[tuple[float, float]]) -> float:
    """Probability of a loss higher than `loss`, read off the curve (straight between points in logs)."""
    for (l0, p0), (l1, p1) in itertools.pairwise(points):
        if l0 <= loss <= l1:
            share = 0.0 if l1 == l0 else math.log(loss / l0) / math.log(l1 / l0)
            return math.exp(math.log(p0) + share * (math.log(p1) - math.log(p0)))
    return points[0][1] if loss < points[0][0] else points[-1][1]


def _sentence(
    portfolio: Mapping[str, Any],
    unit: LossUnit,
    words: Words,
    limit: tuple[float, float] | None,
    found: float | None,
) -> str:
    told = words(
        "curve.text",
        mean=unit.with_unit(portfolio["mean"], words),
        p95=unit.with_unit(portfolio["p95"], words),
        cvar=unit.with_unit(portfolio["cvar95"], words),
        years=portfolio["years"],
    )
    if limit is None:
        return told
    loss, chance = limit
    held = words(
        "curve.against" if found is not None else "curve.against_rarer",
        loss=unit.with_unit(loss * unit.divisor, words),
        chance=chance,
        found=portfolio["curve"][-1][1] if found is None else found,
    )
    return words.sentences([told, held])


def _empty(words: Words, palette: Palette, theme: Theme) -> str:
    text = words("curve.none")
    return frame(
        _WIDTH,
        60,
        label(fitted(text, _WIDTH - 10), x=4, y=30, fill=palette["ink3"]),
        title=words("curve.title"),
        text=text,
        theme=theme,
    )
