"""Estimates side by side: a dot at each value, a whisker over its interval."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from anlan.formats.report.drawing import SMALL, Axis, fitted, frame, label, line, log_ticks, ticks
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_WIDTH, _NAMES, _ROW, _TOP, _END = 640.0, 190.0, 26.0, 28.0, 560.0


def intervals(data: Mapping[str, Any], *, language: Language, theme: Theme = "light", most: int = 30) -> str:
    """data: rows of {name, value, low, high}, limits None where there are none; all: {value, low, high} of
    the whole, drawn as a band behind, or None; of: what is estimated, where the rows do not say it;
    logarithmic: the values differ by powers of ten; limit: {value, name} of a line to hold them against."""
    words, palette = Words(language), Palette(theme)
    rows, whole = list(data["rows"])[:most], data.get("all")
    limit = data.get("limit")
    axis, steps = _axis(rows, whole, limit, logarithmic=bool(data.get("logarithmic")))
    height = _TOP + _ROW * len(rows) + (6 if limit is None else 22)
    return frame(
        _WIDTH,
        height,
        _band(whole, axis, height, palette),
        _grid(axis, steps, height, words, palette),
        _heading(data, words, palette),
        _limit(limit, axis, height, words, palette),
        [_row(row, place, axis, words, palette) for place, row in enumerate(rows)],
        title=_title(data, words),
        text=_sentence(rows, whole, limit, words),
        theme=theme,
    )


def _title(data: Mapping[str, Any], words: Words) -> str:
    if data.get("of"):
        return words("method_charts.intervals.title_of", of=name_of(data["of"], words))
    return words("method_charts.intervals.title")


def _heading(data: Mapping[str, Any], words: Words, palette: Palette) -> Markup | None:
    """What is estimated, above the names."""
    if not data.get("of"):
        return None
    said = fitted(name_of(data["of"], words), _NAMES - 8)
    return label(said, x=0, y=11, fill=palette["ink2"], font_weight="bold")


def _axis(
    rows: Sequence[Mapping[str, Any]],
    whole: Mapping[str, Any] | None,
    limit: Mapping[str, Any] | None,
    *,
    logarithmic: bool,
) -> tuple[Axis, list[float]]:
    """Wide enough for every limit, with a little room where all are alike; and its ticks.

    A logarithmic one begins below the smallest positive number: what is zero stands at its left end.
    """
    given = [*rows, *([whole] if whole else [])]
    values = [float(v) for row in given for v in (row["value"], row["low"], row["high"]) if v is not None]
    values += [] if limit is None else [float(limit["value"])]
    positive = [value for value in values if value > 0]
    if logarithmic and positive:
        low = 10.0 ** math.floor(math.log10(min(positive)))
        high = 10.0 ** math.ceil(math.log10(max(positive)) + 1e-9)
        return Axis(low, high, _NAMES + 12, _END, logarithmic=True), log_ticks(low, high)
    steps = ticks(min(values), max(values), about=5)
    return Axis(steps[0], steps[-1], _NAMES + 12, _END), steps


def _grid(axis: Axis, steps: Sequence[float], height: float, words: Words, palette: Palette) -> list[Markup]:
    drawn = []
    for value in steps:
        x = axis(value)
        drawn.append(line(x, _TOP - 8, x, height - 4, stroke=palette["line"], stroke_width=1))
        said = words.number(value)
        drawn.append(label(said, x=x, y=11, fill=palette["ink3"], text_anchor="middle", font_size=SMALL))
    return drawn


def _band(whole: Mapping[str, Any] | None, axis: Axis, height: float, palette: Palette) -> list[Markup]:
    if whole is None:
        return []
    low, high, middle = axis(whole["low"]), axis(whole["high"]), axis(whole["value"])
    return [
        el("rect", x=low, y=_TOP - 8, width=max(high - low, 1.0), height=height - _TOP + 4,
           fill=palette["accent-soft"]),
        line(middle, _TOP - 8, middle, height - 4, stroke=palette["accent"], stroke_width=1.4,
             stroke_dasharray="4 3"),
    ]  # fmt: skip


def _limit(
    limit: Mapping[str, Any] | None, axis: Axis, height: float, words: Words, palette: Palette
) -> list[Markup]:
    """A dashed line with its name and value below the rows."""
    if limit is None:
        return []
    x, left = axis(limit["value"]), axis(limit["value"]) > (axis.start + axis.end) / 2
    said = f"{name_of(limit['name'], words)} {words.number(limit['value'])}"
    return [
        line(x, _TOP - 8, x, height - 4, stroke=palette["red"], stroke_width=1.6, stroke_dasharray="6 3"),
        label(fitted(said, 220), x=x - 6 if left else x + 6, y=height - 9, fill=palette["ink2"],
              text_anchor="end" if left else "start", font_size=SMALL),
    ]  # fmt: skip


def _row(row: Mapping[str, Any], place: int, axis: Axis, words: Words, palette: Palette) -> Markup:
    y, x, name = _TOP + _ROW * place + _ROW / 2, axis(row["value"]), name_of(row["name"], words)
    whisker = None
    if row["low"] is not None and row["high"] is not None:
        low, high = axis(row["low"]), axis(row["high"])
        path = f"M{low:.2f} {y - 4:.2f}v8M{low:.2f} {y:.2f}H{high:.2f}M{high:.2f} {y - 4:.2f}v8"
        whisker = el("path", d=path, stroke=palette["teal"], stroke_width=1.6, fill="none")
    return el(
        "g",
        el("title", name),
        whisker,
        el("circle", cx=x, cy=y, r=4.4, fill=palette["teal"], stroke=palette["surface"], stroke_width=1.4),
        label(fitted(name, _NAMES - 8), x=0, y=y, fill=palette["ink"]),
        label(words.number(row["value"]), x=_WIDTH, y=y, fill=palette["ink2"], text_anchor="end"),
    )


def name_of(name: Any, words: Words) -> str:
    """A name as the user wrote it, or a word in both languages."""
    return words.of(name) if isinstance(name, Mapping) else str(name)


def _sentence(
    rows: Sequence[Mapping[str, Any]],
    whole: Mapping[str, Any] | None,
    limit: Mapping[str, Any] | None,
    words: Words,
) -> str:
    said = [
        words(
            "method_charts.intervals.row" if row["low"] is not None else "method_charts.intervals.alone",
            name=name_of(row["name"], words), value=row["value"],
            **({"low": row["low"], "high": row["high"]} if row["low"] is not None else {}),
        )
        for row in rows[:6]
    ]  # fmt: skip
    if whole is not None:
        said.append(words("method_charts.intervals.all", value=whole["value"]))
    if limit is not None:
        held = {"name": name_of(limit["name"], words), "value": limit["value"]}
        said.append(words("method_charts.intervals.limit", **held))
    return words.sentences(said)
