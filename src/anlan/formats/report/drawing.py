"""What every chart is drawn with: the SVG frame with its text alternative, axes, ticks, fitted text."""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from anlan.formats.report.markup import Markup, clean, el
from anlan.formats.report.tokens import FONTS, Palette, Theme

SMALL, TEXT = 11.0, 12.0


@dataclass(frozen=True)
class Axis:
    """A scale from data to drawing: `low..high` onto `start..end`, straight or logarithmic."""

    low: float
    high: float
    start: float
    end: float
    logarithmic: bool = False

    def __call__(self, value: float) -> float:
        """Position of `value`, held inside the drawing."""
        inside = min(max(value, self.low), self.high)
        if self.logarithmic:
            share = math.log(inside / self.low) / math.log(self.high / self.low)
        else:
            share = (inside - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def frame(width: float, height: float, *children: Any, title: str, text: str, theme: Theme,
          role: str = "img") -> str:  # fmt: skip
    """An SVG with `title` as its name and `text` as the sentence that replaces it for who cannot see it.
    role: `group` where parts of the drawing can be chosen.
    """
    on_its_own = theme != "page"
    palette = Palette(theme)
    ground = el("rect", width=width, height=height, fill=palette["surface"]) if on_its_own else None
    return el(
        "svg",
        el("title", title),
        el("desc", text),
        ground,
        *children,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {width:g} {height:g}",
        width=width,
        height=height,
        role=role,
        class_="chart",
        font_family=FONTS if on_its_own else None,
        font_size=TEXT,
        fill=palette["ink2"],
    )


def label(text: str, *, x: float, y: float, fill: str, **attributes: Any) -> Markup:
    """Text whose middle line lies at `y`."""
    return el("text", text, x=x, y=y, dy="0.35em", fill=fill, **attributes)


def line(x1: float, y1: float, x2: float, y2: float, *, stroke: str, **attributes: Any) -> Markup:
    return el("path", d=f"M{x1:.2f} {y1:.2f}L{x2:.2f} {y2:.2f}", stroke=stroke, fill="none", **attributes)


def polyline(points: Sequence[tuple[float, float]], *, stroke: str, **attributes: Any) -> Markup:
    path = "M" + "L".join(f"{x:.2f} {y:.2f}" for x, y in points)
    return el("path", d=path, stroke=stroke, fill="none", stroke_linejoin="round", **attributes)


def text_width(text: str, size: float = TEXT) -> float:
    """Estimated width; wide enough for Inter beside a Chinese font."""
    return size * sum(_advance(character) for character in text)


def fitted(text: str, width: float, *, size: float = TEXT) -> str:
    """`text` cut to `width` with an ellipsis."""
    text = " ".join(clean(text).split())
    if text_width(text, size) <= width:
        return text
    room, kept = width - size, []
    for character in text[:200]:
        room -= size * _advance(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip() + "…"


def lines_of(text: str, width: float, *, size: float = TEXT, most: int = 2) -> list[str]:
    """`text` broken into at most `most` lines of `width`, the last one cut with an ellipsis."""
    rest = " ".join(clean(text).split())
    lines: list[str] = []
    while rest and len(lines) < most - 1 and text_width(rest, size) > width:
        cut = _break(rest, width, size)
        lines.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*lines, fitted(rest, width, size=size)] if rest else lines


def _break(text: str, width: float, size: float) -> int:
    """Where a line of `width` ends: after the last blank or hyphen in it, or between any two characters."""
    room, last, best = width, 0, 0
    for i, character in enumerate(text[:400]):
        room -= size * _advance(character)
        if room < 0:
            break
        last = i + 1
        if character in " -_/" or unicodedata.east_asian_width(character) in "WF":
            best = last
    return best if best > last * 0.4 else max(last, 1)


def _advance(character: str) -> float:
    kind = unicodedata.east_asian_width(character)
    if kind in "WF":
        return 1.0
    if unicodedata.combining(character):
        return 0.0
    if character in "iljft.,:;'|! ":
        return 0.32
    return 0.66 if character.isupper() or character in "mw%@" else 0.6 if character.isdigit() else 0.56


def ticks(low: float, high: float, *, about: int = 5) -> list[float]:
    """Round values that cover `low..high` in steps of 1, 2 or 5 times a power of ten."""
    if high <= low:
        high = low + (abs(low) or 1.0)
    rough = (high - low) / max(about, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next(m for m in (1, 2, 5, 10) if m * power >= rough * 0.999999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [i * step for i in range(first, last + 1)]


def log_ticks(low: float, high: float, *, most: int = 6) -> list[float]:
    """1, 2, 5 (or 1, 3; or 1 alone) times powers of ten inside `low..high`, no more than `most`; even
    steps where the range is narrow."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    if high / low < 4:
        return [value for value in ticks(low, high, about=4) if low * 0.9999 <= value <= high * 1.0001]
    for steps in ((1, 2, 5), (1, 3), (1,)):
        values = [m * 10.0**d for d in decades for m in steps if low * 0.9999 <= m * 10.0**d <= high * 1.0001]
        if len(values) <= most:
            return values
    stride = math.ceil(len(values) / most)
    return values[::stride]
