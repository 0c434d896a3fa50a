"""Endpoints of worksheets: kinds, sheets, rows with their versions, workbooks, rows that become risks."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import File, Query, Router, Status, UploadedFile
from pydantic import Field, StrictBool, StrictFloat, StrictInt

from anlan.domain.errors import UsageError
from anlan.loop.identify.worksheets import KINDS, Column, WorksheetKind
from anlan.loop.quantify.worksheet_numbers import numbers_beside, numbers_of
from anlan.web.catalog.selectors import process_of
from anlan.web.common.rest import versions
from anlan.web.common.rest.paging import Page, Paging, paged
from anlan.web.common.rest.values import Given, Named, Number, Person, Shown, Text, file_of, named, person
from anlan.web.common.texts import language
from anlan.web.people.permissions import require
from anlan.web.risks.api_looking import Both, People
from anlan.web.risks.exchange.answers import XLSX, workbook_answer
from anlan.web.risks.exchange.faults import fault_text
from anlan.web.risks.models import Worksheet, WorksheetRow
from anlan.web.risks.services import worksheets as services
from anlan.web.risks.shapes import Category
from anlan.web.risks.worksheets import workbook
from anlan.web.risks.worksheets.shown import rows_of, worksheets_of
from anlan.web.risks.worksheets.words import LANGUAGES, choice_word, heading, kind_word

router = Router(tags=["risks"])
KindCode = Literal[tuple(KINDS)]  # type: ignore[valid-type]
Cell = Annotated[Text, Field(max_length=4000)] | StrictInt | StrictFloat | None
Cells = Annotated[dict[str, Cell], Field(max_length=60)]


class ColumnShown(Shown):
    """low, high: limits of a number; choices: code and words."""

    code: str
    title: Both
    kind: str
    required: bool
    low: float | None
    high: float | None
    longest: int | None
    choices: dict[str, Both]


class KindShown(Shown):
    """numbers: codes of what is computed beside each row; laid_out: column whose choices make rows."""

    code: str
    title: Both
    columns: list[ColumnShown]
    numbers: list[str]
    laid_out: str


class WorksheetSeen(Shown):
    """A worksheet without its rows."""

    code: str
    kind: str
    title: str
    people: str
    unit: Named
    process: Named
    rows: int
    created_by: Person | None
    created_at: datetime
    updated_by: Person | None
    updated_at: datetime


class WorksheetPage(Page):
    items: list[WorksheetSeen]


class WorksheetRowSeen(Shown):
    """values: by column code, empty ones left out; numbers: computed; candidate, risk: what it became."""

    number: int
    code: str
    values: dict[str, Any]
    numbers: dict[str, int]
    candidate: str | None
    risk: str | None
    updated_by: Person | None
    updated_at: datetime
    edit_version: int


class WorksheetWhole(WorksheetSeen):
    """With its rows in order."""

    items: list[WorksheetRowSeen]


class NewWorksheet(Given):
    """nodes: keys or names of nodes that rows are laid out for."""

    kind: KindCode
    title: Annotated[Text, Field(min_length=1, max_length=200)]
    people: People = ""
    nodes: Annotated[list[Annotated[Text, Field(max_length=200)]], Field(max_length=200)] = []


class RowGiven(Given):
    """values: column code -> text, number, or code or word of a choice; null or empty empties the cell."""

    values: Cells


class Becomes(Given):
    """category: without one, that of the kind."""

    category: Category | None = None


class RowSeenBefore(Given):
    """edit_version: the version of the row that was seen."""

    edit_version: Number


class RowSeenInBook(Shown):
    """What a row of the workbook would do; faults: in the language of the request."""

    row: int
    code: str
    outcome: str
    changes: dict[str, list[Any]]
    faults: list[str]


class ImportSeen(Shown):
    """counts: rows by outcome; written: whether anything was written; lines: those that are not skipped."""

    counts: dict[str, int]
    written: StrictBool
    unknown: list[str]
    lines: list[RowSeenInBook]


class HowToImport(Given):
    """write: false only shows what would happen; leave_out: write without the rows that are in error."""

    write: bool = False
    leave_out: bool = False


class MadeRisk(Shown):
    """Codes of the candidate the row became and of the risk in the register."""

    candidate: str
    risk: str


class MadeCandidate(Shown):
    candidate: str


@router.get("/worksheet-kinds", response=list[KindShown])
def list_worksheet_kinds(request: HttpRequest) -> list[dict[str, Any]]:
    require(request.user, "risks.view")
    return [_kind(kind) for kind in KINDS.values()]


@router.get("/worksheet-kinds/{kind}/template.xlsx", response={200: None}, openapi_extra=file_of(XLSX))
def get_worksheet_template(request: HttpRequest, kind: KindCode) -> HttpResponse:
    content = workbook.template_workbook(KINDS[kind], actor=request.user, language=language())
    return workbook_answer(content, f"anlan-{kind}-template.xlsx")


@router.get("/processes/{code}/worksheets", response=WorksheetPage)
def list_worksheets(request: HttpRequest, code: str, asked: Query[Paging]) -> dict[str, Any]:
    process = get_object_or_404(process_of(request.user, code))
    require(request.user, "risks.view", process.unit)
    return paged(request, worksheets_of(request.user, process), asked, _seen)


@router.post("/processes/{code}/worksheets", response={201: WorksheetWhole})
def create_worksheet(
    request: HttpRequest, code: str, given: NewWorksheet, response: HttpResponse
) -> Status[dict[str, Any]]:
    process = get_object_or_404(process_of(request.user, code))
    made = services.create_worksheet(process, actor=request.user, **given.model_dump())
    response["Location"] = f"{request.path.split('/processes', 1)[0]}/worksheets/{made.code}"
    return Status(201, _whole(_sheet(request, made.code)))


@router.get("/worksheets/{code}", response=WorksheetWhole)
def get_worksheet(request: HttpRequest, code: str) -> dict[str, Any]:
    return _whole(_sheet(request, code))


@router.get("/worksheets/{code}/sheet.xlsx", response={200: None}, openapi_extra=file_of(XLSX))
def export_worksheet(request: HttpRequest, code: str) -> HttpResponse:
    sheet = _sheet(request, code)
    content = workbook.worksheet_workbook(sheet, actor=request.user, language=language())
    return workbook_answer(content, f"anlan-{sheet.code}.xlsx")


@router.post("/worksheets/{code}/import", response=ImportSeen)
def import_worksheet(
    request: HttpRequest, code: str, how: Query[HowToImport], file: File[UploadedFile]
) -> dict[str, Any]:
    sheet = _sheet(request, code)
    preview = workbook.preview_upload(sheet, file, actor=request.user)
    if how.write:
        workbook.write_preview(sheet, preview.carried, leave_out=how.leave_out, actor=request.user)
    lines = [_line(line) for line in preview.lines if line.outcome != "skip"]
    return {"counts": preview.counts, "written": how.write, "unknown": list(preview.unknown), "lines": lines}


@router.post("/worksheets/{code}/rows", response={201: WorksheetRowSeen})
def add_worksheet_row(
    request: HttpRequest, code: str, given: RowGiven, response: HttpResponse
) -> Status[dict[str, Any]]:
    sheet = _sheet(request, code)
    made = services.add_row(sheet, _cells(sheet, given), actor=request.user)
    response["Location"] = f"{request.path}/{made.number}"
    return Status(201, _row_marked(request, response, code, made.number))


@router.get("/worksheets/{code}/rows/{number}", response=WorksheetRowSeen)
def get_worksheet_row(
    request: HttpRequest, code: str, number: Number, response: HttpResponse
) -> dict[str, Any]:
    return _row_marked(request, response, code, number)


@router.patch("/worksheets/{code}/rows/{number}", response=WorksheetRowSeen)
def change_worksheet_row(
    request: HttpRequest, code: str, number: Number, given: RowGiven, response: HttpResponse
) -> dict[str, Any]:
    row = _row(request, code, number)
    require(request.user, services.EDIT, row.unit)
    seen = versions.seen(request, row)
    services.change_row(row, _cells(row.worksheet, given), seen=seen, actor=request.user)
    return _row_marked(request, response, code, number)


@router.post("/worksheets/{code}/rows/{number}/candidate", response={201: MadeCandidate})
def make_worksheet_candidate(
    request: HttpRequest, code: str, number: Number, given: Becomes
) -> Status[dict[str, Any]]:
    row = _row(request, code, number)
    made = services.candidate_of_row(row, actor=request.user, category=given.category or "")
    return Status(201, {"candidate": made.code})


@router.post("/worksheets/{code}/rows/{number}/risk", response={201: MadeRisk})
def make_worksheet_risk(
    request: HttpRequest, code: str, number: Number, given: Becomes
) -> Status[dict[str, Any]]:
    row = _row(request, code, number)
    risk = services.risk_of_row(row, actor=request.user, category=given.category or "")
    row.refresh_from_db()
    return Status(201, {"candidate": row.candidate.code, "risk": risk.code})


@router.post("/worksheets/{code}/rows/{number}/remove", response={204: None})
def remove_worksheet_row(
    request: HttpRequest, code: str, number: Number, given: RowSeenBefore
) -> Status[None]:
    services.remove_row(_row(request, code, number), seen=given.edit_version, actor=request.user)
    return Status(204, None)


def _sheet(request: HttpRequest, code: str) -> Worksheet:
    return get_object_or_404(worksheets_of(request.user), code=code)


def _row(request: HttpRequest, code: str, number: int) -> WorksheetRow:
    return get_object_or_404(rows_of(_sheet(request, code)), number=number)


def _row_marked(request: HttpRequest, response: HttpResponse, code: str, number: int) -> dict[str, Any]:
    """The row with its place among all, and its version in the header."""
    sheet = _sheet(request, code)
    found = next((each for each in _rows(sheet) if each["number"] == number), None)
    versions.mark(response, _row(request, code, number))
    return found or {}


def _cells(sheet: Worksheet, given: RowGiven) -> dict[str, Any]:
    """Errors: UsageError where a column is not one of the kind."""
    known = [column.code for column in sheet.facts.columns]
    for code in given.values:
        if code not in known:
            raise UsageError("worksheet.column", found=code[:40], accepted=", ".join(known))
    return dict(given.values)


def _kind(kind: WorksheetKind) -> dict[str, Any]:
    return {
        "code": kind.code, "title": {tongue: kind_word(kind.code, tongue) for tongue in LANGUAGES},
        "columns": [_column(column) for column in kind.columns], "numbers": list(numbers_beside(kind.method)),
        "laid_out": kind.laid_out,
    }  # fmt: skip


def _column(column: Column) -> dict[str, Any]:
    return {name: getattr(column, name) for name in ("code", "kind", "required", "low", "high")} | {
        "title": {tongue: heading(column.code, tongue) for tongue in LANGUAGES},
        "longest": column.longest if column.kind == "text" else None,
        "choices": {
            choice: {tongue: choice_word(column.code, choice, tongue) for tongue in LANGUAGES}
            for choice in column.choices
        },
    }


def _seen(sheet: Worksheet) -> dict[str, Any]:
    names = ("code", "kind", "title", "people", "created_at", "updated_at")
    return {name: getattr(sheet, name) for name in names} | {
        "unit": named(sheet.unit), "process": named(sheet.process), "rows": sheet.n_rows,
        "created_by": person(sheet.created_by), "updated_by": person(sheet.updated_by),
    }  # fmt: skip


def _whole(sheet: Worksheet) -> dict[str, Any]:
    return _seen(sheet) | {"items": _rows(sheet)}


def _rows(sheet: Worksheet) -> list[dict[str, Any]]:
    rows = list(rows_of(sheet))
    numbers = numbers_of(sheet.facts.method, [row.values for row in rows])
    return [_row_seen(row) | {"numbers": dict(own)} for row, own in zip(rows, numbers, strict=True)]


def _row_seen(row: WorksheetRow) -> dict[str, Any]:
    became = row.candidate
    return {name: getattr(row, name) for name in ("number", "code", "values", "updated_at")} | {
        "candidate": became.code if became else None,
        "risk": became.risk.code if became and became.risk else None,
        "updated_by": person(row.updated_by), "edit_version": row.version,
    }  # fmt: skip


def _line(line: workbook.Line) -> dict[str, Any]:
    return {
        "row": line.number, "code": line.code, "outcome": line.outcome,
        "changes": {code: list(pair) for code, pair in line.read.changes.items()},
        "faults": [fault_text(fault.code, fault.parameters) for fault in line.faults],
    }  # fmt: skip
