"""The register as a working tool: columns, filters, saved views, one change for many."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.domain.errors import AnlanError
from anlan.web.common.texts import error_text, text
from anlan.web.common.whole_numbers import whole_number
from anlan.web.people.permissions import in_scope, may, require, units_of
from anlan.web.risks import chips, columns, drawings, forms, selectors, services
from anlan.web.risks.intervals import words_of_risks
from anlan.web.risks.models import CATEGORIES, PHASES, SOURCES, Risk, SavedView
from anlan.web.risks.services import saved_views

PER_PAGE = 50
_SHOWN_LINES = 200


@require_GET
def register(request: HttpRequest) -> HttpResponseBase:
    """The register as the address says it, fifty lines a page."""
    require(request.user, "risks.view")
    kept = selectors.saved_views(request.user)
    if elsewhere := _cleaner_address(request, kept):
        return redirect(elsewhere)
    today, fields = timezone.localdate(), selectors.custom_fields(request.user)
    filters = selectors.filters_of(request.GET)
    found = selectors.register(request.user, filters, today=today, fields=fields)
    counts = selectors.view_counts(request.user, today=today)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    known = columns.all_columns(fields)
    shown = columns.shown_columns(request.GET.get("columns", ""), known)
    query = _query(request.GET)
    current = {"kept": kept, "query": query, "chosen": next((v for v in kept if v.query == query), None)}
    return render(request, "risks/register.html", current | {
        "page": page, "filters": filters, "today": today, "rows": _rows(page, shown, fields),
        "largest": _largest(page),
        "columns": [_heading(column, filters.order, request.GET) for column in shown],
        "all_columns": _choosable(known, shown), "views": [(view, counts[view]) for view in selectors.VIEWS],
        "chips": chips.chips_of(filters, request.GET, known), "asked": _choices(request, filters, fields),
        "kept_parameters": [(n, v) for n, v in request.GET.items() if n in ("view", "columns", "order")],
        "other_parameters": [(n, v) for n, v in request.GET.items() if n not in ("q", "page")],
        "may_edit": may(request.user, "risks.edit"), "may_report": may(request.user, "risks.report"),
        "may_export": may(request.user, "reports.export"), "may_define": may(request.user, "criteria.manage"),
    })  # fmt: skip


def _cleaner_address(request: HttpRequest, kept: list[SavedView]) -> str:
    """The address without what says nothing, or of the view that opens first; empty where it is clean."""
    given, place = request.GET, reverse("risks:register")
    if not given:
        first = next((view for view in kept if view.first and view.user_id == request.user.pk), None)
        return f"{place}?{first.query}" if first and first.query else ""
    clean = QueryDict(mutable=True)
    for name in given:
        value = ",".join(part for part in given.getlist(name) if part.strip())
        if value:
            clean[name] = value
    if "shown" in clean:
        clean["columns"] = _in_order(clean.pop("shown")[0], clean)
    for name in [name for name in clean if name.startswith("at.")]:
        clean.pop(name)
    if dict(clean.lists()) == dict(given.lists()):
        return ""
    return f"{place}?{clean.urlencode() or 'view=all'}"


def _in_order(shown: str, given: QueryDict) -> str:
    """Columns ticked in the dialog, by the place given to each."""
    codes = shown.split(",")
    return ",".join(sorted(codes, key=lambda c: whole_number(given.get(f"at.{c}"), most=999) or 0))


def _query(given: QueryDict) -> str:
    """What of the address a view keeps."""
    kept = given.copy()
    kept.pop("page", None)
    return kept.urlencode()


def _heading(column: columns.Column, order: str, given: QueryDict) -> dict[str, Any]:
    """A heading with the address that sorts by it, the other way round where it already does."""
    sortable = column.code not in columns.UNSORTED
    now = {column.code: "ascending", f"-{column.code}": "descending"}.get(order, "")
    then = given.copy()
    then.pop("page", None)
    then["order"] = f"-{column.code}" if now == "ascending" else column.code
    return {"column": column, "sorted": now, "href": f"?{then.urlencode()}" if sortable else ""}


def _choosable(known: dict[str, columns.Column], shown: list[columns.Column]) -> list[dict[str, Any]]:
    """All columns for the dialog: those shown in their order, then the others."""
    codes = [column.code for column in shown]
    ordered = [*codes, *(code for code in known if code not in codes)]
    return [{"column": known[code], "on": code in codes, "place": i} for i, code in enumerate(ordered, 1)]


def _largest(page: Any) -> dict[str, float]:
    """Unit of loss -> the largest expected loss of the page."""
    found: dict[str, float] = {}
    for risk in page:
        if risk.annual_loss is not None:
            found[risk.loss_unit] = max(risk.annual_loss, found.get(risk.loss_unit, 0.0))
    return found


def _rows(page: Any, shown: list[columns.Column], fields: list[Any]) -> list[dict[str, Any]]:
    """Risks with what each column shows; custom values in words."""
    people = selectors.people_named(fields, page)
    with_interval = any(column.code == "interval" for column in shown)
    said = words_of_risks(page, short=True) if with_interval else {}
    return [
        {
            "risk": risk,
            "interval_said": said.get(risk.pk, ""),
            "cells": [
                (column, columns.value_shown(column.field, risk.custom.get(column.field.key), people))
                if column.field
                else (column, "")
                for column in shown
            ],
        }
        for risk in page
    ]


def _choices(request: HttpRequest, filters: selectors.Filters, fields: list[Any]) -> dict[str, Any]:
    """What the filter dialog offers."""
    from anlan.web.catalog.models import Process

    processes = in_scope(Process.objects.filter(active=True), request.user, "catalog.view")
    return {
        "lists": [
            ("category", "risks.categories", CATEGORIES, selectors.codes_in(filters.category)),
            ("phase", "risks.phases", PHASES, selectors.codes_in(filters.phase)),
            ("source", "risks.sources", SOURCES, selectors.codes_in(filters.source)),
        ],
        "levels": drawings.level_choices(), "level": selectors.codes_in(filters.level),
        "owners": forms.owners(request.user), "processes": processes,
        "units": units_of(request.user, "risks.view"),
        "fields": [(field, chips.asked_of(field, filters)) for field in fields],
    }  # fmt: skip


@require_POST
def keep_view(request: HttpRequest) -> HttpResponseBase:
    """Save, rename, delete a view of the register, or let it open first."""
    require(request.user, "risks.view")
    given, query = request.POST, QueryDict(request.POST.get("query", "")).urlencode()
    shared = given.get("shared") == "1"
    try:
        if given.get("do", "save") == "save":
            view = saved_views.save_view(
                name=given.get("name", ""), query=query, shared=shared, actor=request.user
            )
            query = view.query
        else:
            view = get_object_or_404(SavedView, pk=whole_number(given.get("view")), user=request.user)
            query = "view=all" if given.get("do") == "delete" else view.query
            _change_view(view, given, request)
        messages.success(request, text(f"register.view.{given.get('do') or 'save'}_done"))
    except AnlanError as fault:
        messages.error(request, error_text(fault))
    return redirect(f"{reverse('risks:register')}?{query}")


def _change_view(view: SavedView, given: QueryDict, request: HttpRequest) -> None:
    if given.get("do") == "delete":
        saved_views.delete_view(view, actor=request.user)
    elif given.get("do") == "first":
        saved_views.open_first(view, on=not view.first, actor=request.user)
    else:
        saved_views.rename_view(
            view, name=given.get("name", ""), shared=given.get("shared") == "1", actor=request.user
        )


@require_http_methods(["GET", "POST"])
def bulk(request: HttpRequest) -> HttpResponseBase:
    """One change for the risks ticked, or (GET) for all that the address finds: asked, previewed, written."""
    require(request.user, "risks.edit")
    step = request.POST.get("step", "")
    seen = _seen(request)
    form = forms.BulkChange(request.user, request.POST if step else None)
    page: dict[str, Any] = {
        "form": form,
        "n": len(seen),
        "seen": _packed(seen),
        "all": request.method == "GET",
    }
    if not step or not form.is_valid():
        return render(request, "risks/bulk.html", page, status=422 if step else 200)
    try:
        if step == "write":
            plan = services.change_many(
                seen, form.change, actor=request.user, reason=form.cleaned_data["reason"]
            )
            if plan.changed and not plan.cannot:
                messages.success(request, text("register.bulk.done", n=len(plan.changed)))
                return redirect(f"{reverse('risks:register')}?view=all")
        else:
            plan = services.plan_change(seen, form.change, actor=request.user)
    except AnlanError as fault:
        form.add_error(None, error_text(fault))
        return render(request, "risks/bulk.html", page, status=422)
    page |= {"plan": plan, "changed": plan.changed[:_SHOWN_LINES], "cannot": _by_reason(plan),
             "ready": _packed(plan.seen), "moved": step == "write"}  # fmt: skip
    return render(request, "risks/bulk.html", page, status=409 if step == "write" else 200)


def _seen(request: HttpRequest) -> dict[str, int]:
    """Codes and versions: of the form, or of all that the filters of the address find."""
    if request.method == "GET":
        filters = selectors.filters_of(request.GET)
        found = selectors.register(request.user, filters, today=timezone.localdate())
        return dict(in_scope(found, request.user, "risks.view").values_list("code", "version"))
    pairs = [pair for given in request.POST.getlist("seen") for pair in given.split(",")]
    parts = [pair.partition(":") for pair in pairs]
    return {code: whole_number(version) or 0 for code, _, version in parts if code}


def _packed(seen: dict[str, int]) -> str:
    return ",".join(f"{code}:{version}" for code, version in seen.items())


def _by_reason(plan: services.Plan) -> list[tuple[str, list[Any]]]:
    """Reasons with the risks each holds back."""
    found: dict[str, list[Any]] = {}
    for risk, reason in plan.cannot:
        found.setdefault(reason, []).append(risk)
    return [
        (reason, risks[:_SHOWN_LINES] if isinstance(risks[0], Risk) else risks)
        for reason, risks in found.items()
    ]
