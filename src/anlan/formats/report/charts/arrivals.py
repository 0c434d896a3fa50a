"""Arrivals by day, drawn by week where the period is long: how the work came in."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from anlan.formats.report.drawing import SMALL, Axis, frame, label, line, ticks
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_WIDTH, _HEIGHT = 860.0, 150.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 46.0, 856.0, 10.0, 120.0


def arrivals_chart(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """Bars of new cases a day, a week (over 120 days) or 4 weeks (over 3 years); days without any are zero.

    data: `process` of the result.
    """
    words, palette = Words(language), Palette(theme)
    grain, bars = grouped(data["process"]["arrivals_per_day"])
    title = words(f"arrivals.title_{grain}")
    if not bars:
        return frame(
            _WIDTH,
            50,
            label(words("arrivals.none"), x=4, y=25, fill=palette["ink3"]),
            title=title,
            text=words("arrivals.none"),
            theme=theme,
        )
    steps = ticks(0.0, max(n for _, n in bars), about=3)
    y = Axis(0.0, steps[-1], _BOTTOM, _TOP)
    return frame(
        _WIDTH,
        _HEIGHT,
        [_rule(value, y, words, palette) for value in steps],
        _bars(bars, y, palette),
        label(bars[0][0], x=_LEFT, y=_BOTTOM + 16, fill=palette["ink3"], font_size=SMALL),
        label(bars[-1][0], x=_RIGHT, y=_BOTTOM + 16, fill=palette["ink3"], text_anchor="end", font_size=SMALL)
        if len(bars) > 1
        else None,
        title=title,
        theme=theme,
        text=words("arrivals.text", n=sum(n for _, n in bars), most=max(n for _, n in bars)),
    )


def grouped(arrivals: Sequence[Sequence[Any]]) -> tuple[str, list[tuple[str, int]]]:
    """Arrivals with the empty days filled in, by `day`, `week` or `month` (4 weeks), from the first day."""
    if not arrivals:
        return "day", []
    counts = {date.fromisoformat(day[:10]): n for day, n in arrivals}
    first, last = min(counts), max(counts)
    days = (last - first).days + 1
    grain, width = ("day", 1) if days <= 120 else ("week", 7) if days <= 1100 else ("month", 28)
    sums = [0] * (-(-days // width))
    for day, n in counts.items():
        sums[(day - first).days // width] += n
    return grain, [((first + timedelta(days=i * width)).isoformat(), n) for i, n in enumerate(sums)]


def _rule(value: float, y: Axis, words: Words, palette: Palette) -> Markup:
    return el(
        "g",
        line(_LEFT, y(value), _RIGHT, y(value), stroke=palette["line"], stroke_width=1),
        label(
            words.count(value),
            x=_LEFT - 6,
            y=y(value),
            fill=palette["ink3"],
            text_anchor="end",
            font_size=SMALL,
        ),
    )


def _bars(bars: Sequence[tuple[str, int]], y: Axis, palette: Palette) -> Markup:
    """All bars as one path: a log of many years has hundreds."""
    step = min((_RIGHT - _LEFT) / len(bars), 40.0)
    width = max(step * 0.8, 0.6)
    path = "".join(
        f"M{_LEFT + i * step + (step - width) / 2:.1f} {_BOTTOM:.1f}V{y(n):.1f}h{width:.1f}V{_BOTTOM:.1f}Z"
        for i, (_, n) in enumerate(bars)
        if n
    )
    return el("path", d=path, fill=palette["slate"])
