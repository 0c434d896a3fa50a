"""Scheduled work on the audit and on what the API keeps."""

from anlan.web.common.anchors import anchor_now
from anlan.web.common.rest.repeats import forget_old
from anlan.web.common.schedule import every
from anlan.web.project.tasks import verify_audit


@every(code="audit.anchor", hours=1)
def anchor() -> str:
    """Sign the present head outside the database; its number, or nothing where nothing is new."""
    made = anchor_now()
    return str(made.count) if made else ""


@every(code="audit.verify", days=1)
def verify() -> None:
    """A check takes minutes for millions of events, so the worker does it."""
    verify_audit.enqueue(None)


@every(code="api.forget", hours=1)
def forget() -> str:
    """Kept answers of the API past their time."""
    return str(forget_old() or "")
