"""The main ways through the application, as people walk them, in a real browser."""

import pytest

from anlan.web.catalog.services import create_process
from anlan.web.risks.models import Candidate, ExpertAnswer, Risk
from anlan.web.risks.services import Expert, create_risk, create_workshop, open_round
from web.catalog.test_uploads import HEADINGS, rows

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_risk_is_registered_assessed_and_signed_by_three_people(organisation, signed_in) -> None:
    manager = signed_in("risk_manager")
    manager.goto("/risks/new/")
    manager.fill("#id_title", "高峰期叫号拥堵")
    manager.fill("#id_event", "等候超过承诺")
    manager.click("form button.primary")
    manager.wait_for_url("**/risks/R-*/")
    code = Risk.objects.get().code
    expert = signed_in("expert")
    expert.goto(f"/risks/{code}/")
    expert.click("button[data-opens=assess]")
    expert.select_option("#id_likelihood", "4")
    expert.select_option("#id_severity", "4")
    expert.fill("#id_rationale", "去年同期记录")
    expert.click("dialog button.primary")
    expert.wait_for_selector(".chip.orange")
    manager.goto(f"/risks/{code}/")
    manager.click("button[value=review]")
    manager.wait_for_selector("text=等待第三人批准")
    leader = signed_in("executive")
    leader.goto(f"/risks/{code}/")
    leader.click("button[value=approve]")
    leader.wait_for_selector(".tag.on:has-text('已批准')")
    assert Risk.objects.get().provisional is False
    leader.goto("/risks/matrix/")
    leader.click(".bubble")
    leader.wait_for_url("**/risks/?cell=**")
    assert "高峰期叫号拥堵" in leader.content()


def test_from_a_file_to_findings_to_the_register(organisation, signed_in, tmp_path) -> None:
    process = create_process(
        unit=organisation.north, name="营业厅", actor=organisation.people["risk_manager"]
    )
    log = tmp_path / "日志.csv"
    log.write_text(HEADINGS + rows(0, 60), encoding="gb18030")
    page = signed_in("risk_manager")
    page.goto(f"/processes/{process.code}/upload/")
    page.set_input_files("#id_file", str(log))
    page.click("form[enctype] button.primary")
    page.wait_for_selector("text=前 8 行")
    page.click("form button.primary")
    page.wait_for_selector("text=已读入")
    page.goto(f"/processes/{process.code}/")
    page.wait_for_selector("svg.chart, .drawing svg")
    page.click("text=运行分析")
    page.wait_for_url("**/runs/new/**")
    page.click("main form button.primary")
    page.wait_for_url("**/runs/A-*/")
    assert process.runs.get().state == "done"
    waiting = Candidate.objects.filter(process=process)
    if waiting.exists():
        page.goto("/risks/candidates/")
        page.click("button[value=accept]")
        page.wait_for_selector("text=已收入登记册")
        assert Risk.objects.filter(process=process).exists()


@pytest.mark.parametrize(("language", "word"), [("zh-CN", "匿名作答"), ("en-GB", "unnamed")])
def test_an_expert_answers_on_a_phone_by_link(organisation, open_page, language: str, word: str) -> None:
    manager = organisation.people["risk_manager"]
    risks = [
        create_risk(
            unit=organisation.hall, title=f"风险 {i}", category="process", source="workshop", actor=manager
        )
        for i in range(2)
    ]
    experts = [Expert("甲"), Expert("乙"), Expert("丙")]
    workshop, tokens = create_workshop(
        unit=organisation.north, title="研讨", purpose="", risks=risks, actor=manager, experts=experts
    )
    open_round(workshop, actor=manager)
    phone = open_page(language=language, width=390, height=844)
    phone.goto(f"/risks/answer/{tokens['E1']}/")
    assert word in phone.content()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    for i, _ in enumerate(risks, start=1):
        phone.goto(f"/risks/answer/{tokens['E1']}/?q={i}")
        phone.click("label.choice:has(input[name=likelihood][value='4'])")
        phone.click("label.choice:has(input[name=severity][value='3'])")
        with phone.expect_navigation():
            phone.click("button.primary")
    assert ExpertAnswer.objects.filter(likelihood=4, severity=3).count() == 2


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_no_page_is_wider_than_its_screen(organisation, signed_in, width: int) -> None:
    manager = organisation.people["risk_manager"]
    risk = create_risk(
        unit=organisation.hall, title="长名" * 30, category="process", source="report", actor=manager
    )
    page = signed_in("risk_manager", width=width, height=844)
    addresses = ("/", "/processes/", "/risks/", f"/risks/{risk.code}/", "/risks/matrix/", "/risks/new/",
                 "/risks/candidates/", "/risks/workshops/", "/runs/")  # fmt: skip
    for address in addresses:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_the_keyboard_walks_the_register(organisation, signed_in) -> None:
    manager = organisation.people["risk_manager"]
    for i in range(3):
        create_risk(
            unit=organisation.hall, title=f"风险 {i}", category="process", source="report", actor=manager
        )
    page = signed_in("risk_manager")
    page.goto("/risks/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/risks/R-*/")
    page.goto("/risks/")
    page.keyboard.press("Control+k")
    assert page.evaluate("document.activeElement.name") == "q"
