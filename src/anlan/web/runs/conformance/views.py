"""The page of conformance of one process, and what it starts."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from anlan.domain.errors import AnlanError
from anlan.web.catalog.models import Process
from anlan.web.common.texts import error_text, text
from anlan.web.people.permissions import in_scope, may
from anlan.web.runs import drawings
from anlan.web.runs.conformance import services
from anlan.web.runs.conformance.shown import page_of
from anlan.web.runs.models import Run


@require_GET
def conformance(request: HttpRequest, code: str) -> HttpResponse:
    """How the finished cases of the current log deviate from the version in force."""
    process = _process(request, code)
    page = page_of(process, request.user)
    fault, parts = "", {}
    if page.done is not None:
        try:
            parts = {"result": page.result, "picture": page.picture}
        except AnlanError as error:
            fault = error_text(error)
    waiting = page.newest if page.newest is not None and not page.newest.finished else None
    if waiting is None and page.discovery is not None and not page.discovery.finished:
        waiting = page.discovery
    return render(
        request,
        "runs/conformance.html",
        {
            "process": process, "page": page, "fault": fault, **parts, "run": waiting,
            "step": drawings.step_word(waiting) if waiting else "",
            "failed": drawings.error_words(page.newest) if page.newest else [],
            "may_start": may(request.user, "runs.start", process.unit),
            "may_edit": may(request.user, "catalog.edit", process.unit),
        },
    )  # fmt: skip


@require_POST
def hold(request: HttpRequest, code: str) -> HttpResponseBase:
    """Hold the current log against the version in force."""
    return _started(request, code, lambda process: services.hold_against_force(process, actor=request.user))


@require_POST
def find(request: HttpRequest, code: str) -> HttpResponseBase:
    """Find a model in the current log and make a draft of it."""
    noise = request.POST.get("noise", "")[:10]
    return _started(request, code, lambda p: services.find_draft(p, noise=noise, actor=request.user))


@require_POST
def take(request: HttpRequest, code: str) -> HttpResponseBase:
    """Assess the process with deviations among the findings; the run's page shows how far it is."""
    process = _process(request, code)
    try:
        run = services.assess_against_force(process, actor=request.user)
    except AnlanError as error:
        messages.error(request, error_text(error))
        return redirect("runs:conformance", code)
    return redirect("runs:run", run.code)


def _started(request: HttpRequest, code: str, start: Callable[[Process], Run]) -> HttpResponseBase:
    try:
        run = start(_process(request, code))
        messages.success(request, text("runs.new.done", code=run.code))
    except AnlanError as error:
        messages.error(request, error_text(error))
    return redirect("runs:conformance", code)


def _process(request: HttpRequest, code: str) -> Process:
    """A process whose runs the person may see."""
    found = in_scope(Process.objects.filter(code=code), request.user, "runs.view")
    return get_object_or_404(found.select_related("unit"))
