"""Three experts give numbers by link on a phone; the session becomes an assessment, the month a report."""

import re
import subprocess

import openpyxl
import pytest
from playwright.sync_api import expect

from anlan.web.risks.models import Assessment, ExpertAnswer
from anlan.web.risks.services import create_risk
from web.browser.access import looked_over

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
NUMBERS = {"甲": (2, 6, 24, 30, 60, 240), "乙": (1, 5, 20, 20, 50, 200), "丙": (3, 8, 30, 40, 80, 300)}
NAMES = tuple(f"{side}_{end}" for side in ("frequency", "severity") for end in ("low", "likely", "high"))


@pytest.fixture
def risk(organisation):
    return create_risk(
        unit=organisation.north, title="派单出错", title_en="Wrong dispatch", category="process",
        source="report", actor=organisation.people["risk_manager"],
    )  # fmt: skip


def test_experts_give_three_points_by_link_and_an_assessment_comes_of_it(
    risk, signed_in, open_page, word, language
) -> None:
    leader = signed_in("risk_manager")
    leader.goto("/risks/workshops/new/")
    leader.fill("#id_title", "派单研讨")
    leader.select_option("#id_kind", "three_point")
    leader.check("input[name=risks]")
    leader.fill("#id_cases_per_year", "3000")
    leader.fill("#id_usual_duration_min", "30")
    leader.fill("#id_experts", "\n".join(f"{name}，客服" for name in NUMBERS))
    looked_over(leader)
    leader.click("main form button.primary")
    links = leader.locator("dl code").all_inner_texts()
    assert len(links) == 3
    leader.click("button[value=open]")
    for link, numbers in zip(links, NUMBERS.values(), strict=True):
        phone = open_page(language="zh-CN" if language == "zh" else "en-GB", width=390, height=844)
        phone.goto(link)
        for name, number in zip(NAMES, numbers, strict=True):
            phone.fill(f"#id_{name}", str(number))
        if link == links[0]:
            phone.fill("#id_frequency_high", "1")
            phone.click("button.primary")
            expect(phone.locator(".message.error, .wrong").first).to_be_visible()
            assert phone.input_value("#id_frequency_likely") == "6"
            looked_over(phone)
            phone.fill("#id_frequency_high", "24")
        phone.click("button.primary")
        expect(phone.locator("[role=status]")).to_be_visible()
    assert ExpertAnswer.objects.count() == 3
    leader.reload()
    leader.click("button[value=close]")
    expect(leader.locator("table.stacks tbody")).to_contain_text(re.compile(r"6 \[5\.5, 7\]"))
    looked_over(leader)
    leader.click("button[value=adopt]")
    leader.wait_for_selector(".message")
    made = Assessment.objects.get()
    assert (made.technique, made.risk) == ("three_point", risk)
    assert made.annual_loss_low < made.annual_loss < made.annual_loss_high
    leader.goto(f"{leader.url}record/")
    expect(leader.locator("main")).to_contain_text(word("workshops.record.expert", who="E1", field="客服"))
    looked_over(leader)


def test_the_report_of_the_month_is_the_same_on_paper_and_in_the_workbook(
    risk, signed_in, language, tmp_path
) -> None:
    page = signed_in("risk_manager")
    page.goto("/reports/")
    read = {}
    for form in ("pdf", "xlsx"):
        with page.expect_download() as download:
            page.click(f"button[formaction*='monthly.{form}']")
        read[form] = tmp_path / f"month.{form}"
        download.value.save_as(read[form])
    told = subprocess.run(["pdftotext", read["pdf"], "-"], capture_output=True, text=True, check=True).stdout
    book = openpyxl.load_workbook(read["xlsx"])
    cells = [str(c.value) for sheet in book for row in sheet.iter_rows() for c in row if c.value is not None]
    title = risk.title if language == "zh" else risk.title_en
    assert risk.code in told
    assert title in told.replace("\n", "" if language == "zh" else " ")
    assert any(risk.code in cell for cell in cells)
    assert any(title in cell for cell in cells)
    assert "\ufffd" not in told
    assert not [cell for cell in cells if re.fullmatch(r"(nan|None|inf|#\w+!)", cell)]
