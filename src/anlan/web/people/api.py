"""Endpoints of people: who one is, which units one sees; units, people and roles as the pages keep them.

What belongs to one's own account (password, second step, browsers, tokens) has no endpoint: a token that is
lost must not be able to take over the account it came from.
"""

from typing import Annotated, Any

from django import forms as django_forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status
from pydantic import Field

from anlan.web.common.rest.paging import Paging, paged
from anlan.web.common.rest.refusals import Refusal
from anlan.web.common.rest.repeats import SHOWN_ONCE
from anlan.web.common.rest.values import Code, Named, Shown, Text, named
from anlan.web.common.texts import text
from anlan.web.people import forms, moving, roles, services
from anlan.web.people.api_shapes import (
    NewParent,
    NewPersonGiven,
    NewUnit,
    OncePassword,
    PersonContent,
    PersonMade,
    PersonPage,
    PersonShown,
    Retirement,
    RoleContent,
    RoleFacts,
    RoleGiven,
    RolePage,
    UnitChange,
    UnitPage,
    UnitShown,
    person_shown,
    role_facts,
    unit_shown,
)
from anlan.web.people.lookup import unit_in
from anlan.web.people.models import Assignment, Role, Unit, User
from anlan.web.people.permissions import PERMISSIONS, grants, require, units_of
from anlan.web.people.roles import roles_with_holders
from anlan.web.people.selectors import people_of

router = Router(tags=["people"])


class Me(Shown):
    """permissions: permission -> codes of the units at the top of where it holds."""

    username: str
    name: str
    unit: Named | None
    language: str
    permissions: dict[str, list[str]]


class PeopleFilters(Paging):
    """q: part of the name or user name."""

    q: Annotated[Text, Field(max_length=80)] = ""


class UnitFilters(Paging):
    """permission: only units in which one has it."""

    permission: Code | None = None


@router.get("/me", response=Me)
def me(request: HttpRequest) -> dict[str, object]:
    user, held = request.user, grants(request.user)
    codes = dict(Unit.objects.filter(path__in={p for paths in held.values() for p in paths})
                 .values_list("path", "code"))  # fmt: skip
    return {
        "username": user.username,
        "name": user.name,
        "unit": named(user.unit),
        "language": user.language,
        "permissions": {name: [codes[path] for path in held[name]] for name in PERMISSIONS if name in held},
    }


@router.get("/units", response=UnitPage)
def list_units(request: HttpRequest, asked: Query[UnitFilters]) -> dict[str, object]:
    wanted = [asked.permission] if asked.permission else list(grants(request.user))
    seen = Unit.objects.none()
    for permission in wanted:
        seen = seen | units_of(request.user, permission)
    found = seen.distinct().order_by("path")
    codes = {unit.pk: unit.code for unit in found}
    return paged(request, found, asked, lambda unit: unit_shown(unit, codes))


@router.get("/people", response=PersonPage)
def list_people(request: HttpRequest, asked: Query[PeopleFilters]) -> dict[str, object]:
    require(request.user, "people.view")
    found = people_of(request.user)
    if asked.q.strip():
        found = found.filter(Q(name__icontains=asked.q.strip()) | Q(username__icontains=asked.q.strip()))
    return paged(request, found, asked, person_shown)


@router.post("/units", response={201: UnitShown})
def create_unit(request: HttpRequest, given: NewUnit, response: HttpResponse) -> Status[dict[str, object]]:
    require(request.user, "people.manage")
    parent = unit_in(request.user, given.parent, "people.manage")
    asked = given.model_dump() | {"parent": parent.pk, "time_zone": given.time_zone or parent.time_zone}
    fields = _checked(forms.UnitFacts(request.user, asked))
    made = services.create_unit(actor=request.user, **fields)
    response["Location"] = f"{request.path}/{made.code}"
    return Status(201, unit_shown(made, {parent.pk: parent.code}))


@router.put("/units/{code}", response=UnitShown)
def change_unit(request: HttpRequest, code: str, given: UnitChange) -> dict[str, object]:
    found = get_object_or_404(units_of(request.user, "people.view"), code=code)
    require(request.user, "people.manage", found)
    fields = _checked(forms.UnitFacts(request.user, given.model_dump(), unit=found))
    changed = services.change_unit(found, actor=request.user, **fields)
    seen = dict(units_of(request.user, "people.view").values_list("pk", "code"))
    return unit_shown(changed, seen)


@router.post("/people", response={201: PersonMade})
def create_person(
    request: HttpRequest, given: NewPersonGiven, response: HttpResponse
) -> Status[dict[str, object]]:
    require(request.user, "people.manage")
    unit = unit_in(request.user, given.unit, "people.manage")
    role = _role(given.role) if given.role else None
    asked = given.model_dump() | {"unit": unit.pk, "role": role.pk if role else None}
    fields = _checked(forms.PersonFacts(request.user, asked))
    made, password = services.make_person(actor=request.user, **fields)
    response["Location"] = f"{request.path}/{made.username}"
    response[SHOWN_ONCE] = "true"
    return Status(201, person_shown(made) | {"password": password})


@router.get("/people/{username}", response=PersonShown)
def get_person(request: HttpRequest, username: str) -> dict[str, object]:
    return person_shown(_person(request, username))


@router.put("/people/{username}", response=PersonShown)
def change_person(request: HttpRequest, username: str, given: PersonContent) -> dict[str, object]:
    found = _managed(request, username)
    unit = unit_in(request.user, given.unit, "people.manage")
    asked = given.model_dump() | {"unit": unit.pk}
    fields = _checked(forms.PersonFacts(request.user, asked, person=found))
    return person_shown(services.change_user(found, actor=request.user, **fields))


@router.post("/people/{username}/roles", response={201: PersonShown})
def give_role(request: HttpRequest, username: str, given: RoleGiven) -> Status[dict[str, object]]:
    found = _person(request, username)
    require(request.user, "people.manage")
    unit = unit_in(request.user, given.unit, "people.manage")
    services.assign_role(user=found, role=_role(given.role).code, unit=unit, actor=request.user)
    return Status(201, person_shown(_person(request, username)))


@router.delete("/people/{username}/roles/{role}/{unit}", response={204: None})
def withdraw_role(request: HttpRequest, username: str, role: str, unit: str) -> Status[None]:
    found = _person(request, username)
    assignment = get_object_or_404(Assignment, user=found, role__code=role, unit__code=unit)
    services.withdraw_role(assignment, actor=request.user)
    return Status(204, None)


@router.post("/people/{username}/close", response=PersonShown)
def close_account(request: HttpRequest, username: str) -> dict[str, object]:
    return _set_active(request, username, active=False)


@router.post("/people/{username}/open", response=PersonShown)
def open_account(request: HttpRequest, username: str) -> dict[str, object]:
    return _set_active(request, username, active=True)


@router.post("/people/{username}/password", response={201: OncePassword})
def reset_password(request: HttpRequest, username: str, response: HttpResponse) -> Status[dict[str, str]]:
    response[SHOWN_ONCE] = "true"
    return Status(201, {"password": services.reset_password(_managed(request, username), actor=request.user)})


@router.delete("/people/{username}/second-step", response={204: None})
def reset_factor(request: HttpRequest, username: str) -> Status[None]:
    services.reset_factor(_managed(request, username), actor=request.user)
    return Status(204, None)


@router.get("/roles", response=RolePage)
def list_roles(request: HttpRequest, asked: Query[Paging]) -> dict[str, object]:
    require(request.user, "people.view")
    return paged(request, roles_with_holders(), asked, role_facts)


@router.get("/roles/{code}", response=RoleFacts)
def get_role(request: HttpRequest, code: str) -> dict[str, object]:
    require(request.user, "people.view")
    return role_facts(get_object_or_404(roles_with_holders(), code=code))


@router.post("/roles", response={201: RoleFacts})
def create_role(
    request: HttpRequest, given: RoleContent, response: HttpResponse
) -> Status[dict[str, object]]:
    made = roles.create_role(actor=request.user, **given.model_dump())
    response["Location"] = f"{request.path}/{made.code}"
    return Status(201, role_facts(roles_with_holders().get(pk=made.pk)))


@router.put("/roles/{code}", response=RoleFacts)
def change_role(request: HttpRequest, code: str, given: RoleContent) -> dict[str, object]:
    found = get_object_or_404(Role, code=code)
    roles.change_role(found, actor=request.user, **given.model_dump())
    return role_facts(roles_with_holders().get(pk=found.pk))


@router.post("/roles/{code}/retire", response=RoleFacts)
def retire_role(request: HttpRequest, code: str, given: Retirement) -> dict[str, object]:
    found = get_object_or_404(Role, code=code)
    roles.retire_role(found, retired=given.retired, actor=request.user)
    return role_facts(roles_with_holders().get(pk=found.pk))


@router.post("/units/{code}/move", response=UnitShown)
def move_unit(request: HttpRequest, code: str, given: NewParent) -> dict[str, object]:
    found = get_object_or_404(units_of(request.user, "people.view"), code=code)
    require(request.user, "people.manage", found)
    parent = unit_in(request.user, given.parent, "people.manage")
    moved = moving.move_unit(found, parent, actor=request.user)
    return unit_shown(moved, dict(units_of(request.user, "people.view").values_list("pk", "code")))


def _set_active(request: HttpRequest, username: str, *, active: bool) -> dict[str, object]:
    found = _managed(request, username)
    services.set_active(found, active=active, actor=request.user)
    return person_shown(found)


def _person(request: HttpRequest, username: str) -> User:
    return get_object_or_404(people_of(request.user), username=username)


def _managed(request: HttpRequest, username: str) -> User:
    """The person, where the caller manages people in all units that person has to do with."""
    found = _person(request, username)
    services.require_over(request.user, found)
    return found


def _role(code: str) -> Role:
    found = Role.objects.filter(code=code).first()
    if found is None:
        known = ", ".join(Role.objects.order_by("id").values_list("code", flat=True))
        fault = text("api.values.choice", found=code[:80], known=known)
        raise Refusal(422, "invalid", fields={"role": fault}, n=1)
    return found


def _checked(form: django_forms.Form) -> dict[str, Any]:
    """What the form makes of it; a Refusal names every field that is wrong."""
    if not form.is_valid():
        faults = {name: " ".join(str(e) for e in errors) for name, errors in form.errors.items()}
        raise Refusal(422, "invalid", fields=faults, n=len(faults))
    return dict(form.cleaned_data)
