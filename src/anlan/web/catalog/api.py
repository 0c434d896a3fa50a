"""Endpoints of processes, their versions and logs."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import File, Query, Router, Schema, Status, UploadedFile
from pydantic import Field

from anlan.formats.packs import load_packs
from anlan.studies.loading import load_log, rejected_bytes
from anlan.web.catalog import drafting, process_map, selectors, services, shapes, uploads
from anlan.web.catalog.models import LogImport, Process
from anlan.web.common.rest import versions
from anlan.web.common.rest.paging import Paging, paged
from anlan.web.common.rest.refusals import Refusal
from anlan.web.common.rest.values import Number, Text, file_of
from anlan.web.common.texts import language, text
from anlan.web.people.lookup import person_in, unit_in
from anlan.web.people.models import Unit
from anlan.web.people.permissions import require

router = Router(tags=["catalog"])


class ProcessFilters(Paging):
    """q: words of name or code."""

    q: Annotated[Text, Field(max_length=200)] = ""


@router.get("/processes", response=shapes.ProcessPage)
def list_processes(request: HttpRequest, asked: Query[ProcessFilters]) -> dict[str, Any]:
    require(request.user, "catalog.view")
    found = selectors.processes_of(request.user, search=asked.q.strip())
    return paged(request, found, asked, shapes.process_row)


@router.post("/processes", response={201: shapes.ProcessShown})
def create_process(
    request: HttpRequest, given: shapes.NewProcess, response: HttpResponse
) -> Status[dict[str, Any]]:
    unit = unit_in(request.user, given.unit, "catalog.view")
    if given.pack and given.template:
        raise _bad("template", "catalog.new.one_source")
    if given.pack:
        known = [pack.code for pack in load_packs() if len(pack.nodes) > 1]
        if given.pack not in known:
            raise _bad("pack", "api.values.choice", found=given.pack, known=", ".join(known))
        process = services.start_from_pack(unit=unit, pack=given.pack, actor=request.user)
    elif given.template:
        process = _copy(request, unit, given)
    else:
        if not given.name:
            raise _bad("name", "catalog.new.name_or_pack")
        fields = given.model_dump(include={"name", "name_en", "description", "category"})
        process = services.create_process(unit=unit, actor=request.user, **fields)
    response["Location"] = f"{request.path}/{process.code}"
    return Status(201, _shown(response, process))


@router.get("/processes/{code}", response=shapes.ProcessShown)
def get_process(request: HttpRequest, code: str, response: HttpResponse) -> dict[str, Any]:
    return _shown(response, _process(request, code))


@router.patch("/processes/{code}", response=shapes.ProcessShown)
def change_process(
    request: HttpRequest, code: str, given: shapes.ProcessChange, response: HttpResponse
) -> dict[str, Any]:
    process = _process(request, code)
    require(request.user, "catalog.edit", process.unit)
    fields = given.model_dump(exclude_unset=True)
    if fields.get("owner"):
        fields["owner"] = person_in(request.user, fields["owner"], "catalog.view")
    changed = services.change_process(
        process, version=versions.seen(request, process), actor=request.user, **fields
    )
    return _shown(response, changed)


class MapFilters(Schema):
    """share: of transitions to return, in per cent; left out: those worth showing."""

    share: Annotated[int, Field(ge=0, le=100)] | None = None


@router.get("/processes/{code}/map", response=shapes.MapShown)
def get_process_map(request: HttpRequest, code: str, asked: Query[MapFilters]) -> dict[str, Any]:
    process = _process(request, code)
    choice = process_map.Choice(percent=asked.share)
    page = selectors.process_page(process)
    return process_map.map_shown(process_map.map_view(request.user, process, page, choice))


@router.get("/processes/{code}/logs", response=shapes.LogPage)
def list_logs(request: HttpRequest, code: str, asked: Query[Paging]) -> dict[str, Any]:
    return paged(request, _process(request, code).logs.order_by("-id"), asked, shapes.log_shown)


@router.get("/processes/{code}/rejected.csv", response={200: None}, openapi_extra=file_of("text/csv"))
def get_rejected_rows(request: HttpRequest, code: str) -> HttpResponse:
    log = get_object_or_404(_process(request, code).logs, current=True)
    answer = HttpResponse(
        rejected_bytes(load_log(log.store_id), language=language()), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{code}-rejected.csv"'
    return answer


@router.get("/processes/{code}/imports", response=shapes.ImportPage)
def list_imports(request: HttpRequest, code: str, asked: Query[Paging]) -> dict[str, Any]:
    process = _process(request, code)
    require(request.user, "logs.import", process.unit)
    return paged(request, process.imports.order_by("-id"), asked, shapes.import_shown)


@router.post("/processes/{code}/imports", response={201: shapes.ImportShown})
def upload_log(
    request: HttpRequest, code: str, response: HttpResponse, file: File[UploadedFile]
) -> Status[dict[str, Any]]:
    made = uploads.keep_upload(_process(request, code), file, actor=request.user)
    response["Location"] = f"{request.path}/{made.pk}"
    return Status(201, shapes.import_shown(made))


@router.get("/processes/{code}/imports/{number}", response=shapes.ImportShown)
def get_import(request: HttpRequest, code: str, number: Number) -> dict[str, Any]:
    return shapes.import_shown(_import(request, code, number))


@router.post("/processes/{code}/imports/{number}/start", response={202: shapes.ImportShown})
def start_import(
    request: HttpRequest, code: str, number: Number, given: shapes.StartImport
) -> Status[dict[str, Any]]:
    made = _import(request, code, number)
    mapping = given.mapping or shapes.recognised(made.preview)
    options = given.model_dump() | {"mapping": _columns(made, mapping)}
    return Status(202, shapes.import_shown(uploads.start_import(made, options=options, actor=request.user)))


@router.post("/processes/{code}/imports/{number}/cancel", response=shapes.ImportShown)
def cancel_import(request: HttpRequest, code: str, number: Number) -> dict[str, Any]:
    made = _import(request, code, number)
    uploads.cancel_import(made, actor=request.user)
    made.refresh_from_db()
    return shapes.import_shown(made)


def _copy(request: HttpRequest, unit: Unit, given: shapes.NewProcess) -> Process:
    template = services.templates_for([unit]).filter(code=given.template).first()
    if template is None:
        raise _bad("template", "api.values.template", found=given.template)
    names = given.model_dump(include={"name", "name_en"})
    return drafting.start_from_template(unit=unit, template=template, actor=request.user, **names)


def _process(request: HttpRequest, code: str) -> Process:
    return get_object_or_404(selectors.process_of(request.user, code))


def _import(request: HttpRequest, code: str, number: int) -> LogImport:
    process = _process(request, code)
    require(request.user, "logs.import", process.unit)
    return get_object_or_404(process.imports, pk=number)


def _columns(upload: LogImport, mapping: dict[str, str]) -> dict[str, str]:
    """The columns, each one of the file, with those that every log needs."""
    known = upload.preview["columns"]
    for role, column in mapping.items():
        if column not in known:
            raise _bad(f"mapping.{role}", "api.values.choice", found=column[:80], known=", ".join(known))
    missing = [role for role in ("case", "activity", "end") if role not in mapping]
    if missing:
        raise _bad(f"mapping.{missing[0]}", "api.values.column", known=", ".join(known))
    return mapping


def _shown(response: HttpResponse, process: Process) -> dict[str, Any]:
    page = selectors.process_page(process)
    versions.mark(response, process)
    return shapes.process_shown(process, page.version, page.log)


def _bad(field: str, key: str, **parameters: Any) -> Refusal:
    return Refusal(422, "invalid", fields={field: text(key, **parameters)}, n=1)
