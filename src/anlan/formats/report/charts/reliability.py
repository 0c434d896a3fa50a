"""Reliability diagram: what was forecast against how often it happened."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.formats.report.drawing import SMALL, Axis, frame, label, line, polyline
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_WIDTH, _HEIGHT = 380.0, 380.0
_LEFT, _RIGHT, _TOP, _BOTTOM, _BARS = 52.0, 366.0, 12.0, 286.0, 330.0


def reliability(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """A dot for each bin with its 95 % limits; on the diagonal what is said happens as often as said.
    Below, how many forecasts each bin holds.

    data: bins of {n, forecast, happened, low, high}, by rising forecast.
    """
    words, palette = Words(language), Palette(theme)
    x, y = Axis(0.0, 1.0, _LEFT, _RIGHT), Axis(0.0, 1.0, _BOTTOM, _TOP)
    bins = data["bins"]
    through = [(x(b["forecast"]), y(b["happened"])) for b in bins]
    return frame(
        _WIDTH,
        _HEIGHT,
        _grid(x, y, words, palette),
        line(x(0), y(0), x(1), y(1), stroke=palette["ink3"], stroke_width=1.2, stroke_dasharray="4 3"),
        polyline(through, stroke=palette["teal"], stroke_width=1.2) if len(through) > 1 else None,
        [_dot(b, x, y, words, palette) for b in bins],
        _bars(bins, x, palette),
        label(words("method_charts.reliability.forecast"), x=(_LEFT + _RIGHT) / 2, y=_HEIGHT - 10,
              fill=palette["ink2"], text_anchor="middle"),
        label(words("method_charts.reliability.happened"), x=10, y=(_TOP + _BOTTOM) / 2, fill=palette["ink2"],
              text_anchor="middle", transform=f"rotate(-90 10 {(_TOP + _BOTTOM) / 2:.0f})"),
        title=words("method_charts.reliability.title"),
        text=_sentence(bins, words),
        theme=theme,
    )  # fmt: skip


def _grid(x: Axis, y: Axis, words: Words, palette: Palette) -> list[Markup]:
    drawn = []
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        said = words.axis_percent(share)
        drawn.append(line(_LEFT, y(share), _RIGHT, y(share), stroke=palette["line"], stroke_width=1))
        drawn.append(line(x(share), _TOP, x(share), _BOTTOM, stroke=palette["line"], stroke_width=1))
        drawn.append(label(said, x=_LEFT - 6, y=y(share), fill=palette["ink3"], text_anchor="end",
                           font_size=SMALL))  # fmt: skip
        drawn.append(label(said, x=x(share), y=_BARS + 20, fill=palette["ink3"], text_anchor="middle",
                           font_size=SMALL))  # fmt: skip
    return drawn


def _dot(each: Mapping[str, Any], x: Axis, y: Axis, words: Words, palette: Palette) -> Markup:
    at, low, high = x(each["forecast"]), y(each["low"]), y(each["high"])
    path = f"M{at - 4:.2f} {low:.2f}h8M{at:.2f} {low:.2f}V{high:.2f}M{at - 4:.2f} {high:.2f}h8"
    told = {name: each[name] for name in ("n", "forecast", "happened")}
    return el(
        "g",
        el("title", words("method_charts.reliability.bin", **told)),
        el("path", d=path, stroke=palette["teal"], stroke_width=1.3, fill="none"),
        el("circle", cx=at, cy=y(each["happened"]), r=4.6, fill=palette["teal"], stroke=palette["surface"],
           stroke_width=1.4),
    )  # fmt: skip


def _bars(bins: Sequence[Mapping[str, Any]], x: Axis, palette: Palette) -> list[Markup]:
    most = max(b["n"] for b in bins)
    drawn = [line(_LEFT, _BARS, _RIGHT, _BARS, stroke=palette["field"], stroke_width=1)]
    for each in bins:
        tall = 30.0 * each["n"] / most
        left = x(each["forecast"]) - 5
        drawn.append(el("rect", x=left, y=_BARS - tall, width=10, height=tall, fill=palette["line2"]))
    return drawn


def _sentence(bins: Sequence[Mapping[str, Any]], words: Words) -> str:
    outside = [b for b in bins if not b["low"] <= b["forecast"] <= b["high"]]
    return words("method_charts.reliability.text", n=len(bins), outside=len(outside))
