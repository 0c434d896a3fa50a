"""Writing units, users and their roles. Each write leaves an audit event."""

from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from anlan.web.common.audit import record
from anlan.web.people.models import Assignment, Role, Unit, User
from anlan.web.people.permissions import built_in_roles


@transaction.atomic
def ensure_roles() -> None:
    """Bring the built-in roles to what the table says; custom roles are left alone."""
    for entry in built_in_roles():
        Role.objects.update_or_create(
            code=entry["code"],
            defaults={
                "name": entry["zh"],
                "name_en": entry["en"],
                "permissions": list(entry["permissions"]),
                "built_in": True,
            },
        )


@transaction.atomic
def create_unit(
    *, code: str, name: str, actor: User | None, name_en: str = "", parent: Unit | None = None, **fields: Any
) -> Unit:
    """A new unit at the top or below `parent`; time zone and currency follow the parent where not given."""
    if parent is not None:
        fields.setdefault("time_zone", parent.time_zone)
        fields.setdefault("currency", parent.currency)
    unit = Unit.objects.create(code=code, name=name, name_en=name_en, parent=parent, path="", **fields)
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    unit.save(update_fields=["path"])
    record("people.unit.create", actor=actor, target=unit, unit=unit, changes={"name": (None, name)})
    return unit


@transaction.atomic
def create_user(
    *, username: str, name: str, password: str, unit: Unit, actor: User | None, language: str = "zh-hans"
) -> User:
    """A person with an account; the password must satisfy the rules (ValidationError says which)."""
    user = User(username=username, name=name, unit=unit, language=language)
    validate_password(password, user)
    user.set_password(password)
    user.save()
    record("people.user.create", actor=actor, target=user, unit=unit, changes={"username": (None, username)})
    return user


@transaction.atomic
def assign_role(*, user: User, role: str, unit: Unit, actor: User | None) -> Assignment:
    """Give the role in the unit and below; giving it again changes nothing."""
    assignment, new = Assignment.objects.get_or_create(user=user, role=Role.objects.get(code=role), unit=unit)
    if new:
        record("people.role.assign", actor=actor, target=user, unit=unit, changes={"role": (None, role)})
    return assignment
