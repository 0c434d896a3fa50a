"""Pages of processes."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from anlan.web.catalog import drawings, forms, selectors, services
from anlan.web.common.texts import text
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
    """A new process by name or from a pack."""
    require(request.user, "catalog.edit")
    form = forms.NewProcess(request.user, request.POST or None)
    if request.method == "GET" or not form.is_valid():
        status = 200 if request.method == "GET" else 422
        return render(request, "catalog/new_process.html", {"form": form}, status=status)
    given = form.cleaned_data
    if given["pack"]:
        process = services.start_from_pack(unit=given["unit"], pack=given["pack"], actor=request.user)
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
    return render(
        request,
        "catalog/process.html",
        {
            "process": found,
            "shown": page,
            "map": drawings.process_drawing(page),
            "rows": drawings.node_rows(page),
            "may_edit": may(request.user, "catalog.edit", found.unit),
            "may_import": may(request.user, "logs.import", found.unit),
        },
    )
