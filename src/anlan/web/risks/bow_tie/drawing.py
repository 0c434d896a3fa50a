"""The bow-tie as a picture: wide for a screen and paper, tall for a phone. Texts wrap; the list beside it has
what does not fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import mark_safe

from anlan.formats.report.drawing import frame, label, line, lines_of
from anlan.formats.report.levels import LevelMark, shape
from anlan.formats.report.markup import Markup, el
from anlan.formats.report.tokens import Palette, Theme
from anlan.web.common.levels import level_marks
from anlan.web.common.texts import in_language, text
from anlan.web.people.models import User
from anlan.web.risks.hooks import address_of_measure
from anlan.web.risks.models import Barrier, BowTie, BowTieLine, Criteria, Risk
from anlan.web.risks.services.bow_tie import bow_tie_of
from anlan.web.risks.services.bow_tie import lines_of as lines_of_side

_LINE, _PAD, _GAP = 17.0, 8.0, 12.0
_WIDE, _TALL = 1120.0, 350.0
_BOX, _CARD, _EVENT = 190.0, 196.0, 156.0


@dataclass(frozen=True)
class _Text:
    """A wrapped text and the height of its box."""

    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        return len(self.lines) * _LINE + 2 * _PAD


@dataclass(frozen=True)
class _Lane:
    """A line of the bow-tie with the heights of what it consists of."""

    box: _Text
    barriers: tuple[tuple[Barrier, _Text], ...]

    @property
    def barriers_height(self) -> float:
        return sum(card.height + _LINE + 4 for _, card in self.barriers) - 4 if self.barriers else 0.0

    @property
    def height(self) -> float:
        return max(self.box.height, self.barriers_height)


@dataclass(frozen=True)
class Picture:
    """Both forms of the drawing and the sentence that stands for it."""

    wide: str
    tall: str
    sentence: str


def picture(risk: Risk, bow_tie: BowTie, criteria: Criteria, *, theme: Theme = "page") -> Picture | None:
    """None where nothing has been drawn yet."""
    sides = [lines_of_side(bow_tie, side) for side in ("threat", "consequence")]
    if not any(sides):
        return None
    sentence = _sentence(*sides)
    mark = level_marks(criteria.content)[risk.level_current] if risk.level_current else None
    event = _Event(in_language(risk, "title"), mark)
    named = {"title": text("bow_tie.title"), "text": sentence, "theme": theme}
    palette = Palette(theme)
    wide = _wide(event, [_lanes(side, box=_BOX, card=_CARD) for side in sides], palette)
    tall = _tall(event, [_lanes(side, box=_TALL - 12, card=_TALL - 44) for side in sides], palette)
    return Picture(
        frame(_WIDE, wide[0], wide[1], **named),  # type: ignore[arg-type]
        frame(_TALL, tall[0], tall[1], **named),  # type: ignore[arg-type]
        sentence,
    )


def bow_tie_shown(risk: Risk, criteria: Criteria, user: User) -> dict[str, Any]:
    """Picture and list for the risk's page; barriers with the address of their measure."""
    drawn = bow_tie_of(risk)
    found = picture(risk, drawn, criteria)
    if found is None:
        return {"bow_tie": None}
    lists = [
        (
            text(f"bow_tie.sides.{side}"),
            text(f"bow_tie.{barriers}"),
            [
                (line, [(b, address_of_measure(b.measure, user)) for b in line.barriers.all()])
                for line in lines_of_side(drawn, side)
            ],
        )
        for side, barriers in (("threat", "preventive"), ("consequence", "mitigating"))
    ]
    shown = {"wide": mark_safe(found.wide), "tall": mark_safe(found.tall), "sentence": found.sentence}
    return {"bow_tie": shown, "bow_tie_lists": lists}


@dataclass(frozen=True)
class _Event:
    title: str
    mark: LevelMark | None

    def fitted(self, width: float) -> _Text:
        return _Text(tuple(lines_of(self.title, width - 2 * _PAD - 4, size=13, most=8)))


def _lanes(lines: Sequence[BowTieLine], *, box: float, card: float) -> list[_Lane]:
    return [
        _Lane(
            _Text(tuple(lines_of(in_language(line, "text"), box - 2 * _PAD - 4, most=6))),
            tuple(
                (barrier, _Text(tuple(lines_of(in_language(barrier, "text"), card - 34, most=4))))
                for barrier in line.barriers.all()
            ),
        )
        for line in lines
    ]


def _wide(event: _Event, sides: Sequence[list[_Lane]], palette: Palette) -> tuple[float, list[Any]]:
    """Threats at the left, the event in the middle, consequences at the right; barriers between."""
    words = event.fitted(_EVENT)
    event_height = words.height + (26.0 if event.mark else 0.0)
    heights = [sum(lane.height for lane in side) + _GAP * max(0, len(side) - 1) for side in sides]
    top = 30.0
    height = top + max(*heights, event_height) + 8
    middle = top + (height - top - 8) / 2
    half = _WIDE / 2
    drawn: list[Any] = [_heading(words_of, x, anchor, palette) for words_of, x, anchor in (
        ("threats", 4.0, "start"), ("preventive", 222.0, "start"), ("event", half, "middle"),
        ("mitigating", _WIDE - 222.0, "end"), ("consequences", _WIDE - 4.0, "end"),
    )]  # fmt: skip
    flows: list[Any] = []
    boxes: list[Any] = []
    for side, whole, left in zip(sides, heights, (True, False), strict=True):
        y = middle - whole / 2
        for lane in side:
            at = y + lane.height / 2
            box_x = 4.0 if left else _WIDE - 4.0 - _BOX
            card_x = 222.0 if left else _WIDE - 222.0 - _CARD
            flows.append(_flow(at, middle, left, palette))
            boxes.append(_box(box_x, at - lane.box.height / 2, _BOX, lane.box, palette))
            boxes += _cards(card_x, at - lane.barriers_height / 2, _CARD, lane, palette)
            y += lane.height + _GAP
    boxes += _event_box(event, words, half - _EVENT / 2, middle - event_height / 2, _EVENT, palette)
    return height, [*drawn, *flows, *boxes]


def _flow(at: float, middle: float, left: bool, palette: Palette) -> Markup:
    """From a threat's box past its barriers into the event, or out of it to a consequence."""
    start, bend = (194.0, 418.0) if left else (_WIDE - 194.0, _WIDE - 418.0)
    end = _WIDE / 2 + (-_EVENT / 2 if left else _EVENT / 2)
    between = (bend + end) / 2
    level = f"{between:.1f} {middle:.1f} {end:.1f} {middle:.1f}"
    path = f"M{start:.1f} {at:.1f}H{bend:.1f}C{between:.1f} {at:.1f} {level}"
    return el("path", d=path, fill="none", stroke=palette["line2"], stroke_width=3)


def _tall(event: _Event, sides: Sequence[list[_Lane]], palette: Palette) -> tuple[float, list[Any]]:
    """From top to bottom: each threat with its barriers, the event, each consequence under its barriers."""
    drawn: list[Any] = []
    y, spine = 10.0, 6.0
    first = last = 0.0
    for side, heading in zip(sides, ("threats", "consequences"), strict=True):
        before = heading == "threats"
        if side:
            drawn.append(_heading(heading, 14.0, "start", palette, y=y))
            y += 16
        for lane in side:
            if before:
                first, last = first or y + lane.box.height / 2, y
                drawn.append(_box(12.0, y, _TALL - 14, lane.box, palette))
                y += lane.box.height + 4
            drawn += _cards(32.0, y, _TALL - 44, lane, palette)
            y += lane.barriers_height + 4 if lane.barriers else 0.0
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
    return label(text(f"bow_tie.{name}"), x=x, y=y, fill=palette["ink3"], text_anchor=anchor)


def _box(x: float, y: float, width: float, words: _Text, palette: Palette) -> Markup:
    ground = el(
        "rect", x=x, y=y, width=width, height=words.height, rx=6, fill=palette["surface"],
        stroke=palette["line2"],
    )  # fmt: skip
    return el("g", ground, _words(words, x + _PAD + 2, y, palette["ink"], weight=600))


def _cards(x: float, y: float, width: float, lane: _Lane, palette: Palette) -> list[Markup]:
    """Barriers one under the other: a bar that is full, half full or dashed, the text, kind and state."""
    drawn = []
    for barrier, words in lane.barriers:
        height = words.height + _LINE
        ground = el(
            "rect", x=x, y=y, width=width, height=height, rx=5, fill=palette["sunken"], stroke=palette["line"]
        )
        about = f"{text(f'bow_tie.kinds.{barrier.kind}')} · {text(f'bow_tie.states.{barrier.state}')}"
        if barrier.measure:
            about += f" · {barrier.measure}"
        note = label(
            about, x=x + 26, y=y + height - _PAD - 6, fill=palette[_INK[barrier.state]], font_size=11
        )
        drawn.append(
            el(
                "g", ground, _bar(barrier.state, x + 9, y + 7, height - 14, palette),
                _words(words, x + 26, y, palette["ink"]), note,
            )
        )  # fmt: skip
        y += height + 4
    return drawn


_INK = {"working": "accent-ink", "weak": "orange-ink", "missing": "red-ink"}


def _bar(state: str, x: float, y: float, height: float, palette: Palette) -> Markup:
    edge = palette[{"working": "teal", "weak": "orange", "missing": "red"}[state]]
    share = {"working": 1.0, "weak": 0.5, "missing": 0.0}[state]
    outline = el(
        "rect", x=x, y=y, width=8, height=height, rx=2, fill="none", stroke=edge, stroke_width=1.4,
        stroke_dasharray="3 2" if state == "missing" else None,
    )  # fmt: skip
    if not share:
        return outline
    filled = el("rect", x=x, y=y + height * (1 - share), width=8, height=height * share, rx=2, fill=edge)
    return el("g", outline, filled)


def _event_box(
    event: _Event, words: _Text, x: float, y: float, width: float, palette: Palette
) -> list[Markup]:
    mark = event.mark
    colour = mark.colour if mark else "grey"
    height = words.height + (26.0 if mark else 0.0)
    drawn = [
        el(
            "rect", x=x, y=y, width=width, height=height, rx=8, fill=palette[f"{colour}-soft"],
            stroke=palette[colour], stroke_width=1.6,
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


def _sentence(threats: Sequence[BowTieLine], consequences: Sequence[BowTieLine]) -> str:
    barriers = [b for lines in (threats, consequences) for line_ in lines for b in line_.barriers.all()]
    counts = {state: sum(b.state == state for b in barriers) for state in _INK}
    return text(
        "bow_tie.sentence", threats=len(threats), consequences=len(consequences), barriers=len(barriers),
        weak=counts["weak"], missing=counts["missing"],
    )  # fmt: skip
