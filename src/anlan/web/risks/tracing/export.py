"""The trace as a file: JSON for programs, CSV for a table. Taking it out is written to the audit."""

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.http import Http404

from anlan.formats.reading.rejects import harmless
from anlan.web.common.audit import record
from anlan.web.common.texts import has_text, text
from anlan.web.people.models import User
from anlan.web.people.permissions import require
from anlan.web.risks.models import Risk
from anlan.web.risks.tracing.steps import Step, trace_of

FORMS = {"json": "application/json", "csv": "text/csv; charset=utf-8"}
COLUMNS = ("kind", "code", "title", "at", "who", "after", "facts", "address")


def export_trace(risk: Risk, form: str, *, actor: User) -> bytes:
    """The whole trace in `json` or `csv`."""
    require(actor, "reports.export", risk.unit)
    if form not in FORMS:
        raise Http404
    steps = trace_of(risk, actor)
    content = _json(risk, steps) if form == "json" else _csv(steps)
    with transaction.atomic():
        record("risks.trace.export", actor=actor, target=risk,
               changes={"form": (None, form), "steps": (None, len(steps))})  # fmt: skip
    return content


def shown(step: Step) -> dict[str, Any]:
    """A step as JSON values."""
    return {
        "kind": step.kind, "code": step.code, "key": step.key, "title": step.title,
        "at": step.at and step.at.isoformat(), "who": step.who, "after": list(step.after),
        "facts": dict(step.facts), "address": step.address,
    }  # fmt: skip


def _json(risk: Risk, steps: Sequence[Step]) -> bytes:
    content = {"schema": "anlan.trace/1", "risk": risk.code, "steps": [shown(step) for step in steps]}
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _fact(name: str) -> str:
    """A fact's name in words; apps above the register may bring names of their own."""
    return text(f"trace.facts.{name}") if has_text(f"trace.facts.{name}") else name


def _csv(steps: Sequence[Step]) -> bytes:
    """With a byte order mark, so that a spreadsheet reads Chinese; no cell can become a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([text(f"trace.columns.{name}") for name in COLUMNS])
    for step in steps:
        facts = "; ".join(f"{_fact(name)}: {value}" for name, value in step.facts.items())
        cells = [
            text(f"trace.kinds.{step.kind}"), step.code, step.title, step.at.isoformat() if step.at else "",
            step.who, " ".join(step.after), facts, step.address,
        ]  # fmt: skip
        writer.writerow([harmless(cell) for cell in cells])
    return out.getvalue().encode("utf-8-sig")
