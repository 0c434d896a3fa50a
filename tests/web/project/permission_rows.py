"""Addresses of the first page and of the audit."""

from web.permission_kinds import ALL, SEE_AUDIT, SEE_AUDIT_AND_EXPORT, none, only

_MAY_EXPORT = ("risk_manager", "node_owner", "auditor", "executive")


def _register(world: object) -> dict[str, object]:
    return {"kind": "register", "form": "html"}


ROWS = [
    ("get", "project:reports", none, only(ALL)),
    ("get", "project:report", _register, only(_MAY_EXPORT, outsider=200)),
    ("get", "project:cockpit", none, only(ALL)),
    ("get", "project:health", none, only(ALL, nobody=200)),
    ("get", "project:start", none, only((), others=404, nobody=404)),
    ("get", "project:audit", none, only(SEE_AUDIT)),
    ("get", "project:audit_check", none, only(SEE_AUDIT)),
    ("get", "project:audit_export", none, only(SEE_AUDIT_AND_EXPORT)),
]
