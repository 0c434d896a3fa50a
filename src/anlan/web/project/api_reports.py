"""Endpoints of the printed reports: which there are, and each as page, PDF or workbook."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from anlan.web.common.rest.values import Line, Shown, file_of
from anlan.web.common.texts import text
from anlan.web.people.permissions import may, require
from anlan.web.risks.reports.catalogue import ASKS, FORMS, KINDS, make_report, write_report

router = Router(tags=["reports"])


class ReportKind(Shown):
    """asks: parameters that say what the report is about; forms: what it can be written as."""

    code: str
    title: str
    about: str
    asks: list[str]
    forms: list[str]


@router.get("/reports", response=list[ReportKind])
def list_reports(request: HttpRequest) -> list[dict[str, Any]]:
    require(request.user, "risks.view")
    return [
        {
            "code": kind.code, "title": text(f"reports.kinds.{kind.code}.title"),
            "about": text(f"reports.kinds.{kind.code}.help"), "asks": ASKS[kind.about], "forms": list(FORMS),
        }
        for kind in KINDS if may(request.user, kind.permission)
    ]  # fmt: skip


@router.get("/reports/{kind}/{form}", response={200: None}, openapi_extra=file_of(*FORMS.values()))
def print_report(
    request: HttpRequest, kind: str, form: str, risk: Line = "", number: Line = "", process: Line = "",
    unit: Line = "", month: Line = "", record: Line = "", run: Line = "",
    node: Line = "",
) -> HttpResponse:  # fmt: skip
    """The register takes its filters besides."""
    chosen = next((known for known in KINDS if known.code == kind), None)
    if chosen is None or form not in FORMS:
        raise Http404
    made = make_report(request.user, chosen, request.GET, today=timezone.localdate())
    answer = HttpResponse(write_report(request.user, chosen, made, form), content_type=FORMS[form])
    answer["Content-Disposition"] = f'attachment; filename="anlan-{kind}.{form}"'
    return answer
