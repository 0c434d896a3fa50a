"""Pages of the blueprint and the journey, and their files."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from anlan.domain.errors import AnlanError
from anlan.formats.printing import to_png
from anlan.formats.report.charts.tables import table_csv
from anlan.web.catalog import selectors
from anlan.web.catalog.models import Process
from anlan.web.catalog.node_choices import lanes
from anlan.web.catalog.nodes.services import tell_lanes
from anlan.web.catalog.service.page import ServicePage, service_page
from anlan.web.common.texts import error_text, text
from anlan.web.common.whole_numbers import whole_number
from anlan.web.people.permissions import require

_SAYS = "lane:"


@require_GET
def blueprint(request: HttpRequest, code: str) -> HttpResponse:
    """Lanes of who does each step and what the customer sees; where nobody told it, a form to say it."""
    page = _page(request, code)
    return _shown(request, page, "catalog/blueprint.html")


@require_GET
def journey(request: HttpRequest, code: str) -> HttpResponse:
    """Stages, touchpoints, waiting, promises, reports, moments of truth."""
    return _shown(request, _page(request, code), "catalog/journey.html")


@require_POST
def tell(request: HttpRequest, code: str) -> HttpResponseBase:
    """Say of steps which lane they stand in: a field `lane:KEY` each, empty: left as it is."""
    process = get_object_or_404(selectors.process_of(request.user, code))
    require(request.user, "catalog.edit", process.unit)
    version = selectors.version_shown(process)
    if version is None:
        raise Http404
    told = {
        name.removeprefix(_SAYS): lane
        for name, lane in request.POST.items()
        if name.startswith(_SAYS) and lane
    }
    try:
        seen = whole_number(request.POST.get("seen"), most=2**31)
        n = tell_lanes(version, told, seen=seen or 0, actor=request.user)
        messages.success(request, text("service.told", n=n))
    except AnlanError as fault:
        messages.error(request, error_text(fault))
    return redirect("catalog:blueprint", code)


@require_GET
def blueprint_file(request: HttpRequest, code: str, form: str) -> HttpResponseBase:
    """The blueprint as SVG or PNG in bands that fit A4, or its table as CSV."""
    return _file(request, code, form, "blueprint")


@require_GET
def journey_file(request: HttpRequest, code: str, form: str) -> HttpResponseBase:
    """The journey as SVG or PNG, or its table as CSV."""
    return _file(request, code, form, "journey")


def _file(request: HttpRequest, code: str, form: str, kind: str) -> HttpResponseBase:
    page = _page(request, code)
    if form not in ("svg", "png", "csv"):
        raise Http404
    try:
        content, content_type = _content(page, form, kind)
    except AnlanError as fault:
        messages.error(request, error_text(fault))
        return redirect(f"catalog:{kind}", code)
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{code}-{kind}.{form}"'
    return answer


def _content(page: ServicePage, form: str, kind: str) -> tuple[bytes | str, str]:
    if form == "csv":
        return table_csv(page.table(kind)), "text/csv; charset=utf-8"
    drawing = page.blueprint_file() if kind == "blueprint" else page.journey_file()
    return (drawing, "image/svg+xml; charset=utf-8") if form == "svg" else (to_png(drawing), "image/png")


def _page(request: HttpRequest, code: str) -> ServicePage:
    process: Process = get_object_or_404(selectors.process_of(request.user, code))
    return service_page(request.user, process, today=timezone.localdate())


def _shown(request: HttpRequest, page: ServicePage, template: str) -> HttpResponse:
    given: dict[str, Any] = {"page": page, "process": page.process, "lanes": lanes()}
    return render(request, template, given)
