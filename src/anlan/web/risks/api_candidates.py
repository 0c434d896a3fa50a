"""Endpoints of candidates: what may be a risk, and what is decided about it."""

from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import Field

from anlan.web.catalog.selectors import process_of
from anlan.web.common.rest import versions
from anlan.web.common.rest.paging import Paging, paged
from anlan.web.common.rest.refusals import Refusal
from anlan.web.common.rest.values import Text
from anlan.web.common.texts import text
from anlan.web.people.lookup import person_in, unit_in
from anlan.web.people.permissions import require
from anlan.web.risks import selectors, services, shapes, shapes_candidates
from anlan.web.risks.api_values import own_values
from anlan.web.risks.models import SOURCES, Candidate, Risk

router = Router(tags=["risks"])


class CandidateFilters(Paging):
    """process: a code; order: gravest level, largest loss (units apart) or newest first."""

    state: shapes_candidates.CandidateState = "new"
    process: Annotated[Text, Field(max_length=80)] = ""
    source: Literal[("", *SOURCES)] = ""  # type: ignore[valid-type]
    order: Literal["level", "loss", "newest"] = "level"


@router.get("/candidates", response=shapes_candidates.CandidatePage)
def list_candidates(request: HttpRequest, asked: Query[CandidateFilters]) -> dict[str, Any]:
    require(request.user, "risks.view")
    chosen = {name: getattr(asked, name) for name in ("state", "process", "source", "order")}
    found = selectors.candidates(request.user, **chosen)
    return paged(request, found, asked, shapes_candidates.candidate_row)


@router.post("/candidates", response={201: shapes_candidates.CandidateShown})
def report_candidate(
    request: HttpRequest, given: shapes_candidates.NewCandidate, response: HttpResponse
) -> Status[dict[str, Any]]:
    unit = unit_in(request.user, given.unit, "risks.view")
    require(request.user, "risks.report", unit)
    process = process_of(request.user, given.process).first() if given.process else None
    if given.process and process is None:
        raise _bad("process", "api.values.process", found=given.process)
    fields = given.model_dump(include={"title", "statement", "category", "nodes"})
    made = services.report_candidate(unit=unit, process=process, actor=request.user, **fields)
    response["Location"] = f"{request.path}/{made.code}"
    return Status(201, _shown(request, made))


@router.get("/candidates/{code}", response=shapes_candidates.CandidateShown)
def get_candidate(request: HttpRequest, code: str) -> dict[str, Any]:
    return _shown(request, _candidate(request, code))


@router.post("/candidates/{code}/accept", response={201: shapes.RiskRow})
def accept_candidate(
    request: HttpRequest, code: str, given: shapes_candidates.Acceptance, response: HttpResponse
) -> Status[dict[str, Any]]:
    candidate = _candidate(request, code)
    owner = person_in(request.user, given.owner, "risks.view") if given.owner else None
    require(request.user, "risks.triage", candidate.unit)
    custom = own_values(candidate.unit, given.custom, {}, whole=True)
    risk = services.accept(candidate, actor=request.user, title=given.title, owner=owner, custom=custom)
    return Status(201, _risk_shown(request, response, risk))


@router.post("/candidates/{code}/merge", response=shapes.RiskRow)
def merge_candidate(
    request: HttpRequest, code: str, given: shapes_candidates.Merger, response: HttpResponse
) -> dict[str, Any]:
    candidate = _candidate(request, code)
    into = selectors.risk_of(request.user, given.into).first()
    if into is None:
        raise _bad("into", "api.values.risk", found=given.into)
    risk = services.merge(candidate, into=into, actor=request.user, reason=given.reason)
    return _risk_shown(request, response, risk)


@router.post("/candidates/{code}/decline", response=shapes_candidates.CandidateShown)
def decline_candidate(
    request: HttpRequest, code: str, given: shapes_candidates.Declination
) -> dict[str, Any]:
    declined = services.decline(_candidate(request, code), reason=given.reason, actor=request.user)
    return _shown(request, declined)


def _candidate(request: HttpRequest, code: str) -> Candidate:
    return get_object_or_404(selectors.candidate_of(request.user, code))


def _shown(request: HttpRequest, candidate: Candidate) -> dict[str, Any]:
    undecided = candidate.state == Candidate.State.NEW
    return shapes_candidates.candidate_shown(
        candidate, selectors.risks_like(request.user, candidate) if undecided else []
    )


def _risk_shown(request: HttpRequest, response: HttpResponse, risk: Risk) -> dict[str, Any]:
    """The risk the candidate went into, with its address and version."""
    versions.mark(response, risk)
    below = request.path.split("/candidates", 1)[0]
    response["Location"] = f"{below}/risks/{risk.code}"
    return shapes.risk_shown(risk)


def _bad(field: str, key: str, **parameters: Any) -> Refusal:
    return Refusal(422, "invalid", fields={field: text(key, **parameters)}, n=1)
