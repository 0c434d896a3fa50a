"""Alerts from the moves of a series: one alert an episode, one recovery, and deadlines by level."""

from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from anlan.loop.monitor import alerts
from anlan.loop.monitor.definitions import LEVELS
from anlan.loop.monitor.watching import Move
from anlan.web.common.audit import record
from anlan.web.common.codes import next_code
from anlan.web.common.links import link
from anlan.web.monitoring.models import Alert, AlertStep, Series
from anlan.web.monitoring.services.indicators import definition_of
from anlan.web.monitoring.silences import silenced
from anlan.web.monitoring.telling import tell_of

OF_LIMITS = ("above", "below", "held")
"""Reasons of a verdict that speak of a limit of the value."""

FLAPS_WITHIN = 4
"""An episode that begins within so many periods after the last one recovered is the same one again."""


@transaction.atomic
def moved(series: Series, move: Move) -> Alert | None:
    """What the move does to the alert of the series; None where there is nothing to do, or no more."""
    own = Alert.objects.filter(series=series, kind=Alert.Kind.LEVEL)
    last = own.select_for_update().order_by("-id").first()
    if last is not None and _is_known(last, move):
        return None
    running = last is not None and last.recovered_at is None and last.state in alerts.OPEN
    if move.level == 0:
        return _recovered(last, move) if running and last is not None else None
    if running and last is not None:
        return _shifted(last, move)
    if last is not None and _flaps(last, series, move):
        return _again(last, move)
    return _fired(series, move)


def _is_known(last: Alert, move: Move) -> bool:
    """Whether the alert has already met this reading or a later one: somebody looks again after an end in the
    midst, or looked later and was first. A correction may move the level with the last reading itself."""
    return move.seen.at < last.last_at or (move.seen.at == last.last_at and move.verdict is not None)


def _fired(series: Series, move: Move) -> Alert | None:
    episode = f"{series.pk}:{series.indicator.number}:{move.seen.at}"
    if Alert.objects.filter(episode=episode).exists():
        return None
    indicator, now = series.indicator, timezone.now()
    level = LEVELS[move.level]
    limits = alerts.DEADLINES[level]
    quiet = silenced(series, now)
    made = Alert.objects.create(
        code=next_code("AL"), unit=series.unit, indicator=indicator, series=series, episode=episode,
        level=move.level, highest=move.level, state=alerts.SUPPRESSED if quiet else alerts.FIRING,
        value=move.seen.value, n=move.seen.n,
        threshold=_limit(series, move),
        first_at=move.seen.at, last_at=move.seen.at,
        acknowledge_by=now + timedelta(seconds=limits.acknowledge),
        resolve_by=now + timedelta(seconds=limits.resolve), close_by=now + timedelta(seconds=limits.close),
    )  # fmt: skip
    _step(made, "fire", move)
    link("alert", indicator, made)
    record("monitoring.alert.fire", target=made, source="scheduler", changes={"level": (None, level)})
    if not quiet:
        tell_of(made, "alert_fired")
    return made


def _shifted(alert: Alert, move: Move) -> Alert | None:
    """A running episode goes up or down; up asks for attention anew and shortens the deadlines."""
    if alert.level == move.level:
        return None
    up = move.level > alert.level
    alert.level, alert.highest = move.level, max(alert.highest, move.level)
    _measure(alert, move)
    if up:
        limits, now = alerts.DEADLINES[LEVELS[move.level]], timezone.now()
        alert.resolve_by = min(alert.resolve_by, now + timedelta(seconds=limits.resolve))
        alert.close_by = min(alert.close_by, now + timedelta(seconds=limits.close))
        alert.acknowledge_by = min(alert.acknowledge_by, now + timedelta(seconds=limits.acknowledge))
    alert.save()
    _step(alert, "raise" if up else "lower", move)
    if up and alert.state != alerts.SUPPRESSED:
        tell_of(alert, "alert_raised")
    return alert


def _recovered(alert: Alert, move: Move) -> Alert:
    """Back within its limits. What people have in hand stays theirs to close."""
    now = timezone.now()
    alert.level, alert.recovered_at = 0, now
    _measure(alert, move)
    if alert.state in alerts.ACTIVE:
        alert.state, alert.resolved_at = alerts.RESOLVED, now
    alert.save()
    _step(alert, "recover", move)
    tell_of(alert, "alert_recovered")
    return alert


def _again(alert: Alert, move: Move) -> Alert:
    """The same episode goes on; nobody is told as of a new one unless it is worse than before."""
    worse = move.level > alert.highest
    alert.level, alert.highest = move.level, max(alert.highest, move.level)
    alert.recovered_at = alert.resolved_at = None
    alert.state = alerts.HANDLING if alert.assignee_id else alerts.FIRING
    alert.count += 1
    _measure(alert, move)
    alert.save()
    _step(alert, "again", move)
    if worse:
        tell_of(alert, "alert_raised")
    return alert


def _flaps(last: Alert, series: Series, move: Move) -> bool:
    """Whether the last episode has just recovered and nobody has closed it."""
    if last.state != alerts.RESOLVED or last.recovered_at is None:
        return False
    grain = int(series.indicator.document.get("grain_s", 3600))
    return 0 <= move.seen.at - last.last_at <= FLAPS_WITHIN * grain * 1_000_000


def _measure(alert: Alert, move: Move) -> None:
    alert.value, alert.n = move.seen.value, move.seen.n
    alert.last_at = max(alert.last_at, move.seen.at)
    if move.level:
        alert.threshold = _limit(alert.series, move)


def _step(alert: Alert, deed: str, move: Move) -> None:
    AlertStep.objects.create(
        alert=alert, at=timezone.now(), deed=deed,
        parameters={
            "before": move.before, "level": move.level, "value": move.seen.value, "n": move.seen.n,
            "at": datetime.fromtimestamp(move.seen.at / 1e6, UTC).isoformat(),
            "limit": _limit(alert.series, move) if move.level else None,
            "reason": "corrected" if move.verdict is None else move.verdict.reason,
            "found": {} if move.verdict is None else dict(move.verdict.parameters),
        },
    )  # fmt: skip


def _limit(series: Series, move: Move) -> float | None:
    """The value at which the level it moved to fires, on the side where the reading is; None where it is no
    limit of the value that fired."""
    if move.verdict is not None and move.verdict.reason not in OF_LIMITS:
        return None
    own = [each for each in definition_of(series.indicator).limits if each.level == move.level]
    if move.seen.value is None:
        return own[0].fire if own else None
    return min(
        (each.fire for each in own), key=lambda fire: abs(fire - float(move.seen.value or 0)), default=None
    )
