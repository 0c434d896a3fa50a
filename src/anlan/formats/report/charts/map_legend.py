"""Legend of a process map: it is always there, with the limits in use."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.formats.report.drawing import SMALL, label, text_width
from anlan.formats.report.flow.overlays import Overlay
from anlan.formats.report.flow.waits import Waits
from anlan.formats.report.levels import Levels, shape
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette
from anlan.formats.report.words import Words

Entry = tuple[float, Callable[[float, float], Markup]]


@dataclass(frozen=True)
class Legend:
    drawing: Markup
    height: float


def legend(
    waits: Waits,
    data: Mapping[str, Any],
    *,
    width: float,
    top: float,
    folds: int,
    down: bool,
    words: Words,
    palette: Palette,
    overlay: Overlay | None = None,
) -> Legend:
    """Entries side by side, wrapped to `width`; the first says what the colour of a box means."""
    entries = [
        _waiting(waits, words, palette) if overlay is None else _overlay(overlay, words, palette),
        _cases(words, palette),
        _rework(words, palette),
        _risks(data, words, palette),
        _key(words, palette),
    ]
    if data.get("alerts"):
        entries.append(_alerts(words, palette))
    if folds > 1:
        entries.append(_note(words("map.folds_down" if down else "map.folds_right", n=folds), palette))
    if any(a["service_s"] and a["waiting_s"] for a in data["process"]["activities"]):
        entries.insert(1, _work(words, palette))
    x, y, drawn = 10.0, top + 12, []
    for size, draw in entries:
        if x > 10 and x + size > width - 6:
            x, y = 10.0, y + 22
        drawn.append(draw(x, y))
        x += size + 24
    rule = el("path", d=f"M0 {top - 4:.1f}H{width:.1f}", stroke=palette["line"])
    return Legend(el("g", rule, drawn), y - top + 14)


def _text(text: str, x: float, y: float, palette: Palette) -> Markup:
    return label(text, x=x, y=y, fill=palette["ink2"], font_size=SMALL)


def _note(text: str, palette: Palette) -> Entry:
    return text_width(text, SMALL), lambda x, y: _text(text, x, y, palette)


def _waiting(waits: Waits, words: Words, palette: Palette) -> Entry:
    name = words("map.legend_waiting" if waits.true_waits else "map.legend_gap")
    return _steps(name, wait_limits(waits, words), len(waits.limits_s) + 1, palette)


def _overlay(overlay: Overlay, words: Words, palette: Palette) -> Entry:
    name = words(f"overlays.{overlay.word}")
    if overlay.kind == "level":
        return _note(words("overlays.legend_level"), palette)
    ranges = " · ".join(overlay_ranges(overlay, words)) or "—"
    return _steps(name, ranges, len(overlay.limits) + 1, palette)


def overlay_ranges(overlay: Overlay, words: Words) -> list[str]:
    """What each step of the colour stands for, with units."""
    written = {"count": words.count, "duration": words.duration, "share": words.percent}[overlay.kind]
    return _ranges([written(limit) for limit in overlay.limits])


def _steps(name: str, ranges: str, n: int, palette: Palette) -> Entry:
    """A quantity's name, its swatches, and the ranges they stand for."""
    first = text_width(name, SMALL) + 8
    room = first + 22 * n + 8

    def draw(x: float, y: float) -> Markup:
        swatches = [
            el("rect", x=x + first + 22 * i, y=y - 6, width=22, height=12, fill=palette[f"wait{i + 1}"],
               stroke=palette["line2"], stroke_width=0.6)
            for i in range(n)
        ]  # fmt: skip
        return el("g", _text(name, x, y, palette), swatches, _text(ranges, x + room, y, palette))

    return room + text_width(ranges, SMALL), draw


def wait_limits(waits: Waits, words: Words) -> str:
    """`< 2 · 2–8 · ... min`; a dash where there is no waiting to show."""
    if not waits.limits_s:
        return "—"
    unit = words.duration_unit(waits.limits_s)
    return f"{' · '.join(_ranges([words.in_unit(limit, unit) for limit in waits.limits_s]))} {unit.name}"


def _ranges(limits: Sequence[str]) -> list[str]:
    if not limits:
        return []
    return [f"< {limits[0]}", *(f"{a}–{b}" for a, b in itertools.pairwise(limits)), f"≥ {limits[-1]}"]


def _simple(text: str, swatch: Callable[[float, float], Markup], *, room: float, palette: Palette) -> Entry:
    def draw(x: float, y: float) -> Markup:
        return el("g", swatch(x, y), _text(text, x + room, y, palette))

    return room + text_width(text, SMALL), draw


def _work(words: Words, palette: Palette) -> Entry:
    def bar(x: float, y: float) -> Markup:
        return el(
            "g",
            el("rect", x=x, y=y - 2, width=26, height=4, rx=2, fill=palette["plum"], opacity="0.75"),
            el("rect", x=x, y=y - 2, width=10, height=4, rx=2, fill=palette["teal"]),
        )

    return _simple(words("map.legend_work"), bar, room=33, palette=palette)


def _cases(words: Words, palette: Palette) -> Entry:
    def stroke(x: float, y: float) -> Markup:
        return el("path", d=f"M{x} {y}h24", stroke=palette["edge"], stroke_width=5)

    return _simple(words("map.legend_cases"), stroke, room=31, palette=palette)


def _rework(words: Words, palette: Palette) -> Entry:
    def stroke(x: float, y: float) -> Markup:
        return el(
            "path", d=f"M{x} {y}h24", stroke=palette["rework"], stroke_width=1.8, stroke_dasharray="6 4"
        )

    return _simple(words("map.legend_rework"), stroke, room=31, palette=palette)


def _risks(data: Mapping[str, Any], words: Words, palette: Palette) -> Entry:
    marks = Levels(data["criteria"], words).marks[::-1]

    def shapes(x: float, y: float) -> Markup:
        return el(
            "g", [shape(m, x=x + 6 + 15 * i, y=y, size=9, palette=palette) for i, m in enumerate(marks)]
        )

    return _simple(words("map.legend_risks"), shapes, room=15 * len(marks) + 4, palette=palette)


def _alerts(words: Words, palette: Palette) -> Entry:
    def dot(x: float, y: float) -> Markup:
        return el("circle", cx=x + 6, cy=y, r=6, fill=palette["red"])

    return _simple(words("map.legend_alerts"), dot, room=18, palette=palette)


def _key(words: Words, palette: Palette) -> Entry:
    def tag(x: float, y: float) -> Markup:
        return el("rect", x=x, y=y - 6, width=18, height=12, rx=3, fill=palette["ink"])

    return _simple(words("map.legend_key"), tag, room=25, palette=palette)
