"""The system's Chromium against a live server; skipped where there is none."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest

from anlan.formats.messages import messages
from anlan.web.people.models import User
from web.conftest import PASSWORD

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    playwright = pytest.importorskip("playwright.sync_api")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # the browser's driver runs an event loop of its own
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(chromium, live_server) -> Iterator[Callable]:
    """A page of a fresh browser; faults that the page reports fail the test."""
    contexts, faults = [], []

    def opened(*, language: str = "zh-CN", width: int = 1440, height: int = 900):
        context = chromium.new_context(
            locale=language, viewport={"width": width, "height": height}, base_url=live_server.url
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not [fault for fault in faults if "422" not in fault and "409" not in fault], faults


@pytest.fixture
def signed_in(open_page) -> Callable:
    """A page on which the person has signed in through the form."""

    def opened(username: str, **options: object):
        page = open_page(**options)
        page.goto("/")
        page.fill("#username", username)
        page.fill("#password", PASSWORD)
        with page.expect_navigation():
            page.click("form button.primary")
        return page

    return opened


@pytest.fixture(params=["zh", "en"])
def language(request, organisation) -> str:
    """The language in which everybody of the organisation reads, both in turn."""
    User.objects.update(language="zh-hans" if request.param == "zh" else "en")
    return request.param


@pytest.fixture
def word(language) -> Callable[..., str]:
    """A text of the application in that language, by its key."""

    def said(key: str, **parameters: object) -> str:
        return messages(language).text(f"web.{key}", **parameters)

    return said
