"""The innovation matrix of redesigns: what each saves by what it takes, and how much it changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.formats.report.drawing import SMALL, Axis, fitted, frame, label, line, ticks
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP, _RIGHT = 560.0, 320.0, 58.0, 268.0, 16.0, 16.0
_SMALLEST, _LARGEST = 4.0, 11.0
_APART, _ROOM = 36.0, 150.0


@dataclass(frozen=True)
class Mark:
    """A design in the matrix. letter: what it is called beside the picture; effort: on the axis; changed:
    rows of the process it touches; gain, low, high: shares of the figure as it is; real: told from none."""

    letter: str
    name: str
    effort: float
    changed: int
    gain: float
    low: float
    high: float
    real: bool


def by_cost(designs: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the effort of all is known in money: of every change of every design a cost is told."""
    return all(not each["cost"]["untold"] for each in designs)


def marks_of(designs: Sequence[Mapping[str, Any]]) -> list[Mark]:
    """Designs of a result (`anlan.improve/1`) whose gain can be told, lettered in their order."""
    money = by_cost(designs)
    found = []
    for number, each in enumerate(designs):
        place = each["place"]
        gain = place["gain"]
        if gain is None:
            continue
        effort = float(place["spend"] if money else place["effort"])
        found.append(Mark(letter_of(number), each["name"], effort, place["changed"], gain["estimate"],
                          gain["low"], gain["high"], not gain["low"] <= 0.0 <= gain["high"]))  # fmt: skip
    return found


def letter_of(number: int) -> str:
    """A, B, ... Z, AA, AB, ..."""
    return (letter_of(number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)


def innovation_matrix(
    designs: Sequence[Mapping[str, Any]], *, by: str, language: Language, theme: Theme = "light"
) -> str:
    """Gain (share of the figure as it is, 95 % interval) by effort; the larger the dot, the more rows of the
    process are changed; a hollow dot is not told from no gain. by: the figure ranked by."""
    words, palette = Words(language), Palette(theme)
    marks = marks_of(designs)
    money = by_cost(designs)
    across = _across(marks, money)
    low = min((each.low for each in marks), default=0.0)
    up_ticks = ticks(min(0.0, low), max(0.0, max((each.high for each in marks), default=0.0)), about=5)
    up = Axis(up_ticks[0], up_ticks[-1], _BOTTOM, _TOP)
    said = words.plain("innovation.figure", by=words.plain(f"designs.figures.{by}"))
    return frame(
        _WIDTH, _HEIGHT,
        _axes(across, up, up_ticks, money, said, words, palette),
        [_drawn(each, x, up, _radius(each, marks), palette) for each, x in _beside(marks, across, money)],
        title=words.plain("innovation.title"), text=_sentence(marks, words), theme=theme,
    )  # fmt: skip


def _across(marks: Sequence[Mark], money: bool) -> Axis:
    start, end = _LEFT + _LARGEST, _WIDTH - _RIGHT - _LARGEST
    if not money:
        return Axis(1.0, 3.0, start + 60, end - 60)
    most = max((each.effort for each in marks), default=0.0)
    return Axis(0.0, ticks(0.0, most or 1.0)[-1], start, end)


def _beside(marks: Sequence[Mark], across: Axis, money: bool) -> list[tuple[Mark, float]]:
    """Where each stands; those of one level of effort side by side, as they are lettered."""
    if money:
        return [(each, across(each.effort)) for each in marks]
    found = []
    for level in sorted({each.effort for each in marks}):
        mine = [each for each in marks if each.effort == level]
        step = min(_APART, _ROOM / len(mine))
        first = across(level) - step * (len(mine) - 1) / 2
        found += [(each, first + step * place) for place, each in enumerate(mine)]
    return found


def _axes(across: Axis, up: Axis, up_ticks: Sequence[float], money: bool, said: str, words: Words,
          palette: Palette) -> list[Markup]:  # fmt: skip
    parts = [line(_LEFT, _TOP, _LEFT, _BOTTOM, stroke=palette["line2"])]
    for tick in up_ticks:
        width = 1.4 if abs(tick) < 1e-12 else 0.7
        parts.append(line(_LEFT, up(tick), _WIDTH - _RIGHT, up(tick), stroke=palette["line2"],
                          stroke_width=width))  # fmt: skip
        shown = words.percent(tick).replace("-", "−")
        parts.append(label(shown, x=_LEFT - 6, y=up(tick), fill=palette["ink3"], font_size=SMALL,
                           text_anchor="end"))  # fmt: skip
    places = ticks(0.0, across.high) if money else [1.0, 2.0, 3.0]
    for tick in places:
        shown = words.number(tick) if money else words.plain(f"innovation.effort.{int(tick)}")
        parts.append(label(shown, x=across(tick), y=_BOTTOM + 14, fill=palette["ink3"], font_size=SMALL,
                           text_anchor="middle"))  # fmt: skip
    across_said = words.plain("innovation.by_cost" if money else "innovation.by_effort")
    parts.append(label(across_said, x=_WIDTH - _RIGHT, y=_BOTTOM + 32, fill=palette["ink2"], font_size=SMALL,
                       text_anchor="end"))  # fmt: skip
    parts.append(label(fitted(said, 300, size=SMALL), x=_LEFT, y=_BOTTOM + 32, fill=palette["ink2"],
                       font_size=SMALL))  # fmt: skip
    return parts


def _radius(of: Mark, marks: Sequence[Mark]) -> float:
    """Area by the number of rows changed."""
    most = max(each.changed for each in marks) or 1
    return _SMALLEST + (_LARGEST - _SMALLEST) * float((of.changed / most) ** 0.5)


def _drawn(of: Mark, x: float, up: Axis, radius: float, palette: Palette) -> list[Markup]:
    y = up(of.gain)
    colour = palette["ink3"] if not of.real else palette["accent"] if of.gain > 0.0 else palette["red"]
    ends = [
        line(x - 4, up(end), x + 4, up(end), stroke=colour, stroke_width=1.6) for end in (of.low, of.high)
    ]
    return [
        line(x, up(of.low), x, up(of.high), stroke=colour, stroke_width=2), *ends,
        el("circle", el("title", of.name), cx=x, cy=y, r=radius, stroke=colour, stroke_width=1.8,
           fill=colour if of.real else palette["surface"], fill_opacity=0.85),
        label(of.letter, x=x + radius + 4, y=y - 8, fill=palette["ink"], font_size=SMALL, font_weight=600),
    ]  # fmt: skip


def _sentence(marks: Sequence[Mark], words: Words) -> str:
    if not marks:
        return words.plain("innovation.nothing")
    best = max(marks, key=lambda each: each.gain)
    return words.plain("innovation.text", n=len(marks), name=best.name, gain=best.gain, low=best.low,
                       high=best.high, changed=best.changed)  # fmt: skip
