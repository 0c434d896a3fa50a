"""Pages of twins: processes with theirs, all twins of one, a new one, and one of them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.domain.errors import AnlanError
from anlan.web.common.texts import error_text, in_language, text
from anlan.web.people.permissions import may, require
from anlan.web.studio import files, selectors, shown
from anlan.web.studio.by_hand import Answers, asked_of, inputs_of
from anlan.web.studio.comparison import FIGURES
from anlan.web.studio.editing import changed_from
from anlan.web.studio.listed import designs_part
from anlan.web.studio.main_figures import main_figures
from anlan.web.studio.places import faults_said
from anlan.web.studio.process_page import process_page, process_seen, under_way
from anlan.web.studio.services import calibrating, twins


@require_GET
def processes(request: HttpRequest) -> HttpResponse:
    """Each process with its twin: how old it is and whether it deserves trust."""
    require(request.user, selectors.SEE)
    search = request.GET.get("q", "").replace("\0", "").strip()
    rows = [
        (
            row,
            shown.age_days(row.twin) if row.twin else None,
            shown.trust_of(row.twin.card) if row.twin else None,
        )
        for row in selectors.rows_of(request.user, search=search)
    ]
    return render(request, "studio/processes.html", {"rows": rows, "search": search, "old": shown.OLD_DAYS})


@require_GET
def process(request: HttpRequest, code: str) -> HttpResponse:
    """All twins of a process, and the ways to a new one."""
    return process_page(request, process_seen(request, code))


@require_GET
def live(request: HttpRequest, code: str) -> HttpResponse:
    """How far calibrations and checks are; when all have ended the whole page is asked for."""
    found = process_seen(request, code)
    page = {"process": found, "may_edit": may(request.user, selectors.EDIT, found.unit)} | under_way(found)
    answer = render(request, "studio/live.html", page)
    if not page["runs"]:
        answer["HX-Refresh"] = "true"
    return answer


@require_POST
def calibrate(request: HttpRequest, code: str) -> HttpResponseBase:
    """Estimate a twin from the current log, in the background."""
    found = process_seen(request, code)
    require(request.user, selectors.EDIT, found.unit)
    try:
        run = calibrating.start_calibration(
            found, actor=request.user, hold_back=request.POST.get("hold_back") or None
        )
    except AnlanError as fault:
        return process_page(request, found, fault=fault, status=422)
    messages.success(request, text("studio.calibrating", code=run.code))
    return redirect("studio:process", code)


@require_http_methods(["GET", "POST"])
def by_hand(request: HttpRequest, code: str) -> HttpResponseBase:
    """A twin from the process's own steps, with times and people that a person gives."""
    found = process_seen(request, code)
    require(request.user, selectors.EDIT, found.unit)
    try:
        asked = asked_of(found)
    except AnlanError as without:
        return process_page(request, found, fault=without, status=422)
    answers = Answers.sent(asked, request.POST) if request.method == "POST" else Answers.empty(asked)
    fault, inputs = None, {}
    if request.method == "POST":
        try:
            inputs = inputs_of(asked, answers)
            made = twins.make_twin(
                found, source="hand", inputs=inputs, actor=request.user,
                note=request.POST.get("note", ""),
            )  # fmt: skip
        except AnlanError as wrong:
            fault = wrong
        else:
            calibrating.start_simulation(made, actor=request.user)
            messages.success(request, text("studio.made", code=made.code))
            return redirect("studio:twin", made.code)
    page = {
        "process": found, "rows": answers.of(asked), "ways": answers.of_ways(asked), "answers": answers,
        "faults": faults_said(fault, inputs=inputs),
    }  # fmt: skip
    return render(request, "studio/by_hand.html", page, status=422 if fault else 200)


@require_GET
def twin(request: HttpRequest, code: str) -> HttpResponse:
    """One twin: its map, its numbers with where they come from, whether it deserves trust."""
    found = get_object_or_404(selectors.twin_of(request.user, code))
    glance, glance_fault = None, ""
    try:
        glance = main_figures(found)
    except AnlanError as gone:
        glance_fault = error_text(gone)
    page = {
        "glance": glance, "glance_fault": glance_fault,
        "twin": found, "shown": shown.twin_shown(found), "age": shown.age_days(found), "old": shown.OLD_DAYS,
        "until": shown.data_until(found), "log": found.process.logs.filter(current=True).first(),
        "may_edit": may(request.user, selectors.EDIT, found.unit),
        "may_export": may(request.user, "reports.export", found.unit), **under_way(found.process),
        **designs_part(request.user, found), "figures": FIGURES,
        "differences": changed_from(found),
        "process": found.process, "process_name": in_language(found.process),
    }  # fmt: skip
    return render(request, "studio/twin.html", page)


@require_POST
def put_in_force(request: HttpRequest, code: str) -> HttpResponseBase:
    found = get_object_or_404(selectors.twin_of(request.user, code))
    twins.put_in_force(found, actor=request.user)
    messages.success(request, text("studio.in_force_now", code=code))
    return redirect("studio:twin", code)


@require_POST
def check(request: HttpRequest, code: str) -> HttpResponseBase:
    """Hold the twin against the current log, in the background."""
    found = get_object_or_404(selectors.twin_of(request.user, code))
    require(request.user, selectors.EDIT, found.unit)
    try:
        run = calibrating.start_validation(found, actor=request.user)
    except AnlanError as fault:
        messages.error(request, error_text(fault))
    else:
        messages.success(request, text("studio.checking", code=run.code))
    return redirect("studio:twin", code)


@require_POST
def simulate(request: HttpRequest, code: str) -> HttpResponseBase:
    """Run the twin as it is, in the background, for its main figures."""
    found = get_object_or_404(selectors.twin_of(request.user, code))
    run = calibrating.start_simulation(found, actor=request.user)
    messages.success(request, text("studio.glance.running", code=run.code))
    return redirect("studio:twin", code)


@require_GET
def twin_file(request: HttpRequest, code: str) -> HttpResponse:
    """The twin as a spec file."""
    found = get_object_or_404(selectors.twin_of(request.user, code))
    return files.attached(twins.spec_of(found, actor=request.user), f"{code}.yaml", "application/yaml")


@require_GET
def twin_book(request: HttpRequest, code: str) -> HttpResponseBase:
    """The twin as a workbook in the language of the page."""
    found = get_object_or_404(selectors.twin_of(request.user, code))
    try:
        return files.attached(files.book_of(found, actor=request.user), f"{code}.xlsx", files.XLSX)
    except AnlanError as fault:
        messages.error(request, error_text(fault))
        return redirect("studio:twin", code)


@require_GET
def tables_file(request: HttpRequest, code: str) -> HttpResponse:
    """The tables of the twin's page."""
    found = get_object_or_404(selectors.twin_of(request.user, code))
    content = files.tables_of(found, actor=request.user)
    return files.attached(content, f"{code}.csv", "text/csv; charset=utf-8")


@require_GET
def map_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """The map of the twin as a picture."""
    found = get_object_or_404(selectors.twin_of(request.user, code))
    if form not in files.PICTURES:
        raise Http404
    return files.attached(
        files.map_of(found, form, actor=request.user), f"{code}.{form}", files.PICTURES[form]
    )
