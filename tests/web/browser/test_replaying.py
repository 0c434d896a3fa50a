"""A replay in a browser: played, stepped and scrubbed by keyboard; calm where that is wanted; on a phone."""

from typing import Any

import pytest

from web.browser.access import looked_over
from web.runs.conftest import hall, process  # noqa: F401 - fixtures
from web.studio.given import small_twin

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
_NOW = "document.querySelector('[data-replay]').replay.now"


def _moved(page: Any, *, within_ms: int = 10_000) -> bool:
    """Whether the clock has left its beginning; the page forbids waiting by a text that is evaluated."""
    for _ in range(within_ms // 50):
        if page.evaluate(_NOW) > 0:
            return True
        page.wait_for_timeout(50)
    return False


def test_cases_move_by_keyboard_and_the_numbers_with_them(organisation, process, signed_in) -> None:  # noqa: F811
    twin = small_twin(process, organisation)
    page = signed_in("risk_manager")
    page.goto(f"/studio/replay/twin/{twin.code}/?day=4&hours=24")
    page.wait_for_selector("[data-replay][data-ready]")
    looked_over(page)
    page.focus("[data-play]")
    page.keyboard.press("k")
    assert _moved(page)
    page.keyboard.press("k")
    stopped = page.evaluate(_NOW)
    page.wait_for_timeout(300)
    assert page.evaluate(_NOW) == stopped
    page.keyboard.press("End")
    assert "周六 00:00" in page.inner_text("[data-clock]")
    page.keyboard.press("Home")
    assert page.evaluate(_NOW) == 0
    page.keyboard.press("ArrowRight")
    assert page.evaluate(_NOW) > 0
    page.fill("[data-slider]", str(10 * 36_000))
    assert "周五 10:00" in page.inner_text("[data-clock]")
    row = page.locator("#course-0 tbody tr", has_text="周五 10:00")
    under_way = row.locator("td").nth(3).inner_text()
    assert page.inner_text("[data-cell=under_way]") == under_way
    assert f"在办 {under_way} 件" in page.text_content("[data-live]")
    assert "at=36000" in page.get_attribute("[data-still]", "href")
    painted = page.evaluate(
        """() => { const c = document.querySelector('[data-stage] canvas');
        return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some((v) => v > 0) }"""
    )
    assert painted
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    looked_over(page)


def test_who_wants_no_movement_sees_one_moment_after_the_other(organisation, process, signed_in) -> None:  # noqa: F811
    twin = small_twin(process, organisation)
    page = signed_in("risk_manager")
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"/studio/replay/twin/{twin.code}/?day=4&hours=24")
    page.wait_for_selector("[data-replay][data-ready]")
    page.click("[data-play]")
    assert _moved(page)
    page.click("[data-play]")
    step = page.evaluate("document.querySelector('[data-replay]').replay.rate")
    assert page.evaluate(_NOW) % step == 0
