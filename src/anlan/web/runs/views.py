"""Pages of runs: list, start, one run with its result, comparison, jobs."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from anlan.domain.errors import AnlanError
from anlan.formats import settings_samples
from anlan.formats.report.charts.answer_drawings import Drawn
from anlan.studies.catalogue import CONFORM, DISCOVER, METHOD, studies
from anlan.web.common.texts import error_text, language, text
from anlan.web.people.permissions import may, require
from anlan.web.runs import drawings, hooks, results, selectors, services
from anlan.web.runs.asking.form import StudyForm, answers_of
from anlan.web.runs.asking.known import Known, known_of
from anlan.web.runs.models import Run
from anlan.web.runs.parts import parts_of

REPORT_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'"
)
"""A report is a document of its own: it runs nothing, loads nothing and has no part in the sign-in."""


@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    """All runs of the units the person may see."""
    require(request.user, "runs.view")
    asked = {name: request.GET.get(name, "").strip() for name in ("study", "state", "process")}
    filters = selectors.Filters(**asked, search=request.GET.get("q", "").strip())
    page = Paginator(selectors.runs_of(request.user, filters), 50).get_page(request.GET.get("page"))
    rows = [
        {"run": run, "title": drawings.title_of(run.study), "figures": drawings.key_figures(run)}
        for run in page
    ]
    return render(
        request,
        "runs/runs.html",
        {
            "page": page,
            "rows": rows,
            "filters": filters,
            "studies": [(study.code, drawings.title_of(study.code)) for study in studies()],
            "states": Run.State.values,
            "processes": selectors.processes_with_runs(request.user),
            "may_start": may(request.user, "runs.start"),
        },
    )


@require_http_methods(["GET", "POST"])
def new_run(request: HttpRequest) -> HttpResponseBase:
    """Choose process and study, answer its questions, start. `like`: a run whose answers to begin with."""
    require(request.user, "runs.start")
    processes = list(selectors.processes_to_run(request.user))
    like = _like(request)
    code = request.GET.get("process") or (like.process.code if like and like.process else "")
    process = next((p for p in processes if p.code == code), processes[0] if processes else None)
    asked = _study(request.GET.get("study") or (like.study if like else ""))
    known = known_of(process, request.user) if process else Known()
    answers = answers_of(like, known)
    given = (request.POST, request.FILES) if request.method == "POST" else ()
    form = StudyForm(asked, known, answers, *given)
    started = _started(request, form, process) if request.method == "POST" and process else None
    if started is not None:
        messages.success(request, text("runs.new.done", code=started.code))
        return redirect("runs:run", started.code)
    page = {
        "form": form,
        "process": process,
        "processes": processes,
        "asked": asked,
        "studies": studies(),
        "like": like,
        "known": known,
        "carried": not like and any(answers.values()),
    }
    return render(request, "runs/new_run.html", page, status=200 if request.method == "GET" else 422)


def _like(request: HttpRequest) -> Run | None:
    code = request.GET.get("like")
    return get_object_or_404(selectors.run_of(request.user, code)) if code else None


def _study(code: str) -> Any:
    return next((study for study in studies() if study.code == code), studies()[0])


def _started(request: HttpRequest, form: StudyForm, process: Any) -> Run | None:
    """The run, or None with the refusal beside its field."""
    if not form.is_valid():
        return None
    try:
        return services.start_run(
            process=process,
            study=form.asked.code,
            parameters=form.values(),
            seed=form.seed(),
            actor=request.user,
        )
    except AnlanError as error:
        form.refuse(error)
        return None


@require_GET
def run(request: HttpRequest, code: str) -> HttpResponse:
    """What was asked, how far it is, what came out, and where it came from."""
    found = get_object_or_404(selectors.run_of(request.user, code))
    shown: list[dict[str, Any]] = []
    faults = drawings.error_words(found)
    charts: list[Drawn] = []
    if found.state == Run.State.DONE:
        try:
            codes = hooks.codes_of_risks(found, request.user)
            shown = drawings.sections(found, language=language(), codes=codes)
            charts = drawings.chart_files(found, language=language())
        except AnlanError as error:
            faults = [error_text(error)]
    return render(
        request,
        "runs/run.html",
        {**_facts(request, found), "parts": parts_of(shown), "charts": charts, "faults": faults},
    )


def _facts(request: HttpRequest, found: Run) -> dict[str, Any]:
    return {
        "run": found,
        "title": drawings.title_of(found.study),
        "step": drawings.step_word(found),
        "asked": drawings.asked(found),
        "others": selectors.others_to_compare(found, request.user) if found.state == Run.State.DONE else [],
        "method_code": found.study.removeprefix(METHOD) if found.study.startswith(METHOD) else "",
        "asked_here": any(study.code == found.study for study in studies()),
        "elsewhere": found.process is not None and found.study in (CONFORM, DISCOVER),
        "has_report": found.study == "assess" and found.state == Run.State.DONE,
        "links": _links(request, found) if found.state == Run.State.DONE else [],
        "files": [each for hook in hooks.files_of for each in hook(found, request.user)],
        "sources": [source for hook in hooks.sources_of for source in hook(found, request.user)],
        "may_start": may(request.user, "runs.start", found.unit),
        "may_export": may(request.user, "reports.export", found.unit),
    }


def _links(request: HttpRequest, found: Run) -> list[tuple[str, str]]:
    """Where other apps lead on from a done run."""
    own = []
    if found.process is not None and found.study in (CONFORM, DISCOVER):
        own = [(reverse("runs:conformance", args=[found.process.code]), text("conformance.title"))]
    return own + [link for hook in hooks.links_of for link in hook(found, request.user)]


@require_GET
def live(request: HttpRequest, code: str) -> HttpResponse:
    """The state of a run that is not finished yet; a finished one asks for the whole page."""
    found = get_object_or_404(selectors.run_of(request.user, code))
    answer = render(
        request,
        "runs/live.html",
        {
            "run": found,
            "step": drawings.step_word(found),
            "may_start": may(request.user, "runs.start", found.unit),
        },
    )
    if found.finished:
        answer["HX-Refresh"] = "true"
    return answer


@require_GET
def sample(request: HttpRequest, kind: str) -> HttpResponseBase:
    """A settings file to start one's own from."""
    require(request.user, "runs.start")
    if kind not in settings_samples.FILES:
        raise Http404
    answer = HttpResponse(settings_samples.sample_text(kind, language()), "application/toml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{kind}.toml"'
    return answer


@require_POST
def cancel(request: HttpRequest, code: str) -> HttpResponseBase:
    found = get_object_or_404(selectors.run_of(request.user, code))
    stopped = services.cancel_run(found, actor=request.user)
    key = "stopped" if stopped.state == Run.State.CANCELLED else "asked" if not stopped.finished else "late"
    messages.info(request, text(f"runs.cancel.{key}", code=code))
    return redirect("runs:run", code)


@require_POST
def retry(request: HttpRequest, code: str) -> HttpResponseBase:
    return _again(request, code, services.retry_run, "runs.retry.done")


@require_POST
def recompute(request: HttpRequest, code: str) -> HttpResponseBase:
    return _again(request, code, services.recompute_run, "runs.recompute.done")


def _again(request: HttpRequest, code: str, service: Any, key: str) -> HttpResponseBase:
    found = get_object_or_404(selectors.run_of(request.user, code))
    try:
        again = service(found, actor=request.user)
    except AnlanError as error:
        messages.error(request, error_text(error))
        return redirect("runs:run", code)
    messages.success(request, text(key, code=again.code))
    return redirect("runs:run", again.code)


@require_GET
def compare(request: HttpRequest) -> HttpResponse:
    """Two done runs side by side: figures, risks that moved, parameters that differ."""
    require(request.user, "runs.view")
    codes = list(dict.fromkeys(request.GET.getlist("run")))[:2]
    found = [get_object_or_404(selectors.run_of(request.user, code)) for code in codes]
    page: dict[str, Any] = {"runs": sorted(found, key=lambda run: run.pk), "fault": ""}
    if len(found) < 2 or any(run.state != Run.State.DONE for run in found):
        return render(request, "runs/compare.html", page, status=422)
    before, after = page["runs"]
    try:
        moved = selectors.comparison(before, after)
        page |= {"moved": moved, "criteria": results.result_of(after).get("criteria")}
    except AnlanError as error:
        return render(request, "runs/compare.html", page | {"fault": error_text(error)}, status=422)
    page["figures"] = [
        (drawings.word_of(pair.name), pair, pair.name in ("loss_mean", "loss_p95"))
        for pair in moved.figures
        if pair.name != "loss_unit" or pair.moved
    ]
    page["asked"] = [
        (
            drawings.word_of(pair.name),
            *(drawings.answer_words(pair.name, v) for v in (pair.before, pair.after)),
        )
        for pair in moved.asked
    ]
    return render(request, "runs/compare.html", page)


@require_GET
def jobs(request: HttpRequest) -> HttpResponse:
    """Workers, queue, failures and scheduled work."""
    require(request.user, "runs.view")
    state = selectors.jobs(request.user)
    active = [
        {"run": run, "title": drawings.title_of(run.study), "step": drawings.step_word(run)}
        for run in state.active
    ]
    failed = [
        {"run": run, "title": drawings.title_of(run.study), "why": drawings.error_words(run)}
        for run in state.failed_runs
    ]
    return render(request, "runs/jobs.html", {"jobs": state, "active": active, "failed": failed})


@require_GET
def report(request: HttpRequest, code: str) -> HttpResponseBase:
    """The report, shut off from the application."""
    found = _done_assessment(request, code)
    answer = _file(
        request, lambda: results.report_file(found, language=language()), "text/html; charset=utf-8"
    )
    answer["Content-Security-Policy"] = REPORT_POLICY
    return answer


@require_GET
def workbook(request: HttpRequest, code: str) -> HttpResponseBase:
    """The risks as a workbook."""
    found = _done_assessment(request, code)
    services.note_export(found, what="risks.xlsx", actor=request.user)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(
        request, lambda: results.workbook_file(found, language=language()), kind, name=f"{code}-risks.xlsx"
    )


@require_GET
def result(request: HttpRequest, code: str) -> HttpResponseBase:
    """The result as its file holds it, after its hash was checked."""
    found = get_object_or_404(selectors.run_of(request.user, code), state=Run.State.DONE)
    services.note_export(found, what="result.json", actor=request.user)
    return _file(request, lambda: results.sound_file(found), "application/json", name=f"{code}-result.json")


@require_GET
def chart(request: HttpRequest, code: str, number: int, form: str) -> HttpResponseBase:
    """A drawing of a method's answer as a file, or its table; shut off from the application."""
    found = get_object_or_404(selectors.run_of(request.user, code), state=Run.State.DONE)
    require(request.user, "reports.export", found.unit)
    if form not in drawings.CHART_FORMS:
        raise Http404
    try:
        content = drawings.chart_file(found, number, form, language=language())
    except AnlanError as error:
        return render(request, "runs/gone.html", {"fault": error_text(error)}, status=410)
    if content is None:
        raise Http404
    name = f"chart-{number}.{form}"
    services.note_export(found, what=name, actor=request.user)
    answer = HttpResponse(content, content_type=drawings.CHART_FORMS[form])
    answer["Content-Disposition"] = f'attachment; filename="{code}-{name}"'
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _done_assessment(request: HttpRequest, code: str) -> Run:
    return get_object_or_404(selectors.run_of(request.user, code), study="assess", state=Run.State.DONE)


def _file(request: HttpRequest, made: Any, kind: str, *, name: str = "") -> HttpResponseBase:
    """The file, or a page that says why there is none."""
    try:
        path = made()
    except AnlanError as error:
        return render(request, "runs/gone.html", {"fault": error_text(error)}, status=410)
    return FileResponse(path.open("rb"), content_type=kind, as_attachment=bool(name), filename=name)
