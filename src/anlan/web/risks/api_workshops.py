"""Endpoints of expert sessions: prepare, open and close rounds, adopt; experts answer by their links."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Query, Router, Status

from anlan.web.common.rest.paging import Paging, paged
from anlan.web.common.rest.refusals import Refusal
from anlan.web.common.rest.repeats import SHOWN_ONCE
from anlan.web.common.rest.values import named
from anlan.web.common.texts import text
from anlan.web.people.lookup import person_in, unit_in
from anlan.web.people.permissions import may, require
from anlan.web.risks import selectors, services
from anlan.web.risks.eliciting.outcome import ended_round, outcome_of
from anlan.web.risks.eliciting.session_views import content_shown
from anlan.web.risks.models import Workshop
from anlan.web.risks.services import session_answers as sessions
from anlan.web.risks.services.session_kinds import kind_of
from anlan.web.risks.shapes_workshops import (
    AnswersShown,
    AskedRound,
    Closing,
    LinkShown,
    NewWorkshop,
    WorkshopPage,
    WorkshopShown,
)

router = Router(tags=["risks"])


@router.get("/workshops", response=WorkshopPage)
def list_workshops(request: HttpRequest, asked: Query[Paging]) -> dict[str, Any]:
    require(request.user, "risks.view")
    return paged(request, selectors.sessions_of(request.user), asked, _row)


@router.post("/workshops", response={201: WorkshopShown})
def create_workshop(
    request: HttpRequest, given: NewWorkshop, response: HttpResponse
) -> Status[dict[str, Any]]:
    unit = unit_in(request.user, given.unit, "risks.view")
    require(request.user, "workshops.lead", unit)
    risks = [_risk(request, code) for code in dict.fromkeys(given.risks)]
    experts = [
        services.Expert(
            expert.name, expert.field, email=expert.email,
            user=person_in(request.user, expert.username, "people.view") if expert.username else None,
        )
        for expert in given.experts
    ]  # fmt: skip
    fields = given.model_dump(include={"title", "purpose", "days", "most_rounds", "kind"})
    fields["numbers"] = given.model_dump(include={"cases_per_year", "usual_duration_min"})
    about = _risk(request, given.about, field="about") if given.about else None
    made, tokens = services.create_workshop(
        unit=unit,
        risks=risks,
        experts=experts,
        actor=request.user,
        content=given.sheet,
        about=about,
        **fields,
    )
    response["Location"] = f"{request.path}/{made.code}"
    response[SHOWN_ONCE] = "true"
    links = {name: _link(request, token) for name, token in tokens.items()}
    return Status(201, _shown(request, made) | {"links": links})


@router.get("/workshops/{code}", response=WorkshopShown)
def get_workshop(request: HttpRequest, code: str) -> dict[str, Any]:
    return _shown(request, _workshop(request, code))


@router.post("/workshops/{code}/open", response=WorkshopShown)
def open_round(request: HttpRequest, code: str) -> dict[str, Any]:
    return _shown(request, services.open_round(_workshop(request, code), actor=request.user))


@router.post("/workshops/{code}/close", response=WorkshopShown)
def close_round(request: HttpRequest, code: str, given: Closing | None = None) -> dict[str, Any]:
    reason = given.reason if given else ""
    found = services.close_round(_workshop(request, code), actor=request.user, reason=reason)
    return _shown(request, found)


@router.post("/workshops/{code}/adopt", response=WorkshopShown)
def adopt_outcome(request: HttpRequest, code: str) -> dict[str, Any]:
    found = _workshop(request, code)
    services.conclude(found, actor=request.user)
    found.refresh_from_db()
    return _shown(request, found)


@router.get("/workshops/{code}/answers", response=AnswersShown)
def get_session_answers(request: HttpRequest, code: str, asked: Query[AskedRound]) -> dict[str, Any]:
    """Of the newest round that is over, or of an earlier one."""
    found = _workshop(request, code)
    ended = ended_round(found) if kind_of(found.kind).sheet else 0
    number = ended if asked.round is None else asked.round
    if number > ended:
        raise Refusal(422, "invalid", fields={"round": text("api.values.ended_round", most=ended)}, n=1)
    answers = sessions.sheet_answers(found, number) if number else {}
    return {
        "round": number,
        "answers": {who: {str(n): dict(each) for n, each in said.items()} for who, said in answers.items()},
    }


@router.post("/workshops/{code}/experts/{pseudonym}/link", response={201: LinkShown})
def renew_link(
    request: HttpRequest, code: str, pseudonym: str, response: HttpResponse
) -> Status[dict[str, str]]:
    found = _workshop(request, code)
    invitation = get_object_or_404(found.invitations.select_related("workshop__unit"), pseudonym=pseudonym)
    response[SHOWN_ONCE] = "true"
    return Status(201, {"link": _link(request, services.renew_link(invitation, actor=request.user))})


@router.post("/workshops/{code}/experts/{pseudonym}/revoke", response={204: None})
def revoke_link(request: HttpRequest, code: str, pseudonym: str) -> Status[None]:
    found = _workshop(request, code)
    invitation = get_object_or_404(found.invitations.select_related("workshop__unit"), pseudonym=pseudonym)
    services.revoke_link(invitation, actor=request.user)
    return Status(204, None)


def _workshop(request: HttpRequest, code: str) -> Workshop:
    return get_object_or_404(selectors.sessions_of(request.user), code=code)


def _risk(request: HttpRequest, code: str, *, field: str = "risks") -> Any:
    found = selectors.risk_of(request.user, code).first()
    if found is None:
        raise Refusal(422, "invalid", fields={field: text("api.values.risk", found=code[:80])}, n=1)
    return found


def _link(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("risks:answer", args=[token]))


def _row(found: Workshop) -> dict[str, Any]:
    names = ("code", "kind", "title", "purpose", "state", "round", "most_rounds", "created_at", "closed_at")
    return {name: getattr(found, name) for name in names} | {"unit": named(found.unit)}


def _shown(request: HttpRequest, found: Workshop) -> dict[str, Any]:
    ended, shown = ended_round(found), _row(found) | {"experts": _experts(found), "links": {}}
    if kind_of(found.kind).sheet:
        return shown | {"outcome_round": ended} | _sheet(request, found, ended)
    codes = list(found.items.values_list("risk__code", flat=True))
    outcome = _outcome(found, codes, ended) if ended > 0 else []
    return shown | {"risks": codes, "outcome_round": ended, "outcome": outcome}


def _sheet(request: HttpRequest, found: Workshop, ended: int) -> dict[str, Any]:
    """What only a session with a sheet has."""
    asked = [
        {"number": item.position + 1, "part": item.question["part"], "names": item.question["names"]}
        for item in found.items.all()
    ]
    may_lead = may(request.user, "workshops.lead", found.unit)
    return {
        "risks": [], "outcome": [], "sheet": content_shown(found, may_lead=may_lead), "questions": asked,
        "sheet_outcome": _sheet_outcome(found, ended) if ended else None,
        "about": found.about.code if found.about else None, "run": found.run.code if found.run else None,
    }  # fmt: skip


def _sheet_outcome(found: Workshop, ended: int) -> dict[str, Any]:
    outcome = outcome_of(found, ended)
    return {
        "tables": [*outcome.tables, *outcome.folded], "agreement": list(outcome.agreement),
        "fault": outcome.fault,
        "left_out": {part: list(who) for part, who in outcome.left_out}, "warnings": outcome.warnings,
    }  # fmt: skip


def _experts(found: Workshop) -> list[dict[str, Any]]:
    names = ("pseudonym", "field", "expires_at", "revoked")
    return [
        {name: getattr(invitation, name) for name in names}
        | {"answered": sessions.n_answered(found, invitation)}
        for invitation in found.invitations.prefetch_related("answers")
    ]


def _outcome(found: Workshop, codes: list[str], number: int) -> list[dict[str, Any]]:
    summary = sessions.summary(found, number)

    def spread(axis: str, code: str) -> dict[str, Any]:
        half = summary[axis].questions[code].half
        return {name: getattr(half, name) for name in ("n", "median", "q1", "q3")}

    if kind_of(found.kind).values:
        return [{"risk": code, "points": {axis: spread(axis, code) for axis in summary}} for code in codes]
    return [{"risk": code} | {axis: spread(axis, code) for axis in summary} for code in codes]
