"""The page on which an invited expert answers a sheet: a question a screen, saved at once.

Each choice is sent as it is made (HX-Request) and answered with where the expert stands now; without the
page's script the button saves and goes on. Pressing it with nothing chosen passes the question by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from anlan.domain.errors import AnlanError
from anlan.loop.quantify.elicitation.ahp_pairs import groups_of
from anlan.loop.quantify.elicitation.sheet import Content, Question, Said, Sheet
from anlan.web.common.texts import error_text, text
from anlan.web.common.whole_numbers import whole_number
from anlan.web.risks.eliciting.answer_parts import PARTS, Part, group_state
from anlan.web.risks.models import ExpertAnswer, Invitation, Workshop, WorkshopItem
from anlan.web.risks.services import answer
from anlan.web.risks.services.session_answers import own_answers, question_of, reasons_of, sheet_answers
from anlan.web.risks.services.session_kinds import kind_of
from anlan.web.risks.services.sheets import sheet_of

END = "end"


@dataclass
class _Desk:
    """What the page is about: the session as the expert meets it."""

    invitation: Invitation
    workshop: Workshop
    sheet: Sheet
    content: Content
    part: Part
    items: list[WorkshopItem]
    own: Mapping[int, ExpertAnswer]

    @property
    def said(self) -> Said:
        return {number: row.estimate for number, row in self.own.items() if row.estimate}


def answer_sheet(request: HttpRequest, invitation: Invitation, workshop: Workshop) -> HttpResponseBase:
    """The question the address names (`q`), or at the end the whole of one's answers."""
    desk = _desk(invitation, workshop)
    if request.GET.get("q") == END and request.method == "GET":
        return render(request, "risks/answers/sheet_end.html", _frame(desk) | _overview(desk))
    place = min(max(whole_number(request.GET.get("q")) or 1, 1), len(desk.items))
    if request.method == "POST":
        return _taken(request, desk, place)
    return _page(request, desk, place)


def _desk(invitation: Invitation, workshop: Workshop) -> _Desk:
    kind = kind_of(workshop.kind)
    assert kind.sheet is not None
    return _Desk(
        invitation, workshop, kind.sheet, sheet_of(workshop), PARTS[kind.code], list(workshop.items.all()),
        own_answers(invitation, workshop.round),
    )  # fmt: skip


def _taken(request: HttpRequest, desk: _Desk, place: int) -> HttpResponseBase:
    """Keep what was sent; go on, or say what is wrong and show it again."""
    given = desk.part.read(desk.content, request.POST)
    boxes = desk.part.boxes
    if given is None and boxes and "go" in request.POST and not any(request.POST.get(b, "x") for b in boxes):
        given = {} if place in desk.said else None  # boxes that were emptied take the answer back
    reason = request.POST.get("reason", "")
    if given is None and reason.strip():
        return _page(request, desk, place, fault=text("eliciting.reason_alone"), status=422)
    try:
        if given is not None:
            answer(desk.invitation, desk.items[place - 1], given=given, reason=reason)
    except AnlanError as fault:
        status = 409 if fault.code == "workshop.not_open" else 422
        return _page(request, desk, place, fault=error_text(fault), status=status)
    if request.POST.get("go") == "next":
        return redirect(f"{request.path}?q={place + 1 if place < len(desk.items) else END}")
    desk.own = own_answers(desk.invitation, desk.workshop.round)
    return _page(request, desk, place, saved=text("workshops.answer.saved") if given is not None else "")


def _page(
    request: HttpRequest, desk: _Desk, place: int, *, fault: str = "", saved: str = "", status: int = 200
) -> HttpResponse:
    """The whole page, or for the page's script the part that a choice changes."""
    question = question_of(desk.items[place - 1])
    sent = request.POST if fault else {}
    row = desk.own.get(place)
    live = request.headers.get("HX-Request") == "true"
    page = _frame(desk) | {
        "place": place, "fault": fault, "saved": saved, "live": live, "kind": desk.sheet.code,
        "asked": desk.part.show(desk.content, question, desk.said, place, sent),
        "left_out": row is not None and not row.estimate,
        "reason": sent.get("reason", "") if fault else _reason(row, desk.workshop.round),
        "before": [] if live else _before(desk, question, place),
        "reasons": [] if live else _reasons(desk, place),
        "part": f"risks/answers/{desk.sheet.code}.html",
    }  # fmt: skip
    template = "risks/answers/sheet_state.html" if live else "risks/answers/sheet.html"
    return render(request, template, page, status=status)


def _frame(desk: _Desk) -> dict[str, Any]:
    """What stands on every screen."""
    return {
        "workshop": desk.workshop, "me": desk.invitation.pseudonym, "n": len(desk.items),
        "done": len(desk.own), "open": desk.workshop.state == Workshop.State.OPEN, "sheet": True,
        "until": desk.invitation.expires_at, "one_round": desk.sheet.one_round,
    }  # fmt: skip


def _reason(row: ExpertAnswer | None, number: int) -> str:
    return row.reason if row is not None and row.round == number else ""


def _before(desk: _Desk, question: Question, place: int) -> list[str]:
    """What all said in the round before."""
    if desk.workshop.round < 2 or desk.sheet.one_round:
        return []
    told = desk.sheet.feedback(desk.content, place, sheet_answers(desk.workshop, desk.workshop.round - 1))
    if not told:
        return []
    return desk.part.before(desk.content, question, told)


def _reasons(desk: _Desk, place: int) -> list[str]:
    number = desk.workshop.round - 1
    if number < 1 or desk.sheet.one_round:
        return []
    return list(dict.fromkeys(reasons_of(desk.workshop, place - 1, number, but=desk.invitation)))


def _overview(desk: _Desk) -> dict[str, Any]:
    """Questions without an answer, and in a session of pairs where each group stands."""
    numbered = [(place, question_of(item)) for place, item in enumerate(desk.items, start=1)]
    missing = [(place, question) for place, question in numbered if place not in desk.own]
    groups = []
    if desk.sheet.code == "ahp_pairs":
        for part in groups_of(desk.content):
            first = next(place for place, question in numbered if question.part == part)
            groups.append(group_state(desk.content, part, desk.said) | {"first": first})
    return {"missing": missing, "groups": groups, "kind": desk.sheet.code}
