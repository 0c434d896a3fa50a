"""Custom roles: nobody gives what they have not, the built-in ones stay, the last administrator too."""

import pytest

from anlan.domain.errors import RefusedInput
from anlan.web.common.models import AuditEvent
from anlan.web.people import roles
from anlan.web.people.models import Assignment, Role, User
from anlan.web.people.permissions import PERMISSIONS, Refused, grants
from anlan.web.people.services import assign_role, create_user, withdraw_role
from web.conftest import PASSWORD


@pytest.fixture
def boss(organisation) -> User:
    """Administrator and risk manager of the top unit."""
    made = create_user(username="boss", name="沈安", password=PASSWORD, unit=organisation.root, actor=None)
    for role in ("administrator", "risk_manager"):
        assign_role(user=made, role=role, unit=organisation.root, actor=None)
    return made


def made(boss: User, *permissions: str, name: str = "复核员") -> Role:
    return roles.create_role(name=name, name_en="Reviewer", permissions=permissions, actor=boss)


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_every_permission_stands_in_one_group() -> None:
    shown = [permission for _, permissions in roles.grouped() for permission in permissions]
    assert sorted(shown) == sorted(PERMISSIONS)


def test_from_an_existing_role_to_a_person_and_back(organisation, boss) -> None:
    client = organisation.client(boss)
    page = client.get("/people/roles/new/?like=expert")
    assert page.context["form"].initial["permissions"] == Role.objects.get(code="expert").permissions
    answer = client.post("/people/roles/new/?like=expert", {
        "name": "复核员", "name_en": "Reviewer", "permissions": ["risks.view", "risks.review"],
    })  # fmt: skip
    role = Role.objects.get(built_in=False)
    assert answer["Location"] == f"/people/roles/{role.code}/"
    person = organisation.people["auditor"]
    given = {"role": role.pk, "unit": organisation.hall.pk}
    assert client.post(f"/people/{person.pk}/roles/", given).status_code == 302
    assert grants(fresh(person))["risks.review"] == (organisation.hall.path,)
    client.post(f"/people/roles/{role.code}/",
                {"name": "复核员", "name_en": "Reviewer", "permissions": ["risks.view"]})  # fmt: skip
    assert "risks.review" not in grants(fresh(person))
    client.post(f"/people/roles/{role.code}/retire/", {"retired": "1"})
    assert client.post(f"/people/{person.pk}/roles/", given).status_code == 422
    assert "risks.view" in grants(fresh(person)), "who has it keeps it"
    actions = AuditEvent.objects.filter(object_type="people.role").order_by("seq")
    assert [event.action for event in actions] == [
        "people.role.create", "people.role.change", "people.role.retire",
    ]  # fmt: skip
    assert actions[0].payload["reason"] == "expert"


def test_nobody_puts_into_a_role_what_they_have_not(organisation, boss) -> None:
    Assignment.objects.filter(user=boss, role__code="risk_manager").delete()
    only_administrator = fresh(boss)
    with pytest.raises(RefusedInput, match="role_not_held") as fault:
        made(only_administrator, "risks.view", "risks.approve")
    assert fault.value.parameters["found"] == ["risks.approve"]
    page = organisation.client(only_administrator, language="en").post(
        "/people/roles/new/", {"name": "x", "name_en": "x", "permissions": ["risks.approve"]}
    )
    assert page.status_code == 422
    assert "You do not hold these permissions" in page.content.decode()
    assert "Approve assessments" in page.content.decode()
    assert not Role.objects.filter(built_in=False).exists()


def test_what_a_role_had_stays_where_its_editor_lacks_it(organisation, boss) -> None:
    role = made(boss, "risks.view", "risks.approve")
    Assignment.objects.filter(user=boss, role__code="risk_manager").delete()
    changed = roles.change_role(
        role, name="新名", name_en="New", permissions=role.permissions, actor=fresh(boss)
    )
    assert changed.permissions == ["risks.view", "risks.approve"]
    with pytest.raises(RefusedInput, match="role_not_held"):
        roles.change_role(role, name="x", name_en="x", actor=fresh(boss),
                          permissions=[*role.permissions, "risks.review"])  # fmt: skip


def test_a_custom_role_is_given_by_who_holds_all_of_it(organisation, boss) -> None:
    role, person = made(boss, "risks.view", "risks.review"), organisation.people["expert"]
    administrator = organisation.people["administrator"]  # of north, without risks.review
    with pytest.raises(RefusedInput, match="role_not_held"):
        assign_role(user=person, role=role.code, unit=organisation.north, actor=administrator)
    new = {
        "username": "fresh",
        "name": "新",
        "unit": organisation.north.pk,
        "role": role.pk,
        "language": "en",
    }
    page = organisation.client(administrator, language="en").post("/people/new/", new)
    assert page.status_code == 422
    assert not User.objects.filter(username="fresh").exists(), "no account whose password nobody saw"
    assign_role(user=person, role="risk_manager", unit=organisation.north, actor=administrator)
    assign_role(user=person, role=role.code, unit=organisation.north, actor=boss)
    assert person.assignments.filter(role=role).exists()


def test_branches_read_roles_but_make_none(organisation, boss) -> None:
    administrator = organisation.people["administrator"]
    with pytest.raises(Refused):
        made(administrator, "risks.view")
    client = organisation.client("administrator")
    assert client.get("/people/roles/").status_code == 200
    assert client.post("/people/roles/new/", {"name": "x"}).status_code == 403
    role = made(boss, "risks.view")
    given = {"name": "x", "name_en": "x", "permissions": ["people.view"]}
    assert client.post(f"/people/roles/{role.code}/", given).status_code == 403
    assert Role.objects.get(pk=role.pk).name == "复核员"


def test_built_in_roles_are_only_read(organisation, boss) -> None:
    client = organisation.client(boss)
    assert "内置角色由程序规定" in client.get("/people/roles/expert/").content.decode()
    given = {"name": "x", "name_en": "x", "permissions": ["risks.view"]}
    client.post("/people/roles/expert/", given)
    client.post("/people/roles/expert/retire/", {"retired": "1"})
    kept = Role.objects.get(code="expert")
    assert (kept.name, kept.retired) == ("专家", False)
    with pytest.raises(RefusedInput, match="role_built_in"):
        roles.change_role(kept, actor=boss, **given)


def test_the_last_administrator_cannot_be_changed_away(organisation, boss) -> None:
    role = made(boss, "people.view", "people.manage")
    assign_role(user=boss, role=role.code, unit=organisation.root, actor=boss)
    withdraw_role(boss.assignments.get(role__code="administrator"), actor=fresh(boss))
    with pytest.raises(RefusedInput, match="last_administrator"):
        roles.change_role(role, name="x", name_en="x", permissions=["people.view"], actor=fresh(boss))
    with pytest.raises(RefusedInput, match="last_administrator"):
        withdraw_role(boss.assignments.get(role=role), actor=fresh(boss))


def test_programs_read_roles(organisation, boss) -> None:
    role = made(boss, "risks.view")
    program = organisation.program("auditor")
    listed = program.get("/api/v1/roles").json()
    assert listed["count"] == 8
    shown = program.get(f"/api/v1/roles/{role.code}").json()
    assert (shown["permissions"], shown["built_in"], shown["holders"]) == (["risks.view"], False, 0)
    assert program.get("/api/v1/roles/none").status_code == 404
    assert organisation.program("expert").get("/api/v1/roles").status_code == 403
