"""What people do with alerts: each deed once, by someone who may, with what must be said."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from anlan.domain.errors import UsageError
from anlan.loop.monitor import alerts
from anlan.web.common.audit import record
from anlan.web.monitoring.models import Alert, AlertStep
from anlan.web.monitoring.services.indicators import HANDLE
from anlan.web.monitoring.telling import tell_of
from anlan.web.people.models import User
from anlan.web.people.permissions import may, require

LONGEST_NOTE = 4000


def do(
    found: Alert, deed: str, *, seen: int, actor: User, note: str = "", assignee: User | None = None,
    disposition: str = "", cause: str = "",
) -> Alert:  # fmt: skip
    """The alert after a deed. Errors: UsageError `web.conflict`, `alerts.deed`, `alerts.state`,
    `alerts.needs` for what must be said with it, `alerts.assignee` for somebody who may not handle it."""
    require(actor, HANDLE, found.unit)
    said = {"note": _noted(note), "assignee": assignee, "disposition": disposition, "cause": cause}
    with transaction.atomic():
        current = _current(found, seen)
        state = alerts.led_to(deed, current.state)
        _complete(deed, said)
        if assignee is not None and not may(assignee, HANDLE, current.unit):
            raise UsageError("alerts.assignee", person=assignee.name)
        was, now = current.state, timezone.now()
        current.state = state
        _stamp(current, deed, said, now=now)
        current.version, current.updated_by = seen + 1, actor
        current.save()
        AlertStep.objects.create(
            alert=current, at=now, deed=deed, by=actor, note=said["note"],
            parameters={"before": was, "state": state, "assignee": getattr(assignee, "username", None),
                        "name": getattr(assignee, "name", None),
                        "disposition": disposition, "cause": cause},
        )  # fmt: skip
        if deed == "assign":
            tell_of(current, "alert_assigned", actor=actor)
        record(f"monitoring.alert.{deed}", actor=actor, target=current, reason=said["note"][:400],
               changes={"state": (was, state)})  # fmt: skip
    return current


@transaction.atomic
def note(found: Alert, text: str, *, actor: User) -> AlertStep:
    """A remark beside the deeds. Errors: UsageError `alerts.needs` for an empty one."""
    require(actor, HANDLE, found.unit)
    said = _noted(text)
    if not said:
        raise UsageError("alerts.needs", deed="note", missing=("note",))
    made = AlertStep.objects.create(alert=found, at=timezone.now(), deed="note", by=actor, note=said)
    record("monitoring.alert.note", actor=actor, target=found)
    return made


def _current(found: Alert, seen: int) -> Alert:
    current = (
        Alert.objects.select_for_update(of=("self",)).select_related("unit", "indicator").get(pk=found.pk)
    )
    if current.version != seen:
        raise UsageError("web.conflict", label=str(current))
    return current


def _complete(deed: str, said: Mapping[str, Any]) -> None:
    missing = tuple(name for name in alerts.DEEDS[deed].needs if not said[name])
    if missing:
        raise UsageError("alerts.needs", deed=deed, missing=missing)
    for name, accepted in (("disposition", alerts.DISPOSITIONS), ("cause", alerts.CAUSES)):
        if said[name] and said[name] not in accepted:
            raise UsageError("monitor.choice", field=name, found=str(said[name])[:40], accepted=accepted)


def _stamp(current: Alert, deed: str, said: Mapping[str, Any], *, now: Any) -> None:
    """Times and facts that a deed leaves on the alert."""
    if current.acknowledged_at is None and deed in ("acknowledge", "assign", "handle"):
        current.acknowledged_at = now
    if deed == "assign":
        current.assignee = said["assignee"]
    if deed == "resolve":
        current.resolved_at = now
    if deed in ("close", "false_alarm"):
        current.closed_at = now
        current.disposition, current.cause = said["disposition"], said["cause"]
    if deed == "reopen":
        current.closed_at = current.resolved_at = None
        current.disposition = current.cause = ""


def _noted(text: str) -> str:
    plain = text.replace("\0", "").strip()
    if len(plain) > LONGEST_NOTE:
        raise UsageError("monitor.text", field="note", n=len(plain), limit=LONGEST_NOTE)
    return plain
