"""Endpoints of versions: drafts, their content, BPMN in and out, and the way into force."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import File, Query, Router, Schema, Status, UploadedFile

from anlan.domain.design import Design, Link, Step, changes_between, checked
from anlan.domain.design.edits import form_for
from anlan.web.catalog import bpmn_files, drafting, selectors
from anlan.web.catalog import shapes_versions as shapes
from anlan.web.catalog.models import Process, ProcessVersion
from anlan.web.catalog.services import draft_design
from anlan.web.common.rest import versions
from anlan.web.common.rest.paging import Paging, paged
from anlan.web.common.rest.values import Number, file_of
from anlan.web.people.lookup import person_in
from anlan.web.people.models import User
from anlan.web.people.permissions import require

router = Router(tags=["catalog"])
_PEOPLE = ("created_by", "submitted_by", "approved_by")


@router.get("/processes/{code}/versions", response=shapes.VersionPage)
def list_versions(request: HttpRequest, code: str, asked: Query[Paging]) -> dict[str, Any]:
    found = _process(request, code).versions.select_related(*_PEOPLE).order_by("-number")
    return paged(request, found, asked, shapes.version_row)


@router.post("/processes/{code}/versions", response={201: shapes.VersionShown})
def create_version(
    request: HttpRequest, code: str, given: shapes.NewVersion, response: HttpResponse
) -> Status[dict[str, Any]]:
    process, actor = _process(request, code), request.user
    require(actor, "catalog.edit", process.unit)
    if given.nodes is None and not given.flows:
        made = drafting.draft_from_force(process, actor=actor, reason=given.reason)
    else:
        design = checked(_design(actor, given.nodes or [], given.flows))
        made = draft_design(process, design, source="drawn", actor=actor, reason=given.reason)
    response["Location"] = f"{request.path}/{made.number}"
    return Status(201, _shown(response, made))


@router.get("/processes/{code}/versions/{number}", response=shapes.VersionShown)
def get_version(request: HttpRequest, code: str, number: Number, response: HttpResponse) -> dict[str, Any]:
    return _shown(response, _version(request, code, number))


@router.patch("/processes/{code}/versions/{number}", response=shapes.VersionShown)
def replace_version(
    request: HttpRequest,
    code: str,
    number: Number,
    given: shapes.VersionContent,
    response: HttpResponse,
) -> dict[str, Any]:
    version = _version(request, code, number)
    require(request.user, "catalog.edit", version.process.unit)
    design = _design(request.user, given.nodes, given.flows)

    def replaced(before: Design) -> Design:
        pack_nodes = {step.key: step.pack_node for step in before.steps}
        steps = tuple(replace(step, pack_node=pack_nodes.get(step.key, "")) for step in design.steps)
        return replace(design, steps=steps)

    seen = versions.seen(request, version)
    return _shown(
        response, drafting.change(version, replaced, seen=seen, action="replace", actor=request.user)
    )


@router.post("/processes/{code}/versions/{number}/submit", response=shapes.VersionShown)
def submit_version(
    request: HttpRequest,
    code: str,
    number: Number,
    given: shapes.VersionStep,
    response: HttpResponse,
) -> dict[str, Any]:
    version = _version(request, code, number)
    return _shown(response, drafting.submit(version, seen=given.edit_version, actor=request.user,
                                            reason=given.reason))  # fmt: skip


@router.post("/processes/{code}/versions/{number}/approve", response=shapes.VersionShown)
def approve_version(
    request: HttpRequest,
    code: str,
    number: Number,
    given: shapes.VersionStep,
    response: HttpResponse,
) -> dict[str, Any]:
    version = _version(request, code, number)
    return _shown(response, drafting.approve(version, seen=given.edit_version, actor=request.user,
                                             reason=given.reason))  # fmt: skip


@router.post("/processes/{code}/versions/{number}/return", response=shapes.VersionShown)
def return_version(
    request: HttpRequest,
    code: str,
    number: Number,
    given: shapes.VersionStep,
    response: HttpResponse,
) -> dict[str, Any]:
    version = _version(request, code, number)
    return _shown(response, drafting.send_back(version, seen=given.edit_version, actor=request.user,
                                               reason=given.reason))  # fmt: skip


class Against(Schema):
    """against: number of the older version; left out: the one in force."""

    against: Number | None = None


@router.get("/processes/{code}/versions/{number}/changes", response=shapes.ChangesShown)
def get_version_changes(
    request: HttpRequest, code: str, number: Number, asked: Query[Against]
) -> dict[str, Any]:
    version = _version(request, code, number)
    siblings = version.process.versions
    other = (
        get_object_or_404(siblings, number=asked.against)
        if asked.against
        else drafting.in_force(version.process)
    )
    changes = changes_between(drafting.design_of(other), drafting.design_of(version))
    return {
        "against": other and other.number,
        "number": number,
        "changes": shapes.changes_shown(changes),
    }


@router.get("/processes/{code}/versions/{number}/version.bpmn", response={200: None},
            openapi_extra=file_of("application/xml"))  # fmt: skip
def get_version_bpmn(request: HttpRequest, code: str, number: Number) -> HttpResponse:
    return bpmn_files.exported(_version(request, code, number), actor=request.user)


@router.post("/processes/{code}/bpmn", response={201: shapes.BpmnReadShown})
def import_bpmn(
    request: HttpRequest, code: str, response: HttpResponse, file: File[UploadedFile]
) -> Status[dict[str, Any]]:
    process = _process(request, code)
    require(request.user, "catalog.edit", process.unit)
    found, name = bpmn_files.read_upload(file)
    made = drafting.draft_from_bpmn(process, found, actor=request.user, file=name)
    response["Location"] = request.path.removesuffix("bpmn") + f"versions/{made.number}"
    return Status(201, {"version": _shown(response, made), "notes": shapes.notes_shown(found.notes)})


def _process(request: HttpRequest, code: str) -> Process:
    return get_object_or_404(selectors.process_of(request.user, code))


def _version(request: HttpRequest, code: str, number: int) -> ProcessVersion:
    versions_of = _process(request, code).versions.select_related("process__unit", *_PEOPLE)
    return get_object_or_404(versions_of, number=number)


def _design(user: User, nodes: list[shapes.NodeGiven], flows: list[shapes.FlowGiven]) -> Design:
    names = {node.owner for node in nodes if node.owner}
    owners = {name: person_in(user, name, "catalog.view").username for name in sorted(names)}
    steps = []
    for node in nodes:
        facts = node.model_dump(exclude={"key", "owner"})
        facts["form"] = facts["form"] or form_for(node.kind, "")
        steps.append(Step(key=node.key or node.name, owner=owners.get(node.owner or "", ""), **facts))
    return Design(tuple(steps), tuple(Link(**flow.model_dump()) for flow in flows))


def _shown(response: HttpResponse, version: ProcessVersion) -> dict[str, Any]:
    versions.mark(response, version)
    return shapes.version_shown(version)
