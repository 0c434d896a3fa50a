"""Endpoints of expert sessions: prepare, open and close rounds, adopt; experts answer by their links."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Query, Router, Status
from pydantic import Field

from anlan.web.common.rest.paging import Page, Paging, paged
from anlan.web.common.rest.refusals import Refusal
from anlan.web.common.rest.repeats import SHOWN_ONCE
from anlan.web.common.rest.values import Code, Given, Line, Long, Named, Shown, Text, named
from anlan.web.common.texts import text
from anlan.web.people.lookup import person_in, unit_in
from anlan.web.people.permissions import require
from anlan.web.risks import selectors, services
from anlan.web.risks.models import Workshop
from anlan.web.risks.services import workshops as sessions
from anlan.web.risks.services.session_kinds import KINDS, kind_of

router = Router(tags=["risks"])


class WorkshopRow(Shown):
    """A session. state: draft, open, between (rounds), closed."""

    code: str
    kind: str
    title: str
    purpose: str
    unit: Named
    state: str
    round: int
    most_rounds: int
    created_at: datetime
    closed_at: datetime | None


class WorkshopPage(Page):
    items: list[WorkshopRow]


class ExpertShown(Shown):
    """An invited expert by pseudonym; answered: questions of the current round."""

    pseudonym: str
    field: str
    expires_at: datetime
    answered: int


class Spread(Shown):
    """How the experts scored a risk on one axis in a round: quartiles of type 7."""

    n: int
    median: float
    q1: float
    q3: float


class Outcome(Shown):
    """A risk in the newest round with answers to show."""

    risk: str
    likelihood: Spread | None = None
    severity: Spread | None = None
    points: dict[str, Spread] = {}


class WorkshopShown(WorkshopRow):
    """outcome: of round `outcome_round`, 0 before the first has ended; links: shown once, when made."""

    risks: list[str]
    experts: list[ExpertShown]
    outcome_round: int
    outcome: list[Outcome]
    links: dict[str, str]


class ExpertGiven(Given):
    """Whom to invite. username: their account, where they have one; email: where the link is mailed."""

    name: Annotated[Text, Field(min_length=1, max_length=80)]
    field: Annotated[Text, Field(max_length=80)] = ""
    username: Annotated[Text, Field(max_length=80)] = ""
    email: Annotated[Text, Field(max_length=200, pattern=r"^([^@\s]+@[^@\s]+)?$")] = ""


class NewWorkshop(Given):
    """Risks by code, experts by name."""

    unit: Code
    title: Annotated[Text, Field(min_length=1, max_length=160)]
    purpose: Long = ""
    risks: Annotated[list[Line], Field(max_length=100)]
    experts: Annotated[list[ExpertGiven], Field(max_length=100)]
    days: Annotated[int, Field(ge=1, le=90)] = 14
    most_rounds: Annotated[int, Field(ge=1, le=9)] = 3
    kind: Literal[tuple(KINDS)] = "delphi"  # type: ignore[valid-type]
    cases_per_year: Annotated[float, Field(gt=0)] | None = None
    usual_duration_min: Annotated[float, Field(gt=0)] | None = None


class LinkShown(Shown):
    """The new link of an expert; the old one has stopped working."""

    link: str


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
    made, tokens = services.create_workshop(
        unit=unit, risks=risks, experts=experts, actor=request.user, **fields
    )
    response["Location"] = f"{request.path}/{made.code}"
    response[SHOWN_ONCE] = "true"
    links = {name: _link(request, token) for name, token in tokens.items()}
    return Status(201, _shown(made) | {"links": links})


@router.get("/workshops/{code}", response=WorkshopShown)
def get_workshop(request: HttpRequest, code: str) -> dict[str, Any]:
    return _shown(_workshop(request, code))


@router.post("/workshops/{code}/open", response=WorkshopShown)
def open_round(request: HttpRequest, code: str) -> dict[str, Any]:
    return _shown(services.open_round(_workshop(request, code), actor=request.user))


@router.post("/workshops/{code}/close", response=WorkshopShown)
def close_round(request: HttpRequest, code: str) -> dict[str, Any]:
    return _shown(services.close_round(_workshop(request, code), actor=request.user))


@router.post("/workshops/{code}/adopt", response=WorkshopShown)
def adopt_outcome(request: HttpRequest, code: str) -> dict[str, Any]:
    found = _workshop(request, code)
    services.adopt(found, actor=request.user)
    found.refresh_from_db()
    return _shown(found)


@router.post("/workshops/{code}/experts/{pseudonym}/link", response={201: LinkShown})
def renew_link(
    request: HttpRequest, code: str, pseudonym: str, response: HttpResponse
) -> Status[dict[str, str]]:
    found = _workshop(request, code)
    invitation = get_object_or_404(found.invitations.select_related("workshop__unit"), pseudonym=pseudonym)
    response[SHOWN_ONCE] = "true"
    return Status(201, {"link": _link(request, services.renew_link(invitation, actor=request.user))})


def _workshop(request: HttpRequest, code: str) -> Workshop:
    return get_object_or_404(selectors.sessions_of(request.user), code=code)


def _risk(request: HttpRequest, code: str) -> Any:
    found = selectors.risk_of(request.user, code).first()
    if found is None:
        raise Refusal(422, "invalid", fields={"risks": text("api.values.risk", found=code[:80])}, n=1)
    return found


def _link(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("risks:answer", args=[token]))


def _row(found: Workshop) -> dict[str, Any]:
    names = ("code", "kind", "title", "purpose", "state", "round", "most_rounds", "created_at", "closed_at")
    return {name: getattr(found, name) for name in names} | {"unit": named(found.unit)}


def _shown(found: Workshop) -> dict[str, Any]:
    codes = list(found.items.values_list("risk__code", flat=True))
    ended = found.round - 1 if found.state == Workshop.State.OPEN else found.round
    return _row(found) | {
        "risks": codes,
        "experts": _experts(found),
        "outcome_round": max(ended, 0),
        "outcome": _outcome(found, codes, ended) if ended > 0 else [],
        "links": {},
    }


def _experts(found: Workshop) -> list[dict[str, Any]]:
    names = ("pseudonym", "field", "expires_at")
    return [
        {name: getattr(invitation, name) for name in names}
        | {"answered": sum(answer.round == found.round for answer in invitation.answers.all())}
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
