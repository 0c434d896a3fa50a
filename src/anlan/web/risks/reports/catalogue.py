"""Which reports there are, what each asks for, and making one for a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from anlan.formats.printing import Document, to_html, to_pdf, to_workbook
from anlan.web.catalog.models import Process
from anlan.web.catalog.selectors import process_of
from anlan.web.common.audit import record
from anlan.web.common.texts import in_language, text
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope, require, units_of
from anlan.web.risks import selectors
from anlan.web.risks.exchange.answers import XLSX
from anlan.web.risks.models import Risk
from anlan.web.risks.reports.assessment import assessment_of, assessment_report
from anlan.web.risks.reports.method import report_of_method
from anlan.web.risks.reports.month import month_of, span_of
from anlan.web.risks.reports.monthly import monthly_report
from anlan.web.risks.reports.nodes import inspection_sheet, node_sheets
from anlan.web.risks.reports.process import process_report
from anlan.web.risks.reports.record import looked_record, run_record, session_record
from anlan.web.risks.reports.register import register_report
from anlan.web.risks.reports.risk import risk_report
from anlan.web.runs.models import Run
from anlan.web.runs.selectors import run_of


@dataclass(frozen=True)
class Kind:
    """A report: its code, what it is about (a key of `ASKS`), the permission it needs."""

    code: str
    about: str
    permission: str = "reports.export"


KINDS = (
    Kind("register", ""), Kind("monthly", "month"), Kind("process", "process"), Kind("nodes", "process"),
    Kind("inspection", "process", "catalog.view"), Kind("risk", "risk"), Kind("assessment", "assessment"),
    Kind("method", "run"), Kind("record", "record"),
)  # fmt: skip
"""Checks of a shift are for those who do them; the other reports take records out of the system."""

ASKS: Mapping[str, tuple[str, ...]] = {
    "": (), "process": ("process",), "risk": ("risk",), "assessment": ("risk", "number"),
    "month": ("unit", "month"), "record": ("record",), "run": ("run",),
}  # fmt: skip
"""What the address of a report says for each thing it can be about."""

FORMS = {"html": "text/html; charset=utf-8", "pdf": "application/pdf",
         "xlsx": XLSX}  # fmt: skip


def make_report(user: User, kind: Kind, query: Mapping[str, str], *, today: date) -> Document:
    """The report in the language in force; 404 where what it is about is not the person's to see."""
    if kind.about in ("risk", "assessment"):
        return _of_risk(user, kind, query, today)
    if kind.about == "process":
        process = get_object_or_404(process_of(user, query.get("process", "")))
        require(user, kind.permission, process.unit)
        return _of_process(user, kind, process, query)
    if kind.about == "month":
        return _of_month(user, kind, query, today)
    if kind.about == "record":
        return _of_record(user, kind, query.get("record", ""))
    if kind.about == "run":
        run = get_object_or_404(run_of(user, query.get("run", "")))
        require(user, kind.permission, run.unit)
        return report_of_method(user, run)
    require(user, kind.permission)
    return register_report(user, selectors.filters_of(query), today=today)


def _of_risk(user: User, kind: Kind, query: Mapping[str, str], today: date) -> Document:
    risk = get_object_or_404(selectors.risk_of(user, query.get("risk", "")))
    require(user, kind.permission, risk.unit)
    if kind.code == "assessment":
        return assessment_report(user, assessment_of(risk, query.get("number", "")), today=today)
    return risk_report(user, risk)


def _of_process(user: User, kind: Kind, process: Process, query: Mapping[str, str]) -> Document:
    if kind.code == "inspection":
        return inspection_sheet(user, process)
    open_risks = Risk.objects.filter(process=process).exclude(phase="closed")
    risks = list(in_scope(open_risks, user, "reports.export").select_related("owner", "unit", "process"))
    if kind.code == "nodes":
        return node_sheets(user, process, risks, node=query.get("node", ""))
    return process_report(user, process, risks)


def _of_month(user: User, kind: Kind, query: Mapping[str, str], today: date) -> Document:
    """Of the person's own unit and the present month where the address names none."""
    code = query.get("unit") or (user.unit.code if user.unit else "")
    unit = get_object_or_404(units_of(user, "risks.view"), code=code)
    require(user, kind.permission, unit)
    span = span_of(query.get("month") or f"{today:%Y-%m}", now=timezone.now())
    return monthly_report(user, unit, month_of(user, unit, span, today=today))


def _of_record(user: User, kind: Kind, code: str) -> Document:
    session = selectors.sessions_of(user).filter(code=code).first()
    if session is not None:
        require(user, kind.permission, session.unit)
        return session_record(user, session)
    looked = selectors.identifications_of(user).filter(code=code).first()
    if looked is not None:
        require(user, kind.permission, looked.unit)
        return looked_record(user, looked)
    run = get_object_or_404(run_of(user, code))
    require(user, kind.permission, run.unit)
    return run_record(user, run)


_OF_RECORD = ("code", "created_at", "process__code", "process__name", "process__name_en")
"""What the list says of a record; what was asked and found is long, and left where it is."""


def records_of(user: User, n: int = 50) -> list[tuple[str, str, Any]]:
    """Code, title and time of whatever has an identification record, newest first."""
    sessions = selectors.sessions_of(user).select_related(None).only("code", "title", "created_at")
    runs = in_scope(
        Run.objects.filter(state=Run.State.DONE, study="assess", verifies=None), user, "runs.view"
    )
    walked = selectors.identifications_of(user).select_related(None).select_related("process")
    found: list[tuple[str, str, Any]] = [
        (session.code, session.title, session.created_at) for session in sessions.order_by("-id")[:n]
    ]
    found += [
        (looked.code, f"{text(f'risks.sources.{looked.method}')} · {in_language(looked.process)}",
         looked.created_at)
        for looked in walked.only(*_OF_RECORD, "method")[:n]
    ]  # fmt: skip
    found += [
        (run.code, str(run.process or ""), run.created_at)
        for run in runs.select_related("process").only(*_OF_RECORD).order_by("-id")[:n]
    ]
    return sorted(found, key=lambda entry: entry[2], reverse=True)[:n]


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
