"""The kinds of notices, and what a person must be allowed to be told."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """permission: in the unit of the record it is about, empty where a notice is the recipient's own whatever
    their roles; own_mail: its mail is written elsewhere, with more in it."""

    code: str
    permission: str
    usual: str = "page"
    own_mail: bool = False


KINDS = (
    Kind("mention", "risks.view"),
    Kind("watched", "risks.view"),
    Kind("to_review", "risks.review"),
    Kind("to_approve", "risks.approve"),
    Kind("returned", "risks.view"),
    Kind("version_to_approve", "catalog.approve"),
    Kind("review_due", "risks.view"),
    Kind("review_overdue", "risks.view"),
    Kind("run_ended", "runs.view"),
    Kind("import_ended", "logs.import"),
    Kind("sheet_ended", "risks.edit"),
    Kind("session_invited", "", own_mail=True),
    Kind("alert_fired", "monitoring.handle", usual="mail"),
    Kind("alert_missing", "monitoring.handle", usual="mail"),
    Kind("alert_remind", "monitoring.handle", usual="mail"),
    Kind("alert_escalate", "monitoring.handle", usual="mail"),
    Kind("alert_supervise", "monitoring.handle", usual="mail"),
    Kind("alert_lapse", "monitoring.handle", usual="mail"),
    Kind("alert_raised", "monitoring.handle", usual="mail"),
    Kind("alert_assigned", "monitoring.handle", usual="mail"),
    Kind("alert_recovered", "monitoring.view"),
    Kind("source_silent", "monitoring.edit", usual="mail"),
)
KIND = {kind.code: kind for kind in KINDS}

UNIT_OF = {
    "risks.risk": "unit",
    "risks.workshop": "unit",
    "risks.registerimport": "unit",
    "catalog.processversion": "process__unit",
    "catalog.logimport": "unit",
    "runs.run": "unit",
    "monitoring.alert": "unit",
    "sources.source": "unit",
}
"""Where each model has its unit."""
