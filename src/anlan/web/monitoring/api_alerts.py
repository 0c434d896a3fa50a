"""Endpoints of alerts and silences."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Router, Status

from anlan.domain.errors import UsageError
from anlan.web.common.rest import versions
from anlan.web.common.rest.paging import paged
from anlan.web.common.rest.values import named
from anlan.web.monitoring import selectors, shapes, silences
from anlan.web.monitoring.models import Alert, Silence
from anlan.web.monitoring.services import evidence, handling
from anlan.web.monitoring.services.indicators import EDIT, SEE
from anlan.web.people.lookup import unit_in
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope, require

router = Router(tags=["monitoring"])


@router.get("/alerts", response=shapes.AlertPage)
def list_alerts(request: HttpRequest, asked: Query[shapes.AlertFilters]) -> dict[str, Any]:
    require(request.user, SEE)
    found = selectors.inbox(request.user, asked.tab)
    if asked.indicator:
        found = found.filter(indicator__code=asked.indicator)
    return paged(request, found, asked, shapes.alert_row)


@router.get("/alerts/{code}", response=shapes.AlertShown)
def get_alert(request: HttpRequest, code: str, response: HttpResponse) -> dict[str, Any]:
    return _whole(request, response, _alert(request, code))


@router.post("/alerts/{code}/deeds", response=shapes.AlertShown)
def act_on_alert(
    request: HttpRequest, code: str, given: shapes.AlertDeed, response: HttpResponse
) -> dict[str, Any]:
    found = _alert(request, code)
    assignee = _handler(found, given.assignee) if given.assignee else None
    done = handling.do(
        found, given.deed, seen=versions.seen(request, found), actor=request.user, note=given.note,
        assignee=assignee, disposition=given.disposition, cause=given.cause,
    )  # fmt: skip
    return _whole(request, response, done)


@router.post("/alerts/{code}/notes", response={201: shapes.AlertShown})
def note_alert(
    request: HttpRequest, code: str, given: shapes.AlertNote, response: HttpResponse
) -> Status[dict[str, Any]]:
    found = _alert(request, code)
    handling.note(found, given.note, actor=request.user)
    return Status(201, _whole(request, response, found))


@router.get("/alerts/{code}/effects", response=list[shapes.EffectShown])
def list_effects(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    return [_effect(each) for each in evidence.proposals_of(_alert(request, code), request.user)]


@router.post("/alerts/{code}/effects/{risk}", response={201: list[shapes.EffectShown]})
def decide_effect(
    request: HttpRequest, code: str, risk: str, given: shapes.EffectDecision
) -> Status[list[dict[str, Any]]]:
    found = _alert(request, code)
    seen = in_scope(found.indicator.risks.all(), request.user, "risks.view")
    about = get_object_or_404(seen, code=risk)
    if given.do == "take":
        evidence.take(found, about, actor=request.user)
    else:
        evidence.decline(found, about, reason=given.reason, actor=request.user)
    return Status(201, [_effect(each) for each in evidence.proposals_of(found, request.user)])


@router.get("/silences", response=list[shapes.SilenceShown])
def list_silences(request: HttpRequest) -> list[dict[str, Any]]:
    require(request.user, SEE)
    found = in_scope(silences.running(timezone.now()), request.user, SEE)
    return [_silence(each) for each in found]


@router.post("/silences", response={201: shapes.SilenceShown})
def create_silence(request: HttpRequest, given: shapes.SilenceGiven) -> Status[dict[str, Any]]:
    unit = unit_in(request.user, given.unit, SEE)
    require(request.user, EDIT, unit)
    indicator = None
    if given.indicator:
        indicator = get_object_or_404(selectors.indicator_of(request.user, given.indicator))
    made = silences.silence(
        unit, ends=given.ends, reason=given.reason, indicator=indicator, actor=request.user
    )
    return Status(201, _silence(made))


@router.post("/silences/{number}/end", response=shapes.SilenceShown)
def end_silence(request: HttpRequest, number: int) -> dict[str, Any]:
    found = get_object_or_404(in_scope(Silence.objects.all(), request.user, SEE), pk=number)
    return _silence(silences.end_silence(found, actor=request.user))


def _alert(request: HttpRequest, code: str) -> Alert:
    return get_object_or_404(selectors.alerts_of(request.user).filter(code=code))


def _handler(found: Alert, username: str) -> User:
    """The person, where they may handle alerts of the unit. Errors: UsageError `alerts.assignee`."""
    for person in selectors.handlers_of(found):
        if person.username == username:
            return person
    raise UsageError("alerts.assignee", person=username[:60])


def _whole(request: HttpRequest, response: HttpResponse, found: Alert) -> dict[str, Any]:
    versions.mark(response, found)
    risks = in_scope(found.indicator.risks.all(), request.user, "risks.view").values_list("code", flat=True)
    return shapes.alert_shown(found, list(selectors.steps_of(found)), list(risks))


def _effect(found: evidence.Proposal) -> dict[str, Any]:
    told, decided = found.effect, found.decided
    made = decided.assessment if decided is not None else None
    return {
        "risk": found.risk.code, "why": found.why, "before": asdict(told.before) if told else None,
        "after": asdict(told.after) if told else None, "years": told.years if told else None,
        "level": found.levels[0], "assessment": made.number if made is not None else None,
        "decided": "" if decided is None else "taken" if made is not None else "declined",
        "reason": decided.reason if decided is not None else "",
    }  # fmt: skip


def _silence(found: Silence) -> dict[str, Any]:
    code = found.indicator.code if found.indicator is not None else ""
    return {"id": found.pk, "unit": named(found.unit), "indicator": code, "begins": found.begins,
            "ends": found.ends, "reason": found.reason}  # fmt: skip
