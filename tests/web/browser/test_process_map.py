"""The process map from the keyboard, in a real browser."""

import pytest

from anlan.studies.loading import load_log
from anlan.web.catalog.services import add_log, create_process
from web.runs.conftest import hall_log

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def focused(page) -> str:
    return page.evaluate("document.activeElement.getAttribute('aria-label') ?? ''")


def test_the_map_is_walked_chosen_zoomed_and_filtered_from_the_keyboard(
    organisation, signed_in, tmp_path
) -> None:
    manager = organisation.people["risk_manager"]
    process = create_process(unit=organisation.north, name="营业厅", actor=manager)
    add_log(process, load_log(str(hall_log(tmp_path))), actor=manager)
    page = signed_in("risk_manager")
    page.goto(f"/processes/{process.code}/")
    page.focus("[data-map] a.node[tabindex='0']")
    assert page.locator("[data-map] a.node[tabindex='0']").count() == 1
    walked = [focused(page)]
    for _ in range(4):
        page.keyboard.press("ArrowRight")
        walked.append(focused(page))
    assert [said.split("，")[0] for said in walked] == ["登记", "审核", "派单", "处理", "关闭"]
    page.keyboard.press("ArrowRight")
    assert focused(page) == walked[-1]
    page.keyboard.press("ArrowLeft")
    assert focused(page) == walked[-2]
    page.keyboard.press("Home")
    assert focused(page) == walked[0]
    page.keyboard.press("End")
    assert focused(page) == walked[-1]
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outline == "2px"
    page.keyboard.press("Enter")
    page.wait_for_selector("#node-panel h2:has-text('关闭')")
    assert "node=" in page.url
    page.wait_for_function("document.activeElement.matches('[data-map] a.node[aria-current]')")
    assert page.locator("tr[aria-selected=true]").inner_text().startswith("关闭")
    before = float(page.get_attribute("[data-map]", "data-zoom"))
    page.keyboard.press("-")
    assert float(page.get_attribute("[data-map]", "data-zoom")) < before
    page.focus("[data-zoom=in]")
    page.keyboard.press("Enter")
    assert float(page.get_attribute("[data-map]", "data-zoom")) == pytest.approx(before, abs=0.01)
    page.focus("#share-slider")
    page.keyboard.press("Home")
    page.wait_for_url("**share=0**")
    page.wait_for_function("document.activeElement.id === 'share-slider'")
    assert page.input_value("#share") == "0"
    page.focus("#overlay-rework")
    page.keyboard.press("Enter")
    page.wait_for_selector("#overlay-rework[aria-current]")
    assert "overlay=rework" in page.url
    assert "share=0" in page.url
