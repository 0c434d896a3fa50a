"""What other pages say of what is watched: indicators and alerts of a process, a risk, and in its trace."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone

from anlan.loop.monitor import alerts as life
from anlan.web.catalog.hooks import Watch
from anlan.web.catalog.models import Process
from anlan.web.common.texts import in_language, text
from anlan.web.monitoring import selectors, shown
from anlan.web.monitoring.models import Alert, Indicator, Series
from anlan.web.monitoring.services.indicators import EDIT, SEE, definition_of
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope, may
from anlan.web.risks.models import Risk
from anlan.web.risks.tracing.steps import Step

MOST_PAST = 8


def watch_of_process(process: Process, user: User) -> Watch | None:
    """The nodes that active indicators watch, and the open alerts; None for a person who may not see them."""
    if not may(user, SEE, process.unit):
        return None
    active = Indicator.objects.filter(process=process, status=Indicator.Status.ACTIVE)
    nodes = in_scope(active, user, SEE).values_list("nodes", flat=True)
    found = selectors.alerts_of(user).filter(indicator__process=process, state__in=life.OPEN)
    alerts = [alert_shown(each) for each in found.order_by("-highest", "acknowledge_by", "id")]
    watched = {node for own in nodes for node in own} | {node for each in alerts for node in each["nodes"]}
    return Watch(frozenset(watched), alerts)


def alert_shown(alert: Alert) -> dict[str, Any]:
    """An alert as pages of processes, nodes and risks name it."""
    due = shown.due_said(alert, timezone.now())
    return {
        "nodes": alert.indicator.nodes, "code": alert.code, "title": in_language(alert.indicator),
        "state": text(f"monitoring.states.{alert.state}"), "chip": shown.level_chip(alert.highest),
        "address": reverse("monitoring:alert", args=[alert.code]), "at": shown.moment(alert.first_at),
        "due": text("monitoring.due", what=text(f"monitoring.stations.{due['what']}"), time=due["said"])
        if due else "",
        "late": bool(due and due["late"]),
    }  # fmt: skip


def watching_risk(risk: Risk, user: User) -> dict[str, Any] | None:
    """Indicators of the risk with their worst series, its open alerts and the newest past ones."""
    if not may(user, SEE, risk.unit):
        return None
    alerts = list(_alerts_of(risk, user).order_by("-highest", "-id"))
    over = [each for each in alerts if each.state not in life.OPEN]
    over.sort(key=lambda each: each.first_at, reverse=True)
    new = f"{reverse('monitoring:new_indicator')}?risk={risk.code}"
    return {
        "indicators": [_row(each) for each in _indicators_of(risk, user)],
        "open": [alert_shown(each) for each in alerts if each.state in life.OPEN],
        "past": [alert_shown(each) for each in over[:MOST_PAST]],
        "new": new if may(user, EDIT, risk.unit) else "",
    }


def trace_of_risk(risk: Risk, user: User) -> Iterable[Step]:
    """Indicators that watch the risk, and the alerts they opened."""
    for each in _indicators_of(risk, user):
        yield Step(
            "indicator", each.code, in_language(each), each.created_at,
            each.created_by.name if each.created_by is not None else "", (f"risk:{risk.code}",),
            {"state": text(f"monitoring.statuses.{each.status}")},
            reverse("monitoring:indicator", args=[each.code]),
        )  # fmt: skip
    for alert in _alerts_of(risk, user).order_by("id"):
        yield Step(
            "alert", alert.code, in_language(alert.indicator), shown.moment(alert.first_at),
            alert.assignee.name if alert.assignee is not None else "",
            (f"indicator:{alert.indicator.code}",),
            {"level": shown.level_word(alert.highest), "state": text(f"monitoring.states.{alert.state}")},
            reverse("monitoring:alert", args=[alert.code]),
        )  # fmt: skip


def _indicators_of(risk: Risk, user: User) -> list[Indicator]:
    found = in_scope(risk.indicators.all(), user, SEE).select_related("unit", "created_by")
    seen = in_scope(Series.objects.select_related("unit"), user, SEE)
    return list(found.prefetch_related(Prefetch("series", seen)))


def _alerts_of(risk: Risk, user: User) -> Any:
    return selectors.alerts_of(user).filter(indicator__risks=risk)


def _row(found: Indicator) -> dict[str, Any]:
    """An indicator with its worst series, or the newest of several."""
    definition = definition_of(found)
    series = min(found.series.all(), key=lambda each: (-each.level, -(each.last_at or 0)), default=None)
    age, stale = (
        shown.freshness(series, definition) if series is not None else (text("monitoring.never"), False)
    )
    return {
        "code": found.code, "title": in_language(found), "age": age, "stale": stale,
        "address": reverse("monitoring:indicator", args=[found.code]),
        "place": shown.place_of(series) if series is not None else "",
        "chip": shown.level_chip(series.level) if series is not None else "—",
        "value": shown.value_said(series.last_value if series is not None else None, definition.unit),
    }  # fmt: skip
