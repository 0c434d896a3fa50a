"""What a program is refused leaves nothing behind, and what is shown once is kept nowhere."""

import json

import pytest
from django.core.cache import cache
from django.test import Client

from anlan.web.common.models import KeptAnswer
from anlan.web.people import roles
from anlan.web.people.models import Unit, User
from anlan.web.people.moving import LONGEST_PATH
from anlan.web.people.services import assign_role, create_user
from anlan.web.risks.models import CustomField, SavedView
from web.conftest import PASSWORD

KEYED = {"content_type": "application/json", "headers": {"Idempotency-Key": "k1"}}
JSON = {"content_type": "application/json"}
NEW = {"username": "new.hand", "name": "新人", "unit": "NH"}


@pytest.fixture(autouse=True)
def fresh_minute() -> None:
    cache.clear()


@pytest.fixture
def program(organisation) -> Client:
    return organisation.program("administrator")


@pytest.mark.parametrize("address", ["/api/v1/people", "/api/v1/people/auditor/password"])
def test_a_password_for_once_is_kept_under_no_key(program, address: str) -> None:
    made = program.post(address, NEW if address.endswith("people") else {}, **KEYED)
    assert made.status_code == 201
    password, username = made.json()["password"], made.json().get("username", "auditor")
    assert User.objects.get(username=username).check_password(password)
    assert not KeptAnswer.objects.exists()


def test_an_account_whose_role_is_refused_is_not_made(organisation, program) -> None:
    boss = create_user(username="boss", name="沈安", password=PASSWORD, unit=organisation.root, actor=None)
    for role in ("administrator", "risk_manager"):
        assign_role(user=boss, role=role, unit=organisation.root, actor=None)
    role = roles.create_role(name="复核", name_en="Reviewer", permissions=["risks.review"], actor=boss)
    given = NEW | {"role": role.code, "email": "a@example.org"}
    for how in (JSON, KEYED):
        refused = program.post("/api/v1/people", given, **how)
        assert (refused.status_code, refused.json()["code"]) == (422, "web.role_not_held")
        assert not User.objects.filter(username="new.hand").exists()
    assert program.post("/api/v1/people", NEW, **JSON).status_code == 201


def test_one_token_is_not_told_what_another_was_answered(organisation) -> None:
    given = {"unit": "N", "title": "Queue at noon", "category": "process"}
    whole, narrow = organisation.program("risk_manager"), organisation.program("risk_manager", "risks.view")
    made = whole.post("/api/v1/risks", given, **KEYED)
    assert (made.status_code, whole.post("/api/v1/risks", given, **KEYED).json()) == (201, made.json())
    other = narrow.post("/api/v1/risks", given, **KEYED)
    assert (other.status_code, other.json()["code"]) == (422, "repeat_other")


@pytest.mark.parametrize("bound", ["NaN", "Infinity", "-Infinity", "1e999"])
@pytest.mark.parametrize("end", ["least", "most"])
def test_no_bound_of_an_own_field_is_endless(organisation, bound: str, end: str) -> None:
    manager = organisation.program("risk_manager")
    body = f'{{"unit": "N", "key": "load", "kind": "number", "label": "负荷", "{end}": {bound}}}'
    refused = manager.post("/api/v1/own-fields", body, **JSON)
    assert (refused.status_code, list(refused.json()["fields"])) == (422, [end])
    assert not CustomField.objects.exists()
    manager.post("/api/v1/own-fields", body.replace(bound, "5"), **JSON)
    change = {"content_type": "application/json", "headers": {"If-Match": "*"}}
    changed = manager.patch("/api/v1/own-fields/load", f'{{"{end}": {bound}}}', **change)
    assert (changed.status_code, list(changed.json()["fields"])) == (422, [end])


@pytest.mark.parametrize(("address", "field"), [
    ("workshops", "cases_per_year"), ("workshops", "usual_duration_min"), ("runs", "parameters"),
])  # fmt: skip
def test_no_other_number_is_endless(organisation, address: str, field: str) -> None:
    value = '{"seed": Infinity}' if field == "parameters" else "Infinity"
    refused = organisation.program("risk_manager").post(
        f"/api/v1/{address}", f'{{"{field}": {value}}}', **JSON
    )
    assert refused.status_code == 422
    assert any(name.split(".")[0] == field for name in refused.json()["fields"])


def test_a_unit_too_deep_is_refused_by_program_and_page(organisation, program) -> None:
    room = "9" * (LONGEST_PATH - len(organisation.hall.path) - 1)
    Unit.objects.filter(pk=organisation.hall.pk).update(path=f"{organisation.hall.path}{room}/")
    given = {"code": "Z", "name": "最深", "parent": "NH"}
    refused = program.post("/api/v1/units", given, **JSON)
    assert (refused.status_code, refused.json()["code"]) == (422, "web.unit_deep")
    facts = {"code": "Z", "name": "最深", "parent": organisation.hall.pk, "time_zone": "Asia/Shanghai",
             "currency": "CNY", "active": "on"}  # fmt: skip
    page = organisation.client("administrator").post("/people/units/new/", facts)
    assert "“最深”在这里层级太深" in page.content.decode()
    assert not Unit.objects.filter(code="Z").exists()


@pytest.mark.parametrize(("length", "status"), [(60, 200), (61, 422), (300, 422)])
def test_a_name_too_long_for_a_view_is_refused_not_cut(organisation, length: int, status: int) -> None:
    manager = organisation.program("risk_manager")
    answer = manager.put(f"/api/v1/register-views/{'v' * length}", {"query": "view=due"}, **JSON)
    assert answer.status_code == status
    assert SavedView.objects.count() == (status == 200)
    if status == 422:
        assert f"{length} characters, at most 60" in answer.json()["message"]


_EITHER = "must be a text or must be a whole number or must be a number or must be true or false"


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"sla": [1]}, "parameters.sla", _EITHER),
        ({"float": {}}, "parameters.float", _EITHER),
        ({"sla": "\ud800"}, "parameters.sla", "contains characters that are not text"),
    ],
)
def test_a_value_that_may_be_of_several_kinds_is_named_as_it_was_written(
    program, given, field, words
) -> None:
    asked = json.dumps({"process": "P-1", "study": "assess", "parameters": given})
    told = program.post("/api/v1/runs", asked, content_type="application/json").json()
    assert (told["code"], told["fields"]) == ("invalid", {field: words})
