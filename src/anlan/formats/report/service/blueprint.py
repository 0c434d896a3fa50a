"""A service blueprint: who does each step, what the customer sees of it, and where it waits and is at risk.

Lanes from top to bottom: evidence, customer actions, (line of interaction) front stage, (line of visibility)
back stage, (line of internal interaction) support and systems. Steps whose lane nobody told stand in a lane
of their own below, ways off the main path in the last. Long processes are drawn in bands of equal width, so
that a sheet of A4 across can hold them.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from anlan.domain.design.service_view import ServiceView, StepFacts
from anlan.formats.report.drawing import fitted, frame, label, line, lines_of, polyline
from anlan.formats.report.levels import Levels, shape
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.service.said import short_times
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Words

A4_COLUMNS = 7
"""Columns of a band that can still be read on a sheet of A4 across."""
_LEFT, _COLUMN, _BOX, _TALL = 104.0, 148.0, 124.0, 78.0
_HEAD, _GAP, _PAD = 26.0, 18.0, 10.0
_STAGES = ("customer", "front", "back", "support")
_LINES = {"customer": ("interaction", None), "front": ("visibility", "7 4"), "back": ("internal", "2 3")}
Address = Callable[[str], str]


@dataclass(frozen=True)
class _Lane:
    code: str
    top: float
    height: float

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


@dataclass(frozen=True)
class _Sheet:
    """What every part of the drawing needs. address: where a step leads to on a page."""

    view: ServiceView
    words: Words
    levels: Levels
    palette: Palette
    address: Address | None


def blueprint_drawing(
    view: ServiceView,
    *,
    words: Words,
    levels: Levels,
    theme: Theme = "light",
    most_columns: int | None = A4_COLUMNS,
    address: Address | None = None,
) -> str:
    """The blueprint as SVG. most_columns: of a band, None: all in one band."""
    sheet = _Sheet(view, words, levels, Palette(theme), address)
    return _drawn(sheet, _bands(len(view.path.columns), most_columns), theme)


def blueprint_sheets(view: ServiceView, *, words: Words, levels: Levels) -> list[str]:
    """The same for paper: a drawing for each band, so that each fits a page of A4 across."""
    sheet = _Sheet(view, words, levels, Palette("light"), None)
    return [_drawn(sheet, [band], "light") for band in _bands(len(view.path.columns), A4_COLUMNS)]


def _bands(n: int, most: int | None) -> list[range]:
    """Places of the columns of each band, as even as they can be."""
    n_bands = math.ceil(n / most) if most and n else 1
    across = math.ceil(n / n_bands)
    return [range(first, min(first + across, n)) for first in range(0, max(n, 1), max(across, 1))]


def _drawn(sheet: _Sheet, bands: Sequence[range], theme: Theme) -> str:
    width = _LEFT + max(len(bands[0]), 1) * _COLUMN + _PAD
    drawn: list[Markup] = []
    top = 0.0
    for band in bands:
        part, height = _band(sheet, sheet.view.columns[band.start : band.stop], band.start, top, width)
        drawn += part
        top += height + _GAP
    title = sheet.words("service.blueprint_of", name=sheet.view.name)
    return frame(
        width,
        top - _GAP,
        *drawn,
        title=title,
        text=sentence(sheet.view, sheet.words),
        theme=theme,
        role="group" if sheet.address else "img",
    )


def sentence(view: ServiceView, words: Words) -> str:
    """The blueprint in a sentence."""
    counts = {code: sum(step.lane == code for step in view.in_order) for code in _STAGES}
    return words(
        "service.blueprint_text",
        n=len(view.path.columns),
        untold=len(view.untold),
        others=len(view.in_order) - len(view.path.columns),
        **counts,
    )


def _band(
    sheet: _Sheet, steps: Sequence[StepFacts], first: int, top: float, width: float
) -> tuple[list[Markup], float]:
    """A band of columns with all lanes; the height it takes."""
    lanes = _lanes(sheet.view, steps, top + _HEAD)
    at = {lane.code: lane for lane in lanes}
    centres = [_LEFT + (place + 0.5) * _COLUMN for place in range(len(steps))]
    drawn = [part for lane in lanes for part in _lane(sheet, lane, width)]
    drawn += [
        label(
            str(first + place + 1),
            x=x,
            y=top + _HEAD / 2,
            text_anchor="middle",
            font_size=11,
            fill=sheet.palette["ink3"],
        )
        for place, x in enumerate(centres)
    ]
    middles = [at[step.lane or "untold"].middle for step in steps]
    drawn += _arrows(sheet, centres, middles)
    for step, x, y in zip(steps, centres, middles, strict=True):
        drawn += _evidence(sheet, step, x, at["evidence"])
        drawn.append(_box(sheet, step, x, y))
        if "others" in at:
            drawn += _others(sheet, step, x, at["others"])
    return drawn, lanes[-1].top + lanes[-1].height - top


def _lanes(view: ServiceView, steps: Sequence[StepFacts], top: float) -> list[_Lane]:
    heights = {"evidence": 50.0, **dict.fromkeys(_STAGES, _TALL + 2 * _PAD)}
    if any(not step.lane for step in view.columns):
        heights["untold"] = _TALL + 2 * _PAD
    most = max((len(_off(view, step.key)) for step in steps), default=0)
    if most:
        heights["others"] = 16.0 * min(most, _MOST_OTHERS + 1) + 2 * _PAD
    lanes = []
    for code, height in heights.items():
        lanes.append(_Lane(code, top, height))
        top += height
    return lanes


_MOST_OTHERS = 4


def _off(view: ServiceView, key: str) -> list[tuple[str, StepFacts]]:
    """Steps beside the main path that stand under a column, and columns it leads back to: sign and step."""
    beside = [("↳", view.facts[k]) for k in view.path.under.get(key, ())]
    return beside + [("↺", view.facts[k]) for k in view.path.back.get(key, ())]


def _lane(sheet: _Sheet, lane: _Lane, width: float) -> list[Markup]:
    palette, words = sheet.palette, sheet.words
    ground = {"evidence": "sunken", "untold": "sunken", "others": "sunken"}.get(lane.code, "surface")
    drawn = [el("rect", x=0, y=lane.top, width=width, height=lane.height, fill=palette[ground])]
    texts = lines_of(words(f"service.lanes.{lane.code}"), _LEFT - 20, size=12, most=3)
    start = lane.middle - 15 * (len(texts) - 1) / 2
    drawn += [
        label(part, x=10, y=start + 15 * i, fill=palette["ink2"], font_size=12, font_weight=600)
        for i, part in enumerate(texts)
    ]
    bottom = lane.top + lane.height
    if lane.code in _LINES:
        name, dashes = _LINES[lane.code]
        drawn.append(
            line(
                0, bottom, width, bottom, stroke=palette["accent"], stroke_width=1.4, stroke_dasharray=dashes
            )
        )
        drawn.append(
            label(
                words(f"service.lines.{name}"), x=10, y=bottom - 9, fill=palette["accent-ink"], font_size=10
            )
        )
    else:
        drawn.append(line(0, bottom, width, bottom, stroke=palette["line2"], stroke_width=1))
    return drawn


def _arrows(sheet: _Sheet, centres: Sequence[float], middles: Sequence[float]) -> list[Markup]:
    colour, drawn = sheet.palette["slate"], []
    for i in range(len(centres) - 1):
        x1, x2 = centres[i] + _BOX / 2, centres[i + 1] - _BOX / 2
        y1, y2, half = middles[i], middles[i + 1], (x1 + x2) / 2
        drawn.append(
            polyline([(x1, y1), (half, y1), (half, y2), (x2 - 5, y2)], stroke=colour, stroke_width=1.5)
        )
        drawn.append(el("path", d=f"M{x2:.2f} {y2:.2f}l-7 -4v8Z", fill=colour))
    return drawn


def _evidence(sheet: _Sheet, step: StepFacts, x: float, lane: _Lane) -> list[Markup]:
    shown = step.evidence or (step.channel if step.touches else "")
    texts = lines_of(shown, _COLUMN - 16, size=11)
    start = lane.middle - 14 * (len(texts) - 1) / 2
    return [
        label(part, x=x, y=start + 14 * i, text_anchor="middle", font_size=11, fill=sheet.palette["ink2"])
        for i, part in enumerate(texts)
    ]


def _box(sheet: _Sheet, step: StepFacts, x: float, y: float) -> Markup:
    palette, words = sheet.palette, sheet.words
    left, top = x - _BOX / 2, y - _TALL / 2
    outline = (
        {"stroke": palette["accent"], "stroke_width": 1.3}
        if step.lane
        else {"stroke": palette["field"], "stroke_width": 1.2, "stroke_dasharray": "4 3"}
    )
    parts = [el("rect", x=left, y=top, width=_BOX, height=_TALL, rx=6, fill=palette["surface"], **outline)]
    room = _BOX - 16
    for i, part in enumerate(lines_of(step.name, room, size=12)):
        parts.append(
            label(part, x=left + 8, y=top + 15 + 14 * i, fill=palette["ink"], font_size=12, font_weight=600)
        )
    below = [
        words("service.short.promise", promise=words.duration(step.promise_s)) if step.promise_s else "",
        short_times(step, words),
        words("service.short.deviation", share=step.deviation) if step.deviation else "",
    ]
    told = [text for text in below if text]
    role = step.role if len(told) < 3 else ""
    for i, text in enumerate([text for text in (role, *told) if text][:3]):
        parts.append(
            label(
                fitted(text, room, size=11),
                x=left + 8,
                y=top + 46 + 12.5 * i,
                fill=palette["ink3"],
                font_size=11,
            )
        )
    if step.level:
        parts += _badge(sheet, step, left + _BOX - 6, top)
    group = el("g", *parts)
    if sheet.address is None:
        return group
    return el("a", group, href=sheet.address(step.key), aria_label=_spoken(step, sheet))


def _badge(sheet: _Sheet, step: StepFacts, right: float, y: float) -> list[Markup]:
    """The highest level's mark, and how many risks, on the edge of the box."""
    mark, palette = sheet.levels[step.level], sheet.palette
    count = str(step.risks)
    width = 22 + 7.0 * len(count)
    edge = palette["yellow-edge" if mark.colour == "yellow" else mark.colour]
    return [
        el(
            "rect",
            x=right - width,
            y=y - 9,
            width=width,
            height=18,
            rx=9,
            fill=palette["surface"],
            stroke=edge,
        ),
        shape(mark, x=right - width + 10, y=y, size=9, palette=palette),
        label(count, x=right - 6, y=y, text_anchor="end", font_size=11, fill=palette[f"{mark.colour}-ink"]),
    ]


def _others(sheet: _Sheet, step: StepFacts, x: float, lane: _Lane) -> list[Markup]:
    found = _off(sheet.view, step.key)
    shown = [fitted(f"{sign} {other.name}", _COLUMN - 12, size=11) for sign, other in found[:_MOST_OTHERS]]
    if len(found) > _MOST_OTHERS:
        shown.append(sheet.words("service.more", n=len(found) - _MOST_OTHERS))
    left = x - _BOX / 2
    return [
        label(text, x=left, y=lane.top + _PAD + 8 + 16 * i, font_size=11, fill=sheet.palette["ink2"])
        for i, text in enumerate(shown)
    ]


def _spoken(step: StepFacts, sheet: _Sheet) -> str:
    words = sheet.words
    parts = [step.name, words(f"service.lanes.{step.lane or 'untold'}"), short_times(step, words)]
    if step.level:
        parts.append(sheet.levels[step.level].word)
    return words.listed(part for part in parts if part)
