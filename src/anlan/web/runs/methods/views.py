"""Pages of the methods: all of them, and the form of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from anlan.domain.errors import AnlanError, RefusedInput, UsageError
from anlan.domain.method import Method
from anlan.formats.spec_file import read_spec_file, spec_text
from anlan.loop.quantify.advice import DATA, PURPOSES
from anlan.loop.quantify.methods import METHODS, method
from anlan.studies.catalogue import METHOD
from anlan.studies.methods.advising import recommended, situation_of
from anlan.studies.methods.explaining import EXAMPLES, PARTS, titles
from anlan.studies.methods.spec import HEAD, SPEC
from anlan.web.common.levels import default_criteria
from anlan.web.common.texts import error_from, error_text, language, of, text, word
from anlan.web.people.permissions import require
from anlan.web.runs import hooks, selectors, services
from anlan.web.runs.methods.answers import given_of
from anlan.web.runs.methods.pasted import document_of
from anlan.web.runs.methods.questions import (
    MOST_BOXES,
    boxes_needed,
    faults_by_place,
    names_to_choose,
    questions_of,
)
from anlan.web.runs.models import Run

_AXES = ("likelihood", "severity")
_HEAD = tuple(field for field in HEAD if field.name in ("title", "stage", "seed", "bands"))
"""Questions that every assessment answers beside those of its method."""


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


@dataclass
class _Asked:
    """What the form holds: the spec's head and inputs, whom it is about, what is wrong."""

    head: dict[str, Any]
    inputs: Mapping[str, Any]
    about: hooks.Subject | None = None
    process: Any = None
    faults: tuple[AnlanError, ...] = ()


@require_http_methods(["GET", "POST"])
def assess(request: HttpRequest, code: str) -> HttpResponseBase:
    """The questions of one method; sent, they start the assessment in the background.

    like: a run to begin with (its faults are shown); example: begin with the example. The whole spec may be
    sent as a text instead of the boxes (`as_text`).
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
    return render(request, "runs/method.html", _page(request, chosen, asked), status=status)


def _begun(request: HttpRequest, chosen: Method) -> _Asked:
    """An empty form, the example, or what an earlier run was asked."""
    about = _subject(request)
    like = request.GET.get("like")
    if like:
        run = get_object_or_404(selectors.run_of(request.user, like), study=f"{METHOD}{chosen.code}")
        document = run.parameters["spec"]
        error = error_from(run.error) if run.error else None
        faults = (error.several or (error,)) if error else ()
        about = about or hooks.subject_of(request.user, run.about)
        return _Asked(_head(document), document.get("inputs", {}), about, run.process, faults)
    document = read_spec_file(EXAMPLES / f"{chosen.code}.yaml") if "example" in request.GET else {}
    head = {**_head(document), **({"title": about.title} if about else {})}
    begun = document.get("inputs", {}) or _own_matrix(request, chosen, about)
    return _Asked(head, begun, about, about.process if about else None)


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


def _sent(request: HttpRequest, chosen: Method) -> _Asked:
    """What was filled in, from the boxes or from the text."""
    sent = request.POST
    processes = {each.code: each for each in selectors.processes_to_run(request.user)}
    about = _subject(request)
    process = about.process if about else processes.get(sent.get("process", ""))
    if sent.get("by") == "text":
        try:
            document = document_of(sent.get("as_text", ""), method=chosen.code)
        except RefusedInput as error:
            return _Asked({}, {}, about, process, error.several or (error,))
        return _Asked(_head(document), document.get("inputs", {}), about, process)
    head = given_of(_HEAD, sent, "head")
    return _Asked(head, given_of(chosen.fields, sent), about, process)


def _started(request: HttpRequest, chosen: Method, asked: _Asked) -> Run | None:
    """The run, or None with the faults noted."""
    about = asked.about
    unit = about.unit if about else asked.process.unit if asked.process else request.user.unit
    document = {"schema": SPEC, "method": chosen.code, **asked.head, "inputs": dict(asked.inputs)}
    if about:
        document["risk"] = about.code
    try:
        return services.start_assessment(
            unit=unit, document=document, actor=request.user, process=asked.process,
            about=about.code if about else "",
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


def _page(request: HttpRequest, chosen: Method, asked: _Asked) -> dict[str, Any]:
    faults = faults_by_place(asked.faults)
    document = {"schema": SPEC, "method": chosen.code, **asked.head, "inputs": dict(asked.inputs)}
    as_boxes = boxes_needed(chosen.fields, asked.inputs) <= MOST_BOXES
    known = _places(chosen) if as_boxes else set()
    questions = questions_of(chosen.code, chosen.fields, asked.inputs, faults) if as_boxes else []
    return {
        "method": chosen,
        "title": word(f"methods.{chosen.code}.title"),
        "parts": [(word(f"method_parts.{part}"), word(f"methods.{chosen.code}.{part}")) for part in PARTS],
        "head": questions_of("spec", _HEAD, asked.head, faults, name="head"),
        "questions": questions,
        "to_choose": names_to_choose(chosen.fields, asked.inputs) if as_boxes else {},
        "wide": any(each.is_wide for each in questions),
        "other_faults": [
            said for where, texts in faults.items() if not _known(where, known) for said in texts
        ],
        "n_faults": sum(len(texts) for texts in faults.values()),
        "as_text": request.POST.get("as_text") or spec_text(document),
        "head_faults": any(where.startswith(("seed", "bands")) for where in faults),
        "by_text": request.POST.get("by") == "text" or not as_boxes,
        "as_boxes": as_boxes,
        "processes": [] if asked.about else selectors.processes_to_run(request.user),
        "process": asked.process,
        "about": asked.about,
    }


def _places(chosen: Method) -> set[str]:
    return {field.name for field in (*chosen.fields, *_HEAD)}


def _known(where: str, names: set[str]) -> bool:
    """Whether the place stands beside a question of the page."""
    return where.replace("[", ".").split(".")[0] in names
