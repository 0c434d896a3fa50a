"""A fault tree drawn by keyboard alone; two people at one drawing; nothing on the board keeps anybody out."""

import json
from collections.abc import Callable

import pytest

from anlan.formats.messages import messages
from anlan.loop.quantify.cause_models import model_method
from anlan.loop.quantify.cause_models.quick import quick_answer
from anlan.web.causes.beginning import Beginning, begun
from anlan.web.causes.models import CauseModel
from web.browser.access import looked_over
from web.conftest import PASSWORD

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def manager(organisation):
    return organisation.people["risk_manager"]


def drawn(code: str, organisation, manager, way: str = "example") -> CauseModel:
    return begun(Beginning(code, way, "全停"), unit=organisation.north, about=None, actor=manager)


def here(page) -> str:
    """What the focus is on: the part of the picture, or the name of the field."""
    return page.evaluate("document.activeElement.dataset.part ?? document.activeElement.name ?? ''")


def until(page, holds: Callable[[], bool]) -> None:
    """The page's policy lets nobody evaluate texts in it, so that waiting is asking again."""
    for _ in range(200):
        if holds():
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"the focus is on {here(page)}; the drawing: {drawing(page)}")


def settled(page, wanted: str) -> None:
    until(page, lambda: here(page).startswith(wanted))


def kept(page, version: str) -> None:
    until(page, lambda: page.get_attribute("#board-view", "data-version") == version)


def drawing(page) -> dict:
    return json.loads(page.input_value("#board [name=inputs]"))


def test_a_tree_is_drawn_by_keyboard_alone(organisation, manager, signed_in, word) -> None:
    model = drawn("fault_tree", organisation, manager, "empty")
    page = signed_in("risk_manager")
    page.goto(f"/causes/{model.code}/")
    while here(page) != "gates-1":
        page.keyboard.press("Tab")
    for name, p in (("停电", "0.01"), ("断网", "0.2")):
        page.keyboard.press("e")
        settled(page, "in.name")
        page.keyboard.type(name)
        page.keyboard.press("Tab")
        settled(page, "in.probability")
        page.keyboard.type(p)
        page.keyboard.press("Tab")
        page.keyboard.press("Escape")
        until(page, lambda p=p: f'"probability":{p}' in page.input_value("#board [name=inputs]"))
        settled(page, "events-")
        page.keyboard.press("ArrowUp")
        assert here(page) == "gates-1"
    page.keyboard.press("ArrowDown")
    assert here(page) == "events-1"
    page.keyboard.press("ArrowRight")
    assert here(page) == "events-2"
    page.keyboard.press("Delete")
    until(page, lambda: "断网" not in page.input_value("#board [name=inputs]"))
    settled(page, "gates-1")
    page.keyboard.press("Control+z")
    until(page, lambda: "断网" in page.input_value("#board [name=inputs]"))
    assert page.inner_text(".board-said") == word("causes.undone")
    inputs = drawing(page)
    top = quick_answer(model_method("fault_tree"), inputs).headline.value
    assert top == pytest.approx(1 - 0.99 * 0.8)
    assert "0.208" in page.inner_text("#figures")
    assert CauseModel.objects.get().version == 1
    page.focus("button[value=save]")
    page.keyboard.press("Enter")
    kept(page, "2")
    assert CauseModel.objects.get().inputs == inputs
    assert page.get_attribute("#board-view", "data-changed") is None


def test_a_distribution_is_chosen_and_filled_in_without_knowing_how_it_is_written(
    organisation, manager, signed_in, word, language
) -> None:
    model = drawn("fault_tree", organisation, manager, "empty")
    page = signed_in("risk_manager")
    page.goto(f"/causes/{model.code}/?part=gates-1")
    page.keyboard.press("Tab")
    page.locator("[data-key='e']").first.click()
    settled(page, "in.")
    said = messages(language).text("estimates.ways.lognormal.median_error_factor")
    page.select_option("[data-ways='in.probability']", label=said)
    page.keyboard.type("0.02")
    box = page.locator("[name='in.probability']")
    box.fill(box.input_value().replace("=）", "=3）") if language == "zh" else f"{box.input_value()}3")
    page.keyboard.press("Tab")
    wanted = {"kind": "lognormal", "median": 0.02, "error_factor": 3}
    until(page, lambda: drawing(page)["events"][0].get("probability") == wanted)
    box = page.locator("[name='in.probability']")
    box.fill("PERT 5 2 1")
    page.keyboard.press("Tab")
    until(page, lambda: page.locator("#panel .wrong").count() > 0)


@pytest.mark.parametrize("code", ["fault_tree", "event_tree", "bow_tie"])
def test_the_board_keeps_nobody_out(organisation, manager, signed_in, word, code) -> None:
    model = drawn(code, organisation, manager)
    page = signed_in("risk_manager")
    page.goto(f"/causes/{model.code}/")
    looked_over(page)
    page.click("#table button[value='choose:gates-1']")
    page.wait_for_selector("#table tr.chosen button[value='choose:gates-1']")
    looked_over(page)


def test_the_second_to_save_is_told_and_keeps_their_drawing(organisation, manager, signed_in, word) -> None:
    model = drawn("bow_tie", organisation, manager)
    one, other = signed_in("risk_manager"), signed_in("node_owner")
    for page, name in ((one, "甲改的"), (other, "乙改的")):
        page.goto(f"/causes/{model.code}/")
        page.click("[data-part=barriers-1]")
        page.wait_for_selector("#panel [name='in.name'][value='话务预测与排班']")
        page.fill("#panel [name='in.name']", name)
        page.click("#panel button[value=apply]")
        until(page, lambda page=page, name=name: name in page.input_value("#board [name=inputs]"))
    one.click("button[value=save]")
    kept(one, "2")
    other.click("button[value=save]")
    other.wait_for_selector(".message.warn")
    assert "甲改的" in other.inner_text(".message.warn")
    assert drawing(other)["barriers"][0]["name"] == "乙改的"
    assert CauseModel.objects.get().inputs["barriers"][0]["name"] == "甲改的"
    with other.expect_navigation():
        other.click("button[value=copy] >> nth=0")
    names = {each.inputs["barriers"][0]["name"] for each in CauseModel.objects.all()}
    assert names == {"甲改的", "乙改的"}


def test_who_was_signed_out_keeps_the_drawing_and_goes_on(organisation, manager, signed_in, word) -> None:
    model = drawn("bow_tie", organisation, manager)
    page = signed_in("risk_manager")
    page.goto(f"/causes/{model.code}/")
    page.fill("#panel [name='in.event']", "断电")
    page.click("#panel button[value=apply]")
    until(page, lambda: "断电" in page.input_value("#board [name=inputs]"))
    page.context.clear_cookies(name="sessionid")
    page.click("button[value=save]")
    until(page, lambda: page.inner_text(".board-said") == word("causes.lost"))
    assert drawing(page)["event"] == "断电"
    other = page.context.new_page()
    other.goto("/")
    other.fill("#username", "risk_manager")
    other.fill("#password", PASSWORD)
    with other.expect_navigation():
        other.click("form button.primary")
    page.click("button[value=save]")
    kept(page, "2")
    assert CauseModel.objects.get().inputs["event"] == "断电"


def test_list_beginning_and_other_views_keep_nobody_out(organisation, manager, signed_in, word) -> None:
    model = drawn("bow_tie", organisation, manager)
    page = signed_in("risk_manager")
    for address in (
        "/causes/",
        "/causes/new/",
        f"/causes/{model.code}/as/event_tree/",
        "/runs/methods/event_tree/",
    ):
        page.goto(address)
        looked_over(page)
