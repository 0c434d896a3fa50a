"""The page of the other ways to assess: choose one, look at what the numbers say, hand in for review."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from anlan.domain.errors import AnlanError, UsageError
from anlan.web.common.texts import error_text, text
from anlan.web.people.permissions import may, require
from anlan.web.risks import selectors, services
from anlan.web.risks.estimating import drawings, forms
from anlan.web.risks.forms import Scores
from anlan.web.risks.models import Criteria, Risk
from anlan.web.risks.services.from_runs import figures_of, runs_to_attach
from anlan.web.runs.results import result_of

WAYS = ("matrix", "three_point", "distribution", "run")


@require_http_methods(["GET", "POST"])
def estimate(request: HttpRequest, code: str, way: str) -> HttpResponseBase:
    """One way of assessing; `step=preview` computes without keeping."""
    risk = get_object_or_404(selectors.risk_of(request.user, code))
    require(request.user, "risks.assess", risk.unit)
    if way not in WAYS:
        return redirect("risks:estimate", code, WAYS[0])
    criteria = services.criteria_for(risk.unit)
    form = _form(request, risk, way, criteria)
    if request.method == "GET" or way == "matrix":
        return _page(request, risk, way, criteria, form)
    if not form.is_valid():
        return _page(request, risk, way, criteria, form, status=422)
    preview = request.POST.get("step") == "preview"
    try:
        if way == "run" and (preview or _unseen(request, form)):
            return _page(request, risk, way, criteria, form, **_carried(criteria, form, preview=preview))
        if preview:
            found = services.scored(criteria, form.given())
            return _page(
                request, risk, way, criteria, form, preview=drawings.preview(found, form.given(), criteria)
            )
        made = _kept(request, risk, way, form)
    except AnlanError as fault:
        return _page(request, risk, way, criteria, form, fault=error_text(fault), status=422)
    messages.success(request, text("risks.assess.done", number=made.number))
    return redirect("risks:risk", code)


def _unseen(request: HttpRequest, form: forms.FromRun) -> bool:
    """Whether the run has figures that the person was not shown yet and has not stood in for by scores."""
    data = form.cleaned_data
    scored = data["likelihood_score"] is not None and data["severity_score"] is not None
    return bool(form.figures) and request.POST.get("shown_run") != data["run"] and not scored


def _carried(criteria: Criteria, form: forms.FromRun, *, preview: bool) -> dict[str, Any]:
    """What the figures taken come to, or that they are to be looked at first."""
    if not preview:
        return {"look": text("estimating.look_first", run=form.cleaned_data["run"])}
    taken = form.taken()
    if not taken.any:
        raise UsageError("carry.nothing")
    result = result_of(form.runs[form.cleaned_data["run"]])
    found = services.carried(criteria, result, taken)
    return {"carried": drawings.carried(found, result)}


def _kept(request: HttpRequest, risk: Risk, way: str, form: Any) -> Any:
    common = {"stage": form.cleaned_data["stage"], "rationale": form.cleaned_data["rationale"]}
    if way != "run":
        return services.assess_by_estimate(risk, form.given(), actor=request.user, **common)
    return services.assess_by_run(
        risk, run=form.runs[form.cleaned_data["run"]], actor=request.user,
        finding=form.cleaned_data["finding"], likelihood=form.cleaned_data["likelihood_score"],
        severity=form.cleaned_data["severity_score"], taken=form.taken(), **common,
    )  # fmt: skip


def _form(request: HttpRequest, risk: Risk, way: str, criteria: Criteria) -> Any:
    sent = request.POST if request.method == "POST" else None
    if way == "matrix":
        return Scores(criteria)
    numbers = {name: _four_digits(value) for name, value in services.usual_numbers(risk).items()}
    if way == "run":
        return _from_run(request, risk, criteria, numbers)
    kind = forms.ThreePoints if way == "three_point" else forms.NamedDistributions
    return kind(criteria, sent, initial=numbers)


def _from_run(
    request: HttpRequest, risk: Risk, criteria: Criteria, numbers: dict[str, float | int]
) -> forms.FromRun:
    """The form with the figures of the run chosen; a run chosen anew begins with its first figures."""
    runs = runs_to_attach(risk, request.user)
    code = (request.POST if request.method == "POST" else request.GET).get("run", "")
    figures = figures_of(next((run for run in runs if run.code == code), None))
    first: dict[str, Any] = {"run": code, "shown_run": code}
    for figure in figures:
        first.setdefault(figure.of, figure.name)
    if request.method == "GET":
        return forms.FromRun(criteria, runs, figures, initial=numbers | first)
    sent = request.POST.copy()
    scored = sent.get("likelihood_score") and sent.get("severity_score")
    if sent.get("shown_run") != code and not scored:
        fresh = {name: str(value) for name, value in (numbers | first).items() if not sent.get(name)}
        for name, value in (fresh | {"shown_run": code}).items():
            sent[name] = value
    return forms.FromRun(criteria, runs, figures, sent)


def _four_digits(value: float) -> float | int:
    """A number to begin with, as exact as anybody would state it."""
    rounded = float(f"{value:.4g}")
    return int(rounded) if rounded.is_integer() else rounded


def _page(
    request: HttpRequest, risk: Risk, way: str, criteria: Criteria, form: Any, *, status: int = 200,
    **more: Any,
) -> HttpResponse:  # fmt: skip
    page = {
        "risk": risk,
        "way": way,
        "ways": WAYS,
        "criteria": criteria,
        "form": form,
        "may_quantify": may(request.user, "runs.start", risk.unit),
    }
    return render(request, "risks/estimate.html", page | more, status=status)
