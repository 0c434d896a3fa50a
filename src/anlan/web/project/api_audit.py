"""Endpoint of the audit: the events of one's units, newest first, cut by number instead of pages."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anlan.web.common.models import AuditEvent, AuditHead
from anlan.web.common.rest.paging import MOST_PER_PAGE, PER_PAGE
from anlan.web.common.rest.values import Shown, Text
from anlan.web.people.permissions import require
from anlan.web.project import trail
from anlan.web.project.tasks import verify_audit

router = Router(tags=["audit"])


class EventShown(Shown):
    """One event. content: changes, reason, source, request id ...; null where it was erased."""

    seq: int
    at: datetime
    actor: str | None
    action: str
    object_type: str
    object_id: str
    unit: str | None
    result: str
    content: dict[str, Any] | None
    hash: str


class Trail(Shown):
    """next: address of the older events, null at the end."""

    items: list[EventShown]
    next: str | None


class CheckAsked(Shown):
    """The outcome comes as an event; events: length of the chain when the check was asked for."""

    events: int


class TrailFilters(Schema):
    """action: a code, or its first part with a dot at the end; target: `risks.risk:12`; days included."""

    actor: Annotated[Text, Field(max_length=150)] = ""
    action: Annotated[Text, Field(max_length=80)] = ""
    target: Annotated[Text, Field(max_length=130)] = ""
    result: Literal["", "ok", "denied", "failed"] = ""
    since: Annotated[date, Field(ge=trail.FIRST_DAY, le=trail.LAST_DAY)] | None = None
    until: Annotated[date, Field(ge=trail.FIRST_DAY, le=trail.LAST_DAY)] | None = None
    before: Annotated[int, Field(ge=1, le=2**62)] | None = None
    per_page: Annotated[int, Field(ge=1, le=MOST_PER_PAGE)] = PER_PAGE


@router.get("/audit", response=Trail)
def list_events(request: HttpRequest, asked: Query[TrailFilters]) -> dict[str, Any]:
    require(request.user, "audit.view")
    filters = trail.Filters(**asked.model_dump(exclude={"before", "per_page"}))
    found = trail.trail(request.user, filters, before=asked.before, n=asked.per_page)
    return {"items": [_shown(event) for event in found.events], "next": _older(request, found.older)}


@router.get("/audit/checks", response=list[EventShown])
def list_audit_checks(request: HttpRequest) -> list[dict[str, Any]]:
    require(request.user, "audit.view")
    return [_shown(event) for event in trail.last_checks()]


@router.post("/audit/checks", response={202: CheckAsked})
def check_audit(request: HttpRequest) -> Status[dict[str, int]]:
    require(request.user, "audit.view")
    verify_audit.enqueue(request.user.pk)
    head = AuditHead.objects.filter(pk=1).first()
    return Status(202, {"events": head.count if head else 0})


def _older(request: HttpRequest, before: int | None) -> str | None:
    if before is None:
        return None
    query = request.GET.copy()
    query["before"] = str(before)
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def _shown(event: AuditEvent) -> dict[str, Any]:
    names = ("seq", "at", "action", "object_type", "object_id", "result", "hash")
    return {name: getattr(event, name) for name in names} | {
        "actor": event.actor and event.actor.username,
        "unit": event.unit and event.unit.code,
        "content": event.payload,
    }
