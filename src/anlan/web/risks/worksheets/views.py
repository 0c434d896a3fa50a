"""Pages of worksheets: the list, a new one, and the sheet that several people fill in row by row.

With htmx a row is opened, saved and closed alone; without it each step is a page of its own.
"""

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.domain.errors import AnlanError
from anlan.loop.identify.worksheets import KINDS
from anlan.loop.quantify.worksheet_numbers import numbers_of
from anlan.web.catalog.models import Process
from anlan.web.catalog.selectors import process_of, process_page
from anlan.web.common.texts import error_text, in_language, text
from anlan.web.common.whole_numbers import whole_number
from anlan.web.people.permissions import may, require
from anlan.web.risks.models import CATEGORIES, Worksheet, WorksheetRow
from anlan.web.risks.services import worksheets as services
from anlan.web.risks.worksheets.shown import NEW, ROWS_A_PAGE, RowShown, SheetShown, rows_of, worksheets_of
from anlan.web.risks.worksheets.words import kind_about, kind_word


def sheet_of(request: HttpRequest, code: str) -> Worksheet:
    """The worksheet where the person may see it; 404 else."""
    return get_object_or_404(worksheets_of(request.user), code=code)


def _row_of(sheet: Worksheet, number: int) -> WorksheetRow:
    return get_object_or_404(
        sheet.rows.select_related("worksheet__unit", "worksheet__process"), number=number
    )


@require_GET
def worksheets(request: HttpRequest) -> HttpResponse:
    """All worksheets the person may see, or those of a process."""
    require(request.user, "risks.view")
    asked = request.GET.get("process", "")
    process = get_object_or_404(process_of(request.user, asked)) if asked else None
    page = Paginator(worksheets_of(request.user, process), 50).get_page(request.GET.get("page"))
    unit = process.unit if process else None
    return render(request, "risks/worksheets/list.html", {
        "page": page, "process": process, "kinds": [(code, kind_word(code)) for code in KINDS],
        "may_edit": may(request.user, services.EDIT, unit),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def new_worksheet(request: HttpRequest, code: str) -> HttpResponseBase:
    """Choose a kind and the nodes that rows are laid out for."""
    process: Process = get_object_or_404(process_of(request.user, code))
    require(request.user, services.EDIT, process.unit)
    given, fault = request.POST, ""
    if request.method == "POST":
        try:
            made = services.create_worksheet(
                process, given.get("kind", ""), title=given.get("title", ""), actor=request.user,
                people=given.get("people", ""), nodes=given.getlist("nodes"),
            )  # fmt: skip
            return redirect("risks:worksheet", made.code)
        except AnlanError as wrong:
            fault = error_text(wrong)
    nodes = [(node.name, in_language(node)) for node in process_page(process).nodes]
    page = {"process": process, "fault": fault, "title": given.get("title", ""), "nodes": nodes,
            "people": given.get("people", ""), "chosen": given.getlist("nodes"),
            "kind": given.get("kind", next(iter(KINDS))),
            "kinds": [(kind, kind_word(kind), kind_about(kind)) for kind in KINDS]}  # fmt: skip
    return render(request, "risks/worksheets/new.html", page, status=422 if fault else 200)


@require_GET
def worksheet(request: HttpRequest, code: str) -> HttpResponseBase:
    """The sheet; `edit`: number of the row that is open."""
    sheet = sheet_of(request, code)
    number = whole_number(request.GET.get("edit", ""), most=10**9)
    opened = None
    if number is not None and "page" not in request.GET and number in _numbers_beyond_first(sheet):
        return redirect(_address(sheet, number, opens=True))
    if number is not None and may(request.user, services.EDIT, sheet.unit):
        row = rows_of(sheet).filter(number=number).first()
        opened = SheetShown(sheet, request.user).form(row, focus=True) if row else None
    return _page(request, sheet, opened)


def _page(request: HttpRequest, sheet: Worksheet, opened: RowShown | None, status: int = 200) -> HttpResponse:
    """A page of the sheet with one row open; the form of a new row is always there."""
    shown = SheetShown(sheet, request.user)
    at = opened.number if opened and isinstance(opened.number, int) else None
    found = shown.page(request.GET.get("page"), holding=at)
    rows = [opened if opened and row.number == opened.number else row for row in found.rows]
    new = opened if opened and opened.number == NEW else shown.form(None)
    filled = sum(row.values.keys() >= _needed(sheet) for row in found.all_rows)
    page = {"shown": shown, "sheet": sheet, "rows": rows, "new": new, "kind": kind_word(sheet.kind),
            "about": kind_about(sheet.kind), "filled": filled, "categories": CATEGORIES,
            "page": found.page}  # fmt: skip
    return render(request, "risks/worksheets/sheet.html", page, status=status)


def _needed(sheet: Worksheet) -> set[str]:
    return {column.code for column in sheet.facts.columns if column.required}


@require_http_methods(["GET", "POST"])
def worksheet_row(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """One row: to read, open (`edit=1`), or saved from the version that was seen."""
    sheet = sheet_of(request, code)
    row = _row_of(sheet, number)
    if request.method == "GET":
        if not request.headers.get("HX-Request"):
            return redirect(_address(sheet, number, opens=bool(request.GET.get("edit"))))
        shown = SheetShown(sheet, request.user)
        opened = request.GET.get("edit") and shown.may_edit and not row.removed
        return _answer(
            request, sheet, shown.form(row, focus=True) if opened else _read(shown, row, focus=True)
        )
    require(request.user, services.EDIT, sheet.unit)
    seen = whole_number(request.POST.get("seen", ""), most=10**9) or 0
    try:
        saved = services.change_row(row, _typed(request, sheet), seen=seen, actor=request.user)
    except AnlanError as wrong:
        return _refused(request, sheet, wrong, row)
    return _saved(request, sheet, saved, text("worksheets.saved", row=saved.code))


@require_POST
def new_worksheet_row(request: HttpRequest, code: str) -> HttpResponseBase:
    """A row more; the form for the next one comes with it."""
    sheet = sheet_of(request, code)
    require(request.user, services.EDIT, sheet.unit)
    try:
        made = services.add_row(sheet, _typed(request, sheet), actor=request.user)
    except AnlanError as wrong:
        return _refused(request, sheet, wrong, None)
    said = text("worksheets.saved", row=made.code)
    if not request.headers.get("HX-Request"):
        return _saved(request, sheet, made, said)
    shown = SheetShown(sheet, request.user)
    return _answer(request, sheet, _read(shown, made, said=said), shown.form(None, focus=True))


def _numbers_beyond_first(sheet: Worksheet) -> list[int]:
    return list(rows_of(sheet).values_list("number", flat=True)[ROWS_A_PAGE:])


def _address(sheet: Worksheet, number: int, *, opens: bool = False) -> str:
    """The row on the page of the sheet that holds it."""
    places = list(rows_of(sheet).values_list("number", flat=True))
    page = places.index(number) // ROWS_A_PAGE + 1 if number in places else 1
    asked = {**({"edit": number} if opens else {}), **({"page": page} if page > 1 else {})}
    query = f"?{urlencode(asked)}" if asked else ""
    return f"{reverse('risks:worksheet', args=[sheet.code])}{query}#row-{number}"


def _typed(request: HttpRequest, sheet: Worksheet) -> dict[str, str]:
    """What was written in the cells; one that is not in the form is not touched."""
    codes = [column.code for column in sheet.facts.columns]
    return {code: request.POST[f"cell.{code}"] for code in codes if f"cell.{code}" in request.POST}


def _read(shown: SheetShown, row: WorksheetRow, **more: Any) -> RowShown:
    """A row to read, with its place among all rows."""
    rows = list(rows_of(shown.sheet))
    numbers = numbers_of(shown.kind.method, [each.values for each in rows])
    own = next((n for each, n in zip(rows, numbers, strict=True) if each.pk == row.pk), {})
    fresh = next((each for each in rows if each.pk == row.pk), row)
    return shown.row(fresh, own, **more)


def _answer(request: HttpRequest, sheet: Worksheet, *rows: RowShown, status: int = 200) -> HttpResponse:
    """Rows alone, for htmx; the numbers of the others on the person's page, where places may have moved."""
    shown = SheetShown(sheet, request.user)
    moved = request.method == "POST" and shown.kind.method
    others = shown.page(_page_before(request)).rows if moved else []
    numbers = [row for row in others if row.number not in {each.number for each in rows}]
    page = {"shown": shown, "sheet": sheet, "rows": rows, "moved": numbers, "categories": CATEGORIES}
    return render(request, "risks/worksheets/rows.html", page, status=status)


def _page_before(request: HttpRequest) -> str:
    """The page of the sheet that the person looks at, as htmx tells its address."""
    query = urlsplit(request.headers.get("HX-Current-URL", "")).query
    return parse_qs(query).get("page", ["1"])[0]


def _saved(request: HttpRequest, sheet: Worksheet, row: WorksheetRow, said: str) -> HttpResponseBase:
    if request.headers.get("HX-Request"):
        return _answer(request, sheet, _read(SheetShown(sheet, request.user), row, said=said, focus=True))
    messages.success(request, said)
    return redirect(_address(sheet, row.number))


def _refused(
    request: HttpRequest, sheet: Worksheet, wrong: AnlanError, row: WorksheetRow | None
) -> HttpResponse:
    """The open row again, with what was typed, what is wrong, and what somebody else wrote meanwhile.

    Where the row is gone, what was typed stands in the form of a new row.
    """
    shown, typed = SheetShown(sheet, request.user), _typed(request, sheet)
    read = wrong.read if isinstance(wrong, services.RowRefused) else None
    conflict, fresh = wrong.code == "web.conflict", rows_of(sheet).filter(pk=row.pk).first() if row else None
    fault = "" if read else error_text(wrong)
    if conflict:
        who = fresh.updated_by if fresh else None
        fault = text("worksheets.conflict", who=who) if fresh else text("worksheets.gone")
    opened = shown.form(fresh, typed=typed, read=read, conflict=conflict, fault=fault, focus=True)
    status = 409 if conflict else 422
    if not request.headers.get("HX-Request"):
        return _page(request, sheet, opened, status)
    answer = _answer(request, sheet, opened, status=status)
    if row is not None and fresh is None:
        answer["HX-Retarget"] = f"#row-{NEW}"
    return answer


@require_POST
def act_on_row(request: HttpRequest, code: str, number: int, action: str) -> HttpResponseBase:
    """Into triage, into the register, or out of the sheet."""
    sheet = sheet_of(request, code)
    row, given = _row_of(sheet, number), request.POST
    require(request.user, services.EDIT, sheet.unit)
    try:
        said = _act(request, row, action, given.get("category", ""), given.get("seen", ""))
    except AnlanError as wrong:
        if not request.headers.get("HX-Request"):
            messages.error(request, error_text(wrong))
            return redirect(_address(sheet, number))
        status = 409 if wrong.code == "web.conflict" else 422
        shown = _read(SheetShown(sheet, request.user), row, fault=error_text(wrong), focus=True)
        return _answer(request, sheet, shown, status=status)
    row.refresh_from_db()
    return _saved(request, sheet, row, said)


def _act(request: HttpRequest, row: WorksheetRow, action: str, category: str, seen: str) -> str:
    if action == "candidate":
        made = services.candidate_of_row(row, actor=request.user, category=category)
        return text("worksheets.candidate_made", row=row.code, candidate=made.code)
    if action == "risk":
        risk = services.risk_of_row(row, actor=request.user, category=category)
        return text("worksheets.risk_made", row=row.code, risk=risk.code)
    if action == "remove":
        services.remove_row(row, seen=whole_number(seen, most=10**9) or 0, actor=request.user)
        return text("worksheets.removed", row=row.code)
    raise Http404(action)
