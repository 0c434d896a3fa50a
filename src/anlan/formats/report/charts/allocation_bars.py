"""Which risk brings how much of the worst years, beside its mean."""

from collections.abc import Mapping
from typing import Any

from anlan.formats.report.charts.named_bars import MOST, WIDTH, Half, paired_bars
from anlan.formats.report.drawing import frame
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words


def allocation_bars(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """The part of CVaR with its 95 % interval (filled) and the expected loss (pale) of each risk.

    data: bars (name, mean, part, error), the largest part first; level; unit.
    """
    words, palette = Words(language), Palette(theme)
    bars = data["bars"][:MOST]
    height, drawn = paired_bars(
        [
            (each["name"], Half(each["part"], each["part"] - each["error"], each["part"] + each["error"]),
             Half(each["mean"]))
            for each in bars
        ],
        (words("method_charts.allocation.part"), words("method_charts.allocation.mean")),
        words,
        palette,
        unit=words(f"method_charts.loss_axis.{data['unit']}"),
    )  # fmt: skip
    total = sum(each["part"] for each in data["bars"])
    first = bars[0]
    return frame(
        WIDTH,
        height,
        drawn,
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
