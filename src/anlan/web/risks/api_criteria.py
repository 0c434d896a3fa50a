"""Endpoints of the criteria's versions: draft one, see what it would change, put it in force."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router, Status
from pydantic import Field

from anlan.web.common.rest.values import (
    Code,
    Given,
    Named,
    Number,
    Person,
    Shown,
    Text,
    file_of,
    named,
    person,
)
from anlan.web.people.lookup import unit_in
from anlan.web.people.permissions import in_scope, require, units_of
from anlan.web.risks import selectors
from anlan.web.risks.models import Criteria, Risk
from anlan.web.risks.services import criteria_versions as versions
from anlan.web.risks.shapes import Reason

router = Router(tags=["risks"])
_MOST_TOML = 200_000


class CriteriaVersion(Shown):
    """id: names the version in addresses; state: draft, in_force or former."""

    id: int
    unit: Named
    number: int
    name: str
    state: str
    valid_from: datetime | None
    valid_to: datetime | None
    created_by: Person | None
    approved_by: Person | None


class LevelMove(Shown):
    """A risk that would stand at another level; after: null where its scores have no place any more."""

    risk: str
    before: str
    after: str | None


class CriteriaContent(CriteriaVersion):
    """would_change: of a draft, the risks one may see that would move; n_would_change: of all."""

    content: dict[str, Any]
    would_change: list[LevelMove]
    n_would_change: int


class NewCriteria(Given):
    """criteria: TOML as `anlan example criteria` prints it."""

    unit: Code
    name: Annotated[Text, Field(min_length=1, max_length=120)]
    criteria: Annotated[Text, Field(min_length=1, max_length=_MOST_TOML)]


class PutInForce(Given):
    """Why the version shall hold."""

    reason: Reason


class Held(CriteriaVersion):
    """beyond_changed: how many risks stand otherwise against the appetite now."""

    beyond_changed: int


@router.get("/criteria-versions", response=list[CriteriaVersion])
def list_criteria_versions(request: HttpRequest, unit: Code | None = None) -> list[dict[str, Any]]:
    require(request.user, "risks.view")
    units = units_of(request.user, "risks.view")
    wanted = unit_in(request.user, unit, "risks.view") if unit else request.user.unit or units.first()
    found = Criteria.objects.filter(unit=wanted).select_related("unit", "created_by", "approved_by")
    return [_row(version) for version in found]


@router.post("/criteria-versions", response={201: CriteriaContent})
def draft_criteria(
    request: HttpRequest, given: NewCriteria, response: HttpResponse
) -> Status[dict[str, Any]]:
    require(request.user, "criteria.manage")
    unit = unit_in(request.user, given.unit, "criteria.manage")
    content = versions.content_of(given.criteria.encode(), name="criteria.toml")
    made = versions.draft_criteria(unit=unit, content=content, name=given.name, actor=request.user)
    response["Location"] = f"{request.path}/{made.pk}"
    return Status(201, _whole(request, made))


@router.get("/criteria-versions/{number}", response=CriteriaContent)
def get_criteria_version(request: HttpRequest, number: Number) -> dict[str, Any]:
    return _whole(request, _version(request, number))


@router.get(
    "/criteria-versions/{number}/criteria.toml", response={200: None},
    openapi_extra=file_of("application/toml"),
)  # fmt: skip
def get_criteria_file(request: HttpRequest, number: Number) -> HttpResponse:
    found = _version(request, number)
    return HttpResponse(versions.toml_of(found.content), content_type="application/toml; charset=utf-8")


@router.post("/criteria-versions/{number}/in-force", response=Held)
def put_criteria_in_force(request: HttpRequest, number: Number, given: PutInForce) -> dict[str, Any]:
    found = _version(request, number)
    n = versions.put_in_force(found, actor=request.user, reason=given.reason)
    return _row(_version(request, number)) | {"beyond_changed": n}


@router.delete("/criteria-versions/{number}", response={204: None})
def withdraw_criteria(request: HttpRequest, number: Number) -> Status[None]:
    versions.withdraw_draft(_version(request, number), actor=request.user)
    return Status(204, None)


def _version(request: HttpRequest, number: int) -> Criteria:
    return get_object_or_404(selectors.criteria_versions_of(request.user), pk=number)


def _row(version: Criteria) -> dict[str, Any]:
    names = ("number", "name", "valid_from", "valid_to")
    state = "in_force" if version.in_force else "draft" if versions.is_draft(version) else "former"
    return {name: getattr(version, name) for name in names} | {
        "id": version.pk, "unit": named(version.unit), "state": state,
        "created_by": person(version.created_by), "approved_by": person(version.approved_by),
    }  # fmt: skip


def _whole(request: HttpRequest, version: Criteria) -> dict[str, Any]:
    moved = versions.would_change(version) if versions.is_draft(version) else []
    all_moved = Risk.objects.filter(pk__in=[move.risk.pk for move in moved])
    seen = set(in_scope(all_moved, request.user, "risks.view").values_list("pk", flat=True))
    return _row(version) | {
        "content": version.content, "n_would_change": len(moved),
        "would_change": [
            {"risk": move.risk.code, "before": move.before, "after": move.after}
            for move in moved if move.risk.pk in seen
        ],
    }  # fmt: skip
