"""Pages of the register, of one risk, of triage and of the heat map."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.domain.errors import AnlanError
from anlan.web.catalog.attachments.shown import files_of
from anlan.web.catalog.selectors import processes_of
from anlan.web.common.texts import error_text, text
from anlan.web.common.whole_numbers import whole_number
from anlan.web.people.permissions import may, require
from anlan.web.risks import columns, drawings, forms, hooks, selectors, services, trend
from anlan.web.risks.attached import risk_holder
from anlan.web.risks.bow_tie.drawing import bow_tie_shown
from anlan.web.risks.checking import checked
from anlan.web.risks.models import CATEGORIES, SOURCES, Assessment, Candidate, Risk


@require_GET
def matrix(request: HttpRequest) -> HttpResponse:
    """How many risks stand in each cell; each cell opens its risks."""
    require(request.user, "risks.view")
    filters = selectors.filters_of(request.GET)
    found = selectors.register(request.user, filters, today=timezone.localdate())
    counts = selectors.cell_counts(found)
    criteria = services.criteria_for(request.user.unit)
    return render(request, "risks/matrix.html",
                  {"rows": drawings.matrix_rows(criteria, counts), "criteria": criteria, "filters": filters,
                   "assessed": sum(counts.values()), "categories": CATEGORIES})  # fmt: skip


@require_http_methods(["GET", "POST"])
def new_risk(request: HttpRequest) -> HttpResponseBase:
    """Into the register by those who edit it; others report a candidate."""
    permission = "risks.edit" if may(request.user, "risks.edit") else "risks.report"
    require(request.user, permission)
    form = forms.NewRisk(request.user, permission, request.POST or None)
    own = _own_fields(request, form, permission)
    if request.method == "GET" or not form.is_valid() or not (own is None or own.is_valid()):
        page = {"form": form, "own": own, "reports": permission == "risks.report"}
        return render(request, "risks/new_risk.html", page, status=200 if request.method == "GET" else 422)
    given = form.cleaned_data
    if permission == "risks.edit":
        given["custom"] = own.values if own else {}
        risk = services.create_risk(source="report", actor=request.user, **given)
        messages.success(request, text("risks.new.done", code=risk.code))
        return redirect("risks:risk", risk.code)
    statement = given["event"] or given["title"]
    candidate = services.report_candidate(
        unit=given["unit"], title=given["title"], statement=statement, category=given["category"],
        process=given["process"], actor=request.user,
    )  # fmt: skip
    messages.success(request, text("risks.new.reported", code=candidate.code))
    return redirect("risks:candidates")


def _own_fields(request: HttpRequest, form: forms.NewRisk, permission: str) -> forms.CustomValues | None:
    """The custom fields of the unit chosen, first of the person's own; candidates have none."""
    if permission != "risks.edit":
        return None
    unit = form.fields["unit"].initial
    if request.method == "POST" and form.is_valid():
        unit = form.cleaned_data["unit"]
    return forms.CustomValues(unit, request.user, request.POST or None, held={}) if unit else None


@require_GET
def risk(request: HttpRequest, code: str) -> HttpResponse:
    """Everything known of one risk."""
    found = get_object_or_404(selectors.risk_of(request.user, code))
    return render(request, "risks/risk.html", _risk_page(request, found))


def custom_shown(found: Risk) -> list[tuple[str, str]]:
    """Label and value of the risk's custom fields; a retired one only where it has a value."""
    fields = services.fields_of(found.unit, retired=True)
    people = selectors.people_named(fields, [found])
    return [
        (column.heading, columns.value_shown(column.field, found.custom.get(column.field.key), people))
        for column in columns.all_columns(fields).values()
        if column.field and (not column.field.retired or column.field.key in found.custom)
    ]


def _evidence(request: HttpRequest) -> str:
    """What a reassessment is begun with: the evidence that the address names."""
    return request.GET.get("evidence", "").replace("\0", "").strip()[:400]


def _risk_page(request: HttpRequest, found: Risk, **more: Any) -> dict[str, Any]:
    user, people = request.user, ("prepared_by", "reviewed_by", "approved_by", "returned_by")
    assessments = list(found.assessments.select_related("criteria", "run", *people))
    criteria = services.criteria_for(found.unit)
    drawn = services.bow_tie_of(found)
    return {
        "risk": found,
        "stages": selectors.stages_of(found),
        "assessments": assessments,
        "waiting": list(selectors.to_sign().filter(risk=found).select_related(*people).order_by("number")),
        "returned": _returned(assessments),
        "history": drawings.level_history(found, assessments, criteria),
        "trend": trend.loss_trend(assessments),
        "counting": trend.counting(assessments),
        "checks": checked(assessments, drawn),
        **bow_tie_shown(found, drawn, criteria, user),
        "watching": hooks.watching_of(found, user),
        "evidence": found.candidates.select_related("run"),
        "comments": found.comments.select_related("by"),
        "reviews": found.reviews.select_related("by")[:5],
        "watched": found.watches.filter(user=user).exists(),
        "n_watches": found.watches.count(),
        "criteria": criteria,
        "custom": custom_shown(found),
        "scores": forms.Scores(criteria, initial={"rationale": _evidence(request)}),
        "assessing": bool(_evidence(request)),
        "matrix": drawings.matrix_rows(criteria, {}),
        "may": {p: may(user, f"risks.{p}", found.unit) for p in ("edit", "assess", "review", "approve")},
        "by_methods": drawings.by_methods(services.methods_of(found, user)),
        "may_quantify": may(user, "runs.start", found.unit),
        "may_see_causes": may(user, "runs.view", found.unit),
        "cause_models": hooks.models_of_causes(found, user),
        "may_export": may(user, "reports.export", found.unit),
        "files": files_of(user, risk_holder(found)),
        "today": timezone.localdate(),
    } | more


def _returned(assessments: list[Assessment]) -> list[Assessment]:
    """Sent back, and nothing newer of the stage has been handed in since."""
    newest = {a.stage: a for a in reversed(assessments)}
    return [a for a in newest.values() if a.state == Assessment.State.RETURNED]


@require_http_methods(["GET", "POST"])
def edit_risk(request: HttpRequest, code: str) -> HttpResponseBase:
    """Change a line of the register; two editors at once: the second is told."""
    found = get_object_or_404(selectors.risk_of(request.user, code))
    require(request.user, "risks.edit", found.unit)
    form = forms.RiskFacts(request.user, request.POST or None, instance=found)
    own = forms.CustomValues(found.unit, request.user, request.POST or None, held=found.custom)
    page = {"risk": found, "form": form, "own": own}
    if request.method == "GET" or not (form.is_valid() & own.is_valid()):
        status = 200 if request.method == "GET" else 422
        return render(request, "risks/edit_risk.html", page, status=status)
    given = dict(form.cleaned_data) | {"custom": own.values}
    seen = given.pop("seen")
    fresh = Risk.objects.get(pk=found.pk)
    try:
        services.change_risk(fresh, version=seen, actor=request.user, **given)
    except AnlanError as fault:
        form.add_error(None, error_text(fault))
        return render(request, "risks/edit_risk.html", page | {"risk": fresh}, status=409)
    messages.success(request, text("common.saved"))
    return redirect("risks:risk", code)


@require_POST
def assess(request: HttpRequest, code: str) -> HttpResponseBase:
    """Scores from a person; the level follows."""
    found = get_object_or_404(selectors.risk_of(request.user, code))
    require(request.user, "risks.assess", found.unit)
    form = forms.Scores(services.criteria_for(found.unit), request.POST)
    if not form.is_valid():
        return render(request, "risks/risk.html", _risk_page(request, found, scores=form), status=422)
    made = services.assess_by_scores(found, actor=request.user, **form.cleaned_data)
    messages.success(request, text("risks.assess.done", number=made.number))
    return redirect("risks:risk", code)


@require_POST
def sign_assessment(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """Review, approve or send back an assessment."""
    found = get_object_or_404(selectors.risk_of(request.user, code))
    assessment = get_object_or_404(Assessment, risk=found, number=number)
    user, reason = request.user, request.POST.get("reason", "")
    steps: dict[str, Callable[[], Any]] = {
        "review": lambda: services.review(assessment, actor=user),
        "approve": lambda: services.approve(assessment, actor=user),
        "return": lambda: services.send_back(assessment, reason=reason, actor=user),
    }
    return _acted(request, found, steps.get(request.POST.get("step", ""), lambda: None))


@require_POST
def act_on_risk(request: HttpRequest, code: str, action: str) -> HttpResponseBase:
    """Comment, watch, or confirm that the risk is still as assessed."""
    found = get_object_or_404(selectors.risk_of(request.user, code))
    given, user = request.POST, request.user
    actions: dict[str, Callable[[], Any]] = {
        "comment": lambda: services.add_comment(found, text=given.get("text", ""), actor=user),
        "watch": lambda: services.watch(found, actor=user, on=given.get("on") == "1"),
        "still-valid": lambda: services.confirm_still_valid(
            found, reason=given.get("reason", ""), actor=user, today=timezone.localdate()
        ),
    }
    return _acted(request, found, actions.get(action, lambda: None))


def _acted(request: HttpRequest, found: Risk, act: Callable[[], Any]) -> HttpResponseBase:
    """Do it and go back to the risk; what is refused is said there."""
    try:
        act()
    except AnlanError as fault:
        messages.error(request, error_text(fault))
    return redirect("risks:risk", found.code)


@require_GET
def candidates(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, in the order chosen, with the chosen one beside the list."""
    require(request.user, "risks.view")
    asked = {name: request.GET.get(name, "") for name in ("state", "process", "source", "order")}
    state, process, source = asked["state"] or "new", asked["process"], asked["source"]
    order = asked["order"] if asked["order"] in selectors.CANDIDATE_ORDERS else "level"
    found = selectors.candidates(request.user, state=state, process=process, source=source, order=order)
    page = Paginator(found, 50).get_page(request.GET.get("page"))
    chosen = next((c for c in page if c.code == request.GET.get("chosen")), page[0] if page else None)
    return render(
        request,
        "risks/candidates.html",
        {
            "page": page, "state": state, "chosen": chosen, "process": process, "source": source,
            "processes": processes_of(request.user), "sources": SOURCES, "own": _own_of(request, chosen),
            "states": ("new", "accepted", "merged", "declined"),
            "order": order, "orders": selectors.CANDIDATE_ORDERS,
            "like": selectors.risks_like(request.user, chosen) if chosen and state == "new" else [],
            "owners": forms.owners(request.user), "may_triage": may(request.user, "risks.triage"),
        },
    )  # fmt: skip


def _own_of(request: HttpRequest, chosen: Candidate | None) -> forms.CustomValues | None:
    """The own fields that a candidate's unit asks for when it is accepted."""
    if chosen is None or chosen.state != Candidate.State.NEW:
        return None
    return forms.CustomValues(chosen.unit, request.user, held={})


@require_POST
def decide(request: HttpRequest, code: str) -> HttpResponseBase:
    """Accept, merge or decline a candidate."""
    candidate = get_object_or_404(selectors.candidate_of(request.user, code))
    given, user = request.POST, request.user
    try:
        if given.get("decision") == "accept":
            owner = forms.owners(user).filter(pk=whole_number(given.get("owner"))).first()
            own = forms.CustomValues(candidate.unit, user, given, held={})
            if not own.is_valid():
                wrong = [f"{own[name].label}: {' '.join(e)}" for name, e in own.errors.items()]
                messages.error(request, text("risks.triage.own_wrong", faults="; ".join(wrong)))
                return redirect(f"{reverse('risks:candidates')}?chosen={code}")
            made = services.accept(
                candidate, actor=user, title=given.get("title", ""), owner=owner, custom=own.values
            )
            messages.success(request, text("risks.triage.accepted", code=made.code))
        elif given.get("decision") == "merge":
            into = get_object_or_404(selectors.risk_of(user, given.get("into", "")))
            services.merge(candidate, into=into, actor=user, reason=given.get("reason", ""))
            messages.success(request, text("risks.triage.merged", code=into.code))
        else:
            services.decline(candidate, reason=given.get("reason", ""), actor=user)
            messages.success(request, text("risks.triage.declined", code=code))
    except AnlanError as fault:
        messages.error(request, error_text(fault))
    return redirect("risks:candidates")
