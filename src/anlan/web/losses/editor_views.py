"""Pages of what a loss year rests on: a risk's numbers, what joins the risks, what is tolerated."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from anlan.domain.errors import AnlanError, UsageError
from anlan.loop.quantify.loss_year.dependence import Dependence, draft_dependence, nearest_valid
from anlan.web.common.texts import error_text, text
from anlan.web.common.whole_numbers import whole_number
from anlan.web.losses import editing, services
from anlan.web.losses.forms import ThreePoints, held, plain
from anlan.web.losses.known import STAGES, known_of
from anlan.web.losses.models import RiskDependence, ToleranceCurve
from anlan.web.losses.services import versions
from anlan.web.losses.services.numbers import UNITS
from anlan.web.people.models import Unit
from anlan.web.people.permissions import may, require, units_of
from anlan.web.risks.models import Risk
from anlan.web.risks.selectors import loss_unit_of, risk_of
from anlan.web.runs.methods.answers import given_of
from anlan.web.runs.methods.questions import faults_by_place, questions_of

_CONFLICT = "web.conflict"
UNUSED = "unused"
"""The step that keeps correlations although they will not count."""


@require_http_methods(["GET", "POST"])
def numbers(request: HttpRequest, code: str) -> HttpResponseBase:
    """Three points of how often and how much, at a stage; or that they hold no more."""
    risk = get_object_or_404(risk_of(request.user, code))
    asked = request.POST.get("stage") or request.GET.get("stage", "current")
    stage = asked if asked in STAGES else "current"
    if request.method == "POST":
        require(request.user, "risks.assess", risk.unit)
    if request.method == "POST" and request.POST.get("step") == "withdraw":
        return _withdrawn(request, risk, stage)
    versions_of = list(risk.loss_numbers.select_related("created_by"))
    now = next((row for row in versions_of if row.in_force and row.stage == stage), None)
    unit = now.loss_unit if now else risk.loss_unit or loss_unit_of(risk.unit)
    initial = held(now, stage=stage, loss_unit=unit if unit in UNITS else UNITS[0])
    form = ThreePoints(request.POST or None, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return _given(request, risk, form)
            except AnlanError as fault:
                form.add_error(None, error_text(fault))
                status = 409 if fault.code == _CONFLICT else 422
    page = {
        "risk": risk, "form": form, "stage": stage, "stages": STAGES, "now": now, "history": versions_of,
        "known": [(each, _at_stage(risk, each)) for each in STAGES],
        "may_give": may(request.user, "risks.assess", risk.unit),
    }  # fmt: skip
    return render(request, "losses/numbers.html", page, status=status)


def _at_stage(risk: Risk, stage: str) -> list[Any]:
    """What counts at the stage in each unit of loss."""
    return [known[stage] for known in known_of([risk])[risk.pk].values() if stage in known]


def _given(request: HttpRequest, risk: Risk, form: ThreePoints) -> HttpResponseBase:
    given = form.cleaned_data
    services.give_numbers(
        risk, stage=given["stage"], frequency=form.side("frequency"), severity=form.side("severity"),
        loss_unit=given["loss_unit"], source=given["source"], records=given["records"], seen=given["seen"],
        actor=request.user,
    )  # fmt: skip
    messages.success(request, text("losses.numbers.done", code=risk.code))
    return redirect(f"{reverse('losses:numbers', args=[risk.code])}?stage={given['stage']}")


def _withdrawn(request: HttpRequest, risk: Risk, stage: str) -> HttpResponseBase:
    try:
        services.withdraw_numbers(
            risk, stage=stage, reason=request.POST.get("reason", ""), actor=request.user
        )
    except AnlanError as fault:
        messages.error(request, error_text(fault))
    else:
        messages.success(request, text("losses.numbers.withdrawn", code=risk.code))
    return redirect(f"{reverse('losses:numbers', args=[risk.code])}?stage={stage}")


def _unit(request: HttpRequest) -> Unit:
    """The unit of the address, else the person's own. Errors: Http404 where they may not see it."""
    code = request.POST.get("unit") or request.GET.get("unit") or ""
    units = units_of(request.user, "risks.view")
    found = get_object_or_404(units, code=code[:80]) if code else request.user.unit or units.first()
    if found is None or not may(request.user, "risks.view", found):
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
def dependence(request: HttpRequest) -> HttpResponseBase:
    """The grid of pairs, groups, shocks, causes and lasting losses of a unit.

    step `nearest` puts the nearest matrix that can be into the form, without keeping it; `unused` keeps
    correlations that the chosen form leaves out.
    """
    require(request.user, "risks.view")
    unit = _unit(request)
    if request.method == "POST":
        require(request.user, versions.DEPENDENCE, unit)
        return _dependence_sent(request, unit)
    own = versions.own_version(RiskDependence, unit)
    holds = own or services.dependence_of(unit)
    chosen = RiskDependence.objects.filter(
        unit=unit, number=whole_number(request.GET.get("version"), most=10**6)
    )
    shown = chosen.select_related("created_by").first() or holds
    given = editing.given_of_content(shown.content if shown else {})
    return _dependence_page(request, unit, given, draft=versions.as_dependence(shown), shown=shown)


def _dependence_sent(request: HttpRequest, unit: Unit) -> HttpResponseBase:
    given = editing.given_by(request.POST)
    draft: Dependence | None = None
    try:
        draft = draft_dependence(given)
        nearest = nearest_valid(draft)
        if request.POST.get("step") == "nearest" and nearest is not None:
            given = {**given, "pairs": list(nearest.pairs)}
            offered = draft_dependence(given)
            return _dependence_page(request, unit, given, draft=offered, taken=len(nearest.changed))
        if draft.unused_pairs and request.POST.get("step") != UNUSED:
            raise UsageError("losses.unused_pairs", where="copula", n=len(draft.values()))
        made = services.set_dependence(
            unit, given, reason=request.POST.get("reason", ""), actor=request.user,
            seen=whole_number(request.POST.get("seen"), most=10**9) or 0,
        )  # fmt: skip
    except AnlanError as fault:
        return _dependence_page(request, unit, given, draft=draft, fault=fault)
    said = (
        "losses.dependence.unused" if versions.as_dependence(made).unused_pairs else "losses.dependence.done"
    )
    messages.success(request, text(said, number=made.number))
    return redirect(f"{reverse('losses:dependence')}?unit={unit.code}")


def _dependence_page(
    request: HttpRequest, unit: Unit, given: dict[str, Any], *, draft: Dependence | None,
    fault: AnlanError | None = None, shown: RiskDependence | None = None, taken: int = 0,
) -> HttpResponseBase:  # fmt: skip
    wrong, rest = editing.wrong_cells(fault, draft, given) if fault else ({}, [])
    faults = faults_by_place(tuple(rest))
    risks = editing.risks_shown(request.user, unit, draft or Dependence())
    lines, hidden = editing.grid(risks, given, wrong)
    questions = questions_of("dependence", editing.ASKED, given, faults)
    own = versions.own_version(RiskDependence, unit)
    known = {question.name.split(".", 1)[1] for question in questions}
    page = {
        "unit": unit, "units": units_of(request.user, "risks.view"), "lines": lines, "hidden": hidden,
        "risks": risks, "head": [q for q in questions if q.name.split(".", 1)[1] in editing.HEAD],
        "tables": [q for q in questions if q.name.split(".", 1)[1] not in editing.HEAD],
        "faults": [said for where, texts in faults.items() if where.split("[")[0].split(".")[0] not in known
                   for said in texts],
        "wrong": list(wrong.values()), "n_faults": len(wrong) + sum(map(len, faults.values())),
        "nearest": nearest_valid(draft) if fault and draft else None, "taken": taken,
        "unused": UNUSED if fault and fault.code == "losses.unused_pairs" else "",
        "reason": request.POST.get("reason", ""), "own": own, "shown": shown,
        "seen": whole_number(request.POST.get("seen"), most=10**9) or (own.number if own else 0),
        "history": versions.history(RiskDependence, unit),
        "may_set": may(request.user, versions.DEPENDENCE, unit),
    }  # fmt: skip
    status = 200 if fault is None else 409 if fault.code == _CONFLICT else 422
    return render(request, "losses/dependence.html", page, status=status)


@require_http_methods(["GET", "POST"])
def tolerance(request: HttpRequest) -> HttpResponseBase:
    """The tolerance curve of a unit by its points."""
    require(request.user, "risks.view")
    unit = _unit(request)
    own = versions.own_version(ToleranceCurve, unit)
    holds = services.tolerance_of(unit)
    given: dict[str, Any] = (
        {"tolerance": [{k: plain(v) for k, v in p.items()} for p in holds.points]} if holds else {}
    )
    page: dict[str, Any] = {"fault": "", "loss_unit": holds.loss_unit if holds else loss_unit_of(unit)}
    faults: dict[str, list[str]] = {}
    status = 200
    if request.method == "POST":
        require(request.user, versions.TOLERANCE, unit)
        given = given_of(versions.TOLERANCE_FIELDS, request.POST)
        page["loss_unit"] = request.POST.get("loss_unit", "")
        try:
            made = services.set_tolerance(
                unit, given.get("tolerance") or (), loss_unit=page["loss_unit"], actor=request.user,
                reason=request.POST.get("reason", ""),
                seen=whole_number(request.POST.get("seen"), most=10**9) or 0,
            )  # fmt: skip
        except AnlanError as fault:
            status = 409 if fault.code == _CONFLICT else 422
            faults = faults_by_place(fault.several or (fault,))
            page["fault"] = " ".join(s for w, texts in faults.items() if not w.startswith("tolerance[")
                                     for s in texts)  # fmt: skip
        else:
            messages.success(request, text("losses.tolerance.done", number=made.number))
            return redirect(f"{reverse('losses:tolerance')}?unit={unit.code}")
    page |= {
        "unit": unit, "units": units_of(request.user, "risks.view"), "own": own, "holds": holds,
        "loss_units": UNITS, "reason": request.POST.get("reason", ""),
        "questions": questions_of("tolerance", versions.TOLERANCE_FIELDS, given, faults),
        "seen": whole_number(request.POST.get("seen"), most=10**9) or (own.number if own else 0),
        "history": versions.history(ToleranceCurve, unit),
        "may_set": may(request.user, versions.TOLERANCE, unit),
    }  # fmt: skip
    return render(request, "losses/tolerance.html", page, status=status)
