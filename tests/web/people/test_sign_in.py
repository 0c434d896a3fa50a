"""Sign-in: the door is shut by default, locks after failures, and speaks the visitor's language."""

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.test import Client

from anlan.web.common.models import AuditEvent
from web.conftest import PASSWORD


def test_every_page_asks_for_a_sign_in_first(organisation) -> None:
    answer = Client().get("/?x=1")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/?next=")


def test_the_right_password_opens_the_cockpit(organisation) -> None:
    client = Client()
    answer = client.post("/sign-in/", {"username": "risk_manager", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/").status_code == 200
    assert AuditEvent.objects.filter(action="people.sign_in", result="ok").exists()


def test_five_failures_lock_even_the_right_password(organisation) -> None:
    client = Client()
    for _ in range(5):
        client.post("/sign-in/", {"username": "expert", "password": "wrong"})
    assert client.post("/sign-in/", {"username": "expert", "password": PASSWORD}).status_code == 429
    assert client.post("/sign-in/", {"username": "auditor", "password": PASSWORD}).status_code == 302


@pytest.mark.parametrize("name", ["a\0b", "\0", "x" * 151, "x" * 400])
def test_a_name_that_nobody_can_have_is_a_wrong_one_and_never_looked_up(organisation, name: str) -> None:
    answer = Client().post("/sign-in/", {"username": name, "password": "wrong"})
    assert answer.status_code == 401
    assert "用户名或密码" in answer.content.decode()
    assert not AccessAttempt.objects.exists()
    assert not AccessFailureLog.objects.exists()
    denied = AuditEvent.objects.get(action="people.sign_in", result="denied")
    assert denied.payload["reason"] == name.replace("\0", "")[:80]


@pytest.mark.parametrize(("accepted", "word"), [("zh-CN,zh;q=0.9", "登录"), ("en-GB,en;q=0.8", "Sign in")])
def test_the_sign_in_page_follows_the_browser(organisation, accepted: str, word: str) -> None:
    page = Client().get("/sign-in/", headers={"accept-language": accepted}).content.decode()
    assert word in page


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "javascript:alert(1)"])
def test_sign_in_never_sends_people_elsewhere(organisation, elsewhere: str) -> None:
    answer = Client().post("/sign-in/", {"username": "expert", "password": PASSWORD, "next": elsewhere})
    assert answer["Location"] == "/"


def test_a_page_allows_no_script_from_elsewhere(organisation) -> None:
    policy = organisation.client("expert").get("/")["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "default-src 'none'" in policy


def test_language_is_the_persons_own_and_can_be_changed(organisation) -> None:
    client = organisation.client("expert")
    assert "驾驶舱" in client.get("/").content.decode()
    client.post("/look/", {"language": "en", "back": "/"})
    assert "Cockpit" in client.get("/", headers={"accept-language": "zh"}).content.decode()
