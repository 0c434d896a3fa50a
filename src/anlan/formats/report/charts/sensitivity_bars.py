"""Bars of sensitivity: the tornado, and Sobol indices with their intervals."""

from collections.abc import Mapping
from typing import Any

from anlan.formats.report.charts.named_bars import (
    MOST,
    WIDTH,
    Half,
    bar,
    bars_axis,
    bars_height,
    legend,
    named_rows,
    paired_bars,
)
from anlan.formats.report.drawing import frame, line
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words


def tornado_chart(
    data: Mapping[str, Any], *, language: Language, theme: Theme = "light", axis: str = ""
) -> str:
    """Each input's bar from the result at its low value to that at its high one, about the base.

    data: base, share, bars (name, low, high, at_low, at_high), the widest first. axis: what the result is.
    """
    words, palette = Words(language), Palette(theme)
    bars, base = data["bars"][:MOST], data["base"]
    places = bars_axis([base, *(each[end] for each in bars for end in ("at_low", "at_high"))])

    def row(number: int, y: float) -> list[Markup]:
        each = bars[number]
        title = words("method_charts.tornado.bar", **{k: each[k] for k in ("name", "low", "high")},
                      at_low=words.number(each["at_low"]), at_high=words.number(each["at_high"]))  # fmt: skip
        apart, high = (3.5, 7.0) if _one_side(each, base) else (0.0, 14.0)
        low_end = bar(places, base, each["at_low"], y + apart, height=high, fill=palette["slate"])
        high_end = bar(places, base, each["at_high"], y - apart, height=high, fill=palette["teal"])
        return [el("g", el("title", title), low_end, high_end)]

    drawn = named_rows(
        [each["name"] for each in bars],
        places,
        row,
        words,
        palette,
        unit=axis or words("method_charts.tornado.axis"),
    )
    height = bars_height(len(bars))
    at = places(base)
    keys = [
        (colour, words(f"method_charts.tornado.{kind}"))
        for colour, kind in (("slate", "low"), ("teal", "high"))
    ]
    first = bars[0]
    return frame(
        WIDTH,
        height,
        drawn,
        line(at, 12, at, height - 44, stroke=palette["ink"], stroke_width=1.2),
        legend(keys, height, palette),
        title=words("method_charts.tornado.title"),
        text=words(
            "method_charts.tornado.text",
            base=words.number(base),
            name=first["name"],
            at_low=words.number(first["at_low"]),
            at_high=words.number(first["at_high"]),
            share=data["share"],
        ),
        theme=theme,
    )


def _one_side(each: Mapping[str, Any], base: float) -> bool:
    """Both ends on one side of the base: two thin bars, lest one hides the other."""
    return bool((each["at_low"] - base) * (each["at_high"] - base) > 0)


def index_bars(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """First-order (filled) and total (pale) indices with their 95 % intervals.

    data: bars (name, first, first_low, first_high, total, total_low, total_high), largest total first.
    """
    words, palette = Words(language), Palette(theme)
    bars = data["bars"][:MOST]
    height, drawn = paired_bars(
        [(each["name"], *(_half(each, kind) for kind in ("first", "total"))) for each in bars],
        (words("method_charts.index_bars.first"), words("method_charts.index_bars.total")),
        words,
        palette,
        unit=words("method_charts.index_bars.axis"),
        reach=(0.0, 1.0),
    )
    first = bars[0]
    return frame(
        WIDTH,
        height,
        drawn,
        title=words("method_charts.index_bars.title"),
        text=words(
            "method_charts.index_bars.text",
            name=first["name"],
            total=words.number(first["total"]),
            first=words.number(first["first"]),
        ),
        theme=theme,
    )


def _half(each: Mapping[str, Any], kind: str) -> Half:
    return Half(each[kind], each[f"{kind}_low"], each[f"{kind}_high"])
