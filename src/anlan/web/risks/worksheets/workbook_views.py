"""The way of a worksheet out to Excel and in again: previewed row by row, written when confirmed."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from anlan.domain.errors import AnlanError, RefusedInput
from anlan.loop.identify.worksheets import KINDS
from anlan.web.common.texts import error_text, language, text
from anlan.web.people.permissions import require
from anlan.web.risks.exchange.answers import workbook_answer
from anlan.web.risks.exchange.faults import fault_text
from anlan.web.risks.exchange.views import Upload
from anlan.web.risks.models import Worksheet
from anlan.web.risks.services.worksheets import EDIT
from anlan.web.risks.worksheets import workbook
from anlan.web.risks.worksheets.nodes import NodeNames, node_names
from anlan.web.risks.worksheets.views import sheet_of
from anlan.web.risks.worksheets.words import cell_words, heading, words_of

_MOST_SHOWN = 200
_BESIDE = 10_000
"""Characters of the form that confirms, beside the rows it sends back."""


@require_GET
def worksheet_template(request: HttpRequest, kind: str) -> HttpResponse:
    """The empty workbook of a kind."""
    require(request.user, EDIT)
    if kind not in KINDS:
        raise Http404(kind)
    content = workbook.template_workbook(KINDS[kind], actor=request.user, language=language())
    return workbook_answer(content, f"anlan-{kind}-template.xlsx")


@require_GET
def worksheet_out(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet as it stands."""
    sheet = sheet_of(request, code)
    content = workbook.worksheet_workbook(sheet, actor=request.user, language=language())
    return workbook_answer(content, f"anlan-{sheet.code}.xlsx")


@require_http_methods(["GET", "POST"])
def worksheet_in(request: HttpRequest, code: str) -> HttpResponseBase:
    """Choose a workbook, see what each row would do, confirm."""
    sheet = sheet_of(request, code)
    require(request.user, EDIT, sheet.unit)
    form = Upload(request.POST or None, request.FILES or None)
    page: dict[str, Any] = {"sheet": sheet, "form": form}
    refusal = ""
    if request.method == "POST":
        try:
            if "carried" in request.POST:
                return _written(request, sheet)
            if form.is_valid():
                preview = workbook.preview_upload(sheet, form.cleaned_data["file"], actor=request.user)
                if len(preview.carried) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE - _BESIDE:
                    raise RefusedInput("sheet.too_much", name=preview.name)
                return render(request, "risks/worksheets/import.html", page | _shown(sheet, preview))
        except AnlanError as wrong:
            refusal = error_text(wrong)
    status = 200 if request.method == "GET" else 422
    return render(request, "risks/worksheets/import.html", page | {"refusal": refusal}, status=status)


def _written(request: HttpRequest, sheet: Worksheet) -> HttpResponseBase:
    given = request.POST
    counts = workbook.write_preview(
        sheet, given["carried"], leave_out=given.get("leave_out") == "on", actor=request.user
    )
    messages.success(request, text("worksheets.done", **counts))
    return redirect("risks:worksheet", sheet.code)


def _shown(sheet: Worksheet, preview: workbook.Preview) -> dict[str, Any]:
    """Rows in error first, then those that change something."""
    counts, nodes = preview.counts, node_names(sheet.process)
    order = {outcome: i for i, outcome in enumerate(("error", "create", "update", "skip"))}
    lines = sorted(preview.lines, key=lambda line: (order[line.outcome], line.number))[:_MOST_SHOWN]
    return {
        "preview": preview, "counts": [(outcome, counts[outcome]) for outcome in order],
        "n_changes": counts["create"] + counts["update"], "n_errors": counts["error"],
        "lines": [_line(sheet, line, nodes) for line in lines], "n_lines": len(preview.lines),
        "unknown": text("exchange.comma").join(preview.unknown),
    }  # fmt: skip


def _line(sheet: Worksheet, line: workbook.Line, nodes: NodeNames) -> dict[str, Any]:
    kind = sheet.facts
    changes = [
        (heading(code), *(cell_words(kind.column(code), value, nodes) or "—" for value in pair))
        for code, pair in line.read.changes.items()
    ]
    return {
        "number": line.number, "code": line.code, "outcome": line.outcome,
        "title": words_of(kind, line.read.values, kind.title, language()),
        "faults": [fault_text(fault.code, fault.parameters) for fault in line.faults],
        "changes": changes if line.outcome == "update" else [],
    }  # fmt: skip
