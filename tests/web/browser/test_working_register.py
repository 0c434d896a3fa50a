"""The register as people work in it: fields and views of one's own, many risks at once, a bow-tie."""

import pytest
from playwright.sync_api import expect

from anlan.web.risks.models import Barrier, BowTie, Risk
from anlan.web.risks.services import create_risk
from web.browser.access import looked_over

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def risks(organisation) -> list[Risk]:
    manager = organisation.people["risk_manager"]
    named = (("排队过长", "Long queue"), ("告知不全", "Told in part"), ("派单出错", "Wrong dispatch"))
    return [
        create_risk(unit=organisation.north, title=zh, title_en=en, category="process", source="report",
                    actor=manager)
        for zh, en in named
    ]  # fmt: skip


def test_a_field_of_ones_own_is_filled_filtered_and_kept_as_a_view(risks, signed_in, language) -> None:
    page = signed_in("risk_manager")
    page.goto("/risks/fields/new/")
    for name, value in (("key", "channel"), ("label", "渠道"), ("label_en", "Channel")):
        page.fill(f"#id_{name}", value)
    page.select_option("#id_kind", "choice")
    page.fill("#id_choices", "hall | 营业厅 | Hall\nphone | 热线 | Hotline")
    looked_over(page)
    page.click("main form button.primary")
    label, hotline = ("渠道", "热线") if language == "zh" else ("Channel", "Hotline")
    expect(page.locator("main table a.main")).to_have_text(label)
    looked_over(page)
    page.goto(f"/risks/{risks[1].code}/edit/")
    page.select_option("#id_own-channel", "phone")
    page.click("main form button.primary")
    page.wait_for_url(f"**/risks/{risks[1].code}/")
    expect(page.locator(".own-facts")).to_contain_text(hotline)
    page.goto("/risks/?view=all")
    page.click("button[data-opens=filter]")
    page.select_option("#f-channel", "phone")
    page.click("#filter button.primary")
    expect(page.locator("table.register tbody tr")).to_have_count(1)
    expect(page.locator(".tag.removes")).to_contain_text([hotline])
    page.click("button[data-opens=view]")
    page.fill("#view input[name=name]", "只看热线")
    page.click("#view button[value=save]")
    page.goto("/risks/?view=all")
    expect(page.locator("table.register tbody tr")).to_have_count(3)
    page.click("nav.tabs a:has-text('只看热线')")
    expect(page.locator("table.register a.main")).to_have_text([risks[1].title if language == "zh"
                                                               else risks[1].title_en])  # fmt: skip


def test_ticked_risks_are_changed_at_once_after_a_look(organisation, risks, signed_in, word) -> None:
    page = signed_in("risk_manager")
    page.goto("/risks/?view=all")
    for risk in risks[:2]:
        page.check(f"input[name=seen][value^='{risk.code}:']")
    page.click(".bulk button.primary")
    page.select_option("#id_phase", "treated")
    page.fill("#id_add_tags", "迎峰度夏，营业厅")
    page.fill("#id_reason", "年度复评")
    page.click("button[value=preview]")
    shown = page.locator("#preview tbody tr")
    expect(shown).to_have_count(2)
    expect(shown.first).to_contain_text(word("risks.phases.treated"))
    expect(shown.first).to_contain_text(f"迎峰度夏{word('common.comma')}营业厅")
    looked_over(page)
    assert not Risk.objects.filter(phase="treated").exists()
    page.click("button[value=write]")
    page.wait_for_selector(".message")
    assert set(Risk.objects.filter(phase="treated")) == set(risks[:2])
    assert Risk.objects.get(pk=risks[0].pk).tags == ["迎峰度夏", "营业厅"]


def test_a_bow_tie_is_drawn_and_of_two_editors_the_second_is_told(risks, signed_in, word) -> None:
    at = f"/risks/{risks[0].code}/bow-tie/"
    first, second = signed_in("risk_manager"), signed_in("risk_manager")
    second.goto(at)
    first.goto(at)
    first.fill("[name=threat-0-text]", "午间轮休")
    first.click("button[value=add-threat-0]")
    first.fill("[name=threat-0-b0-text]", "错峰排班")
    first.select_option("[name=threat-0-b0-state]", "weak")
    first.fill("[name=consequence-0-text]", "客户离开")
    looked_over(first)
    first.click(".end button.primary")
    first.wait_for_url(f"**/risks/{risks[0].code}/**")
    drawn = first.locator("section.card", has=first.locator("h2", has_text=word("bow_tie.title")))
    expect(drawn.locator("svg").first).to_contain_text("错峰排班")
    looked_over(first)
    assert Barrier.objects.get().state == "weak"
    second.fill("[name=threat-0-text]", "系统故障")
    second.click(".end button.primary")
    expect(second.locator(".message.error")).to_be_visible()
    assert second.input_value("[name=threat-0-text]") == "系统故障"
    assert [line.text for line in BowTie.objects.get().lines.filter(side="threat")] == ["午间轮休"]
