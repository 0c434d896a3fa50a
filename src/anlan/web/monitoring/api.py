"""Endpoints of indicators and of readings."""

import time
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from anlan.loop.monitor.definitions import LEVELS
from anlan.loop.monitor.incoming import series_key
from anlan.web.catalog.selectors import process_of
from anlan.web.common.rest import versions
from anlan.web.common.rest.paging import Paging, paged
from anlan.web.common.rest.refusals import Refusal
from anlan.web.common.texts import text
from anlan.web.monitoring import selectors, shapes
from anlan.web.monitoring.batches import rows_of
from anlan.web.monitoring.models import Indicator
from anlan.web.monitoring.services import adopting, doubts, indicators
from anlan.web.monitoring.services.indicators import EDIT, SEE
from anlan.web.monitoring.services.reporting import report
from anlan.web.monitoring.services.trying_formulas import try_formula
from anlan.web.people.lookup import person_in, unit_in
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope, require
from anlan.web.risks.models import Risk
from anlan.web.runs.selectors import run_of

router = Router(tags=["monitoring"])


@router.get("/indicators", response=shapes.IndicatorPage)
def list_indicators(request: HttpRequest, asked: Query[shapes.IndicatorFilters]) -> dict[str, Any]:
    require(request.user, SEE)
    level = LEVELS.index(asked.level) if asked.level else None
    wanted = selectors.Wanted(asked.q.strip(), asked.status, asked.process, level)
    return paged(request, selectors.indicators_of(request.user, wanted), asked, shapes.indicator_row)


@router.post("/indicators", response={201: shapes.IndicatorShown})
def create_indicator(
    request: HttpRequest, given: shapes.NewIndicator, response: HttpResponse
) -> Status[dict[str, Any]]:
    unit = unit_in(request.user, given.unit, SEE)
    require(request.user, EDIT, unit)
    made = indicators.create_indicator(
        unit, name=given.name, name_en=given.name_en, definition=given.definition,
        definition_en=given.definition_en, document=given.document, nodes=given.nodes,
        process=_process(request, given.process), risks=_risks(request, given.risks),
        owner=_person(request, given.owner), actor=request.user,
    )  # fmt: skip
    response["Location"] = f"{request.path}/{made.code}"
    return Status(201, _whole(request, response, made))


@router.post("/indicators/check-formula", response=shapes.FormulaTried)
def check_formula(request: HttpRequest, given: shapes.FormulaGiven) -> dict[str, Any]:
    require(request.user, EDIT)
    own = _indicator(request, given.indicator) if given.indicator else None
    unit = own.unit if own is not None else unit_in(request.user, given.unit, SEE)
    require(request.user, EDIT, unit)
    document: dict[str, Any] = {
        "unit": given.measure, "grain_s": given.grain_s, "formula": given.formula,
        "dimensions": own.document.get("dimensions", ()) if own is not None else (),
    }  # fmt: skip
    return shapes.formula_tried(try_formula(document, unit, actor=request.user, own=own))


@router.get("/indicators/{code}", response=shapes.IndicatorShown)
def get_indicator(request: HttpRequest, code: str, response: HttpResponse) -> dict[str, Any]:
    return _whole(request, response, _indicator(request, code))


@router.patch("/indicators/{code}", response=shapes.IndicatorShown)
def change_indicator(
    request: HttpRequest, code: str, given: shapes.IndicatorChange, response: HttpResponse
) -> dict[str, Any]:
    found = _indicator(request, code)
    require(request.user, EDIT, found.unit)
    said = given.model_dump(exclude_unset=True, exclude_none=True)
    document, reason = said.pop("document", None), said.pop("reason", "")
    risks = said.pop("risks", None)
    if "owner" in said:
        said["owner"] = _person(request, said["owner"])
    changed = indicators.change_indicator(
        found, seen=versions.seen(request, found), actor=request.user, document=document, reason=reason,
        risks=None if risks is None else _risks(request, risks), **said,
    )  # fmt: skip
    return _whole(request, response, changed)


@router.get("/indicators/{code}/readings", response=shapes.ReadingList)
def list_readings(request: HttpRequest, code: str, asked: Query[shapes.ReadingFilters]) -> dict[str, Any]:
    found = _indicator(request, code)
    series = selectors.series_of(request.user, found)
    if asked.unit:
        series = series.filter(unit__code=asked.unit)
    if asked.dimensions:
        pairs = (pair.partition("=") for pair in asked.dimensions.split(","))
        series = series.filter(key=series_key({name.strip(): value.strip() for name, _, value in pairs}))
    chosen = series.first()
    if chosen is None:
        raise Refusal(404, "address", path=request.path[:200])
    since = _microseconds(asked.since) if asked.since else 0
    items = selectors.readings_of(chosen, since=since)
    shown = [{"at": shapes.moment(each.at), "value": each.value, "n": each.n} for each in items]
    return {"series": shapes.series_shown(chosen), "items": shown, "cut": len(items) == selectors.MOST_DRAWN}


@router.post("/runs/{code}/indicators", response={201: list[shapes.IndicatorRow]})
def take_up_indicators(
    request: HttpRequest, code: str, given: shapes.IndicatorsToTakeUp
) -> Status[list[dict[str, Any]]]:
    run = get_object_or_404(run_of(request.user, code))
    require(request.user, EDIT, run.unit)
    made = adopting.adopt(run, given.indicators, actor=request.user)
    return Status(201, [shapes.indicator_row(each) for each in made])


@router.post("/readings", response=shapes.ReadingsTaken)
def report_readings(request: HttpRequest) -> dict[str, Any]:
    rows = rows_of(request.body, request.headers.get("Content-Type", ""))
    answer = report(
        rows, actor=request.user, source=f"api:{request.user.username}"[:40],
        key=request.headers.get("Idempotency-Key", "")[:200], now=time.time_ns() // 1000,
    )  # fmt: skip
    return answer.as_dict() | {"repeated": answer.repeated}


@router.get("/readings/doubts", response=shapes.ReadingDoubtPage)
def list_doubts(request: HttpRequest, asked: Query[Paging]) -> dict[str, Any]:
    require(request.user, SEE)
    return paged(request, doubts.in_doubt(request.user, SEE), asked, shapes.doubt_shown)


@router.post("/readings/doubts/{number}", response=shapes.ReadingDoubtShown)
def decide_doubt(request: HttpRequest, number: int, given: shapes.ReadingDoubtDeed) -> dict[str, Any]:
    found = get_object_or_404(doubts.in_doubt(request.user, SEE), pk=number)
    decided = doubts.decide(
        found, given.deed, reason=given.reason, actor=request.user, now=time.time_ns() // 1000
    )
    return shapes.doubt_shown(decided)


def _microseconds(at: datetime) -> int:
    """Of a time with its offset, else UTC; what lies before 1970 begins with it."""
    aware = at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return max(0, round((aware - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1e6))


def _indicator(request: HttpRequest, code: str) -> Indicator:
    return get_object_or_404(selectors.indicator_of(request.user, code))


def _process(request: HttpRequest, code: str) -> Any:
    return get_object_or_404(process_of(request.user, code)) if code else None


def _risks(request: HttpRequest, codes: list[str]) -> list[Risk]:
    """Risks the person may see. Refusal names the first that is none."""
    found = {
        each.code: each for each in in_scope(Risk.objects.filter(code__in=codes), request.user, "risks.view")
    }
    missing = [code for code in codes if code not in found]
    if missing:
        raise Refusal(422, "invalid", fields={"risks": text("api.values.risk", found=missing[0])}, n=1)
    return [found[code] for code in codes]


def _person(request: HttpRequest, username: str) -> User | None:
    return person_in(request.user, username, "people.view") if username else None


def _whole(request: HttpRequest, response: HttpResponse, found: Indicator) -> dict[str, Any]:
    versions.mark(response, found)
    risks = in_scope(found.risks.all(), request.user, "risks.view").values_list("code", flat=True)
    return shapes.indicator_shown(found, list(selectors.series_of(request.user, found)), list(risks))
