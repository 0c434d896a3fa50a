"""Silences: while one lasts, an alert below it opens suppressed and asks nobody for anything."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from anlan.domain.errors import UsageError
from anlan.web.common.audit import record
from anlan.web.monitoring.models import Indicator, Series, Silence
from anlan.web.monitoring.services.indicators import EDIT
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import require

LONGEST = timedelta(days=90)


def silenced(series: Series, at: datetime) -> bool:
    """Whether a silence of the indicator, or of the unit or one above, holds."""
    above = [int(part) for part in series.unit.path.strip("/").split("/")]
    of = Q(indicator=series.indicator) | Q(indicator=None)
    return Silence.objects.filter(of, begins__lte=at, ends__gt=at, unit__in=above).exists()


def running(at: datetime) -> QuerySet[Silence]:
    """Silences that hold at a time."""
    return Silence.objects.filter(begins__lte=at, ends__gt=at).select_related("unit", "indicator")


@transaction.atomic
def silence(
    unit: Unit, *, ends: datetime, reason: str, actor: User, indicator: Indicator | None = None,
    begins: datetime | None = None,
) -> Silence:  # fmt: skip
    """Silence an indicator in a unit, or all. Errors: UsageError `alerts.silence`, `alerts.reason`."""
    require(actor, EDIT, unit)
    now = timezone.now()
    starts = begins or now
    if timezone.is_naive(ends) or timezone.is_naive(starts):
        raise UsageError("alerts.silence", most_days=LONGEST.days)
    if not starts < ends <= now + LONGEST or ends <= now:
        raise UsageError("alerts.silence", most_days=LONGEST.days)
    if not reason.strip():
        raise UsageError("alerts.reason")
    made = Silence.objects.create(
        unit=unit, indicator=indicator, begins=starts, ends=ends, reason=reason.strip()[:400],
        created_by=actor, updated_by=actor,
    )  # fmt: skip
    record("monitoring.silence.create", actor=actor, target=made, reason=made.reason,
           changes={"ends": (None, ends.isoformat())})  # fmt: skip
    return made


@transaction.atomic
def end_silence(found: Silence, *, actor: User) -> Silence:
    """End a silence now. Errors: UsageError `alerts.ended` where it has ended."""
    require(actor, EDIT, found.unit)
    now = timezone.now()
    current = Silence.objects.select_for_update().get(pk=found.pk)
    if current.ends <= now:
        raise UsageError("alerts.ended")
    was, current.ends = current.ends, max(now, current.begins + timedelta(microseconds=1))
    current.updated_by, current.version = actor, current.version + 1
    current.save()
    record("monitoring.silence.end", actor=actor, target=current,
           changes={"ends": (was.isoformat(), current.ends.isoformat())})  # fmt: skip
    return current
