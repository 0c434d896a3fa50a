"""Writing units, users and their roles. Each write leaves an audit event.

`actor` None stands for the installation itself: the first start, the demo, tests. Anybody else needs
`people.manage` where they write; over a person, in every unit in which that person has a role, so that an
administrator of a branch cannot take over the account of somebody who has more.
"""

import secrets
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from anlan.domain.errors import RefusedInput
from anlan.web.common.audit import changes_between, record
from anlan.web.people import second_factor
from anlan.web.people.models import Assignment, Role, SignedIn, Unit, User
from anlan.web.people.moving import LONGEST_PATH
from anlan.web.people.permissions import Refused, built_in_roles, may, require


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
    if actor is not None:
        _require_manage(actor, parent)
    if parent is not None:
        fields.setdefault("time_zone", parent.time_zone)
        fields.setdefault("currency", parent.currency)
    unit = Unit.objects.create(code=code, name=name, name_en=name_en, parent=parent, path="", **fields)
    unit.path = f"{parent.path if parent else '/'}{unit.pk}/"
    if len(unit.path) > LONGEST_PATH:
        raise RefusedInput("web.unit_deep", name=name)
    unit.save(update_fields=["path"])
    record("people.unit.create", actor=actor, target=unit, unit=unit, changes={"name": (None, name)})
    return unit


@transaction.atomic
def change_unit(unit: Unit, *, actor: User, **fields: Any) -> Unit:
    """Name, time zone, currency, in use or not. A unit with people or units in use stays in use."""
    require(actor, "people.manage", unit)
    if unit.active and not fields.get("active", True) and _in_use(unit):
        raise RefusedInput("web.unit_in_use", name=unit.name)
    changes = changes_between({name: getattr(unit, name) for name in fields}, fields)
    for name, value in fields.items():
        setattr(unit, name, value)
    unit.save(update_fields=list(fields))
    if changes:
        record("people.unit.change", actor=actor, target=unit, unit=unit, changes=changes)
    return unit


@transaction.atomic
def create_user(
    *, username: str, name: str, password: str, unit: Unit, actor: User | None, language: str = "zh-hans",
    must_change_password: bool = False,
) -> User:  # fmt: skip
    """A person with an account; the password must satisfy the rules (ValidationError says which)."""
    if actor is not None:
        _require_manage(actor, unit)
    user = User(username=username, name=name, unit=unit, language=language,
                must_change_password=must_change_password)  # fmt: skip
    validate_password(password, user)
    user.set_password(password)
    user.save()
    record("people.user.create", actor=actor, target=user, unit=unit, changes={"username": (None, username)})
    return user


@transaction.atomic
def make_person(
    *, actor: User, username: str, name: str, unit: Unit, language: str, email: str = "",
    role: Role | None = None,
) -> tuple[User, str]:  # fmt: skip
    """An account with its address and first role, whole or not at all, and its password for once."""
    password = new_password()
    made = create_user(
        username=username, name=name, password=password, unit=unit, actor=actor, language=language,
        must_change_password=True,
    )  # fmt: skip
    if email:
        change_user(made, actor=actor, name=name, unit=unit, email=email)
    if role is not None:
        assign_role(user=made, role=role.code, unit=unit, actor=actor)
    return made, password


@transaction.atomic
def assign_role(*, user: User, role: str, unit: Unit, actor: User | None) -> Assignment:
    """Give the role in the unit and below; giving it again changes nothing."""
    if actor is not None:
        require(actor, "people.manage", unit)
    given = Role.objects.get(code=role)
    if actor is not None:
        _require_held(actor, given, unit)
    assignment, new = Assignment.objects.get_or_create(user=user, role=given, unit=unit)
    if new:
        record("people.role.assign", actor=actor, target=user, unit=unit, changes={"role": (None, role)})
    return assignment


def _require_held(actor: User, role: Role, unit: Unit) -> None:
    """A custom role is given by who holds all of it there; a retired one by nobody.

    The built-in roles are what an administrator is there to give out: they are the same everywhere and what
    each may is known to all.
    """
    if role.retired:
        raise RefusedInput("web.role_retired", name=role.name)
    foreign = [p for p in role.permissions if not role.built_in and not may(actor, p, unit)]
    if foreign:
        raise RefusedInput("web.role_not_held", found=foreign)


@transaction.atomic
def withdraw_role(assignment: Assignment, *, actor: User) -> None:
    """Take the role back; the last administrator of the top unit keeps theirs."""
    require(actor, "people.manage", assignment.unit)
    before = top_administrators()
    assignment.delete()
    refuse_none_left(before)
    record("people.role.withdraw", actor=actor, target=assignment.user, unit=assignment.unit,
           changes={"role": (assignment.role.code, None)})  # fmt: skip


@transaction.atomic
def change_user(user: User, *, actor: User, name: str, unit: Unit, email: str = "") -> User:
    """Name, home unit and address of a person."""
    require_over(actor, user)
    require(actor, "people.manage", unit)
    before = {"name": user.name, "unit": user.unit and user.unit.code, "email": user.email}
    changes = changes_between(before, {"name": name, "unit": unit.code, "email": email})
    user.name, user.unit, user.email = name, unit, email
    user.save(update_fields=["name", "unit", "email"])
    if changes:
        record("people.user.change", actor=actor, target=user, unit=unit, changes=changes)
    return user


@transaction.atomic
def set_active(user: User, *, active: bool, actor: User) -> None:
    """Close or open an account; a closed one is signed out everywhere and its tokens no longer hold."""
    require_over(actor, user)
    before = top_administrators()
    user.is_active = active
    user.save(update_fields=["is_active"])
    refuse_none_left(before)
    if not active:
        SignedIn.objects.filter(user=user).delete()
    record("people.user.activate" if active else "people.user.deactivate", actor=actor, target=user,
           unit=user.unit, changes={"active": (not active, active)})  # fmt: skip


@transaction.atomic
def reset_password(user: User, *, actor: User) -> str:
    """A password for once: shown to the administrator now, to be changed at the next sign-in."""
    require_over(actor, user)
    password = new_password()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    SignedIn.objects.filter(user=user).delete()
    record("people.user.reset_password", actor=actor, target=user, unit=user.unit,
           changes={"password": ("", "")})  # fmt: skip
    return password


@transaction.atomic
def reset_factor(user: User, *, actor: User) -> None:
    """Take the second step away from somebody who lost app and recovery codes."""
    require_over(actor, user)
    second_factor.switch_off(user, actor=actor, action="people.user.reset_factor")


def new_password() -> str:
    """A random password for once."""
    return secrets.token_urlsafe(9)


def require_over(actor: User, user: User) -> None:
    """`Refused` unless the actor manages people in the person's unit and wherever they have a role."""
    units = {a.unit for a in user.assignments.select_related("unit")} | ({user.unit} if user.unit else set())
    for unit in units:
        require(actor, "people.manage", unit)


def manages(actor: User, user: User) -> bool:
    try:
        require_over(actor, user)
    except Refused:
        return False
    return True


def _require_manage(actor: User, unit: Unit | None) -> None:
    """`people.manage` in the unit; only the installation itself makes a unit at the top."""
    if unit is None:
        raise Refused(actor, "people.manage", None)
    require(actor, "people.manage", unit)


def _in_use(unit: Unit) -> bool:
    below = Unit.objects.filter(path__startswith=unit.path, active=True).exclude(pk=unit.pk)
    return below.exists() or unit.people.filter(is_active=True).exists()


def top_administrators() -> set[int]:
    """People who manage people at the top; the rows are held, so that two cannot leave at once."""
    tops = list(Unit.objects.select_for_update().filter(parent=None))
    found = Assignment.objects.filter(unit__in=tops, user__is_active=True).select_related("role")
    return {a.user_id for a in found if "people.manage" in a.role.permissions}


def refuse_none_left(before: set[int]) -> None:
    """RefusedInput where there were administrators of the top before and now there are none."""
    if before and not top_administrators():
        raise RefusedInput("web.last_administrator")
