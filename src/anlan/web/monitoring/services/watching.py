"""The watch: looks at what is new in the readings and opens, moves and recovers alerts.

1. A delivery leaves a row of `Touched` for each series, in the transaction that keeps its readings.
2. `watch` takes these rows in parts, looks at the new readings, and writes the moves into the alerts. An
   episode has one name, so looking again changes nothing.
   One process looks at a time: it holds a lease, renewed with each part.
3. What formulas give of them is computed, and is new in its turn.
4. Then it keeps how far it has looked and drops the row, unless newer readings have come meanwhile. A
   process that is killed between leaves the row, and the next one begins with it.
"""

import secrets
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import Any

from django.db import transaction

from anlan.loop.monitor import alerts
from anlan.loop.monitor.watching import Move, Seen, Watched, first_needed, look
from anlan.maths.detection.verdicts import Detector
from anlan.web.monitoring.models import Alert, Indicator, Series
from anlan.web.monitoring.services.calculating import calculate_history, follow
from anlan.web.monitoring.services.episodes import moved
from anlan.web.monitoring.services.missing import spoke_again
from anlan.web.monitoring.services.rules import rule_of
from anlan.web.monitoring.services.usual import usual_weeks
from anlan.web.readings.models import Reading, Touched, Watch
from anlan.web.readings.router import database
from anlan.web.runs.leases import hold, release

AT_ONCE = 400
SEAT = "monitoring.watch"
HOLD_S = 15.0
_HOUR_US = 3_600_000_000
_FIELDS = ("number", "at", "state", "base_at", "base_state", "n", "too_late")


def watch(*, most: int = 20_000) -> int:
    """Look at touched series; how many. Returns when nothing waits, after `most`, or where another looks."""
    done, me = 0, secrets.token_hex(8)
    still_mine = partial(hold, SEAT, me, seconds=HOLD_S)
    while done < most and still_mine():
        if calculate_history(now=time.time_ns() // 1000, still_mine=still_mine):
            continue
        waiting = list(Touched.objects.order_by("pk")[:AT_ONCE])
        if not waiting:
            break
        done += _look_at(waiting)
    release(SEAT, me)
    return done


def _look_at(waiting: Sequence[Touched]) -> int:
    since = {each.series: each.since for each in waiting}
    series = {
        each.pk: each for each in Series.objects.filter(pk__in=since).select_related("indicator", "unit")
    }
    kept = {each.series: each for each in Watch.objects.filter(series__in=since)}
    weeks = usual_weeks(since)
    rules = {pk: rule_of(found.indicator, weeks.get(pk)) for pk, found in series.items()}
    before = {pk: _before(kept.get(pk), found.indicator, rules[pk]) for pk, found in series.items()}
    readings = _readings({pk: first_needed(watched, since[pk]) for pk, watched in before.items()})
    running = _running(series)
    after: dict[int, Watched] = {}
    for pk, found in series.items():
        after[pk], moves = _looked(rules[pk], before[pk], readings[pk], since[pk])
        for move in moves or _ended(found, running, after[pk], readings[pk]):
            moved(found, move)
        _newest(found, readings[pk], after[pk])
    Series.objects.bulk_create(
        series.values(), update_conflicts=True, unique_fields=["id"],
        update_fields=["level", "last_at", "last_value", "last_n"],
    )  # fmt: skip
    spoke_again(series, now=time.time_ns() // 1000)
    follow(since, series, now=time.time_ns() // 1000)
    _keep(after, waiting)
    return len(waiting)


def _running(series: Mapping[int, Series]) -> dict[int, int]:
    """Level of the alert of each series that has not recovered."""
    found = Alert.objects.filter(
        series__in=series, kind=Alert.Kind.LEVEL, recovered_at=None, state__in=alerts.OPEN
    )
    return dict(found.values_list("series", "level"))


def _ended(found: Series, running: Mapping[int, int], after: Watched, readings: Sequence[Seen]) -> list[Move]:
    """An alert of a former definition, or of before a pause, ends with the next reading within the limits."""
    is_over = found.pk in running and after.level == 0 and "own" in after.state
    if not is_over or not readings:
        return []
    return [Move(readings[-1], running[found.pk], 0, None)]


def _before(kept: Watch | None, indicator: Indicator, rule: Detector | None) -> Watched:
    """Where the watch stood; it begins again under a new version of the definition, and after a pause."""
    if kept is not None and kept.number == indicator.number and (rule is None or "own" in kept.state):
        return Watched(**{name: getattr(kept, name) for name in _FIELDS})
    fresh: dict[str, Any] = {"level": 0} if rule is None else rule.begin()
    at, too_late = (-1, 0) if kept is None else (kept.at, kept.too_late)
    return Watched(indicator.number, at, fresh, at, fresh, too_late=too_late)


def _readings(after: Mapping[int, int]) -> dict[int, list[Seen]]:
    """Readings of each series after its time; one question for all whose times are of the same hour."""
    found: dict[int, list[Seen]] = defaultdict(list)
    hours: dict[int, list[int]] = defaultdict(list)
    for pk, at in after.items():
        hours[at // _HOUR_US].append(pk)
    for group in hours.values():
        first = min(after[pk] for pk in group)
        rows = Reading.objects.filter(series__in=group, at__gt=first).order_by("series", "at")
        for pk, at, value, n in rows.values_list("series", "at", "value", "n").iterator(chunk_size=5000):
            if at > after[pk]:
                found[pk].append(Seen(at, value, n))
    return found


def _looked(
    rule: Detector | None, before: Watched, readings: Sequence[Seen], since: int
) -> tuple[Watched, list[Move]]:
    """Without a rule the watch only moves on, and forgets."""
    if rule is not None:
        return look(rule, before, readings, since=since)
    last = max((each.at for each in readings), default=before.at)
    last, quiet = max(last, before.at), {"level": 0}
    return Watched(before.number, last, quiet, last, quiet, too_late=before.too_late), []


def _newest(found: Series, readings: Sequence[Seen], after: Watched) -> None:
    found.level = after.level
    if readings and readings[-1].at >= (found.last_at or 0):
        last = readings[-1]
        found.last_at, found.last_value, found.last_n = last.at, last.value, last.n


def _keep(after: Mapping[int, Watched], waiting: Sequence[Touched]) -> None:
    """How far was looked; a series of which more has come meanwhile stays touched."""
    stamps = {each.pk: each.stamp for each in waiting}
    with transaction.atomic(using=database()):
        rows = [Watch(series=pk, **asdict(watched)) for pk, watched in after.items()]
        Watch.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["series"], update_fields=_FIELDS
        )
        now = Touched.objects.select_for_update().filter(pk__in=stamps).values_list("pk", "stamp")
        done = [pk for pk, stamp in now if stamp == stamps[pk]]
        Touched.objects.filter(pk__in=done).delete()
