"""What a unit decides about its register: its own fields, and what it tolerates."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from anlan.domain.errors import AnlanError
from anlan.formats.report.words import Words, plain_unit
from anlan.web.common.levels import level_marks
from anlan.web.common.texts import error_text, language, text
from anlan.web.people.models import Unit
from anlan.web.people.permissions import may, require, units_of
from anlan.web.risks import forms, selectors, services
from anlan.web.risks.models import CATEGORIES, CustomField


@require_GET
def fields(request: HttpRequest) -> HttpResponseBase:
    """The fields that units defined, those retired too."""
    require(request.user, "risks.view")
    found = selectors.custom_fields(request.user, retired=True)
    rows = [(field, may(request.user, "criteria.manage", field.unit)) for field in found]
    return render(
        request, "risks/fields.html", {"rows": rows, "may_define": may(request.user, "criteria.manage")}
    )


@require_http_methods(["GET", "POST"])
def new_field(request: HttpRequest) -> HttpResponseBase:
    require(request.user, "criteria.manage")
    form = forms.FieldFacts(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given.pop("seen")
        try:
            made = services.define_field(actor=request.user, **given)
        except AnlanError as fault:
            form.add_error(None, error_text(fault))
        else:
            messages.success(request, text("register.field.made", label=made.label))
            return redirect("risks:fields")
    return render(
        request, "risks/field.html", {"form": form}, status=422 if request.method == "POST" else 200
    )


@require_http_methods(["GET", "POST"])
def edit_field(request: HttpRequest, key: str) -> HttpResponseBase:
    visible = selectors.custom_fields(request.user, retired=True)
    found = get_object_or_404(CustomField, key=key, pk__in=[field.pk for field in visible])
    require(request.user, "criteria.manage", found.unit)
    form = forms.FieldFacts(request.user, request.POST or None, field=found)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            given = dict(form.cleaned_data)
            seen = given.pop("seen") or 0
            try:
                services.change_field(found, version=seen, actor=request.user, **given)
            except AnlanError as fault:
                form.add_error(None, error_text(fault))
                status = 409 if fault.code == "web.conflict" else 422
            else:
                messages.success(request, text("common.saved"))
                return redirect("risks:fields")
    return render(request, "risks/field.html", {"form": form, "defined": found}, status=status)


@require_http_methods(["GET", "POST"])
def appetite(request: HttpRequest) -> HttpResponseBase:
    """What each unit tolerates in each category, its own or from above; changed by who sets criteria."""
    require(request.user, "risks.view")
    unit = _unit(request)
    limits = services.Limits([unit])
    marks = level_marks(limits.criteria(unit).content)
    levels = [(mark.code, mark.word) for mark in reversed(marks.marks)]
    measure = selectors.loss_unit_of(unit)
    form = forms.AppetiteFacts(
        request.user,
        levels,
        request.POST or None,
        initial=_held(request, limits, unit),
        loss_unit=plain_unit(measure, Words(language())),
    )
    status = 200
    if request.method == "POST":
        require(request.user, "criteria.manage")
        status = 422
        if form.is_valid():
            try:
                return _set_appetite(request, form.cleaned_data)
            except AnlanError as fault:
                form.add_error(None, error_text(fault))
    return render(request, "risks/appetite.html", {
        "unit": unit, "units": units_of(request.user, "risks.view"), "form": form, "marks": marks,
        "rows": [_row(limits, unit, category) for category in ("", *CATEGORIES)],
        "measure": measure,
        "total": limits.total(unit),
        "may_set": may(request.user, "criteria.manage", unit), "content": limits.criteria(unit).content,
        "open": status == 422,
    }, status=status)  # fmt: skip


def _unit(request: HttpRequest) -> Unit:
    """The unit of the address or form, else the person's own."""
    code = request.GET.get("unit") or ""
    units = units_of(request.user, "risks.view")
    if request.method == "POST" and request.POST.get("unit", "").isdigit():
        return get_object_or_404(units, pk=int(request.POST["unit"]))
    if code:
        return get_object_or_404(units, code=code)
    return request.user.unit or units.first()


def _held(request: HttpRequest, limits: services.Limits, unit: Unit) -> dict[str, Any]:
    category = request.GET.get("category", "")
    limit = limits.of(unit, category if category in CATEGORIES else "")
    total = None if category in CATEGORIES else limits.total(unit)
    return {"unit": unit, "category": category, "highest_level": limit.highest_level,
            "annual_loss": limit.annual_loss, "total_loss": total and total.loss,
            "total_percent": total and round(100 * total.chance, 6)}  # fmt: skip


def _row(limits: services.Limits, unit: Unit, category: str) -> dict[str, Any]:
    limit = limits.of(unit, category)
    entry = limit.entry
    return {
        "category": category, "limit": limit, "entry": entry,
        "own": entry is not None and entry.unit_id == unit.pk and entry.category == category,
    }  # fmt: skip


def _set_appetite(request: HttpRequest, given: dict[str, Any]) -> HttpResponseBase:
    facts = {name: given[name] for name in ("unit", "category", "reason")}
    if given["highest_level"]:
        percent = given["total_percent"]
        n = services.set_appetite(
            highest_level=given["highest_level"], annual_loss=given["annual_loss"],
            total_loss=given["total_loss"], total_chance=None if percent is None else percent / 100,
            actor=request.user, **facts,
        )  # fmt: skip
    else:
        n = services.inherit_appetite(actor=request.user, **facts)
    messages.success(request, text("register.appetite.done", n=n))
    return redirect(f"{request.path}?unit={given['unit'].code}")
