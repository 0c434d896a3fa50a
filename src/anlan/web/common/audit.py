"""Write to the audit chain.

1. A service does its work inside `transaction.atomic()` and calls `record` as its last statement.
2. `record` locks the head row, so that numbers have no gap and two writers no common predecessor;
   being last, the lock is held for the shortest time.
3. `verification` walks the chain and names the first event that is missing or altered. A chain alone does
   not show a full rewrite; `anchors` hold signed heads outside the database.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from anlan.web.common.models import AuditEvent, AuditHead
from anlan.web.common.request import current_request

GENESIS = "0" * 64
_SECRET_WORDS = ("password", "secret", "token", "key", "recovery")
_REDACTED = "•••"


@transaction.atomic
def record(
    action: str,
    *,
    actor: Any = None,
    target: models.Model | None = None,
    unit: Any = None,
    changes: Mapping[str, tuple[Any, Any]] | None = None,
    reason: str = "",
    result: str = AuditEvent.Result.OK,
    source: str | None = None,
) -> AuditEvent:
    """Append one event. `changes`: field -> (old, new). Call it as the last statement of a service."""
    entry = Entry(action, target, changes or {}, unit=unit, result=result)
    payload = _payload(entry, actor=actor, reason=reason, source=source)
    head = _locked_head()
    event = _event(entry, payload, actor=actor, head=head)
    event.save(force_insert=True)
    head.save(update_fields=["count", "hash"])
    return event


@dataclass(frozen=True)
class Entry:
    """What one event of several says. `changes`: field -> (old, new)."""

    action: str
    target: models.Model | None = None
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    unit: Any = None
    result: str = AuditEvent.Result.OK


@transaction.atomic
def record_all(entries: Iterable[Entry], *, actor: Any, reason: str = "", source: str | None = None) -> int:
    """Append an event for each entry under one lock of the head; how many. Last in a service, as `record`."""
    given = list(entries)
    payloads = [_payload(entry, actor=actor, reason=reason, source=source) for entry in given]
    head = _locked_head()
    events = [_event(e, payload, actor=actor, head=head) for e, payload in zip(given, payloads, strict=True)]
    AuditEvent.objects.bulk_create(events, batch_size=500)
    head.save(update_fields=["count", "hash"])
    return len(events)


def _payload(entry: Entry, *, actor: Any, reason: str, source: str | None) -> dict[str, Any]:
    request = current_request()
    return {
        "actor": getattr(actor, "username", None),
        "changes": _redacted(entry.changes),
        "reason": reason,
        "source": source or request.source,
        "request_id": request.id,
        "ip": request.masked_ip,
        "label": str(entry.target)[:120] if entry.target is not None else "",
    }


def _event(entry: Entry, payload: Mapping[str, Any], *, actor: Any, head: AuditHead) -> AuditEvent:
    """The next event after `head`, which moves on to it; neither is saved yet."""
    salt, target = secrets.token_hex(16), entry.target
    event = AuditEvent(
        seq=head.count + 1,
        at=timezone.now(),
        actor=actor if getattr(actor, "pk", None) else None,
        action=entry.action,
        object_type=target._meta.label_lower if target is not None else "",
        object_id=str(target.pk) if target is not None else "",
        unit=entry.unit or getattr(target, "unit", None),
        result=entry.result,
        payload=payload,
        salt=salt,
        payload_hash=hash_of_payload(payload, salt),
        previous_hash=head.hash,
    )
    event.hash = link_of(event)
    head.count, head.hash = event.seq, event.hash
    return event


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Fields whose value differs, as field -> (old, new)."""
    return {name: (before.get(name), value) for name, value in after.items() if before.get(name) != value}


def _locked_head() -> AuditHead:
    AuditHead.objects.get_or_create(pk=1, defaults={"count": 0, "hash": GENESIS})
    return AuditHead.objects.select_for_update().get(pk=1)


def link_of(event: AuditEvent) -> str:
    """The event's own hash: over its place, its predecessor, every stored column and the payload's hash."""
    parts = [
        str(event.seq), event.previous_hash, event.payload_hash, event.at.isoformat(), str(event.actor_id),
        event.action, event.object_type, event.object_id, str(event.unit_id), event.result,
    ]  # fmt: skip
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def hash_of_payload(payload: Mapping[str, Any], salt: str) -> str:
    text = json.dumps(payload, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256((salt + text).encode()).hexdigest()


def _redacted(changes: Mapping[str, tuple[Any, Any]]) -> dict[str, list[Any]]:
    """Changes as JSON values; what may be a secret is kept as having changed, not as what."""
    shown = {}
    for name, (old, new) in changes.items():
        if any(word in name.lower() for word in _SECRET_WORDS):
            shown[name] = [_REDACTED, _REDACTED]
        else:
            shown[name] = [_plain(old), _plain(new)]
    return shown


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return str(value)
