"""Endpoints of the register, its assessments, candidates, criteria and the matrix."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Status

from anlan.web.catalog.models import Process
from anlan.web.catalog.selectors import process_of
from anlan.web.common.rest import versions
from anlan.web.common.rest.paging import Paging, chosen, paged
from anlan.web.common.rest.refusals import Refusal
from anlan.web.common.rest.values import Code, Number
from anlan.web.common.texts import text
from anlan.web.people.lookup import person_in, unit_in
from anlan.web.people.models import Unit
from anlan.web.people.permissions import require, units_of
from anlan.web.risks import selectors, services, shapes
from anlan.web.risks.api_values import own_values
from anlan.web.risks.models import Assessment, Risk

router = Router(tags=["risks"])


@router.get("/risks", response=shapes.RiskPage, exclude_unset=True)
def list_risks(request: HttpRequest, asked: Query[shapes.RiskFilters]) -> dict[str, Any]:
    require(request.user, "risks.view")
    only = chosen(asked.fields, shapes.RiskRow.model_fields)
    found = selectors.register(request.user, _filters(request, asked), today=timezone.localdate())
    return paged(request, found, asked, lambda risk: shapes.risk_shown(risk, only))


@router.post("/risks", response={201: shapes.RiskRow})
def create_risk(
    request: HttpRequest, given: shapes.NewRisk, response: HttpResponse
) -> Status[dict[str, Any]]:
    unit = unit_in(request.user, given.unit, "risks.view")
    require(request.user, "risks.edit", unit)
    fields = _resolved(request, given.model_dump(exclude_unset=True, exclude={"unit"}))
    fields["custom"] = own_values(unit, fields.get("custom", {}), {}, whole=True)
    made = services.create_risk(unit=unit, source="report", actor=request.user, **fields)
    response["Location"] = f"{request.path}/{made.code}"
    return Status(201, _shown(response, made))


@router.get("/risk-counts", response=shapes.Counts)
def count_risks(request: HttpRequest) -> dict[str, int]:
    require(request.user, "risks.view")
    return selectors.view_counts(request.user, today=timezone.localdate())


@router.get("/risks/{code}", response=shapes.RiskRow)
def get_risk(request: HttpRequest, code: str, response: HttpResponse) -> dict[str, Any]:
    return _shown(response, _risk(request, code))


@router.patch("/risks/{code}", response=shapes.RiskRow)
def change_risk(
    request: HttpRequest, code: str, given: shapes.RiskChange, response: HttpResponse
) -> dict[str, Any]:
    risk = _risk(request, code)
    require(request.user, "risks.edit", risk.unit)
    fields = _resolved(request, given.model_dump(exclude_unset=True))
    if "custom" in fields:
        fields["custom"] = own_values(risk.unit, fields["custom"], risk.custom, whole=False)
    seen = versions.seen(request, risk)
    return _shown(response, services.change_risk(risk, version=seen, actor=request.user, **fields))


@router.get("/risks/{code}/assessments", response=shapes.AssessmentPage)
def list_assessments(request: HttpRequest, code: str, asked: Query[Paging]) -> dict[str, Any]:
    people = ("prepared_by", "reviewed_by", "approved_by", "returned_by")
    found = _risk(request, code).assessments.select_related("criteria", "run", *people).order_by("-number")
    return paged(request, found, asked, shapes.assessment_shown)


@router.post("/risks/{code}/assessments", response={201: shapes.AssessmentShown})
def assess_risk(
    request: HttpRequest, code: str, given: shapes.NewAssessment, response: HttpResponse
) -> Status[dict[str, Any]]:
    made = services.assess_by_scores(_risk(request, code), actor=request.user, **given.model_dump())
    response["Location"] = f"{request.path}/{made.number}"
    return Status(201, shapes.assessment_shown(made))


@router.get("/risks/{code}/assessments/{number}", response=shapes.AssessmentShown)
def get_assessment(request: HttpRequest, code: str, number: Number) -> dict[str, Any]:
    return shapes.assessment_shown(_assessment(request, code, number))


@router.post("/risks/{code}/assessments/{number}/review", response=shapes.AssessmentShown)
def review_assessment(request: HttpRequest, code: str, number: Number) -> dict[str, Any]:
    return shapes.assessment_shown(services.review(_assessment(request, code, number), actor=request.user))


@router.post("/risks/{code}/assessments/{number}/approve", response=shapes.AssessmentShown)
def approve_assessment(request: HttpRequest, code: str, number: Number) -> dict[str, Any]:
    return shapes.assessment_shown(services.approve(_assessment(request, code, number), actor=request.user))


@router.post("/risks/{code}/assessments/{number}/return", response=shapes.AssessmentShown)
def return_assessment(
    request: HttpRequest, code: str, number: Number, given: shapes.WhyReturned
) -> dict[str, Any]:
    assessment = _assessment(request, code, number)
    return shapes.assessment_shown(services.send_back(assessment, reason=given.reason, actor=request.user))


@router.get("/risks/{code}/reviews", response=shapes.ReviewPage)
def list_reviews(request: HttpRequest, code: str, asked: Query[Paging]) -> dict[str, Any]:
    found = _risk(request, code).reviews.select_related("by").order_by("-id")
    return paged(request, found, asked, shapes.review_shown)


@router.post("/risks/{code}/still-valid", response={201: shapes.ReviewShown})
def confirm_risk(request: HttpRequest, code: str, given: shapes.WhyValid) -> Status[dict[str, Any]]:
    made = services.confirm_still_valid(
        _risk(request, code), reason=given.reason, actor=request.user, today=timezone.localdate()
    )
    return Status(201, shapes.review_shown(made))


@router.get("/risks/{code}/comments", response=shapes.CommentPage)
def list_comments(request: HttpRequest, code: str, asked: Query[Paging]) -> dict[str, Any]:
    found = _risk(request, code).comments.select_related("by").order_by("id")
    return paged(request, found, asked, shapes.comment_shown)


@router.post("/risks/{code}/comments", response={201: shapes.CommentShown})
def add_comment(request: HttpRequest, code: str, given: shapes.NewComment) -> Status[dict[str, Any]]:
    made = services.add_comment(_risk(request, code), text=given.text, actor=request.user)
    return Status(201, shapes.comment_shown(made))


@router.put("/risks/{code}/watch", response={204: None})
def watch_risk(request: HttpRequest, code: str) -> Status[None]:
    services.watch(_risk(request, code), actor=request.user, on=True)
    return Status(204, None)


@router.delete("/risks/{code}/watch", response={204: None})
def stop_watching_risk(request: HttpRequest, code: str) -> Status[None]:
    services.watch(_risk(request, code), actor=request.user, on=False)
    return Status(204, None)


@router.get("/criteria", response=shapes.CriteriaShown)
def get_criteria(request: HttpRequest, unit: Code | None = None) -> dict[str, Any]:
    require(request.user, "risks.view")
    wanted = unit_in(request.user, unit, "risks.view") if unit else _own_unit(request)
    return shapes.criteria_shown(services.criteria_for(wanted))


@router.get("/matrix", response=shapes.MatrixShown)
def get_matrix(request: HttpRequest, asked: Query[shapes.RiskFilters]) -> dict[str, Any]:
    require(request.user, "risks.view")
    found = selectors.register(request.user, _filters(request, asked), today=timezone.localdate())
    criteria = services.criteria_for(_own_unit(request))
    return shapes.matrix_shown(criteria, selectors.cell_counts(found))


def _own_unit(request: HttpRequest) -> Unit:
    """The person's unit; for somebody who belongs to none the topmost of those they see."""
    return request.user.unit or units_of(request.user, "risks.view").first()


def _filters(request: HttpRequest, asked: shapes.RiskFilters) -> selectors.Filters:
    likelihood, _, severity = asked.cell.partition("-")
    names = ("view", "category", "level", "phase", "process", "node", "order", "source", "owner", "unit",
             "tag", "overdue", "beyond")  # fmt: skip
    return selectors.Filters(
        search=asked.q.strip(),
        custom=selectors.filters_of(request.GET).custom,
        cell=(int(likelihood), int(severity)) if asked.cell else None,
        **{name: getattr(asked, name) for name in names},
    )


def _resolved(request: HttpRequest, fields: dict[str, Any]) -> dict[str, Any]:
    """Codes of the request as records: the owner, the process."""
    if fields.get("owner"):
        fields["owner"] = person_in(request.user, fields["owner"], "risks.view")
    if fields.get("process"):
        fields["process"] = _process(request, fields["process"])
    if "tags" in fields:
        fields["tags"] = list(dict.fromkeys(tag for tag in fields["tags"] if tag))
    return fields


def _process(request: HttpRequest, code: str) -> Process:
    found = process_of(request.user, code).first()
    if found is None:
        unknown = text("api.values.process", found=code)
        raise Refusal(422, "invalid", fields={"process": unknown}, n=1)
    return found


def _risk(request: HttpRequest, code: str) -> Risk:
    return get_object_or_404(selectors.risk_of(request.user, code))


def _assessment(request: HttpRequest, code: str, number: int) -> Assessment:
    found = Assessment.objects.select_related("risk__unit", "criteria", "run")
    return get_object_or_404(found, risk=_risk(request, code), number=number)


def _shown(response: HttpResponse, risk: Risk) -> dict[str, Any]:
    versions.mark(response, risk)
    return shapes.risk_shown(risk)
