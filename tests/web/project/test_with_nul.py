"""The character NUL, which PostgreSQL refuses, is answered with a page instead of a fault of the server."""

from urllib.parse import urlencode

import pytest
from django.test import Client

PAGES = (
    "/risks/", "/people/", "/processes/", "/runs/", "/risks/candidates/", "/risks/criteria/", "/reports/",
    "/audit/", "/standards/", "/notices/",
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", ["q", "unit", "x%00"])
def test_no_page_takes_it_from_the_address(organisation, page: str, name: str) -> None:
    assert organisation.client("risk_manager").get(f"{page}?{name}=a%00b").status_code == 400


@pytest.mark.parametrize("path", ["/processes/P%00/", "/risks/R-1%00/", "/standards/%00/"])
def test_nor_from_the_path(organisation, path: str) -> None:
    assert organisation.client("auditor").get(path).status_code == 400


@pytest.mark.parametrize(("page", "given"), [
    ("/risks/criteria/edit/", {"unit": "N\0"}), ("/risks/criteria/picture/", {"unit": "\0", "name": "x"}),
    ("/standards/S-1/entries/1/withdraw/", {"reason": "a\0"}),
])  # fmt: skip
def test_nor_from_a_form(organisation, page: str, given: dict[str, str]) -> None:
    assert organisation.client("administrator").post(page, given).status_code == 400


@pytest.mark.parametrize(("language", "words"), [
    ("zh-hans", ("空字符", "请去掉后再试")), ("en", ("cannot be read", "Take it out")),
])  # fmt: skip
def test_the_page_says_why_and_what_to_do(organisation, language: str, words: tuple[str, ...]) -> None:
    page = organisation.client("auditor", language=language).get("/risks/?q=%00").content.decode()
    assert all(word in page for word in words)


def test_people_without_an_account_get_the_page_as_well(organisation) -> None:
    for path in ("/sign-in/?next=%00", "/risks/?q=%00", "/health/?x=%00"):
        assert Client().get(path).status_code == 400


def test_an_address_that_only_speaks_of_it_is_taken(organisation) -> None:
    query = urlencode({"q": "%00"})
    assert organisation.client("risk_manager").get(f"/risks/?{query}").status_code == 200
