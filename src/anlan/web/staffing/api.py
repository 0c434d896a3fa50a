"""Endpoints of staff and rosters: forecast a process, take a roster out."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router, Status
from pydantic import Field

from anlan.web.common.rest.refusals import Refusal
from anlan.web.common.rest.values import Given, Text, file_of
from anlan.web.people.permissions import require
from anlan.web.runs.models import Run
from anlan.web.runs.shapes import RunShown, run_shown
from anlan.web.staffing import files, selectors, services

router = Router(tags=["staffing"])


class NewForecast(Given):
    """interval: minutes, else an hour where the log has 24 cases a day, else a day; days: to forecast;
    holidays: days set apart, past and to come, like 2026-10-01."""

    interval: Annotated[int, Field(ge=5, le=1440)] | None = None
    days: Annotated[int, Field(ge=1, le=60)] = 7
    holidays: list[Annotated[Text, Field(max_length=10)]] = []


@router.post("/processes/{code}/forecasts", response={202: RunShown})
def forecast_process(
    request: HttpRequest, code: str, given: NewForecast, response: HttpResponse
) -> Status[dict[str, Any]]:
    """Forecast the arrivals of the current log of a process."""
    process = get_object_or_404(selectors.process_to_see(request.user, code))
    made = services.start_process_forecast(
        process, actor=request.user, minutes=given.interval, days=given.days, holidays=given.holidays
    )
    response["Location"] = f"{request.path.split('/processes/', 1)[0]}/runs/{made.code}"
    return Status(202, run_shown(made))


@router.get("/rosters/{code}/roster.xlsx", response={200: None}, openapi_extra=file_of(files.XLSX))
def get_roster(request: HttpRequest, code: str) -> HttpResponse:
    """A roster as a sheet to print."""
    return files.workbook(files.roster_of(_roster(request, code), actor=request.user), f"{code}-roster.xlsx")


@router.get(
    "/rosters/{code}/calendars/{int:number}", response={200: None}, openapi_extra=file_of(files.CALENDAR)
)
def get_roster_calendar(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """The shifts of one person, by their number in the roster from 1, as a calendar."""
    found = _roster(request, code)
    return files.calendar_answer(found, number, actor=request.user)


def _roster(request: HttpRequest, code: str) -> Run:
    found = get_object_or_404(selectors.step_runs(request.user, selectors.ROSTER), code=code)
    require(request.user, "reports.export", found.unit)
    if found.state != Run.State.DONE:
        raise Refusal(409, "run_not_done", run=found.code, state=found.state)
    return found
