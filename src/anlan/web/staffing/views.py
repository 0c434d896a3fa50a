"""Pages of staff and rosters: the three steps, uploads into their forms, forecasts of a process, files."""

import datetime
import re
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.domain.errors import AnlanError
from anlan.formats.report.charts.answer_drawings import drawings_of
from anlan.formats.roster_book import roster_template
from anlan.formats.spec_file import read_spec_file
from anlan.loop.quantify.methods import method
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.loop.quantify.methods.resources.demand_forecast import calendar, read
from anlan.studies.methods.assessing import plain
from anlan.studies.methods.explaining import EXAMPLES
from anlan.web.common.texts import error_text, language, text
from anlan.web.common.whole_numbers import whole_number
from anlan.web.people.permissions import may, require
from anlan.web.runs import drawings as run_drawings
from anlan.web.runs.methods.form import TEMPLATE, Asked, form_page
from anlan.web.runs.models import Run
from anlan.web.runs.selectors import processes_to_run
from anlan.web.staffing import files, selectors, services

INTERVALS = (15, 30, 60, 1440)
_MOST_SAID = 30


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The three steps with their newest runs, each with the way on."""
    require(request.user, selectors.SEE)
    return _home(request)


def _home(request: HttpRequest, *, faults: list[str] | None = None, at: str = "") -> HttpResponse:
    found = selectors.steps(request.user)
    may_start = may(request.user, selectors.START)
    return render(request, "staffing/home.html", {
        "steps": [(step, [(run, run_drawings.key_figures(run)) for run in step.runs]) for step in found],
        "may_start": may_start, "intervals": INTERVALS, "faults": faults or [], "at": at,
        "processes": [each for each in processes_to_run(request.user) if each.n_logs] if may_start else [],
        "plans": selectors.done_runs(request.user, selectors.STAFFING)[:20],
        "today": timezone.localdate(), "sent": request.POST,
    }, status=422 if faults else 200)  # fmt: skip


@require_POST
def counts(request: HttpRequest) -> HttpResponse:
    """A table of counts becomes the form of a forecast, with a picture of what was read."""
    require(request.user, selectors.START)
    minutes = whole_number(request.POST.get("interval", ""), most=1440)
    start = request.POST.get("start", "").strip()[:20]
    try:
        spec = services.uploaded_counts(request.FILES.get("file"), minutes=minutes, start=start)
    except AnlanError as fault:
        return _home(request, faults=_said(fault), at="counts")
    chosen = method(selectors.FORECAST)
    page = form_page(request, chosen, Asked({"title": spec["title"]}, spec["inputs"]))
    said = text("staffing.read_counts", n=len(spec["inputs"]["values"]))
    return render(request, TEMPLATE, page | {"drawn": _preview(spec["inputs"]), "said": said})


def _preview(inputs: dict[str, Any]) -> list[dict[str, Any]]:
    """The counts by hour of the week or by week; nothing where the form will refuse them."""
    try:
        asked = read(read_inputs(method(selectors.FORECAST).fields, inputs))
    except AnlanError:
        return []
    chart = calendar(asked)
    drawn = drawings_of(
        {"charts": [{"kind": chart.kind, "data": plain(chart.data)}]},
        language="en" if language() == "en" else "zh", theme="page",
    )  # fmt: skip
    return [
        {"shown_title": each.shown_title, "width": each.width, "markup": mark_safe(each.svg)}
        for each in drawn
    ]


@require_POST
def people(request: HttpRequest) -> HttpResponse:
    """A workbook of people, shifts and wishes becomes the form of a roster."""
    require(request.user, selectors.START)
    code = request.POST.get("plan", "")
    plan = (
        get_object_or_404(selectors.done_runs(request.user, selectors.STAFFING), code=code) if code else None
    )
    try:
        start = _day(request.POST.get("start", ""))
        days = whole_number(request.POST.get("days", ""), most=35) or 7
        inputs = services.uploaded_roster(request.FILES.get("file"), start=start, days=days, staffing=plan)
    except AnlanError as fault:
        return _home(request, faults=_said(fault), at="people")
    head = {"title": plan.parameters["spec"].get("title", "") if plan else ""}
    asked = Asked(head, inputs, process=plan.process if plan else None, fed_by=plan)
    said = text("staffing.read_people", **{
        name: len(inputs.get(name, ())) for name in ("people", "shifts", "wishes")
    })  # fmt: skip
    return render(request, TEMPLATE, form_page(request, method(selectors.ROSTER), asked) | {"said": said})


def _day(given: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(given.strip())
    except ValueError:
        return timezone.localdate() + datetime.timedelta(days=1)


def _said(fault: AnlanError) -> list[str]:
    return [error_text(each) for each in (fault.several or (fault,))[:_MOST_SAID]]


@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """The workbook to fill in: begun with an earlier roster (`like`), else with an example."""
    require(request.user, selectors.START)
    like = request.GET.get("like", "")
    found = selectors.step_runs(request.user, selectors.ROSTER)
    run = get_object_or_404(found, code=like) if like else None
    inputs = (
        run.parameters["spec"]["inputs"] if run else read_spec_file(EXAMPLES / "shift_roster.yaml")["inputs"]
    )
    start = _day(str(inputs.get("start") or ""))
    content = roster_template("en" if language() == "en" else "zh", start=start, inputs=inputs)
    return files.workbook(content, "anlan-roster.xlsx")


@require_GET
def process(request: HttpRequest, code: str) -> HttpResponse:
    """Forecasts of the arrivals of a process, and how earlier ones held."""
    return _process_page(request, get_object_or_404(selectors.process_to_see(request.user, code)))


def _process_page(request: HttpRequest, found: Any, *, fault: AnlanError | None = None) -> HttpResponse:
    faults = _said(fault) if fault else []
    counts = None
    try:
        counts = selectors.process_counts(found, minutes=1440)
    except AnlanError as short:
        faults = faults or _said(short)
    versions = selectors.versions_of(request.user, found, counts)
    page = {
        "process": found, "versions": versions, "faults": faults, "counts": counts, "intervals": INTERVALS,
        "until": selectors.last_day(counts) if counts else None,
        "minutes": selectors.suggested_minutes(counts) if counts else 60,
        "may_start": may(request.user, selectors.START, found.unit),
        "newest": next((each.run for each in versions if each.run.state == Run.State.DONE), None),
    }  # fmt: skip
    return render(request, "staffing/process.html", page, status=422 if fault else 200)


@require_POST
def forecast(request: HttpRequest, code: str) -> HttpResponseBase:
    """Forecast the arrivals of the current log, in the background."""
    found = get_object_or_404(selectors.process_to_see(request.user, code))
    holidays = re.findall(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", request.POST.get("holidays", "")[:8_000])
    try:
        run = services.start_process_forecast(
            found, actor=request.user, holidays=holidays,
            minutes=whole_number(request.POST.get("interval", ""), most=1440) or None,
            days=whole_number(request.POST.get("days", ""), most=60) or 7,
        )  # fmt: skip
    except AnlanError as fault:
        return _process_page(request, found, fault=fault)
    messages.success(request, text("staffing.forecasting", code=run.code))
    return redirect("runs:run", run.code)


@require_http_methods(["GET"])
def roster_file(request: HttpRequest, code: str) -> HttpResponse:
    """The roster as a sheet to print."""
    return files.workbook(files.roster_of(_roster(request, code), actor=request.user), f"{code}-roster.xlsx")


@require_http_methods(["GET"])
def calendar_file(request: HttpRequest, code: str, number: int) -> HttpResponseBase:
    """The shifts of the person of that number (from 1) as a calendar."""
    found = _roster(request, code)
    try:
        return files.calendar_answer(found, number, actor=request.user)
    except AnlanError as fault:
        messages.error(request, error_text(fault))
        return redirect("runs:run", code)


def _roster(request: HttpRequest, code: str) -> Run:
    return get_object_or_404(selectors.done_runs(request.user, selectors.ROSTER), code=code)
