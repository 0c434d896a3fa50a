"""Stability check: each finding's size in the first and in the second half of the log."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.formats.report.charts.bars import whisker
from anlan.formats.report.drawing import SMALL, Axis, fitted, frame, label, line, log_ticks, ticks
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_WIDTH, _NAMES, _ROW, _TOP, _END = 860.0, 330.0, 30.0, 30.0, 700.0


def stability_chart(
    data: Mapping[str, Any], *, language: Language, theme: Theme = "light", most: int = 20
) -> str:
    """Two dots with whiskers a finding: hollow for the first half of the period, solid for the second.

    data: `evaluate` and `risks` of the result. Findings without an estimate in both halves are left out.
    """
    words, palette = Words(language), Palette(theme)
    titles = {risk["id"]: words.of(risk["title"]) for risk in data["risks"]}
    rows = [row for row in data["evaluate"] if row["first"] and row["second"]][:most]
    if not rows:
        return frame(
            _WIDTH,
            50,
            label(words("stability.none"), x=4, y=25, fill=palette["ink3"]),
            title=words("stability.title"),
            text=words("stability.none"),
            theme=theme,
        )
    axis, steps = _axis(rows)
    height = _TOP + _ROW * len(rows) + 6
    stable = sum(row["verdict"] == "stable" for row in data["evaluate"])
    return frame(
        _WIDTH,
        height,
        [line(axis(v), _TOP - 6, axis(v), height - 4, stroke=palette["line"], stroke_width=1) for v in steps],
        [
            label(
                words.axis_percent(v),
                x=axis(v),
                y=12,
                fill=palette["ink3"],
                text_anchor="middle",
                font_size=SMALL,
            )
            for v in steps
        ],
        [
            _row(row, titles.get(row["risk"], row["risk"]), i, axis, words, palette)
            for i, row in enumerate(rows)
        ],
        title=words("stability.title"),
        theme=theme,
        text=words("stability.text", n=len(data["evaluate"]), stable=stable),
    )


def _axis(rows: Sequence[Mapping[str, Any]]) -> tuple[Axis, list[float]]:
    """Logarithmic where the rates span more than a factor of 30 and none is zero."""
    values = [half[key] for row in rows for half in (row["first"], row["second"]) for key in ("low", "high")]
    low, high = min(values), max(values)
    if low > 0 and high / low > 30:
        return Axis(low, high, _NAMES, _END, logarithmic=True), log_ticks(low, high, most=6)
    steps = ticks(min(low, 0.0), high, about=5)
    return Axis(steps[0], steps[-1], _NAMES, _END), steps


def _row(row: Mapping[str, Any], title: str, i: int, axis: Axis, words: Words, palette: Palette) -> Markup:
    y = _TOP + _ROW * i + _ROW / 2
    first, second = row["first"], row["second"]
    return el(
        "g",
        el("title", f"{title}: {words.of(row['text'])}"),
        label(fitted(title, _NAMES - 20), x=0, y=y, fill=palette["ink"]),
        whisker(axis, first, y - 5, divisor=1.0, stroke=palette["slate"]),
        el(
            "circle",
            cx=axis(first["estimate"]),
            cy=y - 5,
            r=3.6,
            fill=palette["surface"],
            stroke=palette["slate"],
            stroke_width=1.6,
        ),
        whisker(axis, second, y + 5, divisor=1.0, stroke=palette["teal"]),
        el("circle", cx=axis(second["estimate"]), cy=y + 5, r=3.6, fill=palette["teal"]),
        label(words.term("verdicts", row["verdict"]), x=_END + 20, y=y, fill=palette["ink2"]),
    )
