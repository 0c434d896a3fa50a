"""Endpoints of loss years and of what they rest on."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Status

from anlan.loop.quantify.loss_year.dependence import draft_dependence, nearest_valid
from anlan.web.common.rest.paging import paged
from anlan.web.common.rest.refusals import Refusal
from anlan.web.common.rest.values import Code, file_of, named, person
from anlan.web.losses import figures, files, scope, selectors, services, shapes
from anlan.web.losses.models import LossYear, RiskDependence, RiskNumbers, ToleranceCurve
from anlan.web.losses.services import versions
from anlan.web.people.lookup import unit_in
from anlan.web.people.models import Unit
from anlan.web.people.permissions import require, units_of
from anlan.web.risks.models import Risk
from anlan.web.risks.selectors import risk_of
from anlan.web.runs import services as run_services
from anlan.web.runs.models import Run

router = Router(tags=["losses"])


@router.get("/loss-years", response=shapes.LossYearPage)
def list_loss_years(request: HttpRequest, asked: Query[shapes.LossYearFilters]) -> dict[str, Any]:
    require(request.user, "runs.view")
    unit = unit_in(request.user, asked.unit, "runs.view") if asked.unit else None
    return paged(request, selectors.loss_years(request.user, unit=unit), asked, shapes.year_row)


@router.post("/loss-years", response={202: shapes.LossYearShown})
def compute_loss_year(
    request: HttpRequest, given: shapes.NewLossYear, response: HttpResponse
) -> Status[dict[str, Any]]:
    require(request.user, "runs.start")
    unit = unit_in(request.user, given.unit, "runs.start")
    today = timezone.localdate()
    query = scope.query_of(QueryDict(given.query))
    found = scope.gather(request.user, unit, query, loss_unit=given.loss_unit, today=today)
    made = services.calculate(
        unit, query=query, loss_unit=found.loss_unit, actor=request.user, today=today, years=given.years,
        seed=given.seed, title=given.title,
    )  # fmt: skip
    response["Location"] = f"{request.path}/{made.code}"
    return Status(202, shapes.year_shown(_year(request, made.code)))


@router.get("/loss-years/{code}", response=shapes.LossYearShown)
def get_loss_year(request: HttpRequest, code: str) -> dict[str, Any]:
    return shapes.year_shown(_year(request, code))


@router.post("/loss-years/{code}/recompute", response={202: shapes.LossYearRow})
def recompute_loss_year(request: HttpRequest, code: str) -> Status[dict[str, Any]]:
    found = _year(request, code)
    require(request.user, "runs.start", found.unit)
    for run in selectors.runs_of(found).values():
        if run.state == Run.State.DONE:
            run_services.recompute_run(run, actor=request.user)
    return Status(202, shapes.year_row(found))


@router.get("/loss-years/{code}/compare/{other}", response=shapes.Comparison)
def compare_loss_years(request: HttpRequest, code: str, other: str) -> dict[str, Any]:
    before, after = _year(request, other), _year(request, code)
    done = all(each.current.state == Run.State.DONE for each in (before, after))
    if not done or before.loss_unit != after.loss_unit:
        raise Refusal(409, "loss_years_unlike", before=before.code, after=after.code)
    rows = [figures.rows_of(each, figures.results_of(each)) for each in (before, after)]
    compared = {
        name: {"before": a.value, "after": b.value, "difference": of.value, "low_95": of.low,
               "high_95": of.high, "shown": of.shown}
        for name, a, b, of in figures.differences(*rows)
    }  # fmt: skip
    return {"before": before.code, "after": after.code, "figures": compared}


@router.get("/loss-years/{code}/figures.csv", response={200: None}, openapi_extra=file_of("text/csv"))
def get_loss_figures(request: HttpRequest, code: str) -> HttpResponse:
    return files.figures_of(_exportable(request, code), actor=request.user)


@router.get("/loss-years/{code}/curve.svg", response={200: None}, openapi_extra=file_of("image/svg+xml"))
def get_loss_curve(request: HttpRequest, code: str) -> HttpResponse:
    return files.curve_of(_exportable(request, code), actor=request.user)


@router.get("/risks/{code}/loss-numbers", response=list[shapes.NumbersShown])
def list_loss_numbers(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    rows = _risk(request, code).loss_numbers.select_related("created_by")
    return [shapes.numbers_shown(row) for row in rows]


@router.put("/risks/{code}/loss-numbers/{stage}", response=shapes.NumbersShown)
def give_loss_numbers(
    request: HttpRequest, code: str, stage: shapes.Stage, given: shapes.GivenNumbers
) -> dict[str, Any]:
    made: RiskNumbers = services.give_numbers(
        _risk(request, code), stage=stage, frequency=given.frequency.dict(), severity=given.severity.dict(),
        loss_unit=given.loss_unit, source=given.source, records=given.records, seen=given.seen,
        actor=request.user,
    )  # fmt: skip
    return shapes.numbers_shown(made)


@router.post("/risks/{code}/loss-numbers/{stage}/withdraw", response={204: None})
def withdraw_loss_numbers(
    request: HttpRequest, code: str, stage: shapes.Stage, given: shapes.WithdrawNumbers
) -> Status[None]:
    services.withdraw_numbers(_risk(request, code), stage=stage, reason=given.reason, actor=request.user)
    return Status(204, None)


@router.get("/units/{code}/dependence", response=shapes.DependenceShown)
def get_dependence(request: HttpRequest, code: Code) -> dict[str, Any]:
    unit = _unit(request, code)
    holds = services.dependence_of(unit)
    own = versions.own_version(RiskDependence, unit)
    return _version(holds, own) | {"content": holds.content if holds else {}}


@router.put("/units/{code}/dependence", response=shapes.DependenceShown)
def set_dependence(request: HttpRequest, code: Code, given: shapes.GivenDependence) -> dict[str, Any]:
    made = services.set_dependence(
        _unit(request, code), given.content, reason=given.reason, actor=request.user, seen=given.seen
    )
    return _version(made, made) | {"content": made.content}


@router.post("/units/{code}/dependence/nearest", response=shapes.NearestShown)
def nearest_dependence(request: HttpRequest, code: Code, given: shapes.DependenceDraft) -> dict[str, Any]:
    require(request.user, versions.DEPENDENCE, _unit(request, code))
    found = nearest_valid(draft_dependence(given.content))
    if found is None:
        return {"can_be": True, "changed": [], "pairs": []}
    changed = [{"a": a, "b": b, "asked": asked, "offered": value} for a, b, asked, value in found.changed]
    return {"can_be": False, "changed": changed, "pairs": list(found.pairs)}


@router.get("/units/{code}/tolerance-curve", response=shapes.ToleranceShown)
def get_tolerance_curve(request: HttpRequest, code: Code) -> dict[str, Any]:
    unit = _unit(request, code)
    holds = services.tolerance_of(unit)
    shown = {"points": holds.points if holds else [], "loss_unit": holds.loss_unit if holds else ""}
    return _version(holds, versions.own_version(ToleranceCurve, unit)) | shown


@router.put("/units/{code}/tolerance-curve", response=shapes.ToleranceShown)
def set_tolerance_curve(request: HttpRequest, code: Code, given: shapes.GivenTolerance) -> dict[str, Any]:
    made = services.set_tolerance(
        _unit(request, code), [point.dict() for point in given.points], loss_unit=given.loss_unit,
        reason=given.reason, actor=request.user, seen=given.seen,
    )  # fmt: skip
    return _version(made, made) | {"points": made.points, "loss_unit": made.loss_unit}


def _version(holds: Any, own: Any) -> dict[str, Any]:
    return {
        "unit": named(holds.unit) if holds else None, "number": holds.number if holds else 0,
        "own": own.number if own else 0, "reason": holds.reason if holds else "",
        "created_at": holds and holds.created_at, "created_by": person(holds.created_by) if holds else None,
    }  # fmt: skip


def _year(request: HttpRequest, code: str) -> LossYear:
    return get_object_or_404(selectors.loss_year_of(request.user, code))


def _exportable(request: HttpRequest, code: str) -> LossYear:
    found = _year(request, code)
    require(request.user, "reports.export", found.unit)
    if found.current.state != Run.State.DONE:
        raise Refusal(409, "run_not_done", run=found.current.code, state=found.current.state)
    return found


def _risk(request: HttpRequest, code: str) -> Risk:
    return get_object_or_404(risk_of(request.user, code))


def _unit(request: HttpRequest, code: str) -> Unit:
    """The unit where the person may see risks; 404 else."""
    return get_object_or_404(units_of(request.user, "risks.view"), code=code)
