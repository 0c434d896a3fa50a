"""What a place promises and how its work is done: standards with their log, a node with its instruction and
its files."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from anlan.web.catalog.models import Node, Process
from anlan.web.catalog.services import start_from_pack
from anlan.web.catalog.standards.records import StandardEntry
from web.browser.access import looked_over

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def process(organisation) -> Process:
    return start_from_pack(unit=organisation.north, pack="PH", actor=organisation.people["risk_manager"])


def test_a_promise_is_made_broken_kept_and_an_entry_taken_back(process, signed_in, word) -> None:
    manager = signed_in("risk_manager")
    manager.goto("/standards/new/")
    manager.select_option("#id_kind", "promise")
    manager.fill("#id_text", "柜台排队不超过十分钟")
    manager.fill("#id_text_en", "No more than ten minutes in the queue")
    manager.select_option("#id_place", process.code)
    manager.fill("#id_figure", "最长等候")
    manager.fill("#id_target", "10")
    manager.fill("#id_figure_unit", "min")
    manager.fill("#id_item-0-item", "窗口按叫号开足")
    looked_over(manager)
    manager.click("main form button.primary")
    manager.wait_for_url("**/standards/S-0001/")
    expect(manager.locator("#log .empty b")).to_have_text(word("standards.no_entries"))
    phone = signed_in("duty_officer", width=390, height=844)
    for kept, measured, note in (("0", "25", ""), ("1", "12", "一人等得久，已致歉"), ("1", "6", "")):
        phone.goto("/standards/S-0001/log/")
        phone.check(f"input[name=kept][value='{kept}']")
        phone.fill("#id_measured", measured)
        phone.fill("#id_note", note)
        if kept == "0":
            phone.select_option("#id_item", "1")
            phone.fill("#id_cause", "午间轮休")
        phone.click("main form button.primary")
        phone.wait_for_url("**/standards/S-0001/")
    expect(phone.locator(".kept-share .figure")).to_have_text(re.compile(r"66\.7 ?%"))
    first = phone.locator("#log tbody tr").last
    first.locator("summary").click()
    first.locator("input[name=reason]").fill("记错了日期")
    first.locator("details button").click()
    expect(phone.locator(".kept-share .figure")).to_have_text(re.compile(r"100 ?%"))
    looked_over(phone)
    assert StandardEntry.objects.filter(kept=False).get().withdrawn_reason == "记错了日期"


def test_kept_although_the_measure_misses_asks_why_and_keeps_what_was_typed(
    process, signed_in, word, language
) -> None:
    manager = signed_in("risk_manager")
    manager.goto("/standards/new/")
    for name, value in (("text", "十分钟内受理"), ("figure", "等候"), ("target", "10")):
        manager.fill(f"#id_{name}", value)
    manager.click("main form button.primary")
    manager.wait_for_url("**/standards/S-0001/")
    manager.goto("/standards/S-0001/log/")
    manager.check("input[name=kept][value='1']")
    manager.fill("#id_measured", "31")
    manager.click("main form button.primary")
    expect(manager.locator(".message.error")).to_contain_text("31")
    assert manager.input_value("#id_measured") == "31"
    assert not StandardEntry.objects.exists()
    looked_over(manager)


def test_an_instruction_goes_through_a_draft_and_a_second_person(process, signed_in, word) -> None:
    node = Node.objects.filter(version__process=process).first()
    manager, at = signed_in("risk_manager"), f"/processes/{process.code}/nodes/{node.key}/"
    manager.goto(at)
    manager.click(f"#sop summary:has-text('{word('nodes.write_sop')}')")
    manager.fill("#id_sop", "一、主动询问\n二、取号引导")
    manager.click("#sop form button.primary")
    waiting = manager.locator("#sop .message a")
    expect(waiting).to_have_text(word("nodes.submit_there"))
    looked_over(manager)
    waiting.click()
    manager.fill("form[action$='submit/'] textarea, form[action$='submit/'] input[name$=reason]", "写明做法")
    manager.click("form[action$='submit/'] button.primary")
    leader = signed_in("executive")
    leader.goto(at)
    leader.click("#sop .message a")
    leader.fill("form[action$='approve/'] textarea, form[action$='approve/'] input[name$=reason]", "同意")
    looked_over(leader)
    leader.click("form[action$='approve/'] button.primary")
    manager.goto(at)
    expect(manager.locator(".sop")).to_contain_text("取号引导")
    expect(manager.locator("#sop header .note")).to_have_text("v2")


def test_a_file_is_kept_given_back_as_it_was_and_one_in_disguise_refused(
    process, signed_in, word, tmp_path, settings
) -> None:
    settings.ANLAN_HOME = tmp_path / "home"
    node = Node.objects.filter(version__process=process).first()
    good, bad = tmp_path / "引导提示.txt", tmp_path / "扫描件.pdf"
    good.write_text("一米线外等候\n", encoding="utf-8")
    bad.write_bytes(b"MZ this is a program")
    page = signed_in("risk_manager")
    page.goto(f"/processes/{process.code}/nodes/{node.key}/")
    for file, told in ((bad, ".message.error"), (good, ".message")):
        page.set_input_files("#attachments input[type=file]", str(file))
        page.click("#attachments form[enctype] button")
        expect(page.locator(told).first).to_contain_text(file.name)
    assert page.locator("#attachments .todo li").count() == 1
    looked_over(page)
    with page.expect_download() as download:
        page.click(f"#attachments a:has-text('{good.name}')")
    assert download.value.suggested_filename == good.name
    assert Path(download.value.path()).read_bytes() == good.read_bytes()
    page.click("#attachments summary")
    page.fill("#attachments input[name=reason]", "已换新版")
    page.click("#attachments details button")
    expect(page.locator("#attachments")).to_contain_text(word("attachments.none"))
