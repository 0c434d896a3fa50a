"""Pareto of expected loss by risk: which few risks make most of a year's loss."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from anlan.formats.report.drawing import SMALL, Axis, fitted, frame, label, line, ticks
from anlan.formats.report.levels import Levels, shape
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words, loss_unit

_WIDTH, _NAMES, _ROW, _TOP = 860.0, 300.0, 27.0, 30.0
_BARS_END = 730.0


def delay_pareto(
    data: Mapping[str, Any], *, language: Language, theme: Theme = "light", most: int = 12
) -> str:
    """Bars of the counted yearly loss, largest first, with interval and the share reached so far.

    A pale bar behind shows the loss before each minute was given to one risk only.
    data: `risks`, `portfolio` and `criteria` of the result.
    """
    words, palette = Words.of_result(data, language), Palette(theme)
    risks = by_loss(data["risks"])
    if not risks:
        return frame(
            _WIDTH,
            50,
            label(words("pareto.none"), x=4, y=25, fill=palette["ink3"]),
            title=words("pareto.title"),
            text=words("pareto.none"),
            theme=theme,
        )
    shown, levels = risks[:most], Levels(data["criteria"], words)
    unit = loss_unit(data["portfolio"]["unit"], largest=data["portfolio"]["mean"] or 0.0, words=words)
    top = max(max(_reach(risk) for risk in shown) / unit.divisor, 1e-9)
    steps = ticks(0.0, top, about=4)
    axis = Axis(0.0, steps[-1], _NAMES, _BARS_END)
    total = sum(risk["annual_loss"]["mean"] for risk in risks)
    reached = [part / total if total else 0.0 for part in accumulate(r["annual_loss"]["mean"] for r in shown)]
    height = _TOP + _ROW * len(shown) + 8
    return frame(
        _WIDTH,
        height,
        _axis(axis, steps, height, words, palette, unit_label=unit.label),
        [
            _bar(risk, i, share, axis, unit.divisor, levels, words, palette)
            for i, (risk, share) in enumerate(zip(shown, reached, strict=True))
        ],
        title=words("pareto.title"),
        theme=theme,
        text=words("pareto.text", n=len(shown), share=reached[-1], first=words.of(shown[0]["title"])),
    )


def by_loss(risks: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Risks with a counted yearly loss, largest first; equal ones by id."""
    counted = [r for r in risks if r["annual_loss"]["counted"] and r["annual_loss"]["mean"] is not None]
    return sorted(counted, key=lambda risk: (-risk["annual_loss"]["mean"], risk["id"]))


def _reach(risk: Mapping[str, Any]) -> float:
    loss = risk["annual_loss"]
    high = loss["interval"]["high"] if loss["interval"] else 0.0
    return max(float(loss["mean"]), float(loss["gross_mean"] or 0.0), float(high))


def _axis(
    axis: Axis, steps: Sequence[float], height: float, words: Words, palette: Palette, *, unit_label: str
) -> list[Markup]:
    drawn = [label(unit_label, x=_NAMES - 10, y=12, fill=palette["ink3"], text_anchor="end", font_size=SMALL)]
    for value in steps:
        x = axis(value)
        drawn.append(line(x, _TOP - 6, x, height - 6, stroke=palette["line"], stroke_width=1))
        drawn.append(
            label(words.number(value), x=x, y=12, fill=palette["ink3"], text_anchor="middle", font_size=SMALL)
        )
    drawn.append(
        label(
            words("pareto.reached"), x=_WIDTH, y=12, fill=palette["ink3"], text_anchor="end", font_size=SMALL
        )
    )
    return drawn


def _bar(
    risk: Mapping[str, Any],
    row: int,
    share: float,
    axis: Axis,
    divisor: float,
    levels: Levels,
    words: Words,
    palette: Palette,
) -> Markup:
    loss, y = risk["annual_loss"], _TOP + _ROW * row + _ROW / 2
    end, interval = axis(loss["mean"] / divisor), loss["interval"]
    title = words.of(risk["title"])
    gross = axis((loss["gross_mean"] or 0.0) / divisor)
    drawn = [
        shape(levels[risk["index"]["level"]], x=7, y=y, size=10, palette=palette),
        el("g", el("title", title), label(fitted(title, _NAMES - 30), x=20, y=y, fill=palette["ink"])),
        el("rect", x=_NAMES, y=y - 8, width=max(gross - _NAMES, 0.0), height=16, fill=palette["line"]),
        el("rect", x=_NAMES, y=y - 8, width=max(end - _NAMES, 1.0), height=16, fill=palette["teal"]),
        whisker(axis, interval, y, divisor=divisor, stroke=palette["ink"]) if interval else None,
        label(words.percent(share), x=_WIDTH, y=y, fill=palette["ink2"], text_anchor="end"),
        label(
            words.number(loss["mean"] / divisor),
            x=_WIDTH - 58,
            y=y,
            fill=palette["ink"],
            text_anchor="end",
            font_weight=700,
        ),
    ]
    return el("g", drawn)


def whisker(axis: Axis, interval: Mapping[str, float], y: float, *, divisor: float, stroke: str) -> Markup:
    """The interval as a line with a stop at either end."""
    low, high = axis(interval["low"] / divisor), axis(interval["high"] / divisor)
    path = f"M{low:.2f} {y - 4:.2f}v8M{low:.2f} {y:.2f}H{high:.2f}M{high:.2f} {y - 4:.2f}v8"
    return el("path", d=path, stroke=stroke, stroke_width=1.3, fill="none")
