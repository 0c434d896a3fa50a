"""Escalation of alerts that nobody acts on; each step once, whoever looks and however often.

A step is a row of `AlertStep` whose key is unique for its alert. It is written in the transaction that tells
people, so a process that is killed has done both or neither.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from anlan.loop.monitor import alerts, escalation
from anlan.loop.monitor.definitions import LEVELS
from anlan.web.common.audit import record
from anlan.web.monitoring.models import Alert, AlertStep
from anlan.web.monitoring.silences import silenced
from anlan.web.monitoring.telling import concerned, tell_of
from anlan.web.people.models import User
from anlan.web.people.selectors import people_in_role

AT_ONCE = 500


def escalate() -> int:
    """Do the steps whose time has come; how many."""
    now = timezone.now()
    late = Alert.objects.filter(state=alerts.FIRING, acknowledge_by__lte=now)
    unresolved = Alert.objects.filter(state__in=alerts.ACTIVE, resolve_by__lte=now).exclude(
        state=alerts.SUPPRESSED
    )
    waiting = (late | unresolved).order_by("id").values_list("pk", flat=True)[:AT_ONCE]
    return sum(_escalated(pk) for pk in list(waiting))


def _escalated(pk: int) -> int:
    done = 0
    alert = Alert.objects.select_related("unit", "indicator", "assignee").get(pk=pk)
    for rung in escalation.due_now(
        alert.state, alert.highest, acknowledge_by=alert.acknowledge_by, resolve_by=alert.resolve_by,
        now=timezone.now(),
    ):  # fmt: skip
        done += _climbed(alert, rung)
    return done + _lapsed(pk)


def rounds(alert: Alert) -> int:
    """How often the alert went back to its beginning."""
    return alert.steps.filter(deed="lapse").count()


def people_of(rung: escalation.Rung, alert: Alert) -> list[User]:
    """Whom a step goes to: those told before, or the role in the nearest unit upwards that has it."""
    return people_in_role(rung.role, alert.unit) if rung.role else concerned(alert)


def _climbed(alert: Alert, rung: escalation.Rung) -> int:
    key = escalation.key_of(rung, rounds(alert))
    if alert.steps.filter(key=key).exists():
        return 0
    people = people_of(rung, alert)
    kind = "supervise" if rung.supervises else "escalate" if rung.role else "remind"
    try:
        with transaction.atomic():
            AlertStep.objects.create(
                alert=alert, at=timezone.now(), deed=kind, key=key,
                parameters={"role": rung.role, "people": [person.name for person in people]},
            )  # fmt: skip
            tell_of(alert, f"alert_{kind}", to=people)
            record(f"monitoring.alert.{kind}", target=alert, source="scheduler")
    except IntegrityError:
        return 0
    return 1


@transaction.atomic
def _lapsed(pk: int) -> int:
    """An acknowledgement that nobody followed up is taken back, and people are told."""
    alert = Alert.objects.select_for_update(of=("self",)).select_related("unit", "indicator").get(pk=pk)
    now, level = timezone.now(), alert.highest
    if alert.state not in escalation.UNHANDLED or alert.acknowledged_at is None:
        return 0
    if now < escalation.lapses_at(level, resolve_by=alert.resolve_by, acknowledged_at=alert.acknowledged_at):
        return 0
    was, who = alert.state, alert.assignee
    key = f"{rounds(alert)}:lapse"
    if alert.steps.filter(key=key).exists():
        return 0
    alert.state, alert.acknowledged_at, alert.assignee = alerts.FIRING, None, None
    alert.acknowledge_by = now + timedelta(seconds=alerts.DEADLINES[LEVELS[level]].acknowledge)
    alert.version += 1
    alert.save()
    AlertStep.objects.create(
        alert=alert, at=now, deed="lapse", key=key,
        parameters={"before": was, "people": [] if who is None else [who.name]},
    )  # fmt: skip
    told = concerned(alert)
    tell_of(alert, "alert_lapse", to=told if who is None or who in told else [*told, who])
    record("monitoring.alert.lapse", target=alert, source="scheduler",
           changes={"state": (was, alerts.FIRING)})  # fmt: skip
    return 1


def wake() -> int:
    """Alerts whose silence has ended while their level holds ask for attention; how many."""
    held = Alert.objects.filter(state=alerts.SUPPRESSED, recovered_at=None).select_related("series__unit")
    return sum(_woken(each.pk) for each in held if not silenced(each.series, timezone.now()))


@transaction.atomic
def _woken(pk: int) -> bool:
    found = Alert.objects.select_for_update(of=("self",)).select_related("unit", "indicator")
    alert, now = found.get(pk=pk), timezone.now()
    if alert.state != alerts.SUPPRESSED or alert.recovered_at is not None:
        return False
    limits = alerts.DEADLINES[LEVELS[alert.level]]
    alert.state, alert.version = alerts.FIRING, alert.version + 1
    alert.acknowledge_by = now + timedelta(seconds=limits.acknowledge)
    alert.resolve_by = now + timedelta(seconds=limits.resolve)
    alert.close_by = now + timedelta(seconds=limits.close)
    alert.save()
    AlertStep.objects.create(alert=alert, at=now, deed="wake", parameters={"level": alert.level})
    tell_of(alert, "alert_missing" if alert.kind == Alert.Kind.MISSING else "alert_fired")
    record("monitoring.alert.wake", target=alert, source="scheduler",
           changes={"state": (alerts.SUPPRESSED, alerts.FIRING)})  # fmt: skip
    return True
