"""Series that fall silent: an alert of its own kind, one an episode, which the next reading ends.

The look is at the clock, not at what comes, so a dead source cannot keep it from happening.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from anlan.loop.monitor import alerts
from anlan.loop.monitor.definitions import LEVELS
from anlan.web.common.audit import record
from anlan.web.common.codes import next_code
from anlan.web.common.links import link
from anlan.web.monitoring.models import Alert, AlertStep, Indicator, Series
from anlan.web.monitoring.silences import silenced
from anlan.web.monitoring.telling import tell_of
from anlan.web.readings.models import Reading

MISSING, LONG_MISSING = 2, 3
"""Levels: yellow once the time has passed, orange after `TIMES` as long."""
TIMES = 3
_AT_ONCE = 400


def look_for_missing(*, now: int) -> int:
    """Open and raise alerts of series that have been silent for too long; how many. now: microseconds UTC."""
    watched = Indicator.objects.filter(status=Indicator.Status.ACTIVE, document__stale_after_s__isnull=False)
    pairs = Series.objects.filter(indicator__in=watched).exclude(last_at=None)
    late = [
        each for each in pairs.select_related("indicator", "unit")
        if now - int(each.last_at or 0) > _after_us(each)
    ]  # fmt: skip
    done = 0
    for first in range(0, len(late), _AT_ONCE):
        part = late[first : first + _AT_ONCE]
        newest = _newest([each.pk for each in part])
        done += sum(_silent(each, newest[each.pk], now=now) for each in part if each.pk in newest)
    return done


def spoke_again(series: Iterable[int], *, now: int) -> int:
    """End the episodes of these series whose newest reading is recent again; how many."""
    open_ = Alert.objects.filter(kind=Alert.Kind.MISSING, recovered_at=None, state__in=alerts.OPEN)
    running = list(open_.filter(series__in=list(series)).values_list("pk", "series"))
    newest = _newest([pk for _, pk in running]) if running else {}
    return sum(_ended(alert, newest[pk], now=now) for alert, pk in running if pk in newest)


def _after_us(series: Series) -> int:
    return int(series.indicator.document["stale_after_s"]) * 1_000_000


def _newest(series: list[int]) -> dict[int, int]:
    """Time of the newest reading of each, also where the watch has not looked at it yet."""
    rows = Reading.objects.filter(series__in=series).values_list("series").annotate(Max("at")).order_by()
    return dict(rows)


@transaction.atomic
def _silent(series: Series, last: int, *, now: int) -> bool:
    silence, after = now - last, _after_us(series)
    if silence <= after:
        return False
    level = LONG_MISSING if silence > TIMES * after else MISSING
    episode = f"missing:{series.pk}:{last}"
    alert = Alert.objects.select_for_update().filter(episode=episode).first()
    if alert is None:
        running = Alert.objects.filter(
            kind=Alert.Kind.MISSING, series=series, recovered_at=None, state__in=alerts.OPEN
        )
        alert = running.select_for_update().first()
    if alert is None:
        return _opened(series, episode, last, level)
    if level <= alert.level or alert.recovered_at is not None or alert.state not in alerts.OPEN:
        return False
    return _raised(alert, level, last)


def _opened(series: Series, episode: str, last: int, level: int) -> bool:
    at, limits = timezone.now(), alerts.DEADLINES[LEVELS[level]]
    quiet = silenced(series, at)
    made = Alert.objects.create(
        code=next_code("W"), unit=series.unit, indicator=series.indicator, series=series, episode=episode,
        kind=Alert.Kind.MISSING, level=level, highest=level, first_at=last, last_at=last,
        state=alerts.SUPPRESSED if quiet else alerts.FIRING,
        acknowledge_by=at + timedelta(seconds=limits.acknowledge),
        resolve_by=at + timedelta(seconds=limits.resolve), close_by=at + timedelta(seconds=limits.close),
    )  # fmt: skip
    _step(made, "fire", 0, level, last)
    link("alert", series.indicator, made)
    record(
        "monitoring.alert.missing", target=made, source="scheduler", changes={"level": (None, LEVELS[level])}
    )
    if not quiet:
        tell_of(made, "alert_missing")
    return True


def _raised(alert: Alert, level: int, last: int) -> bool:
    before, at, limits = alert.level, timezone.now(), alerts.DEADLINES[LEVELS[level]]
    alert.level, alert.highest = level, max(level, alert.highest)
    alert.acknowledge_by = min(alert.acknowledge_by, at + timedelta(seconds=limits.acknowledge))
    alert.resolve_by = min(alert.resolve_by, at + timedelta(seconds=limits.resolve))
    alert.close_by = min(alert.close_by, at + timedelta(seconds=limits.close))
    alert.save()
    _step(alert, "raise", before, level, last)
    if alert.state != alerts.SUPPRESSED:
        tell_of(alert, "alert_raised")
    return True


@transaction.atomic
def _ended(pk: int, last: int, *, now: int) -> bool:
    alert = Alert.objects.select_for_update(of=("self",)).select_related("series__indicator").get(pk=pk)
    after = alert.series.indicator.document.get("stale_after_s")
    still = after is not None and now - last > int(after) * 1_000_000
    if alert.recovered_at is not None or last <= alert.first_at or still:
        return False
    before, at = alert.level, timezone.now()
    alert.level, alert.recovered_at, alert.last_at = 0, at, last
    if alert.state in alerts.ACTIVE:
        alert.state, alert.resolved_at = alerts.RESOLVED, at
    alert.save()
    _step(alert, "recover", before, 0, last)
    tell_of(alert, "alert_recovered")
    return True


def _step(alert: Alert, deed: str, before: int, level: int, last: int) -> None:
    said: dict[str, Any] = {
        "before": before, "level": level, "reason": "missing",
        "at": datetime.fromtimestamp(last / 1e6, UTC).isoformat(),
    }  # fmt: skip
    AlertStep.objects.create(alert=alert, at=timezone.now(), deed=deed, parameters=said)
