"""The bow-tie as a picture: wide for a screen and paper, tall for a phone. Texts wrap."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.formats.report.charts.choosing import Choosing, ways
from anlan.formats.report.drawing import frame, label, line, lines_of
from anlan.formats.report.levels import LevelMark, shape
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme

_LINE, _PAD, _GAP = 17.0, 8.0, 12.0
_TALL = 350.0


@dataclass(frozen=True)
class Widths:
    """Of the wide picture: whole, a box at its edge, a card of a barrier, the event, and from box to card."""

    whole: float = 1120.0
    box: float = 190.0
    card: float = 196.0
    event: float = 156.0
    gap: float = 28.0

    @property
    def edge(self) -> float:
        """Where a box of the left side ends."""
        return 4.0 + self.box

    @property
    def first_card(self) -> float:
        return self.edge + self.gap


COMPACT = Widths(whole=820.0, box=142.0, card=146.0, event=122.0, gap=14.0)
"""Beside a panel, with texts as large as ever."""


@dataclass(frozen=True)
class Card:
    """A barrier: its text, a note below, and a bar filled by how well it works (0: empty and dashed).

    part: where parts can be chosen, the one it shows; so of lines and the event."""

    text: str
    note: str
    filled: float
    colour: str = "teal"
    note_colour: str = "accent-ink"
    part: str = ""


@dataclass(frozen=True)
class Line:
    """A cause or a consequence with the barriers on its way."""

    text: str
    cards: tuple[Card, ...]
    part: str = ""


@dataclass(frozen=True)
class Event:
    """The event in the middle, with its level where it has one."""

    title: str
    mark: LevelMark | None = None
    part: str = ""

    def fitted(self, width: float) -> "_Text":
        return _Text(tuple(lines_of(self.title, width - 2 * _PAD - 4, size=13, most=8)))


@dataclass(frozen=True)
class _Text:
    """A wrapped text and the height of its box."""

    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        return len(self.lines) * _LINE + 2 * _PAD


@dataclass(frozen=True)
class Lane:
    """A line of the bow-tie with the heights of what it consists of."""

    box: _Text
    cards: tuple[tuple[Card, _Text], ...]
    line: Line

    @property
    def barriers_height(self) -> float:
        return sum(words.height + _LINE + 4 for _, words in self.cards) - 4 if self.cards else 0.0

    @property
    def height(self) -> float:
        return max(self.box.height, self.barriers_height)


def wide_picture(
    event: Event,
    sides: Sequence[Sequence[Line]],
    headings: Mapping[str, str],
    *,
    title: str,
    text: str,
    theme: Theme,
    choosing: Choosing | None = None,
    at: Widths = Widths(),
) -> str:
    """Causes at the left, the event in the middle, consequences at the right. headings: `threats`,
    `preventive`, `event`, `mitigating`, `consequences`."""
    lanes = [_lanes(side, box=at.box, card=at.card) for side in sides]
    height, drawn, places = _wide(event, lanes, headings, Palette(theme), at)
    boxes = _choosable(places, choosing) if choosing else [each.drawn for each in places]
    role = "group" if choosing else "img"
    return frame(at.whole, height, drawn, boxes, title=title, text=text, theme=theme, role=role)


def _choosable(places: Sequence["_Place"], choosing: Choosing) -> list[Markup]:
    near = ways([(each.column, each.y) for each in places])
    return [
        choosing.place(n, each.part, each.drawn, said=each.said, ways=to)
        for n, (each, to) in enumerate(zip(places, near, strict=True), start=1)
    ]


def tall_picture(
    event: Event,
    sides: Sequence[Sequence[Line]],
    headings: Mapping[str, str],
    *,
    title: str,
    text: str,
    theme: Theme,
) -> str:
    """The same from top to bottom."""
    lanes = [_lanes(side, box=_TALL - 12, card=_TALL - 44) for side in sides]
    height, drawn = _tall(event, lanes, headings, Palette(theme))
    return frame(_TALL, height, drawn, title=title, text=text, theme=theme)


def _lanes(lines: Sequence[Line], *, box: float, card: float) -> list[Lane]:
    return [
        Lane(
            _Text(tuple(lines_of(each.text, box - 2 * _PAD - 4, most=6))),
            tuple((c, _Text(tuple(lines_of(c.text, card - 34, most=4)))) for c in each.cards),
            each,
        )
        for each in lines
    ]


@dataclass(frozen=True)
class _Place:
    """A box of the wide picture: column from the left, height of its middle, what it shows, its drawing."""

    column: float
    y: float
    part: str
    said: str
    drawn: object


def _wide(
    event: Event, sides: Sequence[Sequence[Lane]], headings: Mapping[str, str], palette: Palette, at: Widths
) -> tuple[float, list[Any], list[_Place]]:
    """Threats at the left, the event in the middle, consequences at the right; barriers between."""
    words = event.fitted(at.event)
    event_height = words.height + (26.0 if event.mark else 0.0)
    heights = [sum(lane.height for lane in side) + _GAP * max(0, len(side) - 1) for side in sides]
    top = 30.0
    height = top + max(*heights, event_height) + 8
    middle = top + (height - top - 8) / 2
    half = at.whole / 2
    drawn: list[Any] = [_heading(headings[words_of], x, anchor, palette) for words_of, x, anchor in (
        ("threats", 4.0, "start"), ("preventive", at.first_card, "start"), ("event", half, "middle"),
        ("mitigating", at.whole - at.first_card, "end"), ("consequences", at.whole - 4.0, "end"),
    )]  # fmt: skip
    box = _event_box(event, words, half - at.event / 2, middle - event_height / 2, at.event, palette)
    places = [_Place(2, middle, event.part, event.title, box)]
    for side, whole, left in zip(sides, heights, (True, False), strict=True):
        y = middle - whole / 2
        for lane in side:
            drawn.append(_flow(y + lane.height / 2, middle, left, palette, at))
            places += _lane(lane, y + lane.height / 2, left, palette, at)
            y += lane.height + _GAP
    return height, drawn, places


def _lane(lane: Lane, y: float, left: bool, palette: Palette, at: Widths) -> Iterator[_Place]:
    """The box of a line and the cards of its barriers, around one height."""
    box_x = 4.0 if left else at.whole - 4.0 - at.box
    box = _box(box_x, y - lane.box.height / 2, at.box, lane.box, palette)
    yield _Place(0 if left else 4, y, lane.line.part, lane.line.text, box)
    card_x, y = at.first_card if left else at.whole - at.first_card - at.card, y - lane.barriers_height / 2
    for (card, words), drawn in zip(lane.cards, _cards(card_x, y, at.card, lane, palette), strict=True):
        height = words.height + _LINE
        yield _Place(1 if left else 3, y + height / 2, card.part, f"{card.text}, {card.note}", drawn)
        y += height + 4


def _flow(y: float, middle: float, left: bool, palette: Palette, at: Widths) -> Markup:
    """From a threat's box past its barriers into the event, or out of it to a consequence."""
    last = at.first_card + at.card
    start, bend = (at.edge, last) if left else (at.whole - at.edge, at.whole - last)
    end = at.whole / 2 + (-at.event / 2 if left else at.event / 2)
    between = (bend + end) / 2
    level = f"{between:.1f} {middle:.1f} {end:.1f} {middle:.1f}"
    path = f"M{start:.1f} {y:.1f}H{bend:.1f}C{between:.1f} {y:.1f} {level}"
    return el("path", d=path, fill="none", stroke=palette["line2"], stroke_width=3)


def _tall(
    event: Event, sides: Sequence[Sequence[Lane]], headings: Mapping[str, str], palette: Palette
) -> tuple[float, list[Any]]:
    """From top to bottom: each threat with its barriers, the event, each consequence under its barriers."""
    drawn: list[Any] = []
    y, spine = 10.0, 6.0
    first = last = 0.0
    for side, heading in zip(sides, ("threats", "consequences"), strict=True):
        before = heading == "threats"
        if side:
            drawn.append(_heading(headings[heading], 14.0, "start", palette, y=y))
            y += 16
        for lane in side:
            if before:
                first, last = first or y + lane.box.height / 2, y
                drawn.append(_box(12.0, y, _TALL - 14, lane.box, palette))
                y += lane.box.height + 4
            drawn += _cards(32.0, y, _TALL - 44, lane, palette)
            y += lane.barriers_height + 4 if lane.cards else 0.0
            if not before:
                drawn.append(_box(12.0, y, _TALL - 14, lane.box, palette))
                last = y + lane.box.height / 2
                y += lane.box.height
            y += _GAP
        if before:
            words = event.fitted(_TALL - 14)
            drawn += _event_box(event, words, 12.0, y, _TALL - 14, palette)
            first, last = first or y + 20, y + 20
            y += words.height + (26.0 if event.mark else 0.0) + _GAP
    way = line(spine, first, spine, last, stroke=palette["line2"], stroke_width=3)
    return y, [way, *drawn]


def _heading(name: str, x: float, anchor: str, palette: Palette, *, y: float = 12.0) -> Markup:
    return label(name, x=x, y=y, fill=palette["ink3"], text_anchor=anchor)


def _box(x: float, y: float, width: float, words: _Text, palette: Palette) -> Markup:
    ground = el(
        "rect", x=x, y=y, width=width, height=words.height, rx=6, fill=palette["surface"],
        stroke=palette["line2"], class_="box",
    )  # fmt: skip
    return el("g", ground, _words(words, x + _PAD + 2, y, palette["ink"], weight=600))


def _cards(x: float, y: float, width: float, lane: Lane, palette: Palette) -> list[Markup]:
    """Barriers one under the other: a bar that is full, half full or dashed, the text, kind and state."""
    drawn = []
    for card, words in lane.cards:
        height = words.height + _LINE
        ground = el(
            "rect", x=x, y=y, width=width, height=height, rx=5, fill=palette["sunken"],
            stroke=palette["line"], class_="box",
        )  # fmt: skip
        note = label(
            card.note, x=x + 26, y=y + height - _PAD - 6, fill=palette[card.note_colour], font_size=11
        )
        drawn.append(
            el(
                "g", ground, _bar(card, x + 9, y + 7, height - 14, palette),
                _words(words, x + 26, y, palette["ink"]), note,
            )
        )  # fmt: skip
        y += height + 4
    return drawn


def _bar(card: Card, x: float, y: float, height: float, palette: Palette) -> Markup:
    edge, share = palette[card.colour], card.filled
    outline = el(
        "rect", x=x, y=y, width=8, height=height, rx=2, fill="none", stroke=edge, stroke_width=1.4,
        stroke_dasharray="3 2" if not share else None,
    )  # fmt: skip
    if not share:
        return outline
    filled = el("rect", x=x, y=y + height * (1 - share), width=8, height=height * share, rx=2, fill=edge)
    return el("g", outline, filled)


def _event_box(event: Event, words: _Text, x: float, y: float, width: float, palette: Palette) -> list[Any]:
    mark = event.mark
    colour = mark.colour if mark else "grey"
    height = words.height + (26.0 if mark else 0.0)
    drawn: list[Any] = [
        el(
            "rect", x=x, y=y, width=width, height=height, rx=8, fill=palette[f"{colour}-soft"],
            stroke=palette[colour], stroke_width=1.6, class_="box",
        )
    ]  # fmt: skip
    if mark:
        drawn.append(shape(mark, x=x + _PAD + 8, y=y + 17, size=12, palette=palette))
        drawn.append(label(mark.word, x=x + _PAD + 20, y=y + 17, fill=palette[f"{colour}-ink"]))
    top = y + (22.0 if mark else 0.0)
    drawn.append(_words(words, x + _PAD + 2, top, palette["ink"], weight=700, size=13))
    return drawn


def _words(
    words: _Text, x: float, y: float, fill: str, *, weight: int = 400, size: float = 12
) -> list[Markup]:
    return [
        label(part, x=x, y=y + _PAD + _LINE * (i + 0.5), fill=fill, font_weight=weight, font_size=size)
        for i, part in enumerate(words.lines)
    ]
