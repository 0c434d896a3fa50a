"""Endpoints of twins: listed, made, calibrated, held against a log, put in force."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import File, Query, Router, Status, UploadedFile
from pydantic import Field

from anlan.web.catalog.models import Process
from anlan.web.common.rest.paging import Page, Paging, paged
from anlan.web.common.rest.values import Code, Given, Named, Person, Shown, Text, named, person
from anlan.web.common.texts import of
from anlan.web.people.permissions import require
from anlan.web.runs.shapes import RunShown, run_shown
from anlan.web.studio import selectors
from anlan.web.studio.editing import changed_from, changed_in_force
from anlan.web.studio.models import Twin
from anlan.web.studio.services import calibrating, editing, reading, twins

router = Router(tags=["studio"])


class TwinRow(Shown):
    """A twin in a list. source: log, file, hand or edit; based_on: the twin that was changed; verdict: of its
    report card, empty where it has none; run: that calibrated it; simulated_by: the newest run with its main
    figures; log: that it was calibrated from.
    """

    code: str
    process: Named | None
    unit: Named
    number: int
    in_force: bool
    source: str
    note: str
    verdict: str
    log: int | None
    run: str | None
    simulated_by: str | None
    based_on: str | None
    created_by: Person | None
    created_at: datetime


class TwinPage(Page):
    items: list[TwinRow]


class TwinShown(TwinRow):
    """spec: as `anlan quantify --spec` takes it; told: of a calibrated one the sections of `anlan.twin/1`
    beside it; card: the report card, empty where nobody tried; changed: what is other than in the twin it is
    based on, a sentence each, in the language of the request."""

    spec: dict[str, Any]
    told: dict[str, Any]
    card: dict[str, Any]
    changed: list[str]


class TwinFilters(Paging):
    """process: a code; in_force: those in force alone."""

    process: Annotated[Text, Field(max_length=80)] = ""
    in_force: bool = False


class NewTwin(Given):
    """spec: of the method process_simulation."""

    process: Code
    spec: dict[str, Any]
    note: Annotated[Text, Field(max_length=400)] = ""


class TwinChange(Given):
    """inputs: all of them, as the spec has them; number: of the newest twin of the process that was seen."""

    inputs: dict[str, Any]
    number: Annotated[int, Field(ge=1, le=2**31 - 1)]
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] | None = None
    note: Annotated[Text, Field(max_length=400)] = ""


class TwinRead(Shown):
    """spec: to be sent to make the twin; notes: what was not carried over; changed: what is other than in the
    twin in force, a sentence each, in the language of the request."""

    spec: dict[str, Any]
    notes: list[str]
    changed: list[str]


class ReadTo(Given):
    """process: whose twin it is to be."""

    process: Code


class HoldBack(Given):
    """Share of the cases that is held back; left out: a fifth."""

    hold_back: Annotated[float, Field(ge=0, le=0.9)] | None = None
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0


class Check(Given):
    """Share of the cases that the twin is held against, 0: all; left out: a fifth."""

    hold_back: Annotated[float, Field(ge=0, le=0.9)] | None = None


@router.get("/twins", response=TwinPage)
def list_twins(request: HttpRequest, asked: Query[TwinFilters]) -> dict[str, Any]:
    require(request.user, selectors.SEE)
    found = selectors.twins_of(request.user)
    if asked.process:
        found = found.filter(process__code=asked.process)
    if asked.in_force:
        found = found.filter(in_force=True)
    return paged(request, found, asked, twin_row)


@router.post("/twins", response={201: TwinShown})
def create_twin(request: HttpRequest, given: NewTwin) -> Status[dict[str, Any]]:
    require(request.user, selectors.EDIT)
    process = _process(request, given.process)
    made = twins.twin_from_document(process, given.spec, actor=request.user, note=given.note)
    return Status(201, _whole(made))


@router.post("/twins/read", response=TwinRead)
def read_twin(
    request: HttpRequest,
    to: Query[ReadTo],
    file: File[UploadedFile],
    scenario: File[UploadedFile | None] = None,
) -> dict[str, Any]:
    process = _process(request, to.process)
    read = reading.read_twin(process, file, scenario, actor=request.user)
    return {
        "spec": dict(read.document), "notes": [of(each["text"]) for each in read.notes],
        "changed": [each.said for each in changed_in_force(process, read.document["inputs"])],
    }  # fmt: skip


@router.get("/twins/{code}", response=TwinShown)
def get_twin(request: HttpRequest, code: str) -> dict[str, Any]:
    return _whole(_twin(request, code))


@router.post("/twins/{code}/edit", response={201: TwinShown})
def edit_twin(request: HttpRequest, code: str, given: TwinChange) -> Status[dict[str, Any]]:
    made = editing.edit_twin(
        _twin(request, code), inputs=given.inputs, seen=given.number, seed=given.seed, note=given.note,
        actor=request.user,
    )  # fmt: skip
    return Status(201, _whole(made))


@router.post("/twins/{code}/put-in-force", response=TwinShown)
def put_twin_in_force(request: HttpRequest, code: str) -> dict[str, Any]:
    return _whole(twins.put_in_force(_twin(request, code), actor=request.user))


@router.post("/twins/{code}/check", response={202: RunShown})
def check_twin(request: HttpRequest, code: str, given: Check) -> Status[dict[str, Any]]:
    run = calibrating.start_validation(_twin(request, code), actor=request.user, hold_back=given.hold_back)
    return Status(202, run_shown(run))


@router.post("/twins/{code}/simulate", response={202: RunShown})
def simulate_twin(request: HttpRequest, code: str) -> Status[dict[str, Any]]:
    return Status(202, run_shown(calibrating.start_simulation(_twin(request, code), actor=request.user)))


@router.post("/processes/{code}/calibrate", response={202: RunShown})
def calibrate_twin(request: HttpRequest, code: str, given: HoldBack) -> Status[dict[str, Any]]:
    run = calibrating.start_calibration(
        _process(request, code), actor=request.user, hold_back=given.hold_back, seed=given.seed
    )
    return Status(202, run_shown(run))


def _process(request: HttpRequest, code: str) -> Process:
    return get_object_or_404(selectors.process_to_see(request.user, code))


def _twin(request: HttpRequest, code: str) -> Twin:
    return get_object_or_404(selectors.twin_of(request.user, code))


def twin_row(twin: Twin) -> dict[str, Any]:
    names = ("code", "number", "in_force", "source", "note", "created_at")
    return {name: getattr(twin, name) for name in names} | {
        "process": named(twin.process), "unit": named(twin.unit), "verdict": twin.card.get("verdict", ""),
        "log": twin.log_id, "run": twin.run.code if twin.run else None,
        "simulated_by": twin.simulated_by.code if twin.simulated_by else None,
        "based_on": twin.based_on.code if twin.based_on else None, "created_by": person(twin.created_by),
    }  # fmt: skip


def _whole(twin: Twin) -> dict[str, Any]:
    return twin_row(twin) | {"spec": twins.document_of(twin), "told": twin.told, "card": twin.card,
                             "changed": [each.said for each in changed_from(twin)]}  # fmt: skip
