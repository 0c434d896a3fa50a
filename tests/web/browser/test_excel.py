"""Out to Excel, changed, in again with errors told; a report downloaded and read back. In a real browser."""

import openpyxl
import pytest

from anlan.web.risks.models import Risk
from anlan.web.risks.services import create_risk

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_the_register_goes_out_and_comes_back_with_errors_told(organisation, signed_in, tmp_path) -> None:
    manager = organisation.people["risk_manager"]
    for title in ("排队过长", "告知不到位"):
        create_risk(unit=organisation.north, title=title, category="process", source="report", actor=manager)
    page = signed_in("risk_manager")
    page.goto("/risks/?order=code")
    with page.expect_download() as download:
        page.click("a[href*='export.xlsx']")
    path = tmp_path / "register.xlsx"
    download.value.save_as(path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, at["风险事件"], "高峰排队过长")
    sheet.cell(3, at["下次复评"], "后天")
    book.save(path)
    page.goto("/risks/")
    page.click("text=导入")
    page.set_input_files("#id_file", str(path))
    page.click("form[enctype] button.primary")
    page.wait_for_selector("text=“后天”不是日期")
    page.click("form.inline button.primary")
    page.wait_for_selector("text=有 1 行存在错误")
    page.check("input[name=leave_out]")
    page.click("form.inline button.primary")
    page.wait_for_selector("text=修改 1 项")
    assert list(Risk.objects.order_by("pk").values_list("title", flat=True)) == ["高峰排队过长", "告知不到位"]


def test_a_report_is_chosen_downloaded_and_opened(organisation, signed_in, tmp_path) -> None:
    manager = organisation.people["risk_manager"]
    made = create_risk(
        unit=organisation.north, title="排队过长", category="process", source="report", actor=manager
    )
    page = signed_in("risk_manager", language="en")
    page.goto("/reports/")
    page.fill("#risk-risk", made.code)
    page.select_option("#risk-lang", "en")
    with page.expect_download() as download:
        page.click("form[action*='risk.html'] button[formaction*='risk.xlsx']")
    path = tmp_path / "risk.xlsx"
    download.value.save_as(path)
    cells = [c.value for row in openpyxl.load_workbook(path).active.iter_rows() for c in row]
    assert "Next review" in cells or "Review" in cells
    assert any(made.code in str(value) for value in cells)
