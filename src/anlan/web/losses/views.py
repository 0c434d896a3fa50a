"""Pages of loss years: the newest of a scope, one of them, a new one, two side by side, its files."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.domain.errors import AnlanError
from anlan.web.common.texts import error_text, text
from anlan.web.losses import drawings, figures, files, scope, selectors, services, shown
from anlan.web.losses.forms import Asked
from anlan.web.losses.models import LossYear
from anlan.web.losses.services.calculating import tolerance_points
from anlan.web.losses.services.numbers import UNITS
from anlan.web.people.models import Unit
from anlan.web.people.permissions import may, require, units_of
from anlan.web.risks.models import CATEGORIES
from anlan.web.risks.selectors import saved_views
from anlan.web.runs import drawings as run_drawings
from anlan.web.runs import services as run_services
from anlan.web.runs.models import Run
from anlan.web.runs.selectors import processes_to_run


@require_GET
def losses(request: HttpRequest) -> HttpResponse:
    """The newest loss year of the chosen unit and scope, or what there is to compute."""
    require(request.user, "runs.view")
    unit, query = _unit(request, "runs.view"), scope.query_of(request.GET)
    year = selectors.newest(request.user, unit, query)
    if year is not None:
        return _page(request, year)
    page = {
        "unit": unit, "query": query, "said": shown.scope_words(query),
        "years": selectors.loss_years(request.user)[:20],
        "may_start": may(request.user, "runs.start", unit), **_choices(request, unit),
    }  # fmt: skip
    return render(request, "losses/none.html", page)


def _unit(request: HttpRequest, permission: str) -> Unit:
    """The unit of the address or form, else the person's own. Errors: Http404 where they may not."""
    code = request.POST.get("unit") or request.GET.get("unit") or ""
    units = units_of(request.user, permission)
    if code:
        return get_object_or_404(units, code=code[:80])
    own = request.user.unit
    found = own if own is not None and may(request.user, permission, own) else units.first()
    if found is None:
        raise Http404
    return found


def _choices(request: HttpRequest, unit: Unit) -> dict[str, Any]:
    """What the form of a scope offers."""
    return {
        "units": units_of(request.user, "runs.view"),
        "processes": processes_to_run(request.user),
        "categories": CATEGORIES,
        "views": [view for view in saved_views(request.user) if view.query][:40],
        "picked": {name: request.GET.get(name, "") for name in ("process", "category")},
    }


@require_GET
def year(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, get_object_or_404(selectors.loss_year_of(request.user, code)))


def _page(request: HttpRequest, found: LossYear) -> HttpResponse:
    page: dict[str, Any] = {
        "year": found, "title": shown.title_of(found), "said": shown.scope_words(found),
        "runs": [(name, run, run_drawings.step_word(run)) for name, run in shown.stage_runs(found)],
        "waiting": selectors.is_waiting(found), "sources": shown.sources(found),
        "names": selectors.names_of(found, "en" if request.LANGUAGE_CODE.startswith("en") else "zh"),
        "may_start": may(request.user, "runs.start", found.unit),
        "may_assess": may(request.user, "risks.assess", found.unit),
        "may_export": may(request.user, "reports.export", found.unit),
        "others": selectors.others(request.user, found),
        "years": selectors.loss_years(request.user)[:20], "units": units_of(request.user, "runs.view"),
        "faults": [
            said for _, run in shown.stage_runs(found) if run.state == Run.State.FAILED
            for said in run_drawings.error_words(run)
        ],
    }  # fmt: skip
    if found.current.state == Run.State.DONE:
        try:
            page["shown"] = shown.shown(found, figures.results_of(found))
        except AnlanError as fault:
            page["faults"] = [*page["faults"], error_text(fault)]
    return render(request, "losses/year.html", page)


@require_GET
def live(request: HttpRequest, code: str) -> HttpResponse:
    """How far the runs are; when all have ended the whole page is asked for."""
    found = get_object_or_404(selectors.loss_year_of(request.user, code))
    waiting = selectors.is_waiting(found)
    page = {
        "year": found, "waiting": waiting,
        "runs": [(name, run, run_drawings.step_word(run)) for name, run in shown.stage_runs(found)],
    }  # fmt: skip
    answer = render(request, "losses/live.html", page)
    if not waiting:
        answer["HX-Refresh"] = "true"
    return answer


@require_http_methods(["GET", "POST"])
def new_year(request: HttpRequest) -> HttpResponseBase:
    """Choose risks, look at what is known of them, compute."""
    require(request.user, "runs.start")
    given = request.POST if request.method == "POST" else request.GET
    unit, query = _unit(request, "runs.start"), scope.query_of(given)
    like = selectors.loss_year_of(request.user, given.get("like", "")).first()
    initial = {name: getattr(like, name) for name in ("title", "years", "seed")} if like else None
    form = Asked(request.POST if request.method == "POST" else None, initial=initial)
    today = timezone.localdate()
    asked = given.get("loss_unit") or (like.loss_unit if like else "")
    found = scope.gather(request.user, unit, query, loss_unit=asked if asked in UNITS else "", today=today)
    loss_unit = found.loss_unit
    if request.method == "POST" and form.is_valid():
        try:
            made = services.calculate(
                unit, query=query, loss_unit=loss_unit, actor=request.user, today=today,
                **form.cleaned_data,
            )  # fmt: skip
        except AnlanError as fault:
            for each in fault.several or (fault,):
                form.add_error(None, error_text(each))
        else:
            messages.success(request, text("losses.new.done", code=made.code))
            return redirect("losses:year", made.code)
    curve, points = tolerance_points(unit, loss_unit)
    page = {
        "form": form, "unit": unit, "query": query, "loss_unit": loss_unit, "loss_units": UNITS,
        "found": found, "said": shown.scope_words(query), "dependence": services.dependence_of(unit),
        "curve": curve, "points": points, "like": like,
        "scope_values": list(QueryDict(query).items()),
        "may_assess": may(request.user, "risks.assess", unit), **_choices(request, unit),
    }  # fmt: skip
    return render(request, "losses/new.html", page, status=422 if request.method == "POST" else 200)


@require_POST
def recompute(request: HttpRequest, code: str) -> HttpResponseBase:
    """All runs of the loss year once more; each then says whether its bytes are the same."""
    found = get_object_or_404(selectors.loss_year_of(request.user, code))
    require(request.user, "runs.start", found.unit)
    done = [run for _, run in shown.stage_runs(found) if run.state == Run.State.DONE]
    for run in done:
        run_services.recompute_run(run, actor=request.user)
    messages.success(request, text("losses.recompute.done", n=len(done)))
    return redirect("losses:year", code)


@require_GET
def compare(request: HttpRequest, code: str) -> HttpResponse:
    """Two loss years side by side: figures, parts, what was asked."""
    after = get_object_or_404(selectors.loss_year_of(request.user, code))
    before = get_object_or_404(selectors.loss_year_of(request.user, request.GET.get("with", "")))
    page: dict[str, Any] = {
        "before": before,
        "after": after,
        "titles": list(map(shown.title_of, (before, after))),
    }
    both = [each for each in (before, after) if each.current.state == Run.State.DONE]
    if len(both) < 2 or before.loss_unit != after.loss_unit:
        return render(
            request, "losses/compare.html", page | {"fault": text("losses.compare.cannot")}, status=422
        )
    try:
        page |= shown_side_by_side(before, after)
    except AnlanError as fault:
        return render(request, "losses/compare.html", page | {"fault": error_text(fault)}, status=410)
    return render(request, "losses/compare.html", page)


def shown_side_by_side(before: LossYear, after: LossYear) -> dict[str, Any]:
    found = [figures.results_of(each) for each in (before, after)]
    rows = [figures.rows_of(each, of) for each, of in zip((before, after), found, strict=True)]
    told = drawings.told_of(after, rows[1])
    parts = [
        {part.code: part for part in figures.parts_of(each, of["current"])}
        for each, of in zip((before, after), found, strict=True)
    ]
    lang = told.language
    names = {**selectors.names_of(before, lang), **selectors.names_of(after, lang)}
    codes = list(dict.fromkeys([*parts[1], *parts[0]]))
    return {
        "unit": told.unit.label,
        "figures": [
            (name, told.figure(a.value), told.figure(b.value), told.figure(of.value),
             told.figure(of.low), told.figure(of.high), of)
            for name, a, b, of in figures.differences(*rows)
        ],
        "parts": [
            (code, names.get(code, code), *(told.figure(p[code].part) if code in p else "—" for p in parts))
            for code in codes
        ],
    }  # fmt: skip


def _done(request: HttpRequest, code: str) -> LossYear:
    found = get_object_or_404(selectors.loss_year_of(request.user, code))
    require(request.user, "reports.export", found.unit)
    if found.current.state != Run.State.DONE:
        raise Http404
    return found


@require_GET
def curve_file(request: HttpRequest, code: str) -> HttpResponseBase:
    """The curve as a picture of its own."""
    return _file(request, _done(request, code), files.curve_of)


@require_GET
def figures_file(request: HttpRequest, code: str) -> HttpResponseBase:
    """The figures and the parts as CSV, in the unit in which losses are kept."""
    return _file(request, _done(request, code), files.figures_of)


def _file(request: HttpRequest, found: LossYear, made: Any) -> HttpResponseBase:
    try:
        return made(found, actor=request.user)
    except AnlanError as fault:
        return render(request, "runs/gone.html", {"fault": error_text(fault)}, status=410)
