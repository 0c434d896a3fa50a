"""Pages of standards: the list, one with its log and trend, the forms."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.domain.errors import AnlanError
from anlan.web.catalog.models import Process
from anlan.web.catalog.standards import forms, selectors, services
from anlan.web.catalog.standards.drawing import kept_trend
from anlan.web.catalog.standards.records import Standard, StandardVersion
from anlan.web.common.texts import error_text, text
from anlan.web.people.permissions import in_scope, may, require


@require_GET
def standards(request: HttpRequest) -> HttpResponse:
    """What each standard says today, and how often it was kept in the last year."""
    require(request.user, "catalog.view")
    today, wanted = timezone.localdate(), _wanted(request)
    pages = Paginator(selectors.current_standards(request.user, today, wanted), 50)
    page = pages.get_page(request.GET.get("page"))
    said = selectors.placed(request.user, page)
    shares = selectors.shares_of(said, today)
    return render(request, "standards/list.html", {
        "page": page, "wanted": wanted, "states": selectors.STATES, "kinds": Standard.Kind.values,
        "processes": in_scope(Process.objects.filter(active=True), request.user, "catalog.view"),
        "rows": [(version, shares[version.standard_id]) for version in said], "today": today,
        "may_edit": may(request.user, "catalog.edit"),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def new_standard(request: HttpRequest) -> HttpResponseBase:
    """A standard from its beginning."""
    require(request.user, "catalog.edit")
    place = request.GET.get("place", "").replace("\x00", "")[:240]
    form = forms.NewStandard(request.user, request.POST or None, initial={"place": place})
    rows = forms.ItemRows(request.POST or None, prefix="item")
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        given = form.cleaned_data
        try:
            made = services.create_standard(
                unit=given["unit"], kind=given["kind"], content=form.content(rows.items()),
                valid_from=given["valid_from"], reason=given["reason"], actor=request.user,
            )  # fmt: skip
            messages.success(request, text("standards.made", code=made.code))
            return redirect("standards:standard", made.code)
        except AnlanError as fault:
            form.add_error(None, error_text(fault))
    status = 200 if request.method == "GET" else 422
    return render(request, "standards/edit.html", {"form": form, "rows": rows}, status=status)


@require_GET
def standard(request: HttpRequest, code: str) -> HttpResponse:
    """What it says, how often it was kept, what was written in its log."""
    return _standard_page(request, _standard(request, code))


def _standard_page(request: HttpRequest, found: Standard, *, status: int = 200, **more: Any) -> HttpResponse:
    today = timezone.localdate()
    versions = list(selectors.versions_of(found))
    version = selectors.said_on(versions, today)
    selectors.placed(request.user, [version])
    share = selectors.shares_of([version], today)[found.pk]
    by_item = selectors.shares_by_item(found, since=share.since)
    entries = Paginator(found.entries.select_related("item", "by", "withdrawn_by"), 20)
    shown = entries.get_page(request.GET.get("page"))
    page = {
        "standard": found, "version": version, "today": today,
        "share": share,
        "items": [(item, by_item.get(item.number)) for item in version.items.all()],
        "trend": kept_trend(selectors.months_of(found, until=today)),
        "page": shown, "log": [(entry, selectors.said_on(versions, entry.on)) for entry in shown],
        "measures": any(v.figure for v in versions), "versions": versions,
        "withdraw": forms.EndOfStandard(initial={"seen": found.version}),
        "may_edit": found.withdrawn_at is None and may(request.user, "catalog.edit", found.unit),
        "may_log": found.withdrawn_at is None and may(request.user, "standards.log", found.unit),
        "may_correct": may(request.user, "catalog.edit", found.unit),
    }  # fmt: skip
    return render(request, "standards/standard.html", page | more, status=status)


@require_GET
def standard_version(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """What it said in a version, as it was."""
    found = _standard(request, code)
    version = get_object_or_404(selectors.versions_of(found), number=number)
    selectors.placed(request.user, [version])
    return render(request, "standards/version.html", {"standard": found, "version": version})


@require_http_methods(["GET", "POST"])
def edit_standard(request: HttpRequest, code: str) -> HttpResponseBase:
    """A new version, beginning as the newest one."""
    found = _standard(request, code)
    require(request.user, "catalog.edit", found.unit)
    last = found.versions.order_by("-number").first()
    form = forms.StandardFields(request.user, request.POST or None, initial=_begun(found, last))
    begun = [{"item": i.text, "item_en": i.text_en, "number": i.number} for i in last.items.all()]
    rows = forms.ItemRows(request.POST or None, prefix="item", initial=begun)
    status = 200 if request.method == "GET" else 422
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        given = form.cleaned_data
        try:
            services.change_standard(
                found, form.content(rows.items()), seen=given["seen"] or 0, actor=request.user,
                valid_from=given["valid_from"], reason=given["reason"],
            )  # fmt: skip
            messages.success(request, text("common.saved"))
            return redirect("standards:standard", code)
        except AnlanError as fault:
            form.add_error(None, error_text(fault))
            status = 409 if fault.code == "web.conflict" else 422
    page = {"standard": found, "form": form, "rows": rows}
    return render(request, "standards/edit.html", page, status=status)


@require_POST
def withdraw_standard(request: HttpRequest, code: str) -> HttpResponseBase:
    """The end of a standard, with its reason."""
    found = _standard(request, code)
    require(request.user, "catalog.edit", found.unit)
    form = forms.EndOfStandard(request.POST)
    status = 422
    if form.is_valid():
        given = form.cleaned_data
        try:
            services.withdraw_standard(found, seen=given["seen"], reason=given["reason"], actor=request.user)
            return redirect("standards:standard", code)
        except AnlanError as fault:
            form.add_error(None, error_text(fault))
            status = 409 if fault.code == "web.conflict" else 422
    return _standard_page(request, found, withdraw=form, status=status)


@require_http_methods(["GET", "POST"])
def log_standard(request: HttpRequest, code: str) -> HttpResponseBase:
    """Kept or broken, on a page that fits a phone."""
    found = _standard(request, code)
    require(request.user, "standards.log", found.unit)
    version = services.version_on(found, timezone.localdate())
    form = forms.LogFields(version, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.log_entry(found, actor=request.user, **form.cleaned_data)
            messages.success(request, text("standards.logged", code=found.code))
            return redirect("standards:standard", code)
        except AnlanError as fault:
            form.add_error(None, error_text(fault))
    status = 200 if request.method == "GET" else 422
    page = {"standard": found, "version": version, "form": form}
    return render(request, "standards/log.html", page, status=status)


@require_POST
def withdraw_entry(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """An entry that no longer counts, with its reason."""
    found = _standard(request, code)
    entry = get_object_or_404(found.entries.select_related("standard__unit"), number=number)
    try:
        services.withdraw_entry(entry, reason=request.POST.get("reason", ""), actor=request.user)
    except AnlanError as fault:
        return _standard_page(request, found, fault=error_text(fault), status=422)
    messages.success(request, text("standards.entry_withdrawn", number=number))
    return redirect("standards:standard", code)


def _standard(request: HttpRequest, code: str) -> Standard:
    return get_object_or_404(selectors.standard_of(request.user, code))


def _begun(found: Standard, last: StandardVersion) -> dict[str, Any]:
    own = ("text", "text_en", "figure", "figure_en", "direction", "figure_unit", "review_on")
    place = last.process.code if last.process else ""
    return {name: getattr(last, name) for name in own} | {
        "target": None if last.target is None else f"{last.target:.10g}",
        "place": f"{place}{forms.BETWEEN}{last.node_key}" if last.node_key else place,
        "process": last.process, "seen": found.version,
        "valid_from": max(last.valid_from, timezone.localdate()),
    }  # fmt: skip


def _wanted(request: HttpRequest) -> selectors.Wanted:
    """What the address narrows the list to; what it cannot mean narrows nothing."""

    def given(name: str, known: Any = None) -> str:
        value = request.GET.get(name, "").replace("\x00", "").strip()[:200]
        return value if known is None or value in known else ""

    return selectors.Wanted(
        q=given("q"), kind=given("kind", Standard.Kind.values), process=given("process"),
        node=given("node"), state=given("state", selectors.STATES) or "valid",
    )  # fmt: skip
