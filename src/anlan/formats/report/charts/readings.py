"""Readings of a series over time with the limits that fire and clear alerts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from anlan.formats.report.charts.control import UnitScale, unit_scale
from anlan.formats.report.drawing import Axis, frame, label, line, polyline, text_width, ticks
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_WIDTH, _HEIGHT, _SIZE = 720.0, 250.0, 12.0
_TOP, _BOTTOM, _RIGHT = 14.0, 214.0, 104.0
_COLOURS = ("grey", "blue", "yellow", "orange", "red")


@dataclass(frozen=True)
class Drawn:
    """points: (time in the reader's zone, value) by time, None where there was nothing to measure;
    limits: (level 1 to 4, fire, clear, word of the level); episodes: (first, last) of alerts, by position
    in time; unit: as the definition has it; target: None where there is none."""

    title: str
    unit: str
    points: Sequence[tuple[datetime, float | None]]
    limits: Sequence[tuple[int, float, float, str]] = ()
    episodes: Sequence[tuple[datetime, datetime]] = ()
    target: float | None = None


def readings_chart(drawn: Drawn, *, language: Language, theme: Theme = "page") -> str:
    """The line of readings, broken where one is missing; solid lines fire, dashed ones clear, bands are
    alerts. An SVG as wide as its place."""
    words, palette = Words(language), Palette(theme)
    known = [(at.timestamp(), value) for at, value in drawn.points if value is not None]
    if not known:
        said = words("readings.none")
        return frame(_WIDTH, 60, label(said, x=8, y=30, fill=palette["ink3"], font_size=_SIZE),
                     title=drawn.title, text=said, theme=theme)  # fmt: skip
    scale = scale_of(drawn.unit, [value for _, value in known], words)
    shown = [value for _, value in known]
    lines = [fire for _, fire, _, _ in drawn.limits] + [clear for _, _, clear, _ in drawn.limits]
    lines += [drawn.target] if drawn.target is not None else []
    steps = ticks(min(shown + lines) / scale.divisor, max(shown + lines) / scale.divisor, about=5)
    left = 12 + max(text_width(scale.tick(step), _SIZE) for step in steps)
    times = [at.timestamp() for at, _ in drawn.points]
    x = Axis(times[0], max(times[-1], times[0] + 1.0), left, _WIDTH - _RIGHT)
    y = Axis(steps[0], steps[-1], _BOTTOM, _TOP)
    last = known[-1][1]
    return frame(
        _WIDTH, _HEIGHT,
        _bands(drawn, x, palette), _grid(y, steps, left, scale, palette), _times(drawn, x, left, palette),
        _limits(drawn, y, left, scale, words, palette), _curve(drawn, x, y, scale, palette),
        title=drawn.title, theme=theme,
        text=words("readings.sentence", title=drawn.title, n=len(known), last=scale.with_unit(last)),
    )  # fmt: skip


def scale_of(unit: str, values: Sequence[float], words: Words) -> UnitScale:
    """How values of a unit are written; durations in the unit that suits the typical one."""
    ordered = sorted(abs(value) for value in values)
    middle = ordered[len(ordered) // 2] if ordered else 0.0
    return unit_scale({"unit": unit, "baseline": middle, "series": []}, words)


def _bands(drawn: Drawn, x: Axis, palette: Palette) -> list[Markup]:
    bands = []
    for first, last in drawn.episodes:
        low = max(x(first.timestamp()), x.start)
        high = min(max(x(last.timestamp()), low + 3.0), x.end)
        if high > low:
            bands.append(el("rect", x=low, y=_TOP, width=high - low, height=_BOTTOM - _TOP,
                            fill=palette["red-soft"]))  # fmt: skip
    return bands


def _grid(y: Axis, steps: Sequence[float], left: float, scale: UnitScale, palette: Palette) -> list[Markup]:
    return [
        part
        for step in steps
        for part in (
            line(left, y(step), _WIDTH - _RIGHT, y(step), stroke=palette["line"], stroke_width=1),
            label(scale.tick(step), x=left - 6, y=y(step), fill=palette["ink3"], text_anchor="end",
                  font_size=_SIZE),
        )
    ]  # fmt: skip


def _times(drawn: Drawn, x: Axis, left: float, palette: Palette) -> list[Markup]:
    """Five moments along the axis: hours of a day, days of a longer stretch."""
    first, last = drawn.points[0][0], drawn.points[-1][0]
    short = (last - first).total_seconds() <= 2 * 86_400
    marks = []
    for part in range(5):
        at = first + (last - first) * (part / 4)
        anchor = {0: "start", 4: "end"}.get(part, "middle")
        marks.append(label(at.strftime("%H:%M" if short else "%m-%d"), x=x(at.timestamp()), y=_BOTTOM + 18,
                           fill=palette["ink3"], text_anchor=anchor, font_size=_SIZE))  # fmt: skip
        if last == first:
            break
    return marks


def _limits(
    drawn: Drawn, y: Axis, left: float, scale: UnitScale, words: Words, palette: Palette
) -> list[Markup]:
    """Each limit with its word and value at the right; of those that clear only the lowest is drawn."""
    parts: list[tuple[float, str, str, str]] = []
    for level, fire, _, word in drawn.limits:
        said = words("readings.fire", level=word, value=scale.write(fire / scale.divisor))
        parts.append((fire, said, _COLOURS[level], ""))
    lowest = min(drawn.limits, default=None, key=lambda limit: limit[0])
    if lowest is not None and lowest[2] != lowest[1]:
        said = words("readings.clear", value=scale.write(lowest[2] / scale.divisor))
        parts.append((lowest[2], said, "ink3", "5 4"))
    if drawn.target is not None:
        said = words("readings.target", value=scale.write(drawn.target / scale.divisor))
        parts.append((drawn.target, said, "accent", "2 3"))
    marks: list[Markup] = []
    places = _apart([y(value / scale.divisor) for value, *_ in parts])
    for (value, said, colour, dashes), place in zip(parts, places, strict=True):
        at = y(value / scale.divisor)
        dashed: dict[str, Any] = {"stroke_dasharray": dashes} if dashes else {}
        edge = palette["yellow-edge"] if colour == "yellow" else palette[colour]
        ink = palette[f"{colour}-ink"] if colour in _COLOURS else palette["ink2"]
        marks.append(line(left, at, _WIDTH - _RIGHT, at, stroke=edge, stroke_width=1.5, **dashed))
        marks.append(label(said, x=_WIDTH - _RIGHT + 6, y=place, fill=ink, font_size=11.5))
    return marks


def _apart(places: Sequence[float], *, gap: float = 14.0) -> list[float]:
    """The places, moved so far apart that words beside them do not lie on one another."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = list(places)
    for before, after in pairwise(order):
        moved[after] = max(moved[after], moved[before] + gap)
    over = max((moved[i] for i in order), default=0.0) - (_BOTTOM + 2)
    return [place - over for place in moved] if over > 0 else moved


def _curve(drawn: Drawn, x: Axis, y: Axis, scale: UnitScale, palette: Palette) -> list[Markup]:
    parts: list[Markup] = []
    stretch: list[tuple[float, float]] = []
    gap = _gap(drawn.points)
    before: float | None = None
    for at, value in [*drawn.points, (drawn.points[-1][0], None)]:
        if value is None or (before is not None and gap and at.timestamp() - before > gap):
            parts += _stretch(stretch, palette)
            stretch = []
        if value is not None:
            stretch.append((x(at.timestamp()), y(value / scale.divisor)))
            before = at.timestamp()
    parts += _stretch(stretch, palette)
    last = next((p for p in reversed(drawn.points) if p[1] is not None), None)
    if last is not None and last[1] is not None:
        parts.append(el("circle", cx=x(last[0].timestamp()), cy=y(last[1] / scale.divisor), r=3.2,
                        fill=palette["ink"]))  # fmt: skip
    return parts


def _stretch(points: Sequence[tuple[float, float]], palette: Palette) -> list[Markup]:
    if len(points) == 1:
        return [el("circle", cx=points[0][0], cy=points[0][1], r=1.8, fill=palette["ink"])]
    return [polyline(points, stroke=palette["ink"], stroke_width=1.6)] if points else []


def _gap(points: Sequence[tuple[datetime, Any]]) -> float:
    """The line breaks over a silence of more than three usual steps; 0: never."""
    steps = sorted((b[0] - a[0]).total_seconds() for a, b in pairwise(points))
    return 3.0 * steps[len(steps) // 2] if steps else 0.0
