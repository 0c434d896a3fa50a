"""Readings in doubt: a person takes one all the same, or drops it, and says why."""

import json
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from anlan.domain.errors import UsageError
from anlan.loop.monitor.incoming import believed, read_row
from anlan.web.common.audit import record
from anlan.web.monitoring.models import Indicator
from anlan.web.monitoring.services.indicators import EDIT, definition_of, series_of
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import require, units_of
from anlan.web.readings.models import Quarantined
from anlan.web.readings.router import database
from anlan.web.readings.taking import Value, take

DEEDS = ("take", "drop")


def in_doubt(user: User, permission: str) -> QuerySet[Quarantined]:
    """Readings that wait for a person, of units where the user has the permission, newest first."""
    units = list(units_of(user, permission).values_list("pk", flat=True))
    return Quarantined.objects.filter(state=Quarantined.State.WAITING, unit__in=units).order_by("-id")


def decide(found: Quarantined, deed: str, *, reason: str, actor: User, now: int) -> Quarantined:
    """Take a reading beyond what is believed, or drop it. now: microseconds UTC.

    Errors: UsageError `doubts.deed`, `doubts.reason`, `doubts.decided`; what is wrong with a row that cannot
    be taken: it names no indicator, no time, no number.
    """
    unit = Unit.objects.get(pk=found.unit)
    require(actor, EDIT, unit)
    if deed not in DEEDS:
        raise UsageError("doubts.deed", found=deed[:40], accepted=DEEDS)
    if not reason.strip():
        raise UsageError("doubts.reason")
    value = _value(found, unit, now=now) if deed == "take" else None
    with transaction.atomic(using=database()):
        state = Quarantined.State.TAKEN if deed == "take" else Quarantined.State.DROPPED
        mine = Quarantined.objects.filter(pk=found.pk, state=Quarantined.State.WAITING)
        if not mine.update(state=state, decided_by=actor.pk, decided=now, reason=reason.strip()[:200]):
            raise UsageError("doubts.decided")
        if value is not None:
            take(f"desk:{actor.username}"[:40], f"doubt:{found.pk}", "", [value], (), now=now)
    record(f"monitoring.doubt.{deed}", actor=actor, unit=unit, reason=reason.strip()[:400],
           changes={"reading": (None, found.content[:200])})  # fmt: skip
    found.refresh_from_db()
    return found


def _value(found: Quarantined, unit: Unit, *, now: int) -> Value:
    """The reading as it came, whatever the bounds of the definition say."""
    said = read_row(_row(found.content))
    indicator = Indicator.objects.filter(pk=found.indicator).first()
    if indicator is None or not unit.path.startswith(indicator.unit.path):
        raise UsageError("monitor.row.indicator", found=said.indicator)
    open_ended = replace(definition_of(indicator), lowest=None, highest=None)
    value = believed(said, open_ended, now=now)
    return Value(series_of(indicator, unit, said.dimensions).pk, said.at, value, said.n, said.quality)


def _row(content: str) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        return content
