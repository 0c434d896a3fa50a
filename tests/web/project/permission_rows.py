"""Addresses of the first page and of the audit."""

from web.permission_kinds import ALL, SEE_AUDIT, SEE_AUDIT_AND_EXPORT, none, only

ROWS = [
    ("get", "project:cockpit", none, only(ALL)),
    ("get", "project:health", none, only(ALL, nobody=200)),
    ("get", "project:start", none, only((), others=404, nobody=404)),
    ("get", "project:audit", none, only(SEE_AUDIT)),
    ("get", "project:audit_check", none, only(SEE_AUDIT)),
    ("get", "project:audit_export", none, only(SEE_AUDIT_AND_EXPORT)),
]
