"""Endpoints of the blueprint and the journey of a process."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Router

from anlan.domain.design.service_view import StepFacts
from anlan.web.catalog import selectors
from anlan.web.catalog.service.page import ServicePage, service_page
from anlan.web.common.rest.values import Shown

router = Router(tags=["catalog"])


class SpreadShown(Shown):
    """Seconds measured over `n` passages."""

    n: int
    mean_s: float
    median_s: float
    p95_s: float


class WithinShown(Shown):
    """Share within the promise: at least `low`, at most `high`, of `n` passages."""

    low: float
    high: float
    n: int


class ServiceStepShown(Shown):
    """A step. lane: customer, front, back, support, empty where nobody told it; wait_kind: waiting (before
    work), gap (since the step before, work included); rank: of the highest level, from 1; reports:
    complaints and opinions recorded; kept of checked: entries of its standards."""

    key: str
    name: str
    lane: str
    evidence: str
    role: str
    channel: str
    promise_s: int | None
    cases: int | None
    wait: SpreadShown | None
    wait_kind: str
    within: WithinShown | None
    level: str
    rank: int | None
    risks: int
    deviation: float | None
    reports: int | None
    kept: int
    checked: int


class BlueprintColumnShown(Shown):
    """A step of the main path. others: keys of alternatives under it; back: columns it leads back to."""

    step: ServiceStepShown
    others: list[str]
    back: list[str]


class BlueprintShown(Shown):
    """by: what the order follows: log, probabilities, drawing. beside: all steps off the main path."""

    version: int | None
    by: str
    columns: list[BlueprintColumnShown]
    beside: list[ServiceStepShown]
    untold: list[str]


class TouchpointShown(Shown):
    """A step the customer meets. behind: keys of the steps up to the next one; behind_s: their means."""

    step: ServiceStepShown
    behind: list[str]
    behind_s: float | None


class StageShown(Shown):
    """Touchpoints on one channel, one after the other."""

    channel: str
    touchpoints: list[TouchpointShown]


class MomentShown(Shown):
    """A touchpoint by the formula of moments of truth, 0 to 100: low, high with the unknown as 0 and as 1;
    parts: shares of the largest."""

    key: str
    rank: int
    low: float
    high: float
    parts: dict[str, float | None]


class JourneyShown(Shown):
    """Stages in order, moments of truth from the highest, keys of steps without a lane."""

    version: int | None
    stages: list[StageShown]
    moments: list[MomentShown]
    untold: list[str]


@router.get("/processes/{code}/blueprint", response=BlueprintShown)
def get_blueprint(request: HttpRequest, code: str) -> dict[str, Any]:
    page = _page(request, code)
    view, path = page.view, page.view.path
    return {
        "version": page.version and page.version.number,
        "by": view.by,
        "columns": [
            {
                "step": asdict(step),
                "others": path.under.get(step.key, ()),
                "back": path.back.get(step.key, ()),
            }
            for step in view.columns
        ],
        "beside": [asdict(step) for step in view.in_order if step.key not in path.columns],
        "untold": _keys(view.untold),
    }


@router.get("/processes/{code}/journey", response=JourneyShown)
def get_journey(request: HttpRequest, code: str) -> dict[str, Any]:
    page = _page(request, code)
    return {
        "version": page.version and page.version.number,
        "stages": [
            {
                "channel": stage.channel,
                "touchpoints": [
                    {"step": asdict(point.step), "behind": _keys(point.behind), "behind_s": point.behind_s}
                    for point in stage.touchpoints
                ],
            }
            for stage in page.stages
        ],
        "moments": [asdict(moment) for moment in page.moments],
        "untold": _keys(page.view.untold),
    }


def _keys(steps: Any) -> list[str]:
    found: list[StepFacts] = list(steps)
    return [step.key for step in found]


def _page(request: HttpRequest, code: str) -> ServicePage:
    process = get_object_or_404(selectors.process_of(request.user, code))
    return service_page(request.user, process, today=timezone.localdate())
