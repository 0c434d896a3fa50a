"""Work of the pages that a worker does."""

from django_tasks import task


@task()
def verify_audit(asked_by: int | None) -> str:
    """Check the audit chain; what was found is itself an event, shown on the page of the audit."""
    from anlan.web.common.audit import record
    from anlan.web.common.models import AuditEvent
    from anlan.web.common.verification import verify
    from anlan.web.people.models import User

    found = verify()
    outcome = {name: (None, getattr(found, name)) for name in ("events", "anchors", "held")}
    if found.reason:
        outcome |= {"broken_at": (None, found.broken_at), "line": (None, found.line)}
    record(
        "audit.verify", actor=User.objects.filter(pk=asked_by).first(), changes=outcome, reason=found.reason,
        result=AuditEvent.Result.FAILED if found.reason else AuditEvent.Result.OK, source="worker",
    )  # fmt: skip
    return found.reason
