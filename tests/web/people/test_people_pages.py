"""Units, people and roles on pages: within one's units, never above oneself, never the last administrator."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from anlan.domain.errors import RefusedInput
from anlan.web.common.models import AuditEvent
from anlan.web.people.models import Assignment, Role, Unit, User
from anlan.web.people.permissions import Refused
from anlan.web.people.services import (
    assign_role,
    create_user,
    reset_password,
    set_active,
    withdraw_role,
)
from web.conftest import PASSWORD


def _top_administrator(organisation, name: str = "boss") -> User:
    boss = create_user(username=name, name=name, password=PASSWORD, unit=organisation.root, actor=None)
    assign_role(user=boss, role="administrator", unit=organisation.root, actor=None)
    return boss


def test_the_tree_shows_the_units_below_with_people_and_roles(organisation) -> None:
    page = organisation.client("administrator").get("/people/").content.decode()
    assert "江北营业厅" in page
    assert "outsider" not in page
    assert "流程/节点负责人" in page


@pytest.mark.parametrize(("word", "found"), [("审计", ["审计员"]), ("江北营业厅", []), ("nobody", [])])
def test_a_search_narrows_the_tree(organisation, word: str, found: list[str]) -> None:
    tree = organisation.client("administrator").get("/people/", {"q": word}).context["tree"]
    assert [p.name for branch in tree.branches for p in branch.people] == found
    assert bool(tree.branches) == (word != "nobody")


def test_more_people_cost_no_more_queries(organisation) -> None:
    client, counts = organisation.client("administrator"), []
    for n in (3, 30):
        for i in range(n):
            user = User.objects.create(username=f"u{n}-{i}", name=f"u{i}", unit=organisation.hall)
            Assignment.objects.create(user=user, role=Role.objects.get(code="expert"), unit=organisation.hall)
        with CaptureQueriesContext(connection) as queries:
            client.get("/people/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 10


def test_a_new_person_gets_a_password_for_once_and_sets_an_own_one(organisation) -> None:
    given = {"username": "wang.li", "name": "王莉", "unit": organisation.hall.pk, "language": "zh-hans",
             "role": Role.objects.get(code="expert").pk, "email": "wang@example.org"}  # fmt: skip
    answer = organisation.client("administrator").post("/people/new/", given)
    password = answer.context["password"]
    assert password in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    browser = Client()
    browser.post("/sign-in/", {"username": "wang.li", "password": password})
    assert browser.get("/")["Location"] == "/me/password/"
    change = {"present": password, "password": "own-calm-9x", "again": "own-calm-9x"}
    assert browser.post("/me/password/", change).status_code == 302
    assert browser.get("/").status_code == 200
    assert password not in str(list(AuditEvent.objects.values_list("payload", flat=True)))


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [("username", "expert", "已被使用"), ("username", "a b", "例如 wang.li"), ("unit", "0", "")],
)
def test_a_refused_form_says_what_is_accepted(organisation, field: str, value: str, word: str) -> None:
    given = {"username": "x", "name": "x", "unit": organisation.hall.pk, "language": "en"} | {field: value}
    answer = organisation.client("administrator").post("/people/new/", given)
    assert answer.status_code == 422
    assert word in answer.content.decode()


def test_units_are_made_below_and_changed(organisation) -> None:
    client = organisation.client("administrator")
    given = {"code": "NH2", "name": "二厅", "parent": organisation.hall.pk, "time_zone": "Asia/Tokyo"}
    client.post("/people/units/new/", given)
    made = Unit.objects.get(code="NH2")
    assert (made.path, made.time_zone) == (f"{organisation.hall.path}{made.pk}/", "Asia/Tokyo")
    client.post("/people/units/NH2/", {"name": "第二厅", "time_zone": "Asia/Shanghai"})
    made.refresh_from_db()
    assert (made.name, made.active) == ("第二厅", False)
    bad = client.post("/people/units/new/", given | {"code": "NH3", "time_zone": "Mars/Base"})
    assert (bad.status_code, "Mars/Base" in bad.content.decode()) == (422, True)
    assert client.post("/people/units/new/", given | {"code": "nh"}).status_code == 422
    assert client.post("/people/units/N/", {"name": "北", "time_zone": "UTC"}).status_code == 422  # in use


def test_nobody_makes_or_reaches_units_outside_their_own(organisation) -> None:
    client = organisation.client("administrator")
    given = {"code": "S2", "name": "x", "time_zone": "UTC"}
    assert client.post("/people/units/new/", given | {"parent": organisation.south.pk}).status_code == 422
    assert client.get("/people/units/S/").status_code == 404
    assert client.get(f"/people/{organisation.outsider.pk}/").status_code == 404
    role = {"role": Role.objects.get(code="expert").pk, "unit": organisation.root.pk}
    person = organisation.people["expert"].pk
    assert client.post(f"/people/{person}/roles/", role).status_code == 422


def test_whoever_has_a_role_above_cannot_be_taken_over_from_below(organisation) -> None:
    """A person of the branch with a role at the top: the branch's administrator is no way to that role."""
    chief = organisation.people["executive"]
    assign_role(user=chief, role="administrator", unit=organisation.root, actor=None)
    client, actor = organisation.client("administrator"), organisation.people["administrator"]
    for action in ("reset-password", "deactivate", "reset-factor"):
        assert client.post(f"/people/{chief.pk}/do/{action}/").status_code == 403
    with pytest.raises(Refused):
        reset_password(chief, actor=actor)
    assert client.post(f"/people/{chief.pk}/", {"name": "x", "unit": organisation.hall.pk}).status_code == 403
    chief.refresh_from_db()
    assert chief.check_password(PASSWORD)


def test_the_last_administrator_at_the_top_stays(organisation) -> None:
    boss = _top_administrator(organisation)
    with pytest.raises(RefusedInput, match="last_administrator"):
        set_active(boss, active=False, actor=boss)
    with pytest.raises(RefusedInput, match="last_administrator"):
        withdraw_role(boss.assignments.get(), actor=boss)
    boss.refresh_from_db()
    assert (boss.is_active, boss.assignments.count()) == (True, 1)
    other = _top_administrator(organisation, "second")
    set_active(boss, active=False, actor=other)
    assert not User.objects.get(username="boss").is_active


def test_a_closed_account_is_out_at_once(organisation) -> None:
    browser = Client()
    browser.post("/sign-in/", {"username": "expert", "password": PASSWORD})
    assert browser.get("/").status_code == 200
    person = organisation.people["expert"]
    organisation.client("administrator").post(f"/people/{person.pk}/do/deactivate/")
    assert browser.get("/").status_code == 302
    assert browser.post("/sign-in/", {"username": "expert", "password": PASSWORD}).status_code == 401


def test_a_reset_password_ends_the_old_one_and_its_browsers(organisation) -> None:
    browser = Client()
    browser.post("/sign-in/", {"username": "expert", "password": PASSWORD})
    person = organisation.people["expert"]
    answer = organisation.client("administrator").post(f"/people/{person.pk}/do/reset-password/")
    assert browser.get("/").status_code == 302
    person.refresh_from_db()
    assert person.check_password(answer.context["password"])
    assert not person.check_password(PASSWORD)


def test_roles_are_given_and_taken_on_the_page(organisation) -> None:
    client, person = organisation.client("administrator"), organisation.people["expert"]
    role = {"role": Role.objects.get(code="auditor").pk, "unit": organisation.hall.pk}
    client.post(f"/people/{person.pk}/roles/", role)
    made = person.assignments.get(role__code="auditor")
    assert made.unit == organisation.hall
    client.post(f"/people/{person.pk}/roles/{made.pk}/withdraw/")
    assert not person.assignments.filter(role__code="auditor").exists()
    assert AuditEvent.objects.filter(action="people.role.withdraw").exists()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_renders_in_both_languages(organisation, language: str) -> None:
    client, person = organisation.client("administrator", language=language), organisation.people["expert"]
    for address in ("/people/", "/people/new/", "/people/units/new/", "/people/units/NH/", "/me/",
                    f"/people/{person.pk}/", "/me/password/", "/me/second-step/"):  # fmt: skip
        page = client.get(address)
        assert page.status_code == 200, address
        main = page.content.decode().split("<main", 1)[1]
        words = re.sub(r"<[^>]*>", " ", main)
        assert "people." not in words.replace("people.fields", ""), address
        if language == "en":
            left = re.findall(r"[\u4e00-\u9fff]+", words)
            named = {
                "中文",
                *re.findall(r"[\u4e00-\u9fff]+", " ".join(User.objects.values_list("name", flat=True))),
            }
            assert set(left) <= named, (address, left)
