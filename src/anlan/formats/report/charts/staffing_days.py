"""People by interval, a strip a day: needed, planned, and the service reached; what misses it is marked."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from anlan.formats.report.drawing import SMALL, Axis, fitted, frame, label, line, text_width, ticks
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_WIDTH, _LEFT, _RIGHT, _TOP, _DAY, _BARS = 640.0, 84.0, 632.0, 34.0, 86.0, 54.0
_DAY_MIN = 1440.0
MOST_DAYS = 14
Row = Mapping[str, Any]


def staffing_days(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """data: days (labels), minutes (of an interval), intervals of {label, day, minute, needed, planned (or
    None), level, under}; target: share promised, or None. Days beyond 14 stand in the table alone."""
    words, palette = Words(language), Palette(theme)
    days = data["days"][:MOST_DAYS]
    shown = [row for row in data["intervals"] if row["day"] < len(days)]
    first = min(row["minute"] for row in shown)
    last = max(row["minute"] for row in shown) + data["minutes"]
    across = Axis(first, min(_DAY_MIN, last), _LEFT, _RIGHT)
    marks = ticks(0.0, max(1.0, *(max(row["needed"], row["planned"] or 0) for row in shown)), about=2)
    bottom = _TOP + _DAY * len(days)
    return frame(
        _WIDTH,
        bottom + 18.0,
        list(_legend(shown, words, palette)),
        [
            part
            for place, day in enumerate(days)
            for part in _strip(
                day, [row for row in shown if row["day"] == place], _TOP + _DAY * place,
                (across, marks[-1], data["minutes"]), words, palette,
            )
        ],
        list(_clock(across, bottom, palette)),
        title=words("method_charts.staffing_days.title"),
        text=_sentence(data, words),
        theme=theme,
    )  # fmt: skip


def _strip(
    day: str, rows: Sequence[Row], top: float, scale: tuple[Axis, float, float], words: Words,
    palette: Palette,
) -> Iterator[Markup]:  # fmt: skip
    """Bars of people at work as planned (of those needed where no plan was given), needed as a line, below
    it the service."""
    across, most, minutes = scale
    base = top + _BARS + 6
    up = Axis(0.0, most, base, top + 6)
    yield label(fitted(words.term("weekdays", day), _LEFT - 30), x=0, y=top + _BARS / 2, fill=palette["ink"])
    for value in (0.0, most):
        yield line(_LEFT, up(value), _RIGHT, up(value), stroke=palette["line"], stroke_width=1)
        yield label(words.number(value), x=_LEFT - 5, y=up(value), fill=palette["ink3"], text_anchor="end",
                    font_size=SMALL)  # fmt: skip
    for row in rows:
        x, wide = across(row["minute"]), across(row["minute"] + minutes) - across(row["minute"])
        there = row["needed"] if row["planned"] is None else row["planned"]
        fill = palette["red" if row["under"] else "teal"]
        yield el("rect", x=x + 0.5, y=up(there), width=max(0.6, wide - 1), height=base - up(there), fill=fill,
                 fill_opacity="0.34")  # fmt: skip
        yield line(x, up(row["needed"]), x + wide, up(row["needed"]), stroke=palette["ink"], stroke_width=1.6)
        yield from _service(row, x, wide, base, words, palette)


def _service(
    row: Row, x: float, wide: float, base: float, words: Words, palette: Palette
) -> Iterator[Markup]:
    """The share served in time as a figure where it has room; a red triangle where the promise is missed."""
    said = f"{round(100 * row['level'])}"
    fits = text_width(said, SMALL) <= wide and (row["needed"] > 0 or row["under"])
    if row["under"]:
        middle, edge, tip = x + wide / 2, base + 3, base + 9
        sign = f"M{middle - 3.5:.1f} {edge:.1f}h7L{middle:.1f} {tip:.1f}Z"
        yield el("path", d=sign, fill=palette["red"])
    if fits:
        fill = palette["red-ink" if row["under"] else "ink3"]
        yield label(said, x=x + wide / 2, y=base + 15, fill=fill, text_anchor="middle", font_size=SMALL)


def _clock(across: Axis, bottom: float, palette: Palette) -> Iterator[Markup]:
    step = 120 if across.high - across.low > 720 else 60
    minute = -(-across.low // step) * step
    while minute <= across.high:
        x = across(minute)
        said = f"{int(minute) // 60:02d}:{int(minute) % 60:02d}"
        at_end = across.high - minute < step / 2
        anchor = "end" if at_end else "middle"
        yield label(said, x=x, y=bottom + 6, fill=palette["ink3"], text_anchor=anchor, font_size=SMALL)
        minute += step


def _legend(rows: Sequence[Row], words: Words, palette: Palette) -> Iterator[Markup]:
    x, y = _LEFT, 12.0
    planned = any(row["planned"] is not None for row in rows)
    codes = ["needed", *(["people_planned"] if planned else []), "level"]
    codes += ["under"] if any(row["under"] for row in rows) else []
    for code in codes:
        said = words(f"method_charts.staffing_days.{code}")
        if code == "needed":
            yield line(x, y, x + 18, y, stroke=palette["ink"], stroke_width=1.6)
        elif code == "people_planned":
            yield el("rect", x=x, y=y - 5, width=18, height=10, fill=palette["teal"], fill_opacity="0.34")
        elif code == "under":
            yield el("rect", x=x, y=y - 5, width=18, height=10, fill=palette["red"], fill_opacity="0.34")
        else:
            yield label("85", x=x + 9, y=y, fill=palette["ink3"], text_anchor="middle", font_size=SMALL)
        yield label(said, x=x + 24, y=y, fill=palette["ink2"], font_size=SMALL)
        x += text_width(said, SMALL) + 44


def _sentence(data: Mapping[str, Any], words: Words) -> str:
    rows = data["intervals"]
    peak = max(rows, key=lambda row: row["needed"])
    parts = [words("method_charts.staffing_days.text", most=words.number(peak["needed"]), at=peak["label"],
                   n=len(rows))]  # fmt: skip
    if any(row["planned"] is not None for row in rows):
        under = [row["label"] for row in rows if row["under"]]
        parts.append(words("method_charts.staffing_days.text_under", n=len(under), of=len(rows)))
    if len(data["days"]) > MOST_DAYS:
        parts.append(words("method_charts.staffing_days.text_first", n=MOST_DAYS, of=len(data["days"])))
    return words.sentences(parts)
