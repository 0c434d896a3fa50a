"""Pages of processes and of the logs they get."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.domain.errors import AnlanError
from anlan.formats.printing import to_png
from anlan.studies.loading import load_log, rejected_bytes
from anlan.web.catalog import drafting, forms, hooks, process_map, selectors, services, uploads
from anlan.web.catalog.models import LogImport
from anlan.web.common import background
from anlan.web.common.texts import error_of, error_text, language, text
from anlan.web.common.workers import BEAT_S
from anlan.web.people.permissions import may, require


@require_GET
def processes(request: HttpRequest) -> HttpResponse:
    """All processes of the units the person may see."""
    require(request.user, "catalog.view")
    search = request.GET.get("q", "").strip()
    found = Paginator(selectors.processes_of(request.user, search=search), 50)
    page = found.get_page(request.GET.get("page"))
    return render(request, "catalog/processes.html",
                  {"page": page, "q": search, "may_edit": may(request.user, "catalog.edit")})  # fmt: skip


@require_http_methods(["GET", "POST"])
def new_process(request: HttpRequest) -> HttpResponseBase:
    """A new process by name, from a pack or as a copy."""
    require(request.user, "catalog.edit")
    form = forms.NewProcess(request.user, request.POST or None)
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return render(request, "catalog/new_process.html", {"form": form}, status=status)
    given = form.cleaned_data
    if given["pack"]:
        process = services.start_from_pack(unit=given["unit"], pack=given["pack"], actor=request.user)
    elif given["template"]:
        names = {name: given[name].strip() for name in ("name", "name_en")}
        process = drafting.start_from_template(
            unit=given["unit"], template=given["template"], actor=request.user, **names
        )
    else:
        process = services.create_process(
            unit=given["unit"], name=given["name"], name_en=given["name_en"], actor=request.user
        )
    messages.success(request, text("catalog.new.done", code=process.code))
    return redirect("catalog:process", process.code)


@require_GET
def process(request: HttpRequest, code: str) -> HttpResponse:
    """The map with its overlays, the nodes as a table, and the versions."""
    found = get_object_or_404(selectors.process_of(request.user, code))
    page = selectors.process_page(found)
    view = process_map.map_view(request.user, found, page, process_map.choice_of(request.GET))
    chosen = view.chosen
    return render(
        request,
        "catalog/process.html",
        {
            "process": found,
            "shown": page,
            "map": view,
            "redesigns": hooks.redesigns_at(found, request.user, _activity(chosen))
            if chosen is not None
            else None,
            "may_edit": may(request.user, "catalog.edit", found.unit),
            "may_import": may(request.user, "logs.import", found.unit),
            "may_run": may(request.user, "runs.start", found.unit),
            "may_see_twins": may(request.user, "runs.view", found.unit),
        },
    )


@require_GET
def map_table(request: HttpRequest, code: str) -> HttpResponse:
    """The map's table with every figure, as CSV."""
    answer = HttpResponse(process_map.table_csv(_map(request, code)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{code}-nodes.csv"'
    return answer


@require_GET
def map_drawing(request: HttpRequest, code: str) -> HttpResponse:
    """The map as it is shown, as an SVG that needs nothing beside it."""
    answer = HttpResponse(_map(request, code).picture(), content_type="image/svg+xml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{code}-map.svg"'
    return answer


@require_GET
def map_image(request: HttpRequest, code: str) -> HttpResponse:
    """The map as it is shown, as PNG."""
    shown = _map(request, code)
    try:
        content = to_png(shown.picture())
    except AnlanError as fault:
        messages.error(request, error_text(fault))
        return redirect("catalog:process", code)
    answer = HttpResponse(content, content_type="image/png")
    answer["Content-Disposition"] = f'attachment; filename="{code}-map.png"'
    return answer


def _activity(row: process_map.NodeRow) -> str:
    """What a twin calls the node: its activity in the log, or its own name."""
    return row.activity or (row.node.name if row.node is not None else row.name)


def _map(request: HttpRequest, code: str) -> process_map.MapView:
    found = get_object_or_404(selectors.process_of(request.user, code))
    choice = process_map.choice_of(request.GET)
    return process_map.map_view(request.user, found, selectors.process_page(found), choice)


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest, code: str) -> HttpResponseBase:
    """Choose a file; it is kept and looked at, nothing is read yet."""
    found = get_object_or_404(selectors.process_of(request.user, code))
    require(request.user, "logs.import", found.unit)
    form = forms.Upload(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = uploads.keep_upload(found, form.cleaned_data["file"], actor=request.user)
            return redirect("catalog:import", code, made.pk)
        except AnlanError as fault:
            form.add_error("file", error_text(fault))
    status = 200 if request.method == "GET" else 422
    earlier = found.imports.select_related("created_by")[:10]
    page = {"process": found, "form": form, "earlier": earlier}
    return render(request, "catalog/upload.html", page, status=status)


@require_http_methods(["GET", "POST"])
def import_log(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """The columns as recognised, to correct and confirm; then the progress and the outcome."""
    found = get_object_or_404(selectors.process_of(request.user, code))
    require(request.user, "logs.import", found.unit)
    made = get_object_or_404(LogImport, process=found, pk=number)
    has_log = found.logs.filter(current=True).exists()
    form = forms.Columns(made.preview, request.POST or None, has_log=has_log)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                uploads.start_import(made, options=form.options(), actor=request.user)
                return redirect("catalog:import", code, number)
            except AnlanError as fault:
                form.add_error(None, error_text(fault))
    silent_s = background.silent_s(made, now=timezone.now())
    page = {"process": found, "upload": made, "form": form, "error": error_of(made.error),
            "refusal": error_of(_refusal(made)), "silent_s": silent_s, "most_losses": background.MOST_LOSSES,
            "silent": silent_s > 2 * BEAT_S}  # fmt: skip
    template = "catalog/import_state.html" if request.headers.get("HX-Request") else "catalog/import.html"
    return render(request, template, page, status=status)


def _refusal(made: LogImport) -> dict[str, Any] | None:
    refused = made.preview.get("refusal")
    return {"code": refused[0], "parameters": refused[1]} if refused else None


@require_POST
def cancel_import(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """Stop an import; the process keeps the log it has."""
    found = get_object_or_404(selectors.process_of(request.user, code))
    uploads.cancel_import(get_object_or_404(LogImport, process=found, pk=number), actor=request.user)
    return redirect("catalog:import", code, number)


@require_POST
def retry_import(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """Read the file once more as it was confirmed before."""
    found = get_object_or_404(selectors.process_of(request.user, code))
    require(request.user, "logs.import", found.unit)
    try:
        uploads.retry_import(get_object_or_404(LogImport, process=found, pk=number), actor=request.user)
    except AnlanError as fault:
        messages.error(request, error_text(fault))
    return redirect("catalog:import", code, number)


@require_GET
def rejected(request: HttpRequest, code: str) -> HttpResponse:
    """The rows set aside while the current log was read, with the reason, as CSV."""
    found = get_object_or_404(selectors.process_of(request.user, code))
    log = get_object_or_404(found.logs, current=True)
    content = rejected_bytes(load_log(log.store_id), language=language())
    answer = HttpResponse(content, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{found.code}-rejected.csv"'
    return answer
