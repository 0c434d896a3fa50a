"""People and units as the API shows them and as programs say them."""

from typing import Annotated

from pydantic import Field

from anlan.web.common.rest.paging import Page
from anlan.web.common.rest.values import Code, Given, Line, Named, Shown, Text, named
from anlan.web.people.models import Role, Unit, User


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


class RoleFacts(Named):
    """A role and what it may. holders: people with an account in use who have it somewhere."""

    built_in: bool
    retired: bool
    permissions: list[str]
    holders: int


class RolePage(Page):
    items: list[RoleFacts]


class PersonShown(Shown):
    """A person with an account; roles: role and unit, as codes."""

    username: str
    name: str
    unit: str | None
    active: bool
    roles: list[RoleShown]


class PersonPage(Page):
    items: list[PersonShown]


class UnitContent(Given):
    """What is said of a unit; time_zone: such as Asia/Shanghai; currency: three letters."""

    name: Line
    name_en: Line = ""
    time_zone: Annotated[Text, Field(max_length=60)]
    currency: Annotated[Text, Field(max_length=3)] = ""


class NewUnit(UnitContent):
    """parent: code of the unit above; without time zone and currency the new unit takes the parent's."""

    code: Annotated[Text, Field(min_length=1, max_length=30)]
    parent: Code
    time_zone: Annotated[Text, Field(max_length=60)] = ""


class UnitChange(UnitContent):
    """All facts of a unit; active: false takes it out of use, where nothing below it is in use."""

    active: bool = True


class PersonContent(Given):
    """unit: code of the person's home unit."""

    name: Line
    email: Annotated[Text, Field(max_length=254)] = ""
    unit: Code


class NewPersonGiven(PersonContent):
    """role: code of a first role in the home unit; language: zh-hans or en."""

    username: Annotated[Text, Field(min_length=1, max_length=60)]
    role: Code | None = None
    language: Annotated[Text, Field(max_length=10)] = "zh-hans"


class RoleGiven(Given):
    """A role for the person in a unit and below."""

    role: Code
    unit: Code


class RoleContent(Given):
    """Names and permissions of a role of one's own."""

    name: Annotated[Text, Field(min_length=1, max_length=60)]
    name_en: Annotated[Text, Field(max_length=60)] = ""
    permissions: Annotated[list[Code], Field(min_length=1, max_length=100)]


class Retirement(Given):
    """retired: false lets the role be given again."""

    retired: bool = True


class NewParent(Given):
    """parent: code of the unit to stand below."""

    parent: Code


class PersonMade(PersonShown):
    """password: for once, shown now and kept nowhere; null where it did not change."""

    password: str | None = None


class OncePassword(Shown):
    """A password for once, shown now and kept nowhere."""

    password: str


def person_shown(user: User) -> dict[str, object]:
    roles = [{"role": a.role.code, "unit": a.unit.code} for a in user.assignments.all()]
    facts = {"username": user.username, "name": user.name, "active": user.is_active}
    return facts | {"unit": user.unit and user.unit.code, "roles": roles}


def unit_shown(unit: Unit, codes: dict[int, str]) -> dict[str, object]:
    facts = {name: getattr(unit, name) for name in ("time_zone", "currency", "active")}
    return {**named(unit), "parent": codes.get(unit.parent_id), **facts}


def role_facts(role: Role) -> dict[str, object]:
    """A role with its number of holders."""
    facts = {name: getattr(role, name) for name in ("built_in", "retired", "permissions", "holders")}
    return {"code": role.code, "name": role.name, "name_en": role.name_en, **facts}
