"""Who works when: a row a person, a column a day, the shift as colour and word; below, who is there when."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from anlan.formats.report.drawing import SMALL, fitted, frame, label, line, polyline, text_width
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_NAME, _HOURS, _HEAD, _ROW, _STRIP = 96.0, 64.0, 44.0, 26.0, 56.0
_LEAST, _MOST, _ROOM = 36.0, 68.0, 480.0
_COLOURS = ("teal", "ochre", "slate", "plum")
_DAY_H = 24


def roster_grid(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """data: days (labels), weekdays (1 to 7 of each day, or empty), shifts (names), rows of {name, cells
    (number of a shift, None where free), skills, wishes (`kept`, `broken`, `leave` or empty), hours,
    overtime}; needed, on_duty: people by hour over all days.
    """
    words, palette = Words(language), Palette(theme)
    days = len(data["days"])
    wide = min(_MOST, max(_LEAST, _ROOM / days))
    right = _NAME + days * wide
    bottom = _HEAD + _ROW * len(data["rows"])
    marks = {mark for row in data["rows"] for mark in row["wishes"] if mark}
    return frame(
        right + _HOURS,
        bottom + _STRIP + 46.0,
        _heads(data, wide, right, words, palette),
        [_row(row, place, data, wide, words, palette) for place, row in enumerate(data["rows"])],
        list(_strip(data, wide, bottom + 18.0, words, palette)),
        list(_legend(marks, bottom + _STRIP + 34.0, words, palette)),
        title=words("method_charts.roster.title"),
        text=_sentence(data, words),
        theme=theme,
    )


def _heads(
    data: Mapping[str, Any], wide: float, right: float, words: Words, palette: Palette
) -> Iterator[Markup]:
    for place, day in enumerate(data["days"]):
        x = _NAME + (place + 0.5) * wide
        yield label(day, x=x, y=12, fill=palette["ink2"], text_anchor="middle", font_size=SMALL)
        if data["weekdays"]:
            weekday = data["weekdays"][place]
            said = words.term("weekdays", f"weekday_{weekday}")
            fill = palette["ink" if weekday > 5 else "ink3"]
            yield label(said, x=x, y=28, fill=fill, text_anchor="middle", font_size=SMALL)
    yield label(words("method_charts.roster.hours"), x=right + _HOURS - 4, y=28, fill=palette["ink3"],
                text_anchor="end", font_size=SMALL)  # fmt: skip


def _row(
    row: Mapping[str, Any], place: int, data: Mapping[str, Any], wide: float, words: Words, palette: Palette
) -> list[Markup]:
    y = _HEAD + place * _ROW
    right = _NAME + len(row["cells"]) * wide
    hours = words.number(row["hours"])
    more = f" (+{words.number(row['overtime'])})" if row["overtime"] > 0 else ""
    return [
        line(0, y, right + _HOURS, y, stroke=palette["line"], stroke_width=1),
        label(fitted(row["name"], _NAME - 8), x=0, y=y + _ROW / 2, fill=palette["ink"]),
        *(
            part
            for day, shift in enumerate(row["cells"])
            for part in _cell(row, day, shift, data["shifts"], (_NAME + day * wide, y, wide), words, palette)
        ),
        label(f"{hours}{more}", x=right + _HOURS - 4, y=y + _ROW / 2, fill=palette["ink2"],
              text_anchor="end", font_size=SMALL),
    ]  # fmt: skip


def _cell(
    row: Mapping[str, Any], day: int, shift: int | None, shifts: Sequence[str],
    at: tuple[float, float, float], words: Words, palette: Palette,
) -> Iterator[Markup]:  # fmt: skip
    """The shift in its colour with its name, the skill it serves where there are several; a day off."""
    x, y, wide = at
    if shift is None:
        away = row["wishes"][day] == "leave"
        said = words("method_charts.roster.leave") if away else "·"
        yield label(said, x=x + wide / 2, y=y + _ROW / 2, fill=palette["ink3"], text_anchor="middle",
                    font_size=SMALL)  # fmt: skip
    else:
        colour = palette[_COLOURS[shift % len(_COLOURS)]]
        inside = {"x": x + 1, "y": y + 2, "height": _ROW - 4}
        yield el("rect", **inside, width=wide - 2, rx=3, fill=colour, fill_opacity="0.2")
        yield el("rect", **inside, width=3, fill=colour)
        name = fitted(f"{shifts[shift]} {row['skills'][day]}".strip(), wide - 8, size=SMALL)
        yield label(name, x=x + 6, y=y + _ROW / 2, fill=palette["ink"], font_size=SMALL)
    if row["wishes"][day] in ("kept", "broken"):
        yield _wish(row["wishes"][day], x + wide - 6, y + 7, palette)


def _wish(mark: str, x: float, y: float, palette: Palette) -> Markup:
    """A filled dot for a wish that was kept, a red cross for one that was not."""
    if mark == "kept":
        return el("circle", cx=x, cy=y, r=2.6, fill=palette["teal"])
    cross = f"M{x - 2.6} {y - 2.6}L{x + 2.6} {y + 2.6}M{x + 2.6} {y - 2.6}L{x - 2.6} {y + 2.6}"
    return el("path", d=cross, stroke=palette["red"], stroke_width=1.8, fill="none")


def _strip(
    data: Mapping[str, Any], wide: float, top: float, words: Words, palette: Palette
) -> Iterator[Markup]:
    """Under each day its hours: people there as an area, people needed as a line, what is missing in red."""
    most = max([1.0, *data["needed"], *data["on_duty"]])
    bottom, hour = top + _STRIP, wide / _DAY_H
    for text, up in (("needed", 14.0), ("on_duty", 32.0)):
        said = fitted(words(f"method_charts.roster.{text}"), _NAME - 30, size=SMALL)
        yield label(said, x=24, y=top + up, fill=palette["ink2"], font_size=SMALL)
    yield line(0, top + 14, 18, top + 14, stroke=palette["ink"], stroke_width=1.6)
    yield el("rect", x=0, y=top + 27, width=18, height=10, fill=palette["teal"], fill_opacity="0.3")
    there = _area(data["on_duty"], [0.0] * len(data["on_duty"]), most, hour, bottom)
    yield el("path", d=there, fill=palette["teal"], fill_opacity="0.3")
    missing = [max(a, b) for a, b in zip(data["needed"], data["on_duty"], strict=True)]
    short = _area(missing, data["on_duty"], most, hour, bottom)
    yield el("path", d=short, fill=palette["red"], fill_opacity="0.7")
    points = [
        (_NAME + (place + end) * hour, bottom - _STRIP * value / most)
        for place, value in enumerate(data["needed"])
        for end in (0, 1)
    ]
    yield polyline(points, stroke=palette["ink"], stroke_width=1.2)
    yield label(words.number(most), x=_NAME + wide * len(data["days"]) + 6, y=top + 2, fill=palette["ink3"],
                font_size=SMALL)  # fmt: skip
    yield label("0", x=_NAME + wide * len(data["days"]) + 6, y=bottom, fill=palette["ink3"], font_size=SMALL)


def _area(high: Sequence[float], low: Sequence[float], most: float, hour: float, bottom: float) -> str:
    """Bars of the hours from low to high as one path."""
    pieces = []
    for place, (upper, lower) in enumerate(zip(high, low, strict=True)):
        if upper > lower:
            x = _NAME + place * hour
            foot, head = (bottom - _STRIP * each / most for each in (lower, upper))
            pieces.append(f"M{x:.2f} {foot:.2f}V{head:.2f}h{hour:.2f}V{foot:.2f}Z")
    return "".join(pieces) or f"M{_NAME} {bottom}"


def _legend(marks: set[str], y: float, words: Words, palette: Palette) -> Iterator[Markup]:
    x = _NAME
    for mark in ("kept", "broken"):
        if mark in marks:
            said = words(f"method_charts.roster.wish_{mark}")
            yield _wish(mark, x + 3, y, palette)
            yield label(said, x=x + 12, y=y, fill=palette["ink2"], font_size=SMALL)
            x += text_width(said, SMALL) + 36
    said = words("method_charts.roster.short")
    yield el("rect", x=x, y=y - 5, width=10, height=10, fill=palette["red"], fill_opacity="0.7")
    yield label(said, x=x + 16, y=y, fill=palette["ink2"], font_size=SMALL)


def _sentence(data: Mapping[str, Any], words: Words) -> str:
    short = sum(max(0.0, a - b) for a, b in zip(data["needed"], data["on_duty"], strict=True))
    return words(
        "method_charts.roster.text", people=len(data["rows"]), days=len(data["days"]),
        hours=words.number(sum(row["hours"] for row in data["rows"])), short=words.number(short),
    )  # fmt: skip
