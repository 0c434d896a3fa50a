"""Frontier of treatment: the least expected loss that each amount of money or work can reach."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.formats.report.drawing import SMALL, Axis, frame, label, line, ticks
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words, loss_unit, plain_unit

_WIDTH, _HEIGHT = 480.0, 300.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 58.0, 466.0, 26.0, 244.0


def treatment_frontier(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """Steps down from no measure to all worthwhile ones; the budget and the chosen set are marked.

    A stroke at each point is what the ranges of the effects leave open.

    data: `treatments` of the result.
    """
    words, palette = Words.of_result(data, language), Palette(theme)
    treatments = data["treatments"]
    points = sorted((cost, loss) for cost, loss in treatments["frontier"])
    if len(points) < 2:
        return frame(
            _WIDTH,
            50,
            label(words("frontier.none"), x=4, y=25, fill=palette["ink3"]),
            title=words("frontier.title"),
            text=words("frontier.none"),
            theme=theme,
        )
    unit = loss_unit(treatments["unit"], largest=points[0][1], words=words)
    points = [(cost, loss / unit.divisor) for cost, loss in points]
    spans = [
        (cost, interval["low"] / unit.divisor, interval["high"] / unit.divisor)
        for (cost, _), interval in zip(treatments["frontier"], treatments["frontier_intervals"], strict=True)
    ]
    x_steps = ticks(0.0, max(points[-1][0], treatments["budget"] or 0.0), about=5)
    y_steps = ticks(min(low for _, low, _ in spans), points[0][1], about=4)
    x = Axis(0.0, x_steps[-1], _LEFT, _RIGHT)
    y = Axis(y_steps[0], y_steps[-1], _BOTTOM, _TOP)
    cost_label = plain_unit(treatments["cost_unit"], words)
    return frame(
        _WIDTH,
        _HEIGHT,
        _grid(x, y, x_steps, y_steps, words, palette),
        label(
            words("frontier.x", unit=cost_label),
            x=(_LEFT + _RIGHT) / 2,
            y=_BOTTOM + 38,
            fill=palette["ink2"],
            text_anchor="middle",
        ),
        label(words("frontier.y", unit=unit.label), x=4, y=9, fill=palette["ink2"], font_size=SMALL),
        [line(x(c), y(low), x(c), y(high), stroke=palette["teal"], stroke_width=1) for c, low, high in spans],
        _steps(points, x, y, palette),
        _budget(treatments, points, x, y, words, palette),
        title=words("frontier.title"),
        theme=theme,
        text=words(
            "frontier.text",
            start=f"{words.number(points[0][1])} {unit.label}",
            end=f"{words.number(points[-1][1])} {unit.label}",
            cost=f"{words.number(points[-1][0])} {cost_label}",
        ),
    )


def _grid(
    x: Axis, y: Axis, x_steps: Sequence[float], y_steps: Sequence[float], words: Words, palette: Palette
) -> list[Markup]:
    drawn = []
    for value in y_steps:
        drawn.append(line(_LEFT, y(value), _RIGHT, y(value), stroke=palette["line"], stroke_width=1))
        drawn.append(
            label(words.number(value), x=_LEFT - 8, y=y(value), fill=palette["ink3"], text_anchor="end")
        )
    for value in x_steps:
        drawn.append(line(x(value), _BOTTOM, x(value), _BOTTOM + 4, stroke=palette["field"], stroke_width=1))
        drawn.append(
            label(words.number(value), x=x(value), y=_BOTTOM + 16, fill=palette["ink3"], text_anchor="middle")
        )
    drawn.append(line(_LEFT, _BOTTOM, _RIGHT, _BOTTOM, stroke=palette["field"], stroke_width=1))
    return drawn


def _steps(points: Sequence[tuple[float, float]], x: Axis, y: Axis, palette: Palette) -> list[Markup]:
    """A cost between two points buys no more than the cheaper one, so the line goes in steps."""
    path = f"M{x(points[0][0]):.2f} {y(points[0][1]):.2f}"
    path += "".join(f"H{x(cost):.2f}V{y(loss):.2f}" for cost, loss in points[1:])
    dots = [el("circle", cx=x(cost), cy=y(loss), r=2.4, fill=palette["teal"]) for cost, loss in points]
    return [el("path", d=path, stroke=palette["teal"], stroke_width=2, fill="none"), *dots]


def _budget(
    treatments: Mapping[str, Any],
    points: Sequence[tuple[float, float]],
    x: Axis,
    y: Axis,
    words: Words,
    palette: Palette,
) -> list[Markup]:
    budget = treatments["budget"]
    if budget is None:
        return []
    cost, loss = max((point for point in points if point[0] <= budget * (1 + 1e-9)), default=points[0])
    near_end = x(budget) > (_LEFT + _RIGHT) / 2
    return [
        line(x(budget), _TOP, x(budget), _BOTTOM, stroke=palette["ink3"], stroke_dasharray="3 3"),
        label(
            words("frontier.budget", value=words.number(budget)),
            x=x(budget) + (-5 if near_end else 5),
            y=_TOP + 8,
            fill=palette["ink"],
            text_anchor="end" if near_end else "start",
            font_size=SMALL,
        ),
        el("circle", cx=x(cost), cy=y(loss), r=5.5, fill=palette["teal"], stroke=palette["surface"]),
        label(
            words("frontier.chosen", cost=words.number(cost), loss=words.number(loss)),
            x=x(cost) + (-6 if near_end else 8),
            y=y(loss) + (16 if near_end else -12),
            font_weight=700,
            fill=palette["ink"],
            text_anchor="end" if near_end else "start",
            font_size=SMALL,
        ),
    ]
