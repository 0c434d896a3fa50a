"""Pages of the methods: all of them, and the form of one."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from anlan.domain.errors import AnlanError, RefusedInput, UsageError
from anlan.domain.method import Method
from anlan.formats.spec_file import read_spec_file
from anlan.loop.quantify.advice import DATA, PURPOSES
from anlan.loop.quantify.methods import METHODS, method
from anlan.studies.catalogue import METHOD
from anlan.studies.methods.advising import recommended, situation_of
from anlan.studies.methods.explaining import EXAMPLES, titles
from anlan.studies.methods.spec import SPEC
from anlan.studies.resources import inputs_from
from anlan.web.common.levels import default_criteria
from anlan.web.common.texts import error_from, error_text, language, of, text
from anlan.web.people.permissions import require
from anlan.web.runs import hooks, selectors, services
from anlan.web.runs.methods.answers import given_of
from anlan.web.runs.methods.form import HEAD_FIELDS, TEMPLATE, Asked, form_page
from anlan.web.runs.methods.pasted import document_of
from anlan.web.runs.models import Run
from anlan.web.runs.results import result_of

_AXES = ("likelihood", "severity")


@require_GET
def methods(request: HttpRequest) -> HttpResponse:
    """All methods by family: what each answers; with a situation given, those that fit it.

    about: the risk to be assessed.
    """
    require(request.user, "runs.start")
    page: dict[str, Any] = {"families": titles(language()), "about": _subject(request), "asked": request.GET}
    page |= {"purposes": PURPOSES, "data": DATA}
    if "purpose" not in request.GET:
        return render(request, "runs/methods.html", page)
    given = {name: request.GET.get(name, "") for name in ("purpose", "data", "experts", "dependence")}
    try:
        page["recommended"] = recommended(situation_of(given), language=language())
    except RefusedInput as error:
        return render(request, "runs/methods.html", page | {"fault": error_text(error)}, status=422)
    return render(request, "runs/methods.html", page)


@require_http_methods(["GET", "POST"])
def assess(request: HttpRequest, code: str) -> HttpResponseBase:
    """The questions of one method; sent, they start the assessment in the background.

    like: a run to begin with (its faults are shown); from: a run whose result is taken over; example: begin
    with the example. The whole spec may be sent as a text instead of the boxes (`as_text`).
    """
    require(request.user, "runs.start")
    if code not in METHODS:
        raise Http404
    chosen = method(code)
    asked = _sent(request, chosen) if request.method == "POST" else _begun(request, chosen)
    started = _started(request, chosen, asked) if request.method == "POST" and not asked.faults else None
    if started is not None:
        messages.success(request, text("runs.new.done", code=started.code))
        return redirect("runs:run", started.code)
    status = 422 if request.method == "POST" else 200
    return render(request, TEMPLATE, form_page(request, chosen, asked), status=status)


def _begun(request: HttpRequest, chosen: Method) -> Asked:
    """An empty form, the example, what an earlier run was asked, or the result of the run before."""
    about = _subject(request)
    like, source = request.GET.get("like"), _source(request)
    if source is not None:
        return _taken_over(request, chosen, source)
    if like:
        run = get_object_or_404(selectors.run_of(request.user, like), study=f"{METHOD}{chosen.code}")
        document = run.parameters["spec"]
        error = error_from(run.error) if run.error else None
        faults = (error.several or (error,)) if error else ()
        about = about or hooks.subject_of(request.user, run.about)
        return Asked(_head(document), document.get("inputs", {}), about, run.process, faults)
    document = read_spec_file(EXAMPLES / f"{chosen.code}.yaml") if "example" in request.GET else {}
    head = {**_head(document), **({"title": about.title} if about else {})}
    begun = document.get("inputs", {}) or _own_matrix(request, chosen, about)
    return Asked(head, begun, about, about.process if about else None)


def _source(request: HttpRequest) -> Run | None:
    """The run whose result is taken over. Errors: Http404 where the person may not see it, or it is not
    done."""
    code = request.GET.get("from", "")
    if not code:
        return None
    return get_object_or_404(selectors.run_of(request.user, code), state=Run.State.DONE)


def _taken_over(request: HttpRequest, chosen: Method, source: Run) -> Asked:
    """The form with the result of another run in its boxes; `like` or the source's own source gives the rest.

    Errors: none; what cannot be taken over is told as a fault of the form.
    """
    kept = selectors.run_of(request.user, request.GET.get("like", "")).first() or source.fed_by
    same = kept is not None and kept.study == f"{METHOD}{chosen.code}"
    before = dict(kept.parameters["spec"].get("inputs", {})) if kept is not None and same else {}
    head = {"title": source.parameters["spec"].get("title", "")} if source.study.startswith(METHOD) else {}
    try:
        inputs = inputs_from(result_of(source), into=chosen.code, before=before)
    except AnlanError as fault:
        return Asked(head, before, process=source.process, faults=fault.several or (fault,))
    return Asked(head, inputs, process=source.process, fed_by=source)


def _own_matrix(request: HttpRequest, chosen: Method, about: hooks.Subject | None) -> Mapping[str, Any]:
    """The matrix of the criteria in force, for a method that asks for one; nothing for others."""
    if "cells" not in {field.name for field in chosen.fields}:
        return {}
    unit = about.unit if about else request.user.unit
    content = hooks.criteria_in_force(unit) or default_criteria()
    levels = [of(level["name"]) for level in content["levels"]]
    labels = {f"{axis}_labels": [of(label) for label in content[axis]["labels"]] for axis in _AXES}
    cells = [[levels[place] for place in row] for row in content["cells"]]
    return {**labels, "levels": levels, "cells": cells}


def _head(document: Mapping[str, Any]) -> dict[str, Any]:
    return {name: document[name] for name in ("title", "stage", "seed", "bands") if name in document}


def _sent(request: HttpRequest, chosen: Method) -> Asked:
    """What was filled in, from the boxes or from the text."""
    sent = request.POST
    processes = {each.code: each for each in selectors.processes_to_run(request.user)}
    about = _subject(request)
    process = about.process if about else processes.get(sent.get("process", ""))
    if sent.get("by") == "text":
        try:
            document = document_of(sent.get("as_text", ""), method=chosen.code)
        except RefusedInput as error:
            return Asked({}, {}, about, process, error.several or (error,))
        return Asked(_head(document), document.get("inputs", {}), about, process, fed_by=_source(request))
    head = given_of(HEAD_FIELDS, sent, "head")
    return Asked(head, given_of(chosen.fields, sent), about, process, fed_by=_source(request))


def _started(request: HttpRequest, chosen: Method, asked: Asked) -> Run | None:
    """The run, or None with the faults noted."""
    about = asked.about
    unit = about.unit if about else asked.process.unit if asked.process else request.user.unit
    document = {"schema": SPEC, "method": chosen.code, **asked.head, "inputs": dict(asked.inputs)}
    if about:
        document["risk"] = about.code
    try:
        return services.start_assessment(
            unit=unit, document=document, actor=request.user, process=asked.process,
            about=about.code if about else "", fed_by=asked.fed_by,
        )  # fmt: skip
    except (RefusedInput, UsageError) as error:
        asked.faults = error.several or (error,)
        return None


def _subject(request: HttpRequest) -> hooks.Subject | None:
    """The risk named in the address. Errors: Http404 where the person may not see it."""
    code = request.GET.get("about", "")
    found = hooks.subject_of(request.user, code) if code else None
    if code and found is None:
        raise Http404
    return found
