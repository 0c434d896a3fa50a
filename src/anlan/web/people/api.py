"""Endpoints of people: who one is, which units one sees."""

from typing import Annotated

from django.db.models import Q
from django.http import HttpRequest
from ninja import Query, Router
from pydantic import Field

from anlan.web.common.rest.paging import Page, Paging, paged
from anlan.web.common.rest.values import Code, Named, Shown, Text, named
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import PERMISSIONS, grants, require, units_of
from anlan.web.people.selectors import people_of

router = Router(tags=["people"])


class Me(Shown):
    """permissions: permission -> codes of the units at the top of where it holds."""

    username: str
    name: str
    unit: Named | None
    language: str
    permissions: dict[str, list[str]]


class UnitShown(Named):
    """parent: code of the unit above, where one may see it."""

    parent: str | None
    time_zone: str
    currency: str
    active: bool


class UnitPage(Page):
    items: list[UnitShown]


class RoleShown(Shown):
    """A role given for a unit and what is below it."""

    role: str
    unit: str


class PersonShown(Shown):
    """A person with an account; roles: role and unit, as codes."""

    username: str
    name: str
    unit: str | None
    active: bool
    roles: list[RoleShown]


class PersonPage(Page):
    items: list[PersonShown]


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
    return paged(request, found, asked, lambda unit: _shown(unit, codes))


@router.get("/people", response=PersonPage)
def list_people(request: HttpRequest, asked: Query[PeopleFilters]) -> dict[str, object]:
    require(request.user, "people.view")
    found = people_of(request.user)
    if asked.q.strip():
        found = found.filter(Q(name__icontains=asked.q.strip()) | Q(username__icontains=asked.q.strip()))
    return paged(request, found, asked, _person_shown)


def _person_shown(user: User) -> dict[str, object]:
    roles = [{"role": a.role.code, "unit": a.unit.code} for a in user.assignments.all()]
    facts = {"username": user.username, "name": user.name, "active": user.is_active}
    return facts | {"unit": user.unit and user.unit.code, "roles": roles}


def _shown(unit: Unit, codes: dict[int, str]) -> dict[str, object]:
    facts = {name: getattr(unit, name) for name in ("time_zone", "currency", "active")}
    return {**named(unit), "parent": codes.get(unit.parent_id), **facts}
