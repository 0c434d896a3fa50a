"""Which reports there are, what each asks for, and making one for a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404

from anlan.formats.printing import Document, to_html, to_pdf, to_workbook
from anlan.web.catalog.models import Process
from anlan.web.catalog.selectors import process_of
from anlan.web.common.audit import record
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope, require
from anlan.web.risks import selectors
from anlan.web.risks.models import Risk
from anlan.web.risks.reports.nodes import inspection_sheet, node_sheets
from anlan.web.risks.reports.process import process_report
from anlan.web.risks.reports.register import register_report
from anlan.web.risks.reports.risk import risk_report


@dataclass(frozen=True)
class Kind:
    """A report: its code, what it is about (`process`, `risk` or nothing), the permission it needs."""

    code: str
    about: str
    permission: str = "reports.export"


KINDS = (
    Kind("register", ""), Kind("process", "process"), Kind("nodes", "process"),
    Kind("inspection", "process", "catalog.view"), Kind("risk", "risk"),
)  # fmt: skip
"""Checks of a shift are for those who do them; the other reports take records out of the system."""

FORMS = {"html": "text/html; charset=utf-8", "pdf": "application/pdf",
         "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}  # fmt: skip


def make_report(user: User, kind: Kind, query: Mapping[str, str], *, today: date) -> Document:
    """The report in the language in force; 404 where what it is about is not the person's to see."""
    if kind.about == "risk":
        risk = get_object_or_404(selectors.risk_of(user, query.get("risk", "")))
        require(user, kind.permission, risk.unit)
        return risk_report(user, risk)
    if kind.about == "process":
        process = get_object_or_404(process_of(user, query.get("process", "")))
        require(user, kind.permission, process.unit)
        return _of_process(user, kind, process, query)
    require(user, kind.permission)
    return register_report(user, selectors.filters_of(query), today=today)


def _of_process(user: User, kind: Kind, process: Process, query: Mapping[str, str]) -> Document:
    if kind.code == "inspection":
        return inspection_sheet(user, process)
    open_risks = Risk.objects.filter(process=process).exclude(phase="closed")
    risks = list(in_scope(open_risks, user, "reports.export").select_related("owner", "unit", "process"))
    if kind.code == "nodes":
        return node_sheets(user, process, risks, node=query.get("node", ""))
    return process_report(user, process, risks)


def write_report(user: User, kind: Kind, document: Document, form: str) -> bytes:
    """The report's bytes in `html`, `pdf` or `xlsx`; taking it out is written to the audit."""
    if form not in FORMS:
        raise Http404
    content = {"html": _page, "pdf": to_pdf, "xlsx": to_workbook}[form](document)
    with transaction.atomic():
        record("risks.report.export", actor=user, unit=user.unit, reason=document.subtitle[:200],
               changes={"report": (None, kind.code), "form": (None, form)})  # fmt: skip
    return content


def _page(document: Document) -> bytes:
    return to_html(document).encode()
