"""Endpoints of the register's way out to Excel and in again: checked first, written when confirmed."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import File, Query, Router, Status, UploadedFile

from anlan.web.common.rest.paging import Page, Paging, paged
from anlan.web.common.rest.values import Given, Named, Number, Person, Shown, file_of, named, person
from anlan.web.common.texts import language
from anlan.web.people.permissions import require
from anlan.web.risks import selectors, shapes
from anlan.web.risks.exchange import export as out
from anlan.web.risks.exchange import importing
from anlan.web.risks.exchange.answers import XLSX, workbook_answer
from anlan.web.risks.models import RegisterImport

router = Router(tags=["risks"])


class RowSeen(Shown):
    """What a row of the workbook would do. changes: field, value held, value of the row; faults: code of
    the error with its parameters."""

    row: int
    code: str
    title: str
    changes: list[list[Any]]
    faults: list[dict[str, Any]]


class RegisterImportShown(Shown):
    """counts: rows by what they would do (create, update, skip, error); lines: the first of each."""

    id: int
    unit: Named
    name: str
    size: int
    state: str
    progress: float
    step: str
    counts: dict[str, int]
    unknown: list[str]
    ignored: list[str]
    outcome: dict[str, Any]
    error: dict[str, Any] | None
    created_by: Person | None
    created_at: datetime
    finished_at: datetime | None


class RegisterImportWhole(RegisterImportShown):
    """With the first rows of each outcome."""

    lines: dict[str, list[RowSeen]]


class RegisterImportPage(Page):
    items: list[RegisterImportShown]


class StartRegisterImport(Given):
    """leave_out: go on without the rows that are in error."""

    leave_out: bool = False


@router.get("/register.xlsx", response={200: None}, openapi_extra=file_of(XLSX))
def export_register(request: HttpRequest, asked: Query[shapes.RiskFilters]) -> HttpResponse:
    require(request.user, "reports.export")
    filters = selectors.filters_of(request.GET)
    content = out.register_workbook(request.user, filters, language=language(), today=timezone.localdate())
    return workbook_answer(content, "anlan-register.xlsx")


@router.get("/register-template.xlsx", response={200: None}, openapi_extra=file_of(XLSX))
def get_register_template(request: HttpRequest) -> HttpResponse:
    content = out.template_workbook(request.user, language=language())
    return workbook_answer(content, "anlan-register-template.xlsx")


@router.get("/register-imports", response=RegisterImportPage)
def list_register_imports(request: HttpRequest, asked: Query[Paging]) -> dict[str, Any]:
    require(request.user, "risks.edit")
    return paged(request, _imports(request).order_by("-id"), asked, _row)


@router.post("/register-imports", response={201: RegisterImportWhole})
def upload_register(
    request: HttpRequest, response: HttpResponse, file: File[UploadedFile]
) -> Status[dict[str, Any]]:
    made = importing.keep_workbook(file, actor=request.user)
    response["Location"] = f"{request.path}/{made.pk}"
    return Status(201, _whole(made))


@router.get("/register-imports/{number}", response=RegisterImportWhole)
def get_register_import(request: HttpRequest, number: Number) -> dict[str, Any]:
    made = _import(request, number)
    require(request.user, "risks.edit", made.unit)
    return _whole(made)


@router.post("/register-imports/{number}/start", response={202: RegisterImportWhole})
def start_register_import(
    request: HttpRequest, number: Number, given: StartRegisterImport
) -> Status[dict[str, Any]]:
    made = _import(request, number)
    importing.start_import(made, leave_out=given.leave_out, actor=request.user)
    return Status(202, _whole(_import(request, number)))


@router.post("/register-imports/{number}/cancel", response=RegisterImportWhole)
def cancel_register_import(request: HttpRequest, number: Number) -> dict[str, Any]:
    importing.cancel_import(_import(request, number), actor=request.user)
    return _whole(_import(request, number))


def _imports(request: HttpRequest) -> QuerySet[RegisterImport]:
    return selectors.register_imports_of(request.user).select_related("unit", "created_by")


def _import(request: HttpRequest, number: int) -> RegisterImport:
    return get_object_or_404(_imports(request), pk=number)


def _row(made: RegisterImport) -> dict[str, Any]:
    names = ("name", "size", "state", "progress", "step", "outcome", "error", "created_at", "finished_at")
    seen = {name: made.preview[name] for name in ("counts", "unknown", "ignored")}
    return {name: getattr(made, name) for name in names} | seen | {
        "id": made.pk, "unit": named(made.unit), "created_by": person(made.created_by),
    }  # fmt: skip


def _whole(made: RegisterImport) -> dict[str, Any]:
    return _row(made) | {"lines": made.preview["lines"]}
