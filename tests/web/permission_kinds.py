"""Which of the built-in roles has what, written out once more, so that a slip in the roles is found too.

An app lists its addresses in `permission_rows*.py`: ROWS of (method, page, arguments, {who: status}).
`arguments` takes what SUBJECT of that module names (`world`, unless it says otherwise). `who` is a role,
and may be `outsider` (a risk manager of another branch) and `nobody` (not signed in); without them an
outsider gets 404 where the address names a record, and nobody is sent to the sign-in.
"""

from typing import Any

ALL = ("administrator", "risk_manager", "node_owner", "expert", "duty_officer", "auditor", "executive")
SEE_PEOPLE = ("administrator", "risk_manager", "node_owner", "auditor", "executive")
MANAGE_PEOPLE = ("administrator",)
EDIT_CATALOG = ("risk_manager", "node_owner")
IMPORT_LOGS = ("risk_manager",)
REPORT_RISKS = ("risk_manager", "node_owner", "expert", "duty_officer")
TRIAGE = ("risk_manager",)
EDIT_RISKS = ("risk_manager", "node_owner")
ASSESS = ("risk_manager", "node_owner", "expert")
LEAD_WORKSHOPS = ("risk_manager",)
SEE_AUDIT = ("administrator", "auditor")
SEE_AUDIT_AND_EXPORT = ("auditor",)


def only(allowed: tuple[str, ...], status: int = 200, *, others: int = 403, **who: int) -> dict[str, int]:
    """`status` for the allowed roles, `others` for all others."""
    return {role: status if role in allowed else others for role in ALL} | who


def none(world: Any) -> dict[str, object]:
    """An address without a record."""
    return {}
