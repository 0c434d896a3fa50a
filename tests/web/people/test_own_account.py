"""One's own account: second step, browsers, password, tokens."""

import time
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from anlan.web.common.models import AuditEvent
from anlan.web.people import second_factor
from anlan.web.people.models import SecondFactor, SignedIn, User
from anlan.web.people.second_factor import begin, code_at, confirm, secret_of
from anlan.web.people.tokens import authenticate
from web.conftest import PASSWORD


def _now() -> int:
    return int(time.time()) // 30


def _with_factor(user: User) -> tuple[SecondFactor, list[str]]:
    """Switched on a period ago, so that the present code is not used up."""
    factor = begin(user)
    codes = confirm(user, code_at(secret_of(factor), _now()))
    SecondFactor.objects.update(last_step=_now() - 2)
    return SecondFactor.objects.get(user=user), codes


def _half_in(username: str = "expert") -> Client:
    browser = Client()
    answer = browser.post("/sign-in/", {"username": username, "password": PASSWORD, "next": "/risks/"})
    assert answer["Location"] == "/sign-in/code/"
    return browser


def _code(browser: Client, code: str) -> int:
    return browser.post("/sign-in/code/", {"code": code}).status_code


def test_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B, SHA-1: the last six of the eight digits given there."""
    secret = b"12345678901234567890"
    published = {59: "94287082", 1111111109: "07081804", 1234567890: "89005924", 20000000000: "65353130"}
    for at_s, digits in published.items():
        assert code_at(secret, at_s // 30) == digits[-6:]


def test_the_password_alone_opens_nothing(organisation) -> None:
    factor, _ = _with_factor(organisation.people["expert"])
    browser = _half_in()
    assert browser.get("/").status_code == 302
    assert browser.get("/me/").status_code == 302
    assert _code(browser, "000000") == 401
    answer = browser.post("/sign-in/code/", {"code": code_at(secret_of(factor), _now())})
    assert (answer.status_code, answer["Location"]) == (302, "/risks/")
    assert browser.get("/").status_code == 200


def test_a_code_holds_once_and_not_long_after(organisation) -> None:
    factor, _ = _with_factor(organisation.people["expert"])
    code = code_at(secret_of(factor), _now())
    assert _code(_half_in(), code) == 302
    assert _code(_half_in(), code) == 401
    assert _code(_half_in(), code_at(secret_of(factor), _now() - 3)) == 401


def test_a_recovery_code_opens_once(organisation) -> None:
    _, codes = _with_factor(organisation.people["expert"])
    assert _code(_half_in(), codes[3].upper()) == 302
    assert _code(_half_in(), codes[3]) == 401
    assert len(SecondFactor.objects.get().recovery) == 9
    assert AuditEvent.objects.filter(action="people.factor.recovery").exists()


def test_five_failures_close_the_step_even_for_the_right_code(organisation) -> None:
    factor, codes = _with_factor(organisation.people["expert"])
    for _ in range(5):
        last = _code(_half_in(), "123 456")
    assert last == 429
    assert _code(_half_in(), code_at(secret_of(factor), _now())) == 429
    assert _code(_half_in(), codes[0]) == 429
    SecondFactor.objects.update(locked_until=timezone.now() - timedelta(seconds=1))
    assert _code(_half_in(), codes[0]) == 302


def test_the_code_is_asked_within_five_minutes(organisation, monkeypatch) -> None:
    factor, _ = _with_factor(organisation.people["expert"])
    browser = _half_in()
    later = time.time() + 301
    monkeypatch.setattr("anlan.web.people.door_views.time.time", lambda: later)
    answer = browser.post("/sign-in/code/", {"code": code_at(secret_of(factor), int(later) // 30)})
    assert answer["Location"] == "/sign-in/"


def test_setting_up_needs_a_code_and_shows_recovery_codes_once(organisation) -> None:
    client, user = organisation.client("expert"), organisation.people["expert"]
    page = client.get("/me/second-step/").content.decode()
    assert '<svg class="square"' in page
    assert client.post("/me/second-step/", {"code": "000000"}).status_code == 422
    assert not second_factor.is_on(user)
    factor = SecondFactor.objects.get(user=user)
    shown = client.post("/me/second-step/", {"code": code_at(secret_of(factor), _now())})
    assert len(shown.context["codes"]) == 10
    assert second_factor.is_on(user)
    kept = str(SecondFactor.objects.values().get())
    assert not [code for code in shown.context["codes"] if code in kept]
    assert secret_of(factor).hex() not in kept


def test_switching_off_asks_for_the_password(organisation) -> None:
    user, client = organisation.people["expert"], organisation.client("expert")
    _with_factor(user)
    client.post("/me/second-step/off/", {"present": "wrong"})
    assert second_factor.is_on(user)
    renewed = client.post("/me/second-step/codes/", {"present": PASSWORD})
    assert len(renewed.context["codes"]) == 10
    client.post("/me/second-step/off/", {"present": PASSWORD})
    assert not second_factor.is_on(user)


def _signed_in(username: str = "expert") -> Client:
    browser = Client(headers={"user-agent": "Calm Browser 1"})
    browser.post("/sign-in/", {"username": username, "password": PASSWORD})
    return browser


def test_another_browser_of_ones_own_is_ended_and_nobody_elses(organisation) -> None:
    here, there, stranger = _signed_in(), _signed_in(), _signed_in("auditor")
    assert here.get("/me/").content.decode().count("Calm Browser 1") == 2
    other = SignedIn.objects.get(key=there.session.session_key)
    foreign = SignedIn.objects.get(key=stranger.session.session_key)
    assert here.post(f"/me/sign-ins/{foreign.pk}/end/").status_code == 404
    here.post(f"/me/sign-ins/{other.pk}/end/")
    assert [c.get("/").status_code for c in (here, there, stranger)] == [200, 302, 200]


def test_a_new_password_signs_every_other_browser_out(organisation) -> None:
    here, there = _signed_in(), _signed_in()
    wrong = {"present": "wrong", "password": "own-calm-9x", "again": "own-calm-9x"}
    assert here.post("/me/password/", wrong).status_code == 422
    assert here.post("/me/password/", wrong | {"present": PASSWORD, "again": "other"}).status_code == 422
    short = here.post("/me/password/", {"present": PASSWORD, "password": "12345", "again": "12345"})
    assert "至少 10 个字符" in short.content.decode()
    here.post("/me/password/", wrong | {"present": PASSWORD})
    assert [c.get("/").status_code for c in (here, there)] == [200, 302]
    assert [s.key for s in SignedIn.objects.all()] == [here.session.session_key]


def test_when_a_browser_was_used_is_noted_every_five_minutes(organisation) -> None:
    browser = _signed_in()
    before = timezone.now() - timedelta(hours=1)
    SignedIn.objects.update(seen_at=before)
    browser.get("/")
    assert SignedIn.objects.get().seen_at == before
    session = browser.session
    session["seen"] -= 301
    session.save()
    browser.get("/")
    assert SignedIn.objects.get().seen_at > before


def test_a_token_is_shown_once_and_revoked_by_its_owner(organisation) -> None:
    client = organisation.client("risk_manager")
    answer = client.post("/me/tokens/", {"name": "月报", "days": 30, "scopes": ["risks.view"]})
    shown = answer.context["shown"]
    assert authenticate(shown).scopes == {"risks.view"}
    assert shown not in client.get("/me/").content.decode()
    beyond = client.post("/me/tokens/", {"name": "x", "days": 30, "scopes": ["people.manage"]})
    assert beyond.status_code == 422
    token = answer.context["made"]
    assert organisation.client("auditor").post(f"/me/tokens/{token.pk}/revoke/").status_code == 404
    client.post(f"/me/tokens/{token.pk}/revoke/")
    assert authenticate(shown) is None


@pytest.mark.parametrize(("language", "word"), [("en", "Saved."), ("zh-hans", "已保存。")])
def test_the_profile_is_changed_at_once(organisation, language: str, word: str) -> None:
    client = organisation.client("expert")
    answer = client.post("/me/", {"name": "何晓", "language": language, "theme": "dark"}, follow=True)
    assert organisation.people["expert"].__class__.objects.get(username="expert").theme == "dark"
    assert answer.status_code == 200
