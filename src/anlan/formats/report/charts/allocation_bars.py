"""Which risk brings how much of the worst years, beside its mean."""

from collections.abc import Mapping
from typing import Any

from anlan.formats.report.charts.named_bars import (
    MOST,
    WIDTH,
    bar,
    bars_axis,
    bars_height,
    legend,
    named_rows,
    whisker,
)
from anlan.formats.report.drawing import frame
from anlan.formats.report.markup import Markup
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words


def allocation_bars(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """The part of CVaR with its 95 % interval (filled) and the expected loss (pale) of each risk.

    data: bars (name, mean, part, error), the largest part first; level; unit.
    """
    words, palette = Words(language), Palette(theme)
    bars = data["bars"][:MOST]
    axis = bars_axis(
        [0.0, *(each["part"] + each["error"] for each in bars), *(each["mean"] for each in bars)]
    )

    def row(number: int, y: float) -> list[Markup]:
        each = bars[number]
        low, high = each["part"] - each["error"], each["part"] + each["error"]
        return [
            bar(axis, 0.0, each["part"], y - 5, height=8, fill=palette["teal"]),
            *whisker(axis, low, high, y - 5, stroke=palette["ink"]),
            bar(axis, 0.0, each["mean"], y + 5, height=8, fill=palette["slate"]),
        ]

    height = bars_height(len(bars))
    keys = [
        (colour, words(f"method_charts.allocation.{kind}"))
        for colour, kind in (("teal", "part"), ("slate", "mean"))
    ]
    total = sum(each["part"] for each in data["bars"])
    first = bars[0]
    return frame(
        WIDTH,
        height,
        named_rows(
            [each["name"] for each in bars],
            axis,
            row,
            words,
            palette,
            unit=words(f"method_charts.loss_axis.{data['unit']}"),
        ),
        legend(keys, height, palette),
        title=words("method_charts.allocation.title", level=data["level"]),
        text=words(
            "method_charts.allocation.text",
            total=words.number(total),
            name=first["name"],
            share=first["part"] / total if total > 0 else 0.0,
            n=len(data["bars"]),
        ),
        theme=theme,
    )
