"""Processes from a template and from a BPMN file, and what changed between their versions."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from anlan.formats.bpmn import read_bpmn
from anlan.web.catalog.models import Process
from anlan.web.catalog.services import start_from_pack
from formats.bpmn.samples import CAMUNDA
from web.browser.access import looked_over

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def process(organisation) -> Process:
    return start_from_pack(unit=organisation.north, pack="PH", actor=organisation.people["risk_manager"])


def test_a_process_begins_as_a_copy_of_another(organisation, process, signed_in, language) -> None:
    page = signed_in("risk_manager")
    page.goto("/processes/new/")
    page.select_option("#id_unit", str(organisation.hall.pk))
    page.select_option("#id_template", str(process.pk))
    page.fill("#id_name", "江北营业厅")
    looked_over(page)
    page.click("main form button.primary")
    page.wait_for_url("**/processes/P-0*/")
    copied = Process.objects.exclude(pk=process.pk).get()
    names = list(process.versions.get().nodes.values_list("name", flat=True))
    assert list(copied.versions.get().nodes.values_list("name", flat=True)) == names
    assert copied.unit == organisation.hall
    page.goto(f"/processes/{copied.code}/versions/")
    page.click("table a.main")
    shown = page.locator("table.nodes tbody tr")
    expect(shown).to_have_count(len(names))


def test_a_bpmn_file_becomes_a_draft_compared_and_given_out_again(process, signed_in, word, tmp_path) -> None:
    drawn = tmp_path / "营业厅.bpmn"
    drawn.write_bytes(CAMUNDA)
    page = signed_in("risk_manager")
    page.goto(f"/processes/{process.code}/bpmn/")
    page.set_input_files("#id_file", str(drawn))
    page.click("form[enctype] button.primary")
    expect(page.locator("main h1")).to_have_text(drawn.name)
    expect(page.locator(".told li").first).to_be_visible()
    looked_over(page)
    page.click("form:has(input[name=content]) button.primary")
    page.wait_for_url("**/versions/2/")
    looked_over(page)
    page.click(f"a:has-text('{word('drafts.changes_title')}')")
    groups = page.locator(".change-groups h3")
    expect(groups).to_contain_text([word("drafts.groups.added"), word("drafts.groups.removed")])
    expect(page.locator(".map-frame svg")).to_have_count(2)
    looked_over(page)
    page.goto(f"/processes/{process.code}/versions/2/")
    with page.expect_download() as download:
        page.click("a[href$='version.bpmn']")
    again = read_bpmn(Path(download.value.path()).read_bytes(), name="again.bpmn")
    first = read_bpmn(CAMUNDA, name=drawn.name)
    assert [step.name for step in again.design.steps] == [step.name for step in first.design.steps]
    assert len(again.design.links) == len(first.design.links)


def test_what_is_no_bpmn_is_refused_with_what_is_taken(process, signed_in, tmp_path, language) -> None:
    wrong = tmp_path / "流程.bpmn"
    wrong.write_text("<html></html>", encoding="utf-8")
    page = signed_in("risk_manager")
    page.goto(f"/processes/{process.code}/bpmn/")
    page.set_input_files("#id_file", str(wrong))
    page.click("form[enctype] button.primary")
    expect(page.locator(".message.error, .wrong").first).to_contain_text("BPMN")
    assert process.versions.count() == 1
