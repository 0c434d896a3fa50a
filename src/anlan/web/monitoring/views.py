"""Pages of indicators: the list, one with its readings, the form, a reading by hand, and those of a run."""

import time
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.domain.errors import AnlanError
from anlan.loop.monitor.definitions import read_definition
from anlan.web.common.texts import error_text, text
from anlan.web.common.whole_numbers import whole_number
from anlan.web.monitoring import formula_views, selectors, shown
from anlan.web.monitoring.forms import IndicatorForm, initial_for, initial_of
from anlan.web.monitoring.models import Indicator
from anlan.web.monitoring.services import adopting, trying
from anlan.web.monitoring.services import indicators as services
from anlan.web.monitoring.services.doubts import in_doubt
from anlan.web.monitoring.services.indicators import EDIT, REPORT, SEE, definition_of
from anlan.web.monitoring.services.reporting import report
from anlan.web.people.permissions import in_scope, may, require, units_of
from anlan.web.risks.selectors import risk_of
from anlan.web.runs.selectors import run_of

PER_PAGE = 50
MOST_TRIED, TRIED_READINGS = 12, 4_000
"""Series, and newest readings of each, that a definition is tried on."""


@require_GET
def indicators(request: HttpRequest) -> HttpResponse:
    """All indicators, the worst first."""
    require(request.user, SEE)
    asked = request.GET
    level = whole_number(asked.get("level", ""), most=4)
    wanted = selectors.Wanted(
        asked.get("q", "").replace("\0", "").strip()[:120], asked.get("status", "active"), "", level
    )
    page = Paginator(selectors.indicators_of(request.user, wanted), PER_PAGE).get_page(asked.get("page"))
    rows = [_row(each) for each in page]
    return render(request, "monitoring/indicators.html", {
        "rows": rows, "page": page, "wanted": wanted, "statuses": Indicator.Status.values,
        "may_edit": may(request.user, EDIT),
    })  # fmt: skip


def _row(found: Indicator) -> dict[str, Any]:
    """An indicator with the series that is worst, or newest."""
    definition = definition_of(found)
    series = sorted(found.series.all(), key=lambda each: (-each.level, -(each.last_at or 0)))
    first = series[0] if series else None
    age, stale = (
        shown.freshness(first, definition) if first is not None else (text("monitoring.never"), False)
    )
    return {
        "indicator": found, "n": len(series), "first": first, "age": age, "stale": stale,
        "mark": shown.level_chip(first.level if first is not None else 0),
        "value": shown.value_said(first.last_value if first is not None else None, definition.unit),
        "place": shown.place_of(first) if first is not None else "",
        "target": shown.value_said(definition.target, definition.unit),
    }  # fmt: skip


@require_GET
def indicator(request: HttpRequest, code: str) -> HttpResponse:
    """One indicator: what it means, its series, the readings of one of them, its alerts."""
    return _page(request, _indicator(request, code))


def _page(
    request: HttpRequest, found: Indicator, *, faults: list[str] | None = None, status: int = 200
) -> HttpResponse:
    definition = definition_of(found)
    series = list(selectors.series_of(request.user, found))
    number = whole_number(request.GET.get("series", ""), most=2**62)
    chosen = next((each for each in series if each.pk == number), series[0] if series else None)
    alerts = list(selectors.alerts_of(request.user).filter(series=chosen)[:20]) if chosen else []
    readings = selectors.readings_of(chosen) if chosen is not None else []
    return render(request, "monitoring/indicator.html", {
        "indicator": found, "definition": definition, "chosen": chosen, "faults": faults or [],
        "series": [(each, shown.level_chip(each.level), shown.place_of(each),
                    shown.value_said(each.last_value, definition.unit), *shown.freshness(each, definition))
                   for each in series],
        "picture": shown.picture(found, definition, chosen, readings, alerts) if chosen is not None else "",
        "newest": [(shown.moment(each.at), shown.value_said(each.value, definition.unit), each.n)
                   for each in readings[-12:][::-1]],
        "limits": [(shown.level_chip(each.level), shown.value_said(each.fire, definition.unit),
                    shown.value_said(each.clear, definition.unit)) for each in definition.limits[::-1]],
        "detector": shown.detector_said(definition.detector, definition.unit) if definition.detector else (),
        "target": shown.value_said(definition.target, definition.unit),
        "alerts": [(each, shown.level_chip(each.highest)) for each in alerts],
        "versions": found.versions.select_related("by")[:10],
        "risks": in_scope(found.risks.all(), request.user, "risks.view"),
        "n_doubts": in_doubt(request.user, SEE).filter(indicator=found.pk).count(),
        "inputs": in_scope(found.inputs.all(), request.user, SEE),
        "may_edit": may(request.user, EDIT, found.unit),
        "units": () if definition.formula is not None else units_of(request.user, REPORT).filter(
            path__startswith=found.unit.path, active=True
        ),
        "unit_word": text(f"monitoring.asked_in.{definition.unit}"),
    }, status=status)  # fmt: skip


@require_http_methods(["GET", "POST"])
def new_indicator(request: HttpRequest) -> HttpResponseBase:
    """A new indicator by form."""
    require(request.user, EDIT)
    form = IndicatorForm(request.user, request.POST or None, initial=_begun(request))
    faults: list[str] = []
    if request.method == "POST" and form.is_valid():
        facts = form.facts()
        try:
            if "try" in request.POST:
                return _form(request, form, None, faults, _trial(request, form, None))
            made = services.create_indicator(
                form.cleaned_data["unit"], document=form.document(), actor=request.user, **facts
            )
        except AnlanError as fault:
            faults = _said(fault)
        else:
            messages.success(request, text("monitoring.made", code=made.code))
            return redirect("monitoring:indicator", made.code)
    return _form(request, form, None, faults)


def _form(
    request: HttpRequest, form: IndicatorForm, found: Indicator | None, faults: list[str],
    trial: dict[str, Any] | None = None,
) -> HttpResponse:  # fmt: skip
    """The form with what is said of its formula; trial: what its definition would have done."""
    unit = found.unit if found is not None else request.user.unit
    page = {
        "form": form, "faults": faults, "nameable": formula_views.asked(request.user, unit, found),
        "formula": formula_views.checked(request, unit, found),
    } | (trial or {})  # fmt: skip
    if found is not None:
        page["indicator"] = found
    status = 422 if request.method == "POST" and trial is None else 200
    return render(request, "monitoring/edit.html", page, status=status)


def _begun(request: HttpRequest) -> dict[str, Any]:
    """What the form begins with: the risk that the address names, else the unit of the person."""
    risk = risk_of(request.user, request.GET.get("risk", "").replace("\0", "")[:20]).first()
    return initial_for(risk) if risk is not None else {"unit": request.user.unit.code}


@require_http_methods(["GET", "POST"])
def edit_indicator(request: HttpRequest, code: str) -> HttpResponseBase:
    """Change an indicator; another definition needs a reason. `status`: pause, take up or retire it."""
    found = _indicator(request, code)
    require(request.user, EDIT, found.unit)
    form = IndicatorForm(
        request.user, request.POST or None, found=found, initial=initial_of(found, request.user)
    )
    faults: list[str] = []
    if request.method == "POST":
        try:
            if "try" in request.POST and form.is_valid():
                return _form(request, form, found, faults, _trial(request, form, found))
            if _changed(request, found, form):
                messages.success(request, text("monitoring.kept", code=found.code))
                return redirect("monitoring:indicator", found.code)
        except AnlanError as fault:
            faults = _said(fault)
    return _form(request, form, found, faults)


def _changed(request: HttpRequest, found: Indicator, form: IndicatorForm) -> bool:
    seen = whole_number(request.POST.get("seen", ""), most=2**31 - 1) or 0
    if "status" in request.POST:
        services.change_indicator(found, seen=seen, actor=request.user, status=request.POST["status"])
        return True
    if not form.is_valid():
        return False
    services.change_indicator(
        found, seen=seen, actor=request.user, document=_document(form, found),
        reason=form.cleaned_data["reason"], **form.facts(),
    )  # fmt: skip
    return True


def _document(form: IndicatorForm, found: Indicator | None) -> dict[str, Any]:
    """The definition of the form, with what it does not ask as it stands."""
    standing = {} if found is None else found.document
    unasked = {name: standing[name] for name in ("dimensions", "appetite", "leading") if name in standing}
    return form.document() | unasked


def _trial(request: HttpRequest, form: IndicatorForm, found: Indicator | None) -> dict[str, Any]:
    """What the definition of the form would have done. Errors: RefusedDefinition."""
    definition = read_definition(_document(form, found))
    series = list(selectors.series_of(request.user, found)[:MOST_TRIED]) if found is not None else []
    rows = [
        trying.tried(definition, each, selectors.readings_of(each, most=TRIED_READINGS)) for each in series
    ]
    expected = trying.expected(definition.detector, definition.grain_s)
    return {
        "tried": [(each, shown.place_of(each.series)) for each in rows],
        "expected": expected,
        "asked": True,
    }


@require_POST
def enter_reading(request: HttpRequest, code: str) -> HttpResponseBase:
    """A reading by hand: unit, time in the zone of the unit, value as the page asks it, sample."""
    found = _indicator(request, code)
    sent = request.POST
    unit = get_object_or_404(units_of(request.user, REPORT), code=sent.get("unit", ""))
    definition = definition_of(found)
    asked_in = {"share": "%", "s": "min"}.get(definition.unit, definition.unit)
    row = {
        "indicator": found.code, "unit": unit.code, "at": _time(sent.get("at", ""), unit.time_zone),
        "value": _number(sent.get("value", "")), "in": asked_in,
        "dimensions": {name: sent.get(f"dimension.{name}", "") for name in definition.dimensions},
    }  # fmt: skip
    if sent.get("n", "").strip():
        n = whole_number(sent["n"], most=2_000_000_000)
        row["n"] = sent["n"].strip()[:40] if n is None else n
    answer = report([row], actor=request.user, source=f"hand:{request.user.username}"[:40],
                    now=time.time_ns() // 1000)  # fmt: skip
    if answer.quarantined:
        waiting = in_doubt(request.user, SEE).filter(indicator=found.pk).first()
        said = error_text(AnlanError(waiting.code, **waiting.parameters)) if waiting is not None else ""
        return _page(request, found, faults=[said], status=422)
    messages.success(request, text("monitoring.read"))
    return redirect("monitoring:indicator", found.code)


def _time(written: str, zone: str) -> str:
    """A time of a form, in the zone, with its offset; what it cannot read it leaves."""
    try:
        found = datetime.fromisoformat(written)
        return (found if found.tzinfo is not None else found.replace(tzinfo=ZoneInfo(zone))).isoformat()
    except ValueError:
        return written[:40]


def _number(written: str) -> Any:
    plain = written.strip()
    try:
        return plain[:40] if "_" in plain else float(plain)
    except ValueError:
        return plain[:40]


@require_http_methods(["GET", "POST"])
def from_run(request: HttpRequest, code: str) -> HttpResponseBase:
    """Indicators that an assessment proposes, with their history; those that are ticked are taken up."""
    run = get_object_or_404(run_of(request.user, code))
    require(request.user, SEE, run.unit)
    rows: list[dict[str, Any]] = []
    faults: list[str] = []
    try:
        rows = adopting.proposals_of(run)
        if request.method == "POST":
            made = adopting.adopt(run, request.POST.getlist("indicator"), actor=request.user)
            messages.success(request, text("monitoring.adopted", n=len(made)))
            return redirect("monitoring:indicators")
    except AnlanError as fault:
        faults = _said(fault)
    page = {"run": run, "rows": rows, "may_edit": may(request.user, EDIT, run.unit), "faults": faults}
    return render(request, "monitoring/from_run.html", page, status=422 if faults else 200)


def _indicator(request: HttpRequest, code: str) -> Indicator:
    return get_object_or_404(selectors.indicator_of(request.user, code))


def _said(fault: AnlanError) -> list[str]:
    return [error_text(each) for each in (fault.several or (fault,))[:12]]
