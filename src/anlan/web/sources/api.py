"""Endpoints of sources."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from anlan.web.common.rest import versions
from anlan.web.common.rest.paging import paged
from anlan.web.monitoring.services.indicators import EDIT, SEE
from anlan.web.people.lookup import unit_in
from anlan.web.people.permissions import may, require
from anlan.web.sources import selectors, services, shapes
from anlan.web.sources.models import Source
from anlan.web.sources.services import Wanted

router = Router(tags=["monitoring"])


@router.get("/sources", response=shapes.SourcePage)
def list_sources(request: HttpRequest, asked: Query[shapes.SourceFilters]) -> dict[str, Any]:
    require(request.user, SEE)
    found = selectors.sources_of(
        request.user, search=asked.q.strip(), kind=asked.kind.strip(), status=asked.status
    )
    return paged(request, found, asked, shapes.source_row)


@router.post("/sources", response={201: shapes.SourceShown})
def create_source(
    request: HttpRequest, given: shapes.NewSource, response: HttpResponse
) -> Status[dict[str, Any]]:
    unit = unit_in(request.user, given.unit, SEE)
    require(request.user, EDIT, unit)
    wanted = Wanted(given.name, given.settings, given.every_s, given.silent_after_s, given.secret)
    made = services.create_source(unit, given.kind, wanted, actor=request.user)
    response["Location"] = f"{request.path}/{made.code}"
    return Status(201, _whole(request, response, made))


@router.get("/sources/{code}", response=shapes.SourceShown)
def get_source(request: HttpRequest, code: str, response: HttpResponse) -> dict[str, Any]:
    return _whole(request, response, _source(request, code))


@router.patch("/sources/{code}", response=shapes.SourceShown)
def change_source(
    request: HttpRequest, code: str, given: shapes.SourceChange, response: HttpResponse
) -> dict[str, Any]:
    found = _source(request, code)
    require(request.user, EDIT, found.unit)
    seen = versions.seen(request, found)
    said = given.model_dump(exclude_unset=True)
    status = said.pop("status", None)
    if said:
        kept = {"name": found.name, "settings": found.settings, "every_s": found.every_s,
                "silent_after_s": found.silent_after_s}  # fmt: skip
        given_ = {
            name: value for name, value in said.items() if value is not None or name == "silent_after_s"
        }
        found = services.change_source(found, Wanted(**(kept | given_)), seen=seen, actor=request.user)
        seen = found.version
    if status is not None and status != found.status:
        found = services.set_status(found, status, seen=seen, actor=request.user)
    return _whole(request, response, found)


@router.post("/sources/{code}/try", response=shapes.SourcePreview)
def try_source(request: HttpRequest, code: str) -> dict[str, Any]:
    found = _source(request, code)
    require(request.user, EDIT, found.unit)
    return shapes.preview_shown(services.preview(found, actor=request.user))


@router.post("/sources/{code}/run", response={202: shapes.SourceShown})
def run_source(request: HttpRequest, code: str, response: HttpResponse) -> Status[dict[str, Any]]:
    found = _source(request, code)
    require(request.user, EDIT, found.unit)
    return Status(202, _whole(request, response, services.run_now(found, actor=request.user)))


def _source(request: HttpRequest, code: str) -> Source:
    return get_object_or_404(selectors.source_of(request.user, code))


def _whole(request: HttpRequest, response: HttpResponse, found: Source) -> dict[str, Any]:
    versions.mark(response, found)
    return shapes.source_shown(found, may_edit=may(request.user, EDIT, found.unit))
