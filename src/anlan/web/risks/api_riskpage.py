"""Endpoints of a risk's bow-tie, the other ways to assess it, its trace, and the matrix's movement."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anlan.loop.quantify.estimate import PARAMETERS, SHAPES
from anlan.web.common.rest import versions
from anlan.web.common.rest.refusals import Refusal
from anlan.web.common.rest.values import Code, Given, Person, Shown, Text, file_of, person
from anlan.web.common.texts import text
from anlan.web.people.lookup import person_in
from anlan.web.people.permissions import require
from anlan.web.risks import selectors, services, shapes
from anlan.web.risks.models import BARRIER_KINDS, BARRIER_STATES, SIDES, BowTie, Risk
from anlan.web.risks.movement.selectors import days_of, movement
from anlan.web.risks.services.bow_tie import MOST_BARRIERS, MOST_LINES
from anlan.web.risks.tracing.export import FORMS, export_trace, shown
from anlan.web.risks.tracing.steps import trace_of

router = Router(tags=["risks"])

Short = Annotated[Text, Field(max_length=200)]
Filled = Annotated[Text, Field(min_length=1, max_length=200)]
Amount = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
Value = Annotated[float, Field(ge=-1e12, le=1e12, allow_inf_nan=False)]
Seed = Annotated[int, Field(ge=0, le=2**63 - 1)]


class BarrierShown(Shown):
    """A barrier; measure: code of the measure that puts it there."""

    text: str
    text_en: str
    kind: str
    state: str
    owner: Person | None
    measure: str


class LineShown(Shown):
    text: str
    text_en: str
    barriers: list[BarrierShown]


class BowTieShown(Shown):
    """edit_version: 0 where nothing has been drawn yet."""

    edit_version: int
    threats: list[LineShown]
    consequences: list[LineShown]


class BarrierGiven(Given):
    text: Filled
    text_en: Short = ""
    kind: Literal[BARRIER_KINDS] = "procedural"  # type: ignore[valid-type]
    state: Literal[BARRIER_STATES] = "working"  # type: ignore[valid-type]
    owner: Code | None = None
    measure: Annotated[Text, Field(max_length=20)] = ""


class LineGiven(Given):
    text: Filled
    text_en: Short = ""
    barriers: Annotated[list[BarrierGiven], Field(max_length=MOST_BARRIERS)] = []


class BowTieGiven(Given):
    """Each side as a whole; a side left out stays."""

    threats: Annotated[list[LineGiven], Field(max_length=MOST_LINES)] | None = None
    consequences: Annotated[list[LineGiven], Field(max_length=MOST_LINES)] | None = None


class ThreePointsGiven(Given):
    """lognormal takes lowest and highest as 5 % and 95 % quantiles and needs no likely value."""

    shape: Literal[SHAPES] = "pert"  # type: ignore[valid-type]
    low: Amount
    likely: Amount | None = None
    high: Amount


class DistributionGiven(Given):
    """A kind with its parameters by name."""

    kind: Literal[tuple(PARAMETERS)]  # type: ignore[valid-type]
    parameters: Annotated[dict[Annotated[Text, Field(max_length=10)], Value], Field(max_length=3)]


class EstimateGiven(Given):
    """frequency: losses a year; severity: the size of one. Scores by hand only where numbers give none."""

    frequency: ThreePointsGiven | DistributionGiven
    severity: ThreePointsGiven | DistributionGiven
    loss_unit: Literal["customer_min", "CNY"] = "customer_min"
    cases_per_year: Amount | None = None
    usual_duration_min: Amount | None = None
    likelihood_score: shapes.Score | None = None
    severity_score: shapes.Score | None = None
    seed: Seed = 0


class EstimateKept(EstimateGiven):
    """The estimate as an assessment of a stage."""

    stage: shapes.Stage = "current"
    rationale: Annotated[Text, Field(min_length=1, max_length=4000)]


class IntervalShown(Shown):
    """Estimate and limits that hold at `level`."""

    estimate: float
    low: float
    high: float
    level: float


class CheckShown(Shown):
    """Mean of simulated years with its standard error."""

    value: float
    standard_error: float
    seed: int


class EstimateShown(Shown):
    """What the numbers come to. annual_loss: expected loss of a year; its limits are those of one year.
    curve: [loss, probability of a higher one]."""

    likelihood: int
    severity: int
    level: str
    level_low: str
    level_high: str
    frequency_per_year: IntervalShown
    loss_per_event: IntervalShown
    annual_loss: IntervalShown
    loss_unit: str
    no_loss: float
    curve: list[tuple[float, float]]
    check: CheckShown


class StepShown(Shown):
    """A step of the trace; after: keys of the steps it came from; at is null where nobody knows."""

    kind: str
    code: str
    key: str
    title: str
    at: str | None
    who: str
    after: list[str]
    facts: dict[str, str]
    address: str


class TraceShown(Shown):
    risk: str
    steps: list[StepShown]


class TraceForm(Schema):
    form: Literal[tuple(FORMS)] = "json"  # type: ignore[valid-type]


class MovementFilters(Schema):
    """Days default to 90 days ago and today."""

    since: date | None = None
    until: date | None = None
    category: Literal["", shapes.Category] = ""


class WayShown(Shown):
    """How many risks went from a cell to another; start is null for those first assessed since."""

    start: tuple[int, int] | None
    end: tuple[int, int]
    count: int


class MovementShown(Shown):
    """From assessments of the current stage approved by the end of each day."""

    since: date
    until: date
    moved: int
    stayed: int
    new: int
    ways: list[WayShown]


_FILES: dict[str, Any] = file_of("text/csv")
_FILES["responses"][200]["content"] |= file_of("application/json")["responses"][200]["content"]


@router.get("/risks/{code}/bow-tie", response=BowTieShown)
def get_bow_tie(request: HttpRequest, code: str, response: HttpResponse) -> dict[str, Any]:
    return _bow_tie_shown(response, services.bow_tie_of(_risk(request, code)))


@router.patch("/risks/{code}/bow-tie", response=BowTieShown)
def change_bow_tie(
    request: HttpRequest, code: str, given: BowTieGiven, response: HttpResponse
) -> dict[str, Any]:
    risk = _risk(request, code)
    require(request.user, "risks.edit", risk.unit)
    kept = services.bow_tie_of(risk)
    seen = versions.seen(request, kept)
    sides = dict(zip(SIDES, (given.threats, given.consequences), strict=True))
    threats, consequences = (
        _kept(kept, side) if lines is None else _given(request, lines) for side, lines in sides.items()
    )
    drawn = services.draw_bow_tie(
        risk, threats=threats, consequences=consequences, version=seen, actor=request.user
    )
    return _bow_tie_shown(response, drawn)


@router.post("/risks/{code}/estimate-previews", response=EstimateShown)
def preview_estimate(request: HttpRequest, code: str, given: EstimateGiven) -> dict[str, Any]:
    risk = _risk(request, code)
    require(request.user, "risks.assess", risk.unit)
    asked = _estimate(given)
    return _estimate_shown(services.scored(services.criteria_for(risk.unit), asked), asked)


@router.post("/risks/{code}/estimates", response={201: shapes.AssessmentShown})
def assess_by_estimate(
    request: HttpRequest, code: str, given: EstimateKept, response: HttpResponse
) -> Status[dict[str, Any]]:
    made = services.assess_by_estimate(
        _risk(request, code), _estimate(given), stage=given.stage, rationale=given.rationale,
        actor=request.user,
    )  # fmt: skip
    return _made(request, response, made)


@router.get("/risks/{code}/trace", response=TraceShown)
def get_trace(request: HttpRequest, code: str) -> dict[str, Any]:
    risk = _risk(request, code)
    return {"risk": risk.code, "steps": [shown(step) for step in trace_of(risk, request.user)]}


@router.get("/risks/{code}/trace-export", openapi_extra=_FILES)
def export_trace_file(request: HttpRequest, code: str, asked: Query[TraceForm]) -> HttpResponse:
    content = export_trace(_risk(request, code), asked.form, actor=request.user)
    return HttpResponse(content, content_type=FORMS[asked.form])


@router.get("/movement", response=MovementShown)
def get_movement(request: HttpRequest, asked: Query[MovementFilters]) -> dict[str, Any]:
    require(request.user, "risks.view")
    today = timezone.localdate()
    days = {name: str(getattr(asked, name) or "") for name in ("since", "until")}
    since, until = days_of(days, today=today)
    risks = selectors.register(request.user, selectors.Filters(category=asked.category), today=today)
    found = movement(risks, since=since, until=until)
    ways = [{"start": p.start, "end": p.end, "count": p.n} for p in (*found.paths, *found.new)]
    return {
        "since": since, "until": until, "moved": found.moved, "stayed": sum(found.stayed.values()),
        "new": sum(path.n for path in found.new), "ways": ways,
    }  # fmt: skip


def _risk(request: HttpRequest, code: str) -> Risk:
    return get_object_or_404(selectors.risk_of(request.user, code))


def _made(request: HttpRequest, response: HttpResponse, made: Any) -> Status[dict[str, Any]]:
    place = request.path.rsplit("/", 1)[0]
    response["Location"] = f"{place}/assessments/{made.number}"
    return Status(201, shapes.assessment_shown(made))


def _given(request: HttpRequest, lines: list[LineGiven]) -> list[services.LineFacts]:
    return [
        services.LineFacts(
            line.text, line.text_en,
            tuple(
                services.BarrierFacts(
                    **barrier.model_dump(exclude={"owner"}),
                    owner=person_in(request.user, barrier.owner, "risks.view") if barrier.owner else None,
                )
                for barrier in line.barriers
            ),
        )
        for line in lines
    ]  # fmt: skip


def _kept(bow_tie: BowTie, side: str) -> list[services.LineFacts]:
    """The side as it is."""
    return [
        services.LineFacts(
            line.text, line.text_en,
            tuple(
                services.BarrierFacts(b.text, b.text_en, b.kind, b.state, b.owner, b.measure)
                for b in line.barriers.all()
            ),
        )
        for line in services.lines_of(bow_tie, side)
    ]  # fmt: skip


def _bow_tie_shown(response: HttpResponse, bow_tie: BowTie) -> dict[str, Any]:
    versions.mark(response, bow_tie)
    sides = {
        name: [
            {
                "text": line.text,
                "text_en": line.text_en,
                "barriers": [
                    {
                        "text": b.text, "text_en": b.text_en, "kind": b.kind, "state": b.state,
                        "owner": person(b.owner), "measure": b.measure,
                    }
                    for b in line.barriers.all()
                ],
            }
            for line in services.lines_of(bow_tie, side)
        ]
        for name, side in zip(("threats", "consequences"), SIDES, strict=True)
    }  # fmt: skip
    return {"edit_version": bow_tie.version, **sides}


def _estimate(given: EstimateGiven) -> services.Given:
    """Three points on both sides, or distributions on both: a side given otherwise is refused."""
    kinds = {type(given.frequency), type(given.severity)}
    if len(kinds) > 1:
        raise Refusal(422, "invalid", fields={"severity": text("api.values.same_way")}, n=1)
    technique = "three_point" if kinds == {ThreePointsGiven} else "distribution"
    return services.Given(technique, **given.model_dump(exclude={"stage", "rationale"}))


def _estimate_shown(found: Any, asked: services.Given) -> dict[str, Any]:
    loss = found.loss
    return {
        "likelihood": found.likelihood, "severity": found.severity_score, "level": found.level,
        "level_low": found.level_low, "level_high": found.level_high,
        "frequency_per_year": asdict(loss.frequency), "loss_per_event": asdict(loss.severity),
        "annual_loss": asdict(loss.annual_loss), "loss_unit": asked.loss_unit, "no_loss": loss.no_loss,
        "curve": list(loss.curve), "check": asdict(loss.check) | {"seed": loss.seed},
    }  # fmt: skip
