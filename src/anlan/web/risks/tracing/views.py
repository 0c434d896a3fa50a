"""The trace of a risk as a page and as a file."""

from datetime import datetime
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from anlan.web.common.texts import text
from anlan.web.people.permissions import may
from anlan.web.risks import selectors
from anlan.web.risks.tracing.export import FORMS, export_trace
from anlan.web.risks.tracing.steps import Step, trace_of


@require_GET
def show_trace(request: HttpRequest, code: str) -> HttpResponse:
    """From the log to the newest review, each step with who, when and a way there."""
    risk = get_object_or_404(selectors.risk_of(request.user, code))
    steps = trace_of(risk, request.user)
    known = {step.key: step for step in steps}
    rows = [(step, [known[key] for key in step.after if key in known]) for step in steps]
    stations = [_station(kind, list(found)) for kind, found in groupby(steps, key=lambda step: step.kind)]
    return render(
        request,
        "risks/trace.html",
        {"risk": risk, "rows": rows, "stations": stations, "forms": FORMS,
         "may_export": may(request.user, "reports.export", risk.unit)},
    )  # fmt: skip


def _station(kind: str, steps: list[Step]) -> tuple[str, str, datetime | None]:
    """A kind of steps in one line: its codes, or its newest record, and when that was."""
    last = steps[-1]
    if kind in ("log", "assessment"):
        words = last.title
    elif kind == "bow_tie":
        words = text("trace.version", n=last.code)
    elif kind == "review":
        words = text("trace.times", n=len(steps))
    else:
        words = ", ".join(step.code for step in steps[:2]) + (f" +{len(steps) - 2}" if len(steps) > 2 else "")
    return kind, words, last.at


@require_GET
def trace_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The trace as `json` or `csv`."""
    risk = get_object_or_404(selectors.risk_of(request.user, code))
    content = export_trace(risk, form, actor=request.user)
    answer = HttpResponse(content, content_type=FORMS[form])
    answer["Content-Disposition"] = f'attachment; filename="trace-{risk.code}.{form}"'
    return answer
