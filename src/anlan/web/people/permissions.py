"""Who may do what where: a permission holds in the units below which a role with it was given.

Outside these units a record does not exist for the user: selectors leave it out, so pages answer 404.
"""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet

from anlan.web.common.audit import record
from anlan.web.common.models import AuditEvent
from anlan.web.people.models import Assignment, Unit, User

PERMISSIONS = (
    "people.view", "people.manage", "catalog.view", "catalog.edit", "catalog.approve", "logs.import",
    "risks.view", "risks.report", "risks.triage", "risks.edit", "risks.assess", "risks.review",
    "risks.approve", "runs.view", "runs.start", "workshops.lead", "criteria.manage", "audit.view",
    "reports.export", "standards.log", "monitoring.view", "monitoring.edit", "monitoring.report",
    "monitoring.handle",
)  # fmt: skip


@cache
def built_in_roles() -> tuple[Mapping[str, Any], ...]:
    """The roles of `roles.toml`, in the file's order."""
    with Path(__file__).with_name("roles.toml").open("rb") as stream:
        return tuple(tomllib.load(stream)["role"])


def grants(user: User) -> dict[str, tuple[str, ...]]:
    """Permission -> paths of the units it holds in and below; read once per user object."""
    known = getattr(user, "_grants", None)
    if known is None:
        known = _read_grants(user) if user.is_authenticated and user.is_active else {}
        user._grants = known  # type: ignore[attr-defined]
    return known


def _read_grants(user: User) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for assignment in Assignment.objects.filter(user=user).select_related("role", "unit"):
        for permission in assignment.role.permissions:
            found.setdefault(permission, set()).add(assignment.unit.path)
    return {permission: tuple(sorted(paths)) for permission, paths in found.items()}


def limit_grants(user: User, scopes: Iterable[str]) -> None:
    """Let this user object, for this request, have no permission outside `scopes`."""
    kept = set(scopes)
    user._grants = {p: paths for p, paths in _read_grants(user).items() if p in kept}  # type: ignore[attr-defined]


def may(user: User, permission: str, unit: Unit | None = None) -> bool:
    """Whether the user has the permission in `unit`, or anywhere where no unit is given."""
    paths = grants(user).get(permission, ())
    return bool(paths) if unit is None else any(unit.path.startswith(path) for path in paths)


class Refused(PermissionDenied):
    """The user has not the permission in the unit. Whoever answers the request writes it to the audit,
    outside the transaction that this exception undoes."""

    def __init__(self, user: User, permission: str, unit: Unit | None) -> None:
        super().__init__(permission)
        self.user, self.permission, self.unit = user, permission, unit


def require(user: User, permission: str, unit: Unit | None = None) -> None:
    """`Refused` where the user has not the permission."""
    if not may(user, permission, unit):
        raise Refused(user, permission, unit)


def record_refusal(refused: Refused) -> None:
    """The refusal in the audit, of the unit asked for; where none was, of the person's own."""
    record(
        f"denied.{refused.permission}", actor=refused.user, unit=refused.unit or refused.user.unit,
        result=AuditEvent.Result.DENIED,
    )  # fmt: skip


def units_of(user: User, permission: str) -> QuerySet[Unit]:
    """Units in which the user has the permission."""
    return Unit.objects.filter(_below(grants(user).get(permission, ()), "path"))


def in_scope(records: QuerySet[Any], user: User, permission: str, *, unit: str = "unit") -> QuerySet[Any]:
    """The records of units in which the user has the permission. `unit`: path to the unit's field."""
    return records.filter(_below(grants(user).get(permission, ()), f"{unit}__path"))


def _below(paths: tuple[str, ...], field: str) -> Q:
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{field}__startswith": path})
    return condition
