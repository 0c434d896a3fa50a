"""The bow-tie as lists of inputs: lines of both sides, each with its barriers; works without a script.

Names: `threat-0-text`, `threat-0-b1-state`. A button adds an empty line or barrier and comes back with the
page; what has no text at all is left out when the form is saved.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from anlan.web.common.whole_numbers import whole_number
from anlan.web.people.models import User
from anlan.web.risks.models import BARRIER_KINDS, BARRIER_STATES, SIDES, BowTie
from anlan.web.risks.services.bow_tie import MOST_BARRIERS, MOST_LINES, BarrierFacts, LineFacts, lines_of

_BARRIER = {"text": "", "text_en": "", "kind": BARRIER_KINDS[0], "state": BARRIER_STATES[0], "owner": "",
            "measure": ""}  # fmt: skip


@dataclass
class Line:
    """A line as typed."""

    text: str = ""
    text_en: str = ""
    barriers: list[dict[str, str]] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        return not (self.text or self.text_en or any(not _blank(barrier) for barrier in self.barriers))


@dataclass
class Typed:
    """Everything in the form; `version` is the one the person looked at."""

    version: int
    sides: dict[str, list[Line]]


def of_bow_tie(bow_tie: BowTie) -> Typed:
    """What is kept, with an empty line where a side has none."""
    sides = {}
    for side in SIDES:
        lines = [
            Line(
                line.text, line.text_en,
                [
                    {"text": b.text, "text_en": b.text_en, "kind": b.kind, "state": b.state,
                     "owner": str(b.owner_id or ""), "measure": b.measure}
                    for b in line.barriers.all()
                ],
            )
            for line in lines_of(bow_tie, side)
        ]  # fmt: skip
        sides[side] = lines or [Line(barriers=[dict(_BARRIER)])]
    return Typed(bow_tie.version, sides)


def typed(given: Mapping[str, str]) -> Typed:
    """The form as sent; a line or barrier is there when its text field was sent."""
    version = whole_number(given.get("version"))
    return Typed(-1 if version is None else version, {side: _lines(given, side) for side in SIDES})


def _lines(given: Mapping[str, str], side: str) -> list[Line]:
    lines = []
    for i in range(MOST_LINES + 1):
        start = f"{side}-{i}"
        if f"{start}-text" not in given:
            break
        barriers = []
        for j in range(MOST_BARRIERS + 1):
            if f"{start}-b{j}-text" not in given:
                break
            barriers.append(
                {name: _cut(given, f"{start}-b{j}-{name}", default) for name, default in _BARRIER.items()}
            )
        lines.append(Line(_cut(given, f"{start}-text"), _cut(given, f"{start}-text_en"), barriers))
    return lines


def _cut(given: Mapping[str, str], name: str, default: str = "") -> str:
    longest = 20 if name.endswith("measure") else 200
    return given.get(name, default).replace("\0", "").strip()[:longest]


def changed(form: Typed, step: str) -> bool:
    """Do what a button of the lists asks: `add-threat`, `add-threat-2`, `up-threat-2`, `drop-threat-2`."""
    action, side, place = (*step.split("-"), "", "")[:3]
    lines = form.sides.get(side)
    at = whole_number(place)
    if lines is None or (place and (at is None or at >= len(lines))):
        return False
    if action == "add" and at is None:
        lines.append(Line(barriers=[dict(_BARRIER)]))
    elif action == "add" and at is not None:
        lines[at].barriers.append(dict(_BARRIER))
    elif action == "up" and at:
        lines[at - 1], lines[at] = lines[at], lines[at - 1]
    elif action == "drop" and at is not None:
        del lines[at]
    else:
        return False
    return True


def facts(form: Typed, side: str, owners: Mapping[int, User]) -> list[LineFacts]:
    """Lines of a side as the service takes them; what is quite empty is left out."""
    return [
        LineFacts(
            line.text, line.text_en,
            tuple(_facts(barrier, owners) for barrier in line.barriers if not _blank(barrier)),
        )
        for line in form.sides[side]
        if not line.empty
    ]  # fmt: skip


def _facts(barrier: Mapping[str, Any], owners: Mapping[int, User]) -> BarrierFacts:
    owner = owners.get(whole_number(barrier["owner"]) or 0)
    return BarrierFacts(**{**barrier, "owner": owner})


def _blank(barrier: Mapping[str, str]) -> bool:
    return not (barrier["text"] or barrier["text_en"] or barrier["measure"])
