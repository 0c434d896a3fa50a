"""Custom roles: made from an existing one, changed, retired. The built-in ones come from `roles.toml`.

A role holds wherever it was given, so whoever makes or changes one manages people at the top. Nobody puts a
permission into a role, or gives a custom role, that they do not hold themselves: neither could raise anybody,
themselves included, above what they have.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from anlan.domain.errors import RefusedInput
from anlan.web.common.audit import changes_between, record
from anlan.web.common.codes import next_code
from anlan.web.people.models import Role, Unit, User
from anlan.web.people.permissions import PERMISSIONS, Refused, may
from anlan.web.people.services import refuse_none_left, top_administrators

GROUPS = (
    ("people", ("people.view", "people.manage", "audit.view")),
    ("catalog", ("catalog.view", "catalog.edit", "catalog.approve", "logs.import", "standards.log")),
    ("register", ("risks.view", "risks.report", "risks.triage", "risks.edit", "criteria.manage")),
    ("assess", ("risks.assess", "risks.review", "risks.approve", "workshops.lead")),
    ("runs", ("runs.view", "runs.start", "reports.export")),
)
"""Permissions as the page of a role shows them; one that no group names stands in the last."""


def grouped() -> list[tuple[str, list[str]]]:
    """Every permission in exactly one group, in the order of the table."""
    placed = {permission for _, permissions in GROUPS for permission in permissions}
    shown = [(group, [p for p in permissions if p in PERMISSIONS]) for group, permissions in GROUPS]
    shown[-1][1].extend(p for p in PERMISSIONS if p not in placed)
    return shown


def roles_with_holders() -> QuerySet[Role]:
    """All roles with the number of people who have each."""
    people = Count("assignments__user", filter=Q(assignments__user__is_active=True), distinct=True)
    return Role.objects.annotate(holders=people).order_by("-built_in", "retired", "id")


def may_make(actor: User) -> bool:
    """Whether the person manages people in a top unit, and so may make and change roles."""
    return any(may(actor, "people.manage", top) for top in _tops())


def held(actor: User) -> set[str]:
    """Permissions the person holds in every top unit: what they may put into a role."""
    tops = list(_tops())
    return {p for p in PERMISSIONS if tops and all(may(actor, p, top) for top in tops)}


@transaction.atomic
def create_role(
    *, name: str, name_en: str, permissions: Iterable[str], actor: User, like: Role | None = None
) -> Role:
    """A role of one's own. like: the role it was made from, for the audit."""
    _require_top(actor)
    wanted = _checked(permissions, before=(), actor=actor)
    role = Role.objects.create(code=next_code("ROLE", digits=3), name=name.strip(), name_en=name_en.strip(),
                               permissions=wanted)  # fmt: skip
    record(
        "people.role.create", actor=actor, target=role, unit=actor.unit, reason=like.code if like else "",
        changes={"name": (None, role.name), "permissions": (None, wanted)},
    )  # fmt: skip
    return role


@transaction.atomic
def change_role(role: Role, *, name: str, name_en: str, permissions: Iterable[str], actor: User) -> Role:
    """Names and permissions; who has the role has what it says from then on."""
    _require_top(actor)
    current = _own(role)
    administrators = top_administrators()
    before = {"name": current.name, "name_en": current.name_en, "permissions": current.permissions}
    after: dict[str, Any] = {"name": name.strip(), "name_en": name_en.strip()}
    after["permissions"] = _checked(permissions, before=current.permissions, actor=actor)
    changes = changes_between(before, after)
    for field, value in after.items():
        setattr(current, field, value)
    current.save()
    refuse_none_left(administrators)
    if changes:
        record("people.role.change", actor=actor, target=current, unit=actor.unit, changes=changes)
    return current


@transaction.atomic
def retire_role(role: Role, *, retired: bool, actor: User) -> None:
    """A retired role is given to nobody any more; who has it keeps it until it is taken back."""
    _require_top(actor)
    current = _own(role)
    if current.retired != retired:
        current.retired = retired
        current.save(update_fields=["retired"])
        record("people.role.retire", actor=actor, target=current, unit=actor.unit,
               changes={"retired": (not retired, retired)})  # fmt: skip


def _tops() -> QuerySet[Unit]:
    return Unit.objects.filter(parent=None)


def _require_top(actor: User) -> None:
    if not may_make(actor):
        raise Refused(actor, "people.manage", _tops().first())


def _own(role: Role) -> Role:
    if role.built_in:
        raise RefusedInput("web.role_built_in", name=role.name)
    return Role.objects.select_for_update().get(pk=role.pk)


def _checked(wanted: Iterable[str], *, before: Iterable[str], actor: User) -> list[str]:
    """The permissions in the table's order; RefusedInput names those that are new and not the actor's."""
    chosen = set(wanted)
    unknown = chosen - set(PERMISSIONS)
    foreign = sorted((chosen - set(before) - held(actor)) | unknown)
    if foreign:
        raise RefusedInput("web.role_not_held", found=foreign)
    if not chosen:
        raise RefusedInput("web.role_empty")
    return [p for p in PERMISSIONS if p in chosen]
