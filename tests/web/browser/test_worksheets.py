"""Two people fill in one worksheet in their browsers."""

import pytest

from anlan.loop.identify.worksheets import NODE
from anlan.web.catalog.services import start_from_pack
from anlan.web.risks.models import Candidate, WorksheetRow
from anlan.web.risks.services.worksheets import add_row, create_worksheet
from anlan.web.risks.worksheets.nodes import node_names

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ROWS = (("错派工单", "地址不清", "到场晚", 8, 3, 5), ("叫号屏死机", "老化", "排队无序", 6, 4, 2))


@pytest.fixture
def sheet(organisation):
    manager = organisation.people["risk_manager"]
    process = start_from_pack(unit=organisation.north, pack="PH", actor=manager)
    made = create_worksheet(process, "fmea", title="营业厅 FMEA", people="甲、乙", actor=manager)
    names = ("mode", "cause", "effect", "severity", "occurrence", "detection")
    node = node_names(process).names[0]
    for row in ROWS:
        add_row(made, {NODE: node, **dict(zip(names, row, strict=True))}, actor=manager)
    return made


def test_both_see_what_the_other_wrote_and_nothing_is_lost(sheet, signed_in, word) -> None:
    address = f"/risks/worksheets/{sheet.code}/"
    one, other = signed_in("expert"), signed_in("node_owner")
    for page in (one, other):
        page.goto(address)
        page.click("#row-1 a.main")
        page.wait_for_selector("#cell-1-effect")
    assert one.evaluate("document.activeElement.id") == "cell-1-node"
    one.fill("#cell-1-effect", "客户投诉")
    one.press("#cell-1-mode", "Enter")
    one.wait_for_selector("#row-1 tr[data-row]")
    assert "客户投诉" in one.inner_text("#row-1")
    other.fill("#cell-1-effect", "重复派车")
    other.press("#cell-1-mode", "Enter")
    other.wait_for_selector("#row-1 .theirs")
    assert other.inner_text("#row-1 .theirs") == word("worksheets.theirs", value="客户投诉")
    assert other.input_value("#cell-1-effect") == "重复派车"
    other.click("#row-1 button.primary")
    other.wait_for_selector("#row-1 tr[data-row]")
    assert WorksheetRow.objects.get(number=1).values["effect"] == "重复派车"


def test_a_row_is_added_by_keyboard_moves_the_others_and_becomes_a_candidate(sheet, signed_in) -> None:
    page = signed_in("risk_manager")
    page.goto(f"/risks/worksheets/{sheet.code}/")
    assert page.inner_text("#n-1-rank") == "1"
    page.select_option("#cell-new-node", index=1)
    page.fill("#cell-new-mode", "漏派")
    for name in ("severity", "occurrence", "detection"):
        page.fill(f"#cell-new-{name}", "9")
    page.press("#cell-new-detection", "Enter")
    page.wait_for_selector("#row-3 tr[data-row]")
    assert page.inner_text("#n-1-rank") == "2"
    assert page.input_value("#cell-new-mode") == ""
    page.click("#row-3 summary")
    page.click("#row-3 details button >> nth=0")
    page.wait_for_selector("#row-3 .deeds a")
    assert page.inner_text("#row-3 .deeds a") == Candidate.objects.get().code
