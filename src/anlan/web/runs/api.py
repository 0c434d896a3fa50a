"""Endpoints of studies and runs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from anlan.loop.quantify.methods import METHODS
from anlan.studies.catalogue import studies
from anlan.web.catalog.models import Process
from anlan.web.common.rest.paging import paged
from anlan.web.common.rest.refusals import Refusal
from anlan.web.common.rest.values import file_of
from anlan.web.common.texts import language, text
from anlan.web.people.permissions import require
from anlan.web.runs import drawings, hooks, results, selectors, services, shapes
from anlan.web.runs.models import Run

router = Router(tags=["runs"])
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/studies", response=shapes.StudyList)
def list_studies(request: HttpRequest) -> dict[str, Any]:
    return {"items": [shapes.study_shown(study) for study in studies()]}


@router.get("/methods", response=shapes.MethodList)
def list_methods(request: HttpRequest) -> dict[str, Any]:
    return {"items": [shapes.method_row(code) for code in METHODS]}


@router.get("/methods/{code}", response=shapes.MethodShown)
def get_method(request: HttpRequest, code: str) -> dict[str, Any]:
    if code not in METHODS:
        raise Http404
    return shapes.method_shown(code)


@router.post("/assessments", response={202: shapes.RunShown})
def start_assessment(
    request: HttpRequest, given: shapes.MethodAssessment, response: HttpResponse
) -> Status[dict[str, Any]]:
    require(request.user, "runs.start")
    about = hooks.subject_of(request.user, given.risk) if given.risk else None
    if given.risk and about is None:
        raise Refusal(422, "invalid", fields={"risk": text("api.values.risk", found=given.risk)}, n=1)
    process = about.process if about else _process(request, given.process) if given.process else None
    unit = about.unit if about else process.unit if process else request.user.unit
    made = services.start_assessment(
        unit=unit, document=given.spec, actor=request.user, process=process, about=given.risk,
        fed_by=_fed_by(request, given.fed_by),
    )  # fmt: skip
    return _accepted(request, response, made)


@router.get("/runs", response=shapes.RunPage)
def list_runs(request: HttpRequest, asked: Query[shapes.RunFilters]) -> dict[str, Any]:
    require(request.user, "runs.view")
    filters = selectors.Filters(
        study=asked.study, state=asked.state, process=asked.process, search=asked.q.strip()
    )
    return paged(request, selectors.runs_of(request.user, filters), asked, shapes.run_row)


@router.post("/runs", response={202: shapes.RunShown})
def start_run(request: HttpRequest, given: shapes.NewRun, response: HttpResponse) -> Status[dict[str, Any]]:
    require(request.user, "runs.start")
    process = _process(request, given.process)
    made = services.start_run(
        process=process, study=given.study, parameters=given.parameters, seed=given.seed, actor=request.user
    )
    return _accepted(request, response, made)


@router.get("/runs/{code}", response=shapes.RunShown)
def get_run(request: HttpRequest, code: str) -> dict[str, Any]:
    return shapes.run_shown(_run(request, code))


@router.post("/runs/{code}/cancel", response=shapes.RunShown)
def cancel_run(request: HttpRequest, code: str) -> dict[str, Any]:
    return shapes.run_shown(services.cancel_run(_run(request, code), actor=request.user))


@router.post("/runs/{code}/retry", response={202: shapes.RunShown})
def retry_run(request: HttpRequest, code: str, response: HttpResponse) -> Status[dict[str, Any]]:
    again = services.retry_run(_run(request, code), actor=request.user)
    return _accepted(request, response, again)


@router.post("/runs/{code}/recompute", response={202: shapes.RunShown})
def recompute_run(request: HttpRequest, code: str, response: HttpResponse) -> Status[dict[str, Any]]:
    again = services.recompute_run(_run(request, code), actor=request.user)
    return _accepted(request, response, again)


@router.get("/runs/{code}/result.json", response={200: None}, openapi_extra=file_of("application/json"))
def get_result(request: HttpRequest, code: str) -> FileResponse:
    run = _run(request, code)
    return _file(request, run, lambda: results.sound_file(run), kind="application/json", name="result.json")


@router.get("/runs/{code}/risks.xlsx", response={200: None}, openapi_extra=file_of(_SHEET))
def get_workbook(request: HttpRequest, code: str) -> FileResponse:
    run = _run(request, code, study="assess")
    return _file(
        request, run, lambda: results.workbook_file(run, language=language()), kind=_SHEET, name="risks.xlsx"
    )


@router.get("/runs/{code}/report.html", response={200: None}, openapi_extra=file_of("text/html"))
def get_report(request: HttpRequest, code: str) -> FileResponse:
    run = _run(request, code, study="assess")
    return _file(
        request, run, lambda: results.report_file(run, language=language()), kind="text/html; charset=utf-8",
        name="report.html",
    )  # fmt: skip


_DRAWING = file_of(*drawings.CHART_FORMS.values())


@router.get("/runs/{code}/charts/{int:number}/{form}", response={200: None}, openapi_extra=_DRAWING)
def get_chart(request: HttpRequest, code: str, number: int, form: str) -> HttpResponse:
    """A drawing of a method's answer by its number, as `svg` or `png`, or its table as `csv`."""
    run = _run(request, code)
    require(request.user, "reports.export", run.unit)
    if run.state != Run.State.DONE:
        raise Refusal(409, "run_not_done", run=run.code, state=run.state)
    kind = drawings.CHART_FORMS.get(form)
    content = drawings.chart_file(run, number, form, language=language()) if kind else None
    if content is None:
        raise Http404
    services.note_export(run, what=f"chart-{number}.{form}", actor=request.user)
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{run.code}-chart-{number}.{form}"'
    return answer


def _fed_by(request: HttpRequest, code: str) -> Run | None:
    """The done run of that code that the person may see. Errors: Refusal `invalid`."""
    if not code:
        return None
    found = selectors.run_of(request.user, code).filter(state=Run.State.DONE).first()
    if found is None:
        raise Refusal(422, "invalid", fields={"fed_by": text("api.values.run", found=code)}, n=1)
    return found


def _process(request: HttpRequest, code: str) -> Process:
    """The process of that code on which the person may start runs. Errors: Refusal `invalid`."""
    process = selectors.processes_to_run(request.user).filter(code=code).first()
    if process is None:
        raise Refusal(422, "invalid", fields={"process": text("api.values.process", found=code)}, n=1)
    return process


def _run(request: HttpRequest, code: str, **only: str) -> Run:
    return get_object_or_404(selectors.run_of(request.user, code), **only)


def _accepted(request: HttpRequest, response: HttpResponse, run: Run) -> Status[dict[str, Any]]:
    """The run with the address at which its state can be asked for."""
    below = request.path.removesuffix("/assessments").split("/runs", 1)[0]
    response["Location"] = f"{below}/runs/{run.code}"
    return Status(202, shapes.run_shown(run))


def _file(request: HttpRequest, run: Run, made: Callable[[], Path], *, kind: str, name: str) -> FileResponse:
    """A file of a done run, to keep; who takes it stands in the audit."""
    require(request.user, "reports.export", run.unit)
    if run.state != Run.State.DONE:
        raise Refusal(409, "run_not_done", run=run.code, state=run.state)
    path = made()
    services.note_export(run, what=name, actor=request.user)
    return FileResponse(path.open("rb"), content_type=kind, as_attachment=True, filename=f"{run.code}-{name}")
