"""Endpoints of outcomes and track records."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Status
from pydantic import Field

from anlan.web.calibration import selectors, services
from anlan.web.calibration.estimates import STAGE, STAGES
from anlan.web.calibration.models import Outcome, TrackRecord
from anlan.web.common.rest.paging import Page, Paging, paged
from anlan.web.common.rest.values import Code, Given, Named, Number, Person, Shown, Text, named, person
from anlan.web.people.lookup import unit_in
from anlan.web.people.permissions import require
from anlan.web.runs import results
from anlan.web.runs.models import Run

router = Router(tags=["calibration"])


class OutcomeRow(Shown):
    """How often a risk happened in a period, both days in. withdrawn: why it counts no more, or empty."""

    id: int
    risk: str
    period_from: date
    period_to: date
    events: int
    source: str
    noted_at: datetime
    noted_by: Person | None
    withdrawn: str


class OutcomePage(Page):
    items: list[OutcomeRow]


class NewOutcome(Given):
    """source: how one knows."""

    risk: Code
    period_from: date
    period_to: date
    events: Annotated[int, Field(ge=0, le=services.MOST_EVENTS)]
    source: Annotated[Text, Field(min_length=1, max_length=services.LONGEST)]


class NewOutcomes(Given):
    """All are kept or none."""

    rows: Annotated[list[NewOutcome], Field(min_length=1, max_length=services.MOST_ROWS)]


class Withdrawal(Given):
    """Why the outcome counts no more."""

    reason: Annotated[Text, Field(max_length=300)]


class NewTrackRecord(Given):
    """unit: whose risks, with those of the units below. stage: whose estimates are held."""

    unit: Code
    stage: Literal[STAGES] = STAGE  # type: ignore[valid-type]


class TrackRecordRow(Shown):
    """A track record in a list. run, state: of what scores it; pairs: estimates held against outcomes."""

    code: str
    unit: Named
    stage: str
    run: str
    state: str
    pairs: int
    created_at: datetime
    created_by: Person | None


class TrackRecordPage(Page):
    items: list[TrackRecordRow]


class TrackRecordShown(TrackRecordRow):
    """rows: every estimate with what it said and what was observed. groups: scores of all, of each method,
    of each expert; few: too few to tell. left_out: estimates whose interval no rate has."""

    rows: list[dict[str, Any]]
    left_out: list[dict[str, Any]]
    groups: list[dict[str, Any]]


@router.get("/outcomes", response=OutcomePage)
def list_outcomes(request: HttpRequest, asked: Query[Paging]) -> dict[str, Any]:
    require(request.user, "risks.view")
    return paged(request, selectors.outcomes_of(request.user), asked, _outcome)


@router.post("/outcomes", response={201: list[OutcomeRow]})
def note_outcomes(request: HttpRequest, given: NewOutcomes) -> Status[list[dict[str, Any]]]:
    require(request.user, "risks.assess")
    rows = [services.OutcomeGiven(**row.dict()) for row in given.rows]
    made = services.note_outcomes(rows, actor=request.user, today=timezone.localdate())
    return Status(201, [_outcome(row) for row in made])


@router.post("/outcomes/{number}/withdraw", response={204: None})
def withdraw_outcome(request: HttpRequest, number: Number, given: Withdrawal) -> Status[None]:
    found = get_object_or_404(selectors.outcomes_of(request.user), pk=number)
    services.withdraw_outcome(found, reason=given.reason, actor=request.user)
    return Status(204, None)


@router.get("/track-records", response=TrackRecordPage)
def list_track_records(request: HttpRequest, asked: Query[Paging]) -> dict[str, Any]:
    require(request.user, "runs.view")
    return paged(request, selectors.records_of(request.user), asked, _row)


@router.post("/track-records", response={202: TrackRecordShown})
def compute_track_record(request: HttpRequest, given: NewTrackRecord) -> Status[dict[str, Any]]:
    require(request.user, "runs.start")
    unit = unit_in(request.user, given.unit, "runs.start")
    made = services.compute_track_record(unit, actor=request.user, stage=given.stage)
    return Status(202, _whole(selectors.records_of(request.user).get(pk=made.pk)))


@router.get("/track-records/{code}", response=TrackRecordShown)
def get_track_record(request: HttpRequest, code: str) -> dict[str, Any]:
    return _whole(get_object_or_404(selectors.records_of(request.user), code=code))


def _outcome(row: Outcome) -> dict[str, Any]:
    names = ("period_from", "period_to", "events", "source", "noted_at")
    return {name: getattr(row, name) for name in names} | {
        "id": row.pk, "risk": row.risk.code, "noted_by": person(row.noted_by),
        "withdrawn": row.withdrawn_reason,
    }  # fmt: skip


def _row(record: TrackRecord) -> dict[str, Any]:
    return {
        "code": record.code, "unit": named(record.unit), "stage": record.stage,
        "run": record.run.code, "state": record.run.state,
        "pairs": len(record.pairs), "created_at": record.created_at, "created_by": person(record.created_by),
    }  # fmt: skip


def _whole(record: TrackRecord) -> dict[str, Any]:
    done = record.run.state == Run.State.DONE
    groups = selectors.groups_of(results.result_of(record.run)) if done else []
    return _row(record) | {"rows": record.pairs, "left_out": record.left_out, "groups": groups}
