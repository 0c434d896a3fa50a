"""The bow-tie as a picture: wide for a screen and paper, tall for a phone. Texts wrap; the list beside it has
what does not fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import mark_safe

from anlan.formats.report.charts.bow_tie_picture import Card, Event, Line, tall_picture, wide_picture
from anlan.formats.report.tokens import Theme
from anlan.web.common.levels import level_marks
from anlan.web.common.texts import in_language, text
from anlan.web.people.models import User
from anlan.web.risks.hooks import address_of_measure
from anlan.web.risks.models import Barrier, BowTie, BowTieLine, Criteria, Risk
from anlan.web.risks.services.bow_tie import lines_of as lines_of_side

_HEADINGS = ("threats", "preventive", "event", "mitigating", "consequences")
_STATES = {
    "working": (1.0, "teal", "accent-ink"),
    "weak": (0.5, "orange", "orange-ink"),
    "missing": (0.0, "red", "red-ink"),
}
"""State of a barrier -> how full its bar is, its colour, the colour of its note."""


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
    event = Event(in_language(risk, "title"), mark)
    lines = [[_line(each) for each in side] for side in sides]
    headings = {name: text(f"bow_tie.{name}") for name in _HEADINGS}
    named = {"title": text("bow_tie.title"), "text": sentence, "theme": theme}
    return Picture(
        wide_picture(event, lines, headings, **named),  # type: ignore[arg-type]
        tall_picture(event, lines, headings, **named),  # type: ignore[arg-type]
        sentence,
    )


def _line(of: BowTieLine) -> Line:
    return Line(in_language(of, "text"), tuple(_card(barrier) for barrier in of.barriers.all()))


def _card(barrier: Barrier) -> Card:
    """A bar that is full, half full or dashed; the text; kind, state and measure below."""
    about = f"{text(f'bow_tie.kinds.{barrier.kind}')} · {text(f'bow_tie.states.{barrier.state}')}"
    if barrier.measure:
        about += f" · {barrier.measure}"
    filled, colour, ink = _STATES[barrier.state]
    return Card(in_language(barrier, "text"), about, filled, colour, ink)


def bow_tie_shown(risk: Risk, drawn: BowTie, criteria: Criteria, user: User) -> dict[str, Any]:
    """Picture and list for the risk's page; barriers with the address of their measure."""
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


def _sentence(threats: Sequence[BowTieLine], consequences: Sequence[BowTieLine]) -> str:
    barriers = [b for lines in (threats, consequences) for line_ in lines for b in line_.barriers.all()]
    counts = {state: sum(b.state == state for b in barriers) for state in _STATES}
    return text(
        "bow_tie.sentence", threats=len(threats), consequences=len(consequences), barriers=len(barriers),
        weak=counts["weak"], missing=counts["missing"],
    )  # fmt: skip
