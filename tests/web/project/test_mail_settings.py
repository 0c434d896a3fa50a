"""The mail server as the environment names it."""

import re

import pytest

from anlan.domain.errors import UsageError
from anlan.web.project.environment import mail_server


@pytest.fixture(autouse=True)
def _address(monkeypatch) -> None:
    monkeypatch.setenv("ANLAN_ADDRESS", "https://anlan.example.com")


@pytest.mark.parametrize(
    ("url", "port", "tls", "starttls"),
    [
        ("smtp+starttls://u:p%40ss@mail.example.com", 587, False, True),
        ("smtps://u:p%40ss@mail.example.com", 465, True, False),
        ("smtp://u:p%40ss@mail.example.com:2525", 2525, False, False),
    ],
)
def test_the_address_says_all(url: str, port: int, tls: bool, starttls: bool) -> None:
    server = mail_server(url, sender="a@example.com")
    assert server is not None
    assert (server.host, server.port, server.user, server.password) == ("mail.example.com", port, "u", "p@ss")
    assert (server.tls, server.starttls) == (tls, starttls)


def test_nothing_given_means_no_mail() -> None:
    assert mail_server("", sender="") is None


@pytest.mark.parametrize(
    ("url", "sender", "code"),
    [
        ("http://mail.example.com", "a@example.com", "web.mail_url"),
        ("smtp://", "a@example.com", "web.mail_url"),
        ("smtp://mail.example.com:x", "a@example.com", "web.mail_url"),
        ("smtp://mail.example.com", "", "web.mail_from"),
    ],
)
def test_what_does_not_fit_is_named(url: str, sender: str, code: str) -> None:
    with pytest.raises(UsageError, match=re.escape(code)):
        mail_server(url, sender=sender)


def test_links_need_an_address(monkeypatch) -> None:
    monkeypatch.delenv("ANLAN_ADDRESS")
    with pytest.raises(UsageError, match=r"web\.address"):
        mail_server("smtp://mail.example.com", sender="a@example.com")
