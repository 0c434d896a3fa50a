"""The kinds of notices: what each is about, and what a person must be allowed to be told."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """code; about: label of the record's model; permission: in the unit of the record, empty where a notice
    is the recipient's own whatever their roles; own_mail: its mail is written elsewhere, with more in it."""

    code: str
    about: str
    permission: str
    usual: str = "page"
    own_mail: bool = False


KINDS = (
    Kind("mention", "risks.risk", "risks.view"),
    Kind("watched", "risks.risk", "risks.view"),
    Kind("to_review", "risks.risk", "risks.review"),
    Kind("to_approve", "risks.risk", "risks.approve"),
    Kind("returned", "risks.risk", "risks.view"),
    Kind("version_to_approve", "catalog.processversion", "catalog.approve"),
    Kind("review_due", "risks.risk", "risks.view"),
    Kind("review_overdue", "risks.risk", "risks.view"),
    Kind("run_ended", "runs.run", "runs.view"),
    Kind("import_ended", "catalog.logimport", "logs.import"),
    Kind("sheet_ended", "risks.registerimport", "risks.edit"),
    Kind("session_invited", "risks.workshop", "", own_mail=True),
)
KIND = {kind.code: kind for kind in KINDS}

UNIT_OF = {
    "risks.risk": "unit",
    "risks.workshop": "unit",
    "risks.registerimport": "unit",
    "catalog.processversion": "process__unit",
    "catalog.logimport": "unit",
    "runs.run": "unit",
}
"""Where each model has its unit."""
