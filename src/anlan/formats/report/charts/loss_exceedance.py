"""The exceedance curve of a simulated year with its limits, held against the tolerated points."""

from collections.abc import Mapping
from typing import Any

from anlan.formats.report.charts.plot_area import HEIGHT, WIDTH, PlotArea, plot_area
from anlan.formats.report.drawing import SMALL, fitted, frame, label, line, polyline
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_LEAST = 5e-4


def loss_exceedance(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """Probability, logarithmic, over loss; the band holds 95 % of the simulation, the wide grey one 90 % of
    what open parameters leave. Diamonds: tolerated points, red where broken.

    data: points (loss, probability, low, high), tolerance (loss, probability), exact (loss, probability),
    marks (mean, value_at_risk, cvar), level, unit; perhaps open (loss, low, high).
    """
    words, palette = Words(language), Palette(theme)
    points = [p for p in data["points"] if p["probability"] >= _LEAST]
    if len(points) < 2:
        return _empty(words, palette, theme)
    marks, tolerance = data["marks"], data["tolerance"]
    xs = [0.0, points[-1]["loss"], *marks.values(), *(t["loss"] for t in tolerance)]
    area = plot_area(xs, [_LEAST, 1.0], log_y=True)
    curve = [(p["loss"], p["probability"]) for p in points]
    return frame(
        WIDTH,
        HEIGHT,
        area.ground(
            words,
            palette,
            across=words(f"method_charts.loss_axis.{data['unit']}"),
            up=words(f"method_charts.loss_exceedance.{'axis_exact' if data['exact'] else 'axis'}"),
            write_y=words.axis_percent,
        ),
        _open(data.get("open", ()), area, palette),
        area.band(
            [(p["loss"], max(p["low"], _LEAST)) for p in points],
            [(p["loss"], p["high"]) for p in points],
            fill=palette["teal"],
        ),
        polyline([area.at(point) for point in curve], stroke=palette["teal"], stroke_width=2.2),
        _exact(data["exact"], area, palette),
        _marks(data, area, words, palette),
        [_tolerated(point, curve, area, palette) for point in tolerance],
        title=words("method_charts.loss_exceedance.title"),
        text=_sentence(data, curve, words),
        theme=theme,
    )


def _open(points: Any, area: PlotArea, palette: Palette) -> Markup:
    """The band of open parameters, as far down as the axis goes."""
    shown = [p for p in points if p["high"] >= _LEAST]
    if len(shown) < 2:
        return Markup()
    low = [(p["loss"], max(p["low"], _LEAST)) for p in shown]
    return area.band(low, [(p["loss"], p["high"]) for p in shown], fill=palette["slate"])


def _exact(points: Any, area: PlotArea, palette: Palette) -> Markup:
    """Dashed: the curve without simulation."""
    shown = [area.at((p["loss"], p["probability"])) for p in points if p["probability"] >= _LEAST]
    if len(shown) < 2:
        return Markup()
    return polyline(shown, stroke=palette["ink"], stroke_width=1.2, stroke_dasharray="5 3")


def _marks(data: Mapping[str, Any], area: PlotArea, words: Words, palette: Palette) -> list[Markup]:
    """Lines at the mean, VaR and CVaR, named below the curve, each at another height."""
    drawn = []
    top = area.y.end
    for row, (name, value) in enumerate(data["marks"].items()):
        x = area.x(value)
        left = x > (area.x.start + area.x.end) / 2
        text = words(f"method_charts.loss_exceedance.{name}", value=words.number(value), level=data["level"])
        drawn.append(line(x, top, x, area.y.start, stroke=palette["field"], stroke_width=1))
        drawn.append(
            label(fitted(text, 190, size=SMALL), x=x - 4 if left else x + 4, y=area.y.start - 10 - 14 * row,
                  fill=palette["ink2"], font_size=SMALL, text_anchor="end" if left else "start",
                  paint_order="stroke", stroke=palette["surface"], stroke_width=4)
        )  # fmt: skip
    return drawn


def probability_above(loss: float, curve: list[tuple[float, float]]) -> float:
    """Share of years above a loss, read off the curve."""
    below = [p for at, p in curve if at <= loss]
    return below[-1] if below else 1.0


def _tolerated(
    point: Mapping[str, float], curve: list[tuple[float, float]], area: PlotArea, palette: Palette
) -> Markup:
    broken = probability_above(point["loss"], curve) > point["probability"]
    colour = palette["red"] if broken else palette["ink"]
    x, y = area.at((point["loss"], max(point["probability"], _LEAST)))
    path = f"M{x:.2f} {y - 5.5:.2f}L{x + 5.5:.2f} {y:.2f}L{x:.2f} {y + 5.5:.2f}L{x - 5.5:.2f} {y:.2f}Z"
    fill = colour if broken else palette["surface"]
    return el("path", d=path, fill=fill, stroke=colour, stroke_width=1.6)


def _sentence(data: Mapping[str, Any], curve: list[tuple[float, float]], words: Words) -> str:
    marks = data["marks"]
    told = [
        words(
            "method_charts.loss_exceedance.text",
            mean=words.number(marks["mean"]),
            at_risk=words.number(marks["value_at_risk"]),
            cvar=words.number(marks["cvar"]),
            level=data["level"],
        )
    ]
    if data.get("open"):
        told.append(words("method_charts.loss_exceedance.open"))
    if data["tolerance"]:
        broken = sum(probability_above(t["loss"], curve) > t["probability"] for t in data["tolerance"])
        told.append(words("method_charts.loss_exceedance.tolerance", n=len(data["tolerance"]), broken=broken))
    return words.sentences(told)


def _empty(words: Words, palette: Palette, theme: Theme) -> str:
    text = words("method_charts.loss_exceedance.none")
    return frame(
        WIDTH, 60, label(fitted(text, WIDTH - 10), x=4, y=30, fill=palette["ink3"]),
        title=words("method_charts.loss_exceedance.title"), text=text, theme=theme,
    )  # fmt: skip
