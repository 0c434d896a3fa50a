"""Endpoints of assessing by a finished run, and by numbers taken of a method's result."""

from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router, Status
from pydantic import Field

from anlan.domain.errors import UsageError
from anlan.web.common.rest.refusals import Refusal
from anlan.web.common.rest.values import Code, Given, Shown, Text
from anlan.web.common.texts import text
from anlan.web.people.permissions import in_scope, require
from anlan.web.risks import selectors, services, shapes
from anlan.web.risks.models import Risk
from anlan.web.runs.models import Run
from anlan.web.runs.results import result_of

router = Router(tags=["risks"])
Amount = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]


class FiguresGiven(Given):
    """frequency, loss: names of figures of a method's result (`quantities`) that say how often the risk
    happens and what a year loses; currency: of a loss in money. Scores where the figures give none."""

    run: Code
    frequency: Annotated[Text, Field(max_length=40)] = ""
    loss: Annotated[Text, Field(max_length=40)] = ""
    currency: Annotated[Text, Field(max_length=20)] = ""
    cases_per_year: Amount | None = None
    usual_duration_min: Amount | None = None
    likelihood: shapes.Score | None = None
    severity: shapes.Score | None = None


class RunGiven(FiguresGiven):
    """finding: id of the risk in the result, where the run has several that belong here. Both scores and no
    figure: the run is evidence only."""

    stage: shapes.Stage = "current"
    rationale: Annotated[Text, Field(min_length=1, max_length=4000)]
    finding: Annotated[Text, Field(max_length=80)] = ""


class LimitsShown(Shown):
    """A number with its interval; `interval` names what the limits are, empty without any."""

    value: float
    low: float | None
    high: float | None
    interval: str


class CarriedShown(Shown):
    """What the figures taken come to. frequency: times a year; loss: of a year in `loss_unit`; one_loss_min:
    minutes of one event; by_hand: axes scored by the person."""

    likelihood: int
    severity: int
    level: str
    level_low: str
    level_high: str
    frequency: LimitsShown | None
    loss: LimitsShown | None
    loss_unit: str
    one_loss_min: float | None
    by_hand: list[str]


@router.post("/risks/{code}/run-previews", response=CarriedShown)
def preview_run(request: HttpRequest, code: str, given: FiguresGiven) -> dict[str, Any]:
    risk, run = _risk_and_run(request, code, given.run)
    taken = _taken(given)
    if not taken.any:
        raise UsageError("carry.nothing")
    found = services.carried(services.criteria_for(risk.unit), result_of(run), taken)
    names = ("likelihood", "severity", "level", "level_low", "level_high", "loss_unit", "by_hand")
    limits = {side: getattr(found, side) for side in ("frequency", "loss")}
    return {name: getattr(found, name) for name in names} | {
        "one_loss_min": found.one_loss,
        **{side: asdict(of) if of else None for side, of in limits.items()},
    }


@router.post("/risks/{code}/run-assessments", response={201: shapes.AssessmentShown})
def assess_by_run(
    request: HttpRequest, code: str, given: RunGiven, response: HttpResponse
) -> Status[dict[str, Any]]:
    risk, run = _risk_and_run(request, code, given.run)
    made = services.assess_by_run(
        risk, run=run, actor=request.user, stage=given.stage, rationale=given.rationale,
        finding=given.finding, likelihood=given.likelihood, severity=given.severity, taken=_taken(given),
    )  # fmt: skip
    place = request.path.rsplit("/", 1)[0]
    response["Location"] = f"{place}/assessments/{made.number}"
    return Status(201, shapes.assessment_shown(made))


def _risk_and_run(request: HttpRequest, code: str, name: str) -> tuple[Risk, Run]:
    """The risk, and the finished run of that code that the person may see. Errors: Refusal `invalid`."""
    risk = get_object_or_404(selectors.risk_of(request.user, code))
    require(request.user, "risks.assess", risk.unit)
    run = in_scope(Run.objects.filter(code=name), request.user, "runs.view").first()
    if run is None:
        raise Refusal(422, "invalid", fields={"run": text("api.values.run", found=name)}, n=1)
    if run.state != Run.State.DONE:
        raise UsageError("assess_run.not_done", run=run.code, found=run.state)
    return risk, run


def _taken(given: FiguresGiven) -> services.Taken:
    return services.Taken(
        given.frequency, given.loss, given.currency, given.cases_per_year, given.usual_duration_min,
        given.likelihood, given.severity,
    )  # fmt: skip
