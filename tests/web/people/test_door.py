"""The way into the API: tokens and sessions, languages, allowances, and one shape for every refusal."""

import pytest
from django.core.cache import cache
from django.test import Client

from anlan.web.common.models import AuditEvent
from anlan.web.common.request import current_request
from anlan.web.people.models import ApiToken, User
from anlan.web.people.services import create_user
from anlan.web.people.tokens import revoke_token
from anlan.web.risks.services import create_risk
from web.conftest import PASSWORD

SHAPE = {"code", "message", "fields", "request_id"}


@pytest.fixture(autouse=True)
def fresh_minute() -> None:
    cache.clear()


def test_nobody_is_let_in_without_a_token_or_a_session(organisation) -> None:
    answer = Client().get("/api/v1/risks")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json().keys() == SHAPE
    assert answer.json()["request_id"] == answer["X-Request-Id"]


@pytest.mark.parametrize("header", ["Bearer anlan_wrong", "Basic abc", "Bearer", "é"])
def test_a_wrong_token_is_refused_even_beside_a_session(organisation, header: str) -> None:
    client = organisation.client("risk_manager")
    answer = client.get("/api/v1/me", headers={"Authorization": header})
    assert (answer.status_code, answer.json()["code"]) == (401, "token")


def test_a_token_acts_for_its_person_within_its_scopes(organisation) -> None:
    program = organisation.program("risk_manager", "risks.view")
    me = program.get("/api/v1/me").json()
    assert (me["username"], me["permissions"]) == ("risk_manager", {"risks.view": ["N"]})
    new = {"unit": "N", "title": "Queue", "category": "process"}
    refused = program.post("/api/v1/risks", new, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    denied = AuditEvent.objects.get(action="denied.risks.edit")
    assert (denied.result, denied.payload["source"], denied.payload["request_id"]) == (
        "denied", "api", refused["X-Request-Id"],
    )  # fmt: skip


def test_a_revoked_token_opens_nothing(organisation) -> None:
    program = organisation.program("risk_manager")
    assert program.get("/api/v1/me").status_code == 200
    revoke_token(ApiToken.objects.get(), actor=organisation.people["risk_manager"])
    assert program.get("/api/v1/me").status_code == 401


def test_what_a_program_does_stands_in_the_audit_as_its_doing(organisation) -> None:
    program = organisation.program("risk_manager")
    program.post(
        "/api/v1/risks", {"unit": "N", "title": "Queue", "category": "process"},
        content_type="application/json",
    )  # fmt: skip
    event = AuditEvent.objects.get(action="risks.risk.create")
    assert (event.payload["source"], event.actor.username) == ("api", "risk_manager")


def test_a_session_changes_nothing_without_its_csrf_token(organisation) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.get("/sign-in/")
    token = browser.cookies["csrftoken"].value
    browser.post(
        "/sign-in/",
        {"username": "risk_manager", "password": PASSWORD, "csrfmiddlewaretoken": token},
    )
    new = {"unit": "N", "title": "Queue", "category": "process"}
    refused = browser.post("/api/v1/risks", new, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf")
    headers = {"X-CSRFToken": browser.cookies["csrftoken"].value}
    made = browser.post("/api/v1/risks", new, content_type="application/json", headers=headers)
    assert made.status_code == 201
    assert browser.get("/api/v1/risks").status_code == 200


def test_a_password_that_serves_once_opens_no_endpoint(organisation) -> None:
    client = organisation.client("risk_manager")
    User.objects.filter(username="risk_manager").update(must_change_password=True)
    answer = client.get("/api/v1/risks")
    assert (answer.status_code, answer.json()["code"]) == (403, "password")


@pytest.mark.parametrize(
    ("header", "language", "word"),
    [
        ("en-GB,en;q=0.9,zh;q=0.1", "en", "sign-in"),
        ("zh-CN", "zh-hans", "登录"),
        ("fr, zh-TW", "zh-hans", "令牌"),
    ],
)
def test_refusals_speak_the_language_asked_for(organisation, header, language, word) -> None:
    answer = Client().get("/api/v1/risks", headers={"Accept-Language": header})
    assert answer["Content-Language"] == language
    assert word in answer.json()["message"]


def test_without_a_wish_the_person_s_own_language_is_spoken(organisation) -> None:
    client = organisation.client("risk_manager", language="en")
    assert "no such record" in client.get("/api/v1/risks/R-9999").json()["message"]
    assert "没有" in client.get("/api/v1/risks/R-9999", headers={"Accept-Language": "zh"}).json()["message"]


def test_the_minute_s_allowance_is_counted_for_each_token(organisation, settings) -> None:
    settings.API_REQUESTS_PER_MINUTE = 3
    one, other = organisation.program("risk_manager"), organisation.program("auditor")
    answers = [one.get("/api/v1/me") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert 0 < int(answers[3]["Retry-After"]) <= 60
    assert answers[3].json()["code"] == "too_many"
    assert other.get("/api/v1/me").status_code == 200


def test_guessing_tokens_ends_after_a_few(organisation, settings) -> None:
    settings.API_UNKNOWN_PER_MINUTE = 2
    header = {"Authorization": "Bearer anlan_guess"}
    assert [Client().get("/api/v1/me", headers=header).status_code for _ in range(3)] == [401, 401, 429]


@pytest.mark.parametrize(
    ("method", "address", "status", "code"),
    [
        ("get", "/api/v1/nowhere", 404, "address"),
        ("get", "/api/v1/risks/R-1%00", 422, "nul"),
        ("get", "/api/v1/risks?q=%00", 422, "nul"),
        ("delete", "/api/v1/risks", 405, "method"),
        ("get", "/api/v1/risks?page=0", 422, "invalid"),
        ("get", "/api/v1/risks?fields=code,colour", 422, "invalid"),
    ],
)
def test_every_refusal_has_the_one_shape(organisation, method, address, status, code) -> None:
    answer = getattr(organisation.program("risk_manager"), method)(address)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json().keys() == SHAPE


def test_what_is_no_json_is_refused(organisation) -> None:
    program = organisation.program("risk_manager")
    answer = program.post("/api/v1/risks", b"{not json", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "unreadable")
    huge = program.post("/api/v1/risks", b"[" + b" " * 6 * 2**20, content_type="application/json")
    assert (huge.status_code, huge.json()["code"]) == (413, "too_large")


def test_refused_values_are_named_with_what_is_accepted(organisation) -> None:
    program = organisation.program("risk_manager")
    given = {"unit": "nowhere", "title": "", "category": "weather", "colour": "red"}
    answer = program.post("/api/v1/risks", given, content_type="application/json")
    assert answer.status_code == 422
    fields = answer.json()["fields"]
    assert fields.keys() == {"title", "category", "colour"}
    assert "service_quality" in fields["category"]
    given = {"unit": "nowhere", "title": "Queue", "category": "process"}
    answer = program.post("/api/v1/risks", given, content_type="application/json")
    assert "nowhere" in answer.json()["fields"]["unit"]


def test_a_fault_says_nothing_but_its_number(organisation, monkeypatch) -> None:
    from anlan.web.risks import selectors

    monkeypatch.setattr(selectors, "view_counts", lambda *_, **__: 1 // 0)
    answer = organisation.program("risk_manager").get("/api/v1/risk-counts")
    assert (answer.status_code, answer.json()["code"]) == (500, "fault")
    assert "division" not in answer.content.decode()


def test_a_person_without_a_unit_gets_an_answer(organisation) -> None:
    lost = create_user(username="lost", name="Lost", password=PASSWORD, unit=organisation.north, actor=None)
    lost.unit = None
    lost.save()
    assert organisation.client(lost).get("/api/v1/me").json()["permissions"] == {}
    assert organisation.client(lost).get("/api/v1/criteria").status_code == 403


def test_outside_a_request_nothing_of_the_last_one_remains(organisation) -> None:
    organisation.program("risk_manager").get("/api/v1/me")
    assert current_request().source == "cli"
    assert create_risk(
        unit=organisation.north, title="x", category="process", source="report",
        actor=organisation.people["risk_manager"],
    ).code  # fmt: skip
