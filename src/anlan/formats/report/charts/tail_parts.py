"""Which nodes or risks bring how much of the worst years: bars of shares with the pieces inside each."""

from collections.abc import Mapping
from typing import Any

from anlan.formats.report.drawing import TEXT, Axis, fitted, frame, label, text_width
from anlan.formats.report.markup import el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words, loss_unit

MOST = 12
_WIDTH, _ROW, _TOP = 580.0, 36.0, 4.0
_NAMES, _BARS, _END = 172.0, 444.0, 572.0
_SHADES = ("1", "0.58", "0.36", "0.24")


def tail_parts(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """A bar for each name, as long as its share; darker and paler pieces are the risks inside a node.

    data: bars (name, part, share, pieces: list of parts), the largest first; unit; sentence.
    """
    words, palette = Words(language), Palette(theme)
    bars = data["bars"][:MOST]
    most = max((bar["share"] for bar in bars), default=1.0) or 1.0
    axis = Axis(0.0, most, _NAMES, _BARS)
    unit = loss_unit(data["unit"], largest=max((b["part"] for b in bars), default=0.0), words=words)
    drawn = []
    for row, bar in enumerate(bars):
        y = _TOP + _ROW * (row + 0.5)
        total = sum(bar["pieces"]) or 1.0
        drawn += [
            el("g", el("title", bar["name"]),
               label(fitted(bar["name"], _NAMES - 14), x=0, y=y, fill=palette["ink"])),
            el("rect", x=_NAMES, y=y - 8, width=_BARS - _NAMES, height=16, fill=palette["sunken"]),
        ]  # fmt: skip
        start = 0.0
        for k, piece in enumerate(bar["pieces"][:8]):
            share = max(bar["share"], 0.0) * piece / total
            left, right = axis(start), axis(start + share)
            drawn.append(
                el("rect", x=left, y=y - 8, width=max(right - left - 0.8, 0.4), height=16,
                   fill=palette["teal"], fill_opacity=_SHADES[min(k, 3)])
            )  # fmt: skip
            start += share
        figure = unit.figure(bar["part"], words)
        drawn += [
            label(words.percent(bar["share"]), x=_END - max(text_width(figure), 34) - 8, y=y,
                  fill=palette["ink"], text_anchor="end", font_weight=600),
            label(figure, x=_END, y=y, fill=palette["ink3"], text_anchor="end", font_size=TEXT),
        ]  # fmt: skip
    return frame(
        _WIDTH, _TOP * 2 + _ROW * max(len(bars), 1), *drawn, title=words("tail_parts.title"),
        text=data["sentence"], theme=theme,
    )  # fmt: skip
