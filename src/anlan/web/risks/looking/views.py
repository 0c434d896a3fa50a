"""Candidates of a process by source, the checklist walked on a page, feedback taken in line by line."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from anlan.domain.errors import AnlanError
from anlan.web.catalog.models import Process
from anlan.web.catalog.selectors import process_of, process_page
from anlan.web.common.texts import error_text, in_language, language, text
from anlan.web.people.permissions import may, require
from anlan.web.risks import selectors
from anlan.web.risks.forms import words
from anlan.web.risks.models import CATEGORIES, Candidate
from anlan.web.risks.services import looking

SHOWN = ("log", "checklist", "workshop", "feedback", "report")
_STATES = tuple(Candidate.State.values)
_MOST_BYTES = 2**20


def _process(request: HttpRequest, code: str, permission: str) -> Process:
    """The process where the person may see risks; 404 else."""
    found = get_object_or_404(process_of(request.user, code))
    require(request.user, permission, found.unit)
    return found


@require_GET
def sources(request: HttpRequest, code: str) -> HttpResponse:
    """Where candidates of the process come from, how many wait, and how to look for more."""
    process = _process(request, code, "risks.view")
    counts = selectors.sources_of(request.user, process)
    others = [source for source in counts if source not in SHOWN]
    rows = [
        {"source": source, "counts": [(state, counts.get(source, {}).get(state, 0)) for state in _STATES]}
        for source in (*SHOWN, *others)
    ]
    return render(request, "risks/looking/sources.html", {
        "process": process, "rows": rows, "has_checklist": looking.checklist_of(process) is not None,
        "records": selectors.identifications_of(request.user, process)[:20],
        "may_report": may(request.user, "risks.report", process.unit),
        "may_run": may(request.user, "runs.start", process.unit),
        "may_lead": may(request.user, "workshops.lead", process.unit),
        "may_export": may(request.user, "reports.export", process.unit),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def checklist(request: HttpRequest, code: str) -> HttpResponseBase:
    """Every question of the pack: yes, no or unclear, with a note."""
    process = _process(request, code, "risks.report")
    fault = ""
    if request.method == "POST":
        try:
            made = looking.walk_checklist(
                process, _answers(request), actor=request.user, people=request.POST.get("people", "")
            )
        except AnlanError as wrong:
            fault = error_text(wrong)
        else:
            return _done(request, process, made)
    pack = looking.checklist_of(process)
    page = {"process": process, "fault": fault, "people": request.POST.get("people", ""),
            "questions": [_question(request, check, pack) for check in (pack.checks if pack else ())],
            "answers": looking.ANSWERS}  # fmt: skip
    return render(request, "risks/looking/checklist.html", page, status=422 if fault else 200)


def _answers(request: HttpRequest) -> dict[str, looking.Answer]:
    """Answers by the question's code; a question without one was not looked at."""
    given = request.POST
    codes = [name.removeprefix("answer.") for name in given if name.startswith("answer.") and given[name]]
    return {code: looking.Answer(given[f"answer.{code}"], given.get(f"note.{code}", "")) for code in codes}


def _question(request: HttpRequest, check: Any, pack: Any) -> dict[str, Any]:
    tongue = language()
    guarded = [risk.title.in_language(tongue) for risk in pack.risks if risk.code in check.risks]
    return {"code": check.code, "title": check.title.in_language(tongue), "risks": guarded,
            "given": request.POST.get(f"answer.{check.code}", ""),
            "note": request.POST.get(f"note.{check.code}", "")}  # fmt: skip


@require_http_methods(["GET", "POST"])
def feedback(request: HttpRequest, code: str) -> HttpResponseBase:
    """Paste or upload lines; then choose the node of each, and keep them as candidates."""
    process = _process(request, code, "risks.report")
    lines, fault = [], ""
    if request.method == "POST":
        try:
            lines = _lines(request)
            if request.POST.get("step") == "keep":
                made = looking.take_feedback(
                    process, _reports(request, lines), actor=request.user,
                    people=request.POST.get("people", ""), sources=request.POST.get("sources", ""),
                )  # fmt: skip
                return _done(request, process, made)
            if not lines:
                fault = text("looking.no_lines")
        except AnlanError as wrong:
            fault = error_text(wrong)
    nodes = [(node.key, in_language(node)) for node in process_page(process).nodes]
    given = request.POST
    rows = [
        {"i": i, "words": line, "node": given.get(f"node.{i}", given.get("node", "")),
         "category": given.get(f"category.{i}", given.get("category", "customer"))}
        for i, line in enumerate(lines)
    ]  # fmt: skip
    page = {"process": process, "fault": fault, "rows": rows, "nodes": nodes,
            "categories": words("risks.categories", CATEGORIES), "people": given.get("people", ""),
            "sources": given.get("sources", ""), "limit": looking.MOST_LINES}  # fmt: skip
    return render(request, "risks/looking/feedback.html", page, status=422 if fault else 200)


def _lines(request: HttpRequest) -> list[str]:
    """The lines of a file or of the field; in the second step each line as it stands in its own field."""
    if request.POST.get("step") == "keep":
        places = sorted(int(n[6:]) for n in request.POST if n.startswith("words.") and n[6:].isdecimal())
        return [request.POST[f"words.{i}"] for i in places]
    if file := request.FILES.get("file"):
        said = looking.text_of(file.read(_MOST_BYTES + 1), name=file.name or "", limit=_MOST_BYTES)
    else:
        said = request.POST.get("lines", "")
    found = list(dict.fromkeys(line.strip() for line in said.splitlines() if line.strip()))
    if len(found) > looking.MOST_LINES:
        raise looking.too_many(len(found))
    return found


def _reports(request: HttpRequest, lines: list[str]) -> list[looking.Report]:
    """A line left unticked is left out."""
    given = request.POST
    return [
        looking.Report(line, given.get(f"node.{i}", ""), given.get(f"category.{i}", ""))
        for i, line in enumerate(lines) if given.get(f"take.{i}") == "1"
    ]  # fmt: skip


def _done(request: HttpRequest, process: Process, made: Any) -> HttpResponseBase:
    n = sum(bool(entry["candidate"]) for entry in made.entries)
    messages.success(request, text("looking.done", code=made.code, n=n))
    return redirect("risks:sources", process.code)
