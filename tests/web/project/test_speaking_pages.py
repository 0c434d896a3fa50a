"""What pages say and do for a person: worded empty choices, units, previews, movements, signatures."""

import re
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone, translation

from anlan.formats.printing import to_html, visible_texts
from anlan.formats.printing.document import Lines, Table
from anlan.web.catalog.services import create_process
from anlan.web.catalog.standards.services import Content, create_standard, log_entry, withdraw_entry
from anlan.web.common.texts import unit_word
from anlan.web.project.reports import PlainSelect
from anlan.web.risks.reports.kept import standards_of_month
from anlan.web.risks.reports.month import month_of, span_of
from anlan.web.risks.reports.monthly import monthly_report
from anlan.web.risks.services import assess_by_scores, create_risk


@pytest.fixture
def risk(organisation):
    return create_risk(unit=organisation.north, title="错派", category="process", source="report",
                       actor=organisation.people["risk_manager"])  # fmt: skip


@pytest.mark.parametrize("page", ["risks:new_risk", "catalog:new_process", "standards:new_standard"])
def test_nothing_chosen_is_said_in_words(organisation, page: str) -> None:
    for language, words in (("zh-hans", "不指定"), ("en", "None")):
        text = organisation.client("risk_manager", language=language).get(reverse(page)).content.decode()
        assert "---------" not in text
        if page == "risks:new_risk":
            assert f'<option value="" selected>{words}</option>' in text


@pytest.mark.parametrize(("written", "zh"), [("min", "分钟"), ("h", "小时"), ("次/日", "次/日"), ("", "")])
def test_units_of_time_are_written_in_the_language_of_the_page(written: str, zh: str) -> None:
    with translation.override("zh-hans"):
        assert unit_word(written) == zh
    with translation.override("en"):
        assert unit_word(written) == written


def test_assessing_shows_each_cell_with_its_level_and_chooses_none_beforehand(organisation, risk) -> None:
    client = organisation.client("risk_manager")
    page = client.get(reverse("risks:risk", args=[risk.code])).content.decode()
    dialog = page[page.index('<dialog id="assess"') :]
    cells = dict(re.findall(r'data-cell="(\d-\d)" data-level="([^"]+)"', dialog))
    assert len(cells) == 25
    made = assess_by_scores(risk, stage="current", likelihood=4, severity=5, rationale="记录",
                            actor=organisation.people["risk_manager"])  # fmt: skip
    level = next(entry for entry in made.criteria.content["levels"] if entry["code"] == made.level)
    assert cells["4-5"] == level["name"]["zh"]
    assert dialog.count('<option value="" selected>请选择</option>') == 2


def test_a_page_without_movements_says_what_would_make_one(organisation, risk) -> None:
    client = organisation.client("risk_manager")
    assert "等待复核或批准。" in client.get(reverse("risks:movement")).content.decode()
    assess_by_scores(risk, stage="current", likelihood=4, severity=5, rationale="记录",
                     actor=organisation.people["risk_manager"])  # fmt: skip
    page = client.get(reverse("risks:movement")).content.decode()
    assert "现有 1 项风险的评估等待复核或批准" in page
    assert "?view=provisional" in page


def test_the_reports_page_reads_what_can_be_chosen_once(organisation) -> None:
    manager = organisation.people["risk_manager"]
    for n in range(3):
        create_process(unit=organisation.north, name=f"流程<{n}>", actor=manager)
    client = organisation.client("risk_manager")
    asked: list[str] = []

    def count(execute, sql, parameters, many, context):
        asked.append(sql)
        return execute(sql, parameters, many, context)

    client.get(reverse("project:reports"))
    with connection.execute_wrapper(count):
        page = client.get(reverse("project:reports")).content.decode()
    assert sum('FROM "catalog_process"' in sql for sql in asked) == 1
    assert len(asked) <= 12
    assert page.count("流程&lt;2&gt;") == 3


def test_a_plain_list_of_choices_marks_the_chosen_one_and_escapes() -> None:
    widget = PlainSelect(choices=[("a", "A & B"), ('"b"', "<i>")])
    shown = widget.render("which", '"b"', {"id": "x"})
    assert '<option value="a">A &amp; B</option>' in shown
    assert '<option value="&quot;b&quot;" selected>&lt;i&gt;</option>' in shown
    assert 'id="x"' in shown


def test_the_monthly_report_says_how_standards_were_kept_and_leaves_room_to_sign(organisation) -> None:
    manager = organisation.people["risk_manager"]
    made = create_standard(
        unit=organisation.hall,
        kind="promise",
        reason="公开",
        content=Content("十分钟内叫号"),
        valid_from=date(2026, 1, 1),
        actor=manager,
    )
    for day, kept in ((1, True), (15, True), (31, False)):
        log_entry(made, on=date(2026, 7, day), kept=kept, cause="" if kept else "停电", actor=manager)
    log_entry(made, on=date(2026, 6, 30), kept=True, actor=manager)
    taken_back = log_entry(made, on=date(2026, 7, 20), kept=False, cause="误记", actor=manager)
    withdraw_entry(taken_back, reason="误记", actor=manager)
    span = span_of("2026-07", now=datetime(2026, 9, 1, tzinfo=UTC))
    with translation.override("zh-hans"):
        table = standards_of_month(manager, organisation.north, span)
        (row,) = table.rows
        assert [cell if isinstance(cell, str) else cell.value for cell in row[:5]] == [
            made.code, "十分钟内叫号", 2, 1, pytest.approx(2 / 3),
        ]  # fmt: skip
        other = standards_of_month(manager, organisation.south, span)
        assert other.rows == () or made.code not in str(other.rows)
        month = month_of(manager, organisation.north, span, today=timezone.localdate())
        report = monthly_report(manager, organisation.north, month)
    blocks = report.pages[0].blocks
    assert isinstance(blocks[-1], Lines)
    assert blocks[-1].labels == ("编制", "复核", "批准", "日期")
    assert isinstance(blocks[-2], Table)
    assert "十分钟内叫号" in to_html(report)
    assert "编制" in set(visible_texts(report))
