"""Pages of the audit: who did what, the proof that nobody changed it, and a table to take away."""

import csv
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_GET, require_http_methods

from anlan.domain.errors import RefusedInput
from anlan.formats.reading.rejects import harmless
from anlan.web.common.anchors import anchors_file, last_anchor
from anlan.web.common.audit import record
from anlan.web.common.models import AuditEvent, AuditHead
from anlan.web.common.texts import error_text, has_text, text
from anlan.web.common.whole_numbers import whole_number
from anlan.web.people.permissions import may, require
from anlan.web.project import trail
from anlan.web.project.tasks import verify_audit

COLUMNS = ("seq", "at", "actor", "name", "action", "object_type", "object_id", "label", "unit", "result",
           "source", "changes", "reason", "request_id", "hash")  # fmt: skip


@require_GET
def audit(request: HttpRequest) -> HttpResponse:
    """The events of one's units, newest first."""
    require(request.user, "audit.view")
    filters = filters_of(request.GET)
    before = request.GET.get("before", "")
    found = trail.trail(request.user, filters, before=whole_number(before, most=2**62))
    return render(
        request,
        "project/audit.html",
        {
            "rows": [_row(event) for event in found.events],
            "older": found.older,
            "before": before,
            "filters": filters,
            "actors": trail.actors(request.user),
            "actions": _choices(trail.known_actions()),
            "results": AuditEvent.Result.values,
            "may_export": may(request.user, "reports.export"),
        },
    )


@require_http_methods(["GET", "POST"])
def audit_check(request: HttpRequest) -> HttpResponseBase:
    """Until where the chain is proven; POST asks the worker for a check."""
    require(request.user, "audit.view")
    if request.method == "POST":
        verify_audit.enqueue(request.user.pk)
        messages.success(request, text("audit.check.asked"))
        return redirect("project:audit_check")
    head = AuditHead.objects.filter(pk=1).first()
    checks = [(event, _outcome(event)) for event in trail.last_checks()]
    page = {"head": head, "anchor": last_anchor(), "file": anchors_file().name, "checks": checks}
    return render(request, "project/audit_check.html", page)


@require_GET
def audit_export(request: HttpRequest) -> HttpResponseBase:
    """The filtered events as CSV; that they were taken away is itself an event."""
    require(request.user, "audit.view")
    require(request.user, "reports.export")
    filters = filters_of(request.GET)
    record("audit.export", actor=request.user, unit=request.user.unit, reason=request.GET.urlencode()[:500])
    answer = StreamingHttpResponse(_table(request.user, filters), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return answer


def filters_of(query: QueryDict) -> trail.Filters:
    """The filters as the address says them; what is not understood filters nothing."""
    return trail.Filters(
        actor=query.get("actor", "")[:150], action=query.get("action", "")[:80],
        target=query.get("target", "")[:130], result=query.get("result", "")[:8],
        since=_day(query.get("since", "")), until=_day(query.get("until", "")),
    )  # fmt: skip


def _day(given: str) -> date | None:
    """A day that has a midnight in every time zone and in the database; None for any other text."""
    try:
        day = parse_date(given)
    except ValueError:
        return None
    return day if day and trail.FIRST_DAY <= day <= trail.LAST_DAY else None


def word_of(action: str) -> str:
    """What an action is called; a refusal names the permission that was missing."""
    if action.startswith("denied."):
        wanted = action.removeprefix("denied.")
        key = f"permissions.{wanted}"
        return text("audit.denied", what=text(key) if has_text(key) else wanted)
    return text(f"audit.actions.{action}") if has_text(f"audit.actions.{action}") else action


def _row(event: AuditEvent) -> dict[str, Any]:
    kept = event.payload or {}
    return {
        "event": event, "action": word_of(event.action), "kept": kept, "erased": event.payload is None,
        "target": f"{event.object_type}:{event.object_id}" if event.object_type else "",
        "changes": [
            (name, _said(old), _said(new)) for name, (old, new) in (kept.get("changes") or {}).items()
        ],
    }  # fmt: skip


def _said(value: Any) -> Any:
    """A value of a change as people read it: a list by its parts."""
    return ", ".join(str(part) for part in value) if isinstance(value, list) else value


def _choices(actions: list[str]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Actions in groups of their first word, for a select box."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for action in actions:
        groups.setdefault(action.split(".")[0], []).append((action, word_of(action)))
    return list(groups.items())


def _outcome(event: AuditEvent) -> str:
    """What a check found, in words."""
    found = {name: new for name, (_, new) in (event.payload or {}).get("changes", {}).items()}
    if event.result == AuditEvent.Result.OK:
        return text("audit.check.whole", **{k: found.get(k, 0) for k in ("events", "anchors", "held")})
    given = {"at": found.get("broken_at"), "held": found.get("held"), "line": found.get("line")}
    return error_text(RefusedInput(f"audit.{event.payload['reason']}", **given))


class _Line:
    """What a CSV writer writes to: the line is handed on as it is."""

    def write(self, line: str) -> str:
        return line


def _table(user: Any, filters: trail.Filters) -> Iterator[str]:
    """CSV with a byte order mark; times in UTC; what a spreadsheet would calculate gets an apostrophe."""
    write = csv.writer(_Line()).writerow
    yield "\ufeff" + write(COLUMNS)
    for event in trail.all_of(user, filters):
        kept = event.payload or {}
        changes = "; ".join(f"{n}: {old} -> {new}" for n, (old, new) in kept.get("changes", {}).items())
        cells = (
            event.seq, event.at.isoformat(), event.actor and event.actor.username, event.actor, event.action,
            event.object_type, event.object_id, kept.get("label"), event.unit and event.unit.code,
            event.result, kept.get("source"), changes, kept.get("reason"), kept.get("request_id"), event.hash,
        )  # fmt: skip
        yield write([harmless(str("" if cell is None else cell)) for cell in cells])
