"""Pages of sources: the list, one with its state and runs, and the form with its preview."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.domain.errors import AnlanError
from anlan.web.common.texts import error_of, error_text, text
from anlan.web.common.whole_numbers import whole_number
from anlan.web.monitoring.services.indicators import EDIT, SEE
from anlan.web.people.permissions import may, require
from anlan.web.sources import selectors, services, shapes
from anlan.web.sources.allowed import folders
from anlan.web.sources.forms import SourceForm, initial_of
from anlan.web.sources.kinds import KINDS
from anlan.web.sources.models import Source
from anlan.web.sources.running import is_silent

PER_PAGE = 50


@require_GET
def sources(request: HttpRequest) -> HttpResponse:
    """All sources with how they are."""
    require(request.user, SEE)
    asked = request.GET
    search = asked.get("q", "").replace("\0", "").strip()[:120]
    found = selectors.sources_of(request.user, search=search, kind=asked.get("kind", "")[:12])
    page = Paginator(found, PER_PAGE).get_page(asked.get("page"))
    rows = [(each, state_of(each)) for each in page]
    return render(request, "sources/sources.html", {
        "rows": rows, "page": page, "search": search, "kind": asked.get("kind", ""), "kinds": tuple(KINDS),
        "may_edit": may(request.user, EDIT),
    })  # fmt: skip


def state_of(source: Source) -> str:
    """`paused`, `failed`, `silent`, `waiting` for the first reading, or `well`."""
    if source.status == Source.Status.PAUSED:
        return "paused"
    if source.error:
        return "failed"
    if is_silent(source):
        return "silent"
    return "well" if source.seen_at else "waiting"


@require_GET
def source(request: HttpRequest, code: str) -> HttpResponse:
    """One source: its state, what it is asked, its newest runs."""
    return _page(request, _source(request, code))


def _page(request: HttpRequest, found: Source, *, tried: Any = None) -> HttpResponse:
    may_edit = may(request.user, EDIT, found.unit)
    asked = [
        (text(f"sources.fields.{each.name}"), _said(each, found.settings.get(each.name)), each.form == "area")
        for each in KINDS[found.kind].SETTINGS
        if each.form != "secret" and found.settings.get(each.name) not in (None, "")
    ]  # fmt: skip
    return render(request, "sources/source.html", {
        "source": found, "state": state_of(found), "error": error_of(found.error), "may_edit": may_edit,
        "asked": asked if may_edit else [],
        "runs": [shapes.run_shown(each) for each in found.runs.all()[:50]],
        "failed": list(found.files.filter(failed=True)[:10]), "tried": tried,
    })  # fmt: skip


def _said(each: Any, value: Any) -> Any:
    return text(f"sources.choices.{value}") if each.choices else value


@require_http_methods(["GET", "POST"])
def new_source(request: HttpRequest, kind: str) -> HttpResponseBase:
    """A new source of a kind by form; `try` shows what it would take and keeps nothing."""
    require(request.user, EDIT)
    kind = kind if kind in KINDS else "folder"
    form = SourceForm(request.user, kind, request.POST or None, initial={"unit_of": request.user.unit.code})
    faults: list[str] = []
    tried = None
    if request.method == "POST" and form.is_valid():
        unit, wanted = form.cleaned_data["unit_of"], form.wanted()
        try:
            if "try" in request.POST:
                tried = services.preview_of(unit, kind, wanted, actor=request.user)
            else:
                made = services.create_source(unit, kind, wanted, actor=request.user)
                messages.success(request, text("sources.made", code=made.code))
                return redirect("sources:source", made.code)
        except AnlanError as fault:
            faults = _faults(fault)
    return _form(request, form, kind, faults=faults, tried=tried)


@require_http_methods(["GET", "POST"])
def edit_source(request: HttpRequest, code: str) -> HttpResponseBase:
    """Change a source."""
    found = _source(request, code)
    require(request.user, EDIT, found.unit)
    form = SourceForm(request.user, found.kind, request.POST or None, found=found, initial=initial_of(found))
    faults: list[str] = []
    tried = None
    if request.method == "POST" and form.is_valid():
        try:
            if "try" in request.POST:
                tried = services.preview_of(
                    found.unit, found.kind, form.wanted(), actor=request.user, found=found
                )
            else:
                seen = whole_number(request.POST.get("seen", ""), most=2**31 - 1) or 0
                services.change_source(found, form.wanted(), seen=seen, actor=request.user)
                messages.success(request, text("sources.kept", code=found.code))
                return redirect("sources:source", found.code)
        except AnlanError as fault:
            faults = _faults(fault)
    return _form(request, form, found.kind, found=found, faults=faults, tried=tried)


def _form(
    request: HttpRequest, form: SourceForm, kind: str, *, faults: list[str], tried: Any,
    found: Source | None = None,
) -> HttpResponse:  # fmt: skip
    status = 422 if request.method == "POST" and tried is None else 200
    unit = found.unit if found is not None else request.user.unit
    return render(request, "sources/edit.html", {
        "form": form, "kind": kind, "kinds": tuple(KINDS), "source": found, "faults": faults,
        "tried": None if tried is None else shapes.preview_shown(tried), "folders": folders(unit),
    }, status=status)  # fmt: skip


@require_POST
def act(request: HttpRequest, code: str) -> HttpResponseBase:
    """`deed`: try, run, pause or resume."""
    found = _source(request, code)
    require(request.user, EDIT, found.unit)
    deed = request.POST.get("deed", "")
    seen = whole_number(request.POST.get("seen", ""), most=2**31 - 1) or 0
    try:
        if deed == "try":
            return _page(
                request, found, tried=shapes.preview_shown(services.preview(found, actor=request.user))
            )
        if deed == "run":
            services.run_now(found, actor=request.user)
        else:
            status = {"pause": "paused", "resume": "active"}.get(deed, deed)
            services.set_status(found, status, seen=seen, actor=request.user)
        messages.success(request, text(f"sources.done.{deed}", code=found.code))
    except AnlanError as fault:
        messages.error(request, error_text(fault))
    return redirect("sources:source", found.code)


def _source(request: HttpRequest, code: str) -> Source:
    return get_object_or_404(selectors.source_of(request.user, code))


def _faults(fault: AnlanError) -> list[str]:
    return [error_text(each) for each in (fault.several or (fault,))[:12]]
