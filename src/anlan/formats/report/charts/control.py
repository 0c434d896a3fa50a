"""Control chart of one proposed indicator: its readings, baseline, limits, and where an alert starts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.formats.report.drawing import Axis, fitted, frame, label, line, text_width, ticks
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words
from anlan.formats.wording import DurationUnit

_WIDTH, _HEIGHT, _SIZE = 280.0, 168.0, 10.5
_TOP, _BOTTOM = 12.0, 142.0


def control_chart(
    data: Mapping[str, Any], *, language: Language, theme: Theme = "light", working: bool = False
) -> str:
    """Readings over time with baseline, control limits (dotted) and fire (solid) and clear (dashed) lines.

    A reading beyond a limit is a red ring; a hollow dot is a period that set no limit and raises no
    signal (covered in part, beginning, running out), held at the edge where it lies far off; a gap in
    the line is a period without a reading.
    data: one entry of `monitor` of the result. working: its durations are working time of a calendar.
    """
    words, palette = Words(language, working=working), Palette(theme)
    title = words.of(data["title"])
    scale = unit_scale(data, words)
    readings = _readings(data, scale)
    known = [reading.value for reading in readings if reading.value is not None]
    if not known:
        return frame(
            _WIDTH,
            50,
            label(words("control.none"), x=2, y=25, fill=palette["ink3"], font_size=_SIZE),
            title=title,
            text=words("control.none"),
            theme=theme,
        )
    lines = {name: data[name] / scale.divisor for name in _LINES if data[name] is not None}
    drawn = [*(r.value for r in readings if r.counts and r.value is not None), *lines.values()] or known
    steps = _steps(min(drawn), max(drawn), scale)
    left = 8 + max(text_width(scale.tick(step), _SIZE) for step in steps)
    x = Axis(0.0, max(len(readings) - 1.0, 1.0), left, _WIDTH - 34)
    y = Axis(steps[0], steps[-1], _BOTTOM, _TOP)
    return frame(
        _WIDTH,
        _HEIGHT,
        _grid(y, steps, left, scale, palette),
        _dates(readings, x, left, palette),
        _limits(lines, y, left, words, palette),
        _curve(readings, x, y, palette),
        title=title,
        text=_sentence(data, readings, scale, words),
        theme=theme,
    )


def _steps(low: float, high: float, scale: "UnitScale") -> list[float]:
    """Marks of the value axis. A flat series is shown against zero; no share stands above 100 %."""
    if high <= low:
        low = min(low, 0.0)
    steps = ticks(low, high, about=4)
    return [step for step in steps if step <= 1.0] if scale.is_share else steps


@dataclass(frozen=True)
class _Reading:
    """A period: its first day, the value as drawn, whether it set the limits, whether it is beyond them."""

    day: str
    value: float | None
    counts: bool
    beyond: bool


def _readings(data: Mapping[str, Any], scale: "UnitScale") -> list[_Reading]:
    """All periods; of long stretches at both ends that set no limit only the part next to the others."""
    left_out, beyond = set(data["left_out"]), set(data["beyond"])
    readings = [
        _Reading(
            day,
            None if v is None else v / scale.divisor,
            v is not None and day not in left_out,
            day in beyond,
        )
        for day, v, _ in data["series"]
    ]
    counting = [i for i, reading in enumerate(readings) if reading.counts]
    if not counting:
        return readings
    beside = max(3, len(counting) // 5)
    return readings[max(0, counting[0] - beside) : counting[-1] + beside + 1]


_LINES = ("baseline", "lower_limit", "upper_limit", "fire", "clear")


class UnitScale:
    """How an indicator's values are written: divided by `divisor`, with `label` as unit."""

    def __init__(self, label: str, divisor: float, words: Words, *, share: bool = False) -> None:
        self.label, self.divisor, self.is_share = label, divisor, share
        self._words = words

    def write(self, value: float) -> str:
        """A value already divided by `divisor`."""
        return self._words.percent(value) if self.is_share else self._words.number(value)

    def tick(self, value: float) -> str:
        """A value on the axis."""
        return self._words.axis_percent(round(value, 6)) if self.is_share else self._words.number(value)

    def with_unit(self, value: float | None) -> str:
        """A value as the result holds it, with its unit."""
        if value is None:
            return "—"
        written = self.write(value / self.divisor)
        return written if self.is_share else f"{written}\u00a0{self.label}"


_SECONDS = {"s": 1.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


def shared_unit(indicators: Sequence[Mapping[str, Any]], words: Words) -> DurationUnit:
    """The unit for all durations of a list of indicators, so that its rows can be compared."""
    return words.duration_unit(_typical_s(i) for i in indicators if i["unit"] in _SECONDS)


def _typical_s(indicator: Mapping[str, Any]) -> float:
    """The baseline, or the largest reading where there is none, in seconds."""
    values = [abs(v) for _, v, _ in indicator["series"] if v is not None]
    typical = indicator["baseline"] or (max(values) if values else 0.0)
    return float(_SECONDS[indicator["unit"]] * typical)


def unit_scale(
    indicator: Mapping[str, Any], words: Words, durations: DurationUnit | None = None
) -> UnitScale:
    """Durations in the unit of the list (`durations`), alone in the one that suits the baseline; shares in
    per cent; all else as stored."""
    unit = indicator["unit"]
    if unit in ("share", "rate", "1"):
        return UnitScale("%", 1.0, words, share=True)
    if unit not in _SECONDS:
        return UnitScale(words.term("units", unit), 1.0, words)
    chosen = durations or words.duration_unit([_typical_s(indicator)])
    return UnitScale(chosen.name, chosen.length_s / _SECONDS[unit], words)


def _grid(y: Axis, steps: Sequence[float], left: float, scale: UnitScale, palette: Palette) -> list[Markup]:
    drawn = []
    for value in steps:
        drawn.append(line(left, y(value), _WIDTH - 34, y(value), stroke=palette["line"], stroke_width=0.8))
        drawn.append(
            label(
                scale.tick(value),
                x=left - 5,
                y=y(value),
                fill=palette["ink3"],
                text_anchor="end",
                font_size=_SIZE,
            )
        )
    return drawn


def _dates(readings: Sequence[_Reading], x: Axis, left: float, palette: Palette) -> list[Markup]:
    first, last = readings[0].day[:10], readings[-1].day[:10]
    ends = [label(first, x=left, y=_BOTTOM + 14, fill=palette["ink3"], font_size=_SIZE)]
    if last != first:
        ends.append(
            label(
                last, x=_WIDTH - 34, y=_BOTTOM + 14, fill=palette["ink3"], text_anchor="end", font_size=_SIZE
            )
        )
    return ends


def _limits(lines: Mapping[str, float], y: Axis, left: float, words: Words, palette: Palette) -> list[Markup]:
    """Lines with a short name at the right; a name that would lie on another one moves aside."""
    style: dict[str, dict[str, Any]] = {
        "baseline": {"stroke": palette["ink3"], "stroke_width": 1},
        "lower_limit": {"stroke": palette["red"], "stroke_width": 1.2, "stroke_dasharray": "1.5 2.5"},
        "upper_limit": {"stroke": palette["red"], "stroke_width": 1.2, "stroke_dasharray": "1.5 2.5"},
        "fire": {"stroke": palette["red"], "stroke_width": 1.2},
        "clear": {"stroke": palette["red"], "stroke_width": 1.2, "stroke_dasharray": "5 3"},
    }
    ordered = sorted(lines.items(), key=lambda item: y(item[1]))
    drawn = []
    for (name, value), at in zip(ordered, _apart([y(value) for _, value in ordered]), strict=True):
        drawn.append(line(left, y(value), _WIDTH - 34, y(value), **style[name]))
        drawn.append(
            label(
                fitted(words(f"control.{name}"), 32, size=9.5),
                x=_WIDTH - 31,
                y=at,
                fill=palette["ink3" if name == "baseline" else "red-ink"],
                font_size=9.5,
            )
        )
    return drawn


def _apart(places: Sequence[float], *, gap: float = 10.5) -> list[float]:
    """Ascending positions moved so far apart that names do not lie on one another, none below the axis."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + gap) if moved else place)
    limit = _BOTTOM
    for i in range(len(moved) - 1, -1, -1):
        moved[i] = min(moved[i], limit)
        limit = moved[i] - gap
    return moved


def _curve(readings: Sequence[_Reading], x: Axis, y: Axis, palette: Palette) -> list[Markup]:
    """A line through the readings that count, hollow dots for the others, rings on those beyond."""
    few = len(readings) <= 60
    drawn: list[Markup] = []
    stretch: list[tuple[float, float]] = []
    rings, hollow = [], []
    for i, reading in enumerate([*readings, _Reading("", None, False, False)]):
        if reading.value is not None and reading.counts:
            stretch.append((x(float(i)), y(reading.value)))
            if reading.beyond:
                rings.append(stretch[-1])
            continue
        drawn += _stretch(stretch, dots=few, palette=palette)
        stretch = []
        if reading.value is not None:
            hollow.append((x(float(i)), y(reading.value)))
    drawn += [_ring(at, 2.0 if few else 1.4, palette["slate"], palette) for at in hollow]
    return drawn + [_ring(at, 3.2 if few else 2.0, palette["red"], palette) for at in rings]


def _ring(at: tuple[float, float], radius: float, colour: str, palette: Palette) -> Markup:
    width = 1.6 if radius > 2 else 1.0
    return el(
        "circle", cx=at[0], cy=at[1], r=radius, fill=palette["surface"], stroke=colour, stroke_width=width
    )


def _stretch(points: Sequence[tuple[float, float]], *, dots: bool, palette: Palette) -> list[Markup]:
    """One unbroken run of readings; a lone reading is a dot."""
    drawn = []
    if len(points) > 1:
        path = "M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in points)
        drawn.append(
            el("path", d=path, stroke=palette["teal"], stroke_width=1.4, fill="none", stroke_linejoin="round")
        )
    if dots or len(points) == 1:
        drawn += [el("circle", cx=px, cy=py, r=1.6, fill=palette["teal"]) for px, py in points]
    return drawn


def _sentence(data: Mapping[str, Any], readings: Sequence[_Reading], scale: UnitScale, words: Words) -> str:
    counting = [reading for reading in readings if reading.counts and reading.value is not None]
    last = next(r.value for r in reversed(counting or readings) if r.value is not None)
    return words(
        "control.text",
        n=len(counting),
        last=scale.with_unit(last * scale.divisor),
        outside=len(data["beyond"]),
        left_out=len(data["left_out"]),
    )
