"""Three experts compare pairs by link on a phone; weights feed a fuzzy sheet; both become assessments."""

import re

import pytest
from playwright.sync_api import expect

from anlan.web.risks.models import ExpertAnswer, Workshop
from anlan.web.risks.services import Expert, create_risk, create_workshop, open_round
from anlan.web.runs.execution import execute
from anlan.web.runs.models import Run
from web.browser.access import looked_over

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
CHOICES = {"甲": ("3", "5", "-9"), "乙": ("2", "4", "2"), "丙": ("1", "3", "3")}


@pytest.fixture
def risks(organisation):
    return [
        create_risk(unit=organisation.north, title=title, title_en=f"Risk {title}", category="process",
                    source="report", actor=organisation.people["risk_manager"])
        for title in ("错派", "超时", "漏单")
    ]  # fmt: skip


def begun(leader, kind: str) -> list[str]:
    """Send the form, open the first round; the links of the experts."""
    leader.fill("#id_experts", "\n".join(f"{name}，客服" for name in CHOICES))
    looked_over(leader)
    leader.click("main form[method=post] button.primary")
    links = leader.locator("dl code").all_inner_texts()
    assert len(links) == 3
    leader.click("button[value=open]")
    assert Workshop.objects.latest("pk").kind == kind
    return links


def adopted(leader) -> Run:
    leader.reload()
    leader.click("button[value=close]")
    leader.wait_for_selector("button[value=adopt]")
    looked_over(leader)
    leader.click("button[value=adopt]")
    leader.wait_for_selector(".message")
    run = Run.objects.latest("pk")
    if not run.finished:
        execute(run.pk, attempts=run.attempts)
    return Run.objects.get(pk=run.pk)


def test_pairs_and_grades_from_the_form_to_the_assessments(
    risks, signed_in, open_page, word, language
) -> None:
    leader = signed_in("risk_manager")
    leader.goto("/risks/workshops/new/")
    leader.click("nav.tabs a >> nth=1")
    leader.fill("#id_title", "三项风险比轻重")
    leader.fill("#id_goal", "哪项更该先管")
    for box in leader.locator("input[name=risks]").all():
        box.check()
    links = begun(leader, "ahp_pairs")
    for link, steps in zip(links, CHOICES.values(), strict=True):
        compared(open_page(language="zh-CN" if language == "zh" else "en-GB", width=390, height=844), link,
                 steps, word, first=link == links[0])  # fmt: skip
    assert ExpertAnswer.objects.count() == 9
    run = adopted(leader)
    assert (run.study, run.state) == ("method.ahp", "done")
    leader.click(f"a:has-text('{run.code}')")
    expect(leader.locator("main")).to_contain_text(Workshop.objects.get().code)

    leader.goto("/risks/workshops/new/?kind=fuzzy_sheet")
    leader.fill("#id_title", "评等")
    leader.select_option("#id_weights_from", run.code)
    leader.fill("#id_grades", "低、中、高")
    leader.select_option("#id_about", index=1)
    for place, link in enumerate(begun(leader, "fuzzy_sheet")):
        phone = open_page(language="zh-CN" if language == "zh" else "en-GB", width=390, height=844)
        phone.goto(link)
        graded(phone, spread=place == 0)
    run = adopted(leader)
    assert (run.study, run.about) == ("method.fuzzy_evaluation", risks[0].code)
    leader.goto(f"{leader.url}record/")
    expect(leader.locator("main")).to_contain_text(word("eliciting.record.answers"))
    looked_over(leader)


def compared(phone, link: str, steps: tuple[str, ...], word, *, first: bool) -> None:
    """All pairs, by keys where the person is the first; what is chosen is saved before going on."""
    phone.goto(link)
    for place, step in enumerate(steps, 1):
        choice = phone.locator(f"input[name=value][value='{step}']")
        box = phone.locator(f".step:has(input[value='{step}'])").bounding_box()
        assert box["width"] >= 44
        assert box["height"] >= 44
        if first and place == 1:
            choice.focus()
            choice.press("Space")
        else:
            choice.check(force=True)
        phone.wait_for_selector("#progress [role=status]")
        assert ExpertAnswer.objects.filter(item__position=place - 1).exists()
        if first and place == 3:
            mended(phone, word)
            return
        phone.click("button.primary")
    expect(phone.locator("h1")).to_have_text(word("eliciting.end.whole"))


def test_a_choice_made_without_a_connection_is_said_and_sent_again(
    organisation, chromium, live_server, language
) -> None:
    """In a browser of its own, for it reports the fault of the network as an error."""
    manager = organisation.people["risk_manager"]
    workshop, tokens = create_workshop(
        unit=organisation.north, title="x", purpose="", experts=[Expert(name) for name in "abc"],
        actor=manager, kind="ahp_pairs", content={"goal": "g", "items": [{"name": "a"}, {"name": "b"}]},
    )  # fmt: skip
    open_round(workshop, actor=manager)
    context = chromium.new_context(
        locale="zh-CN" if language == "zh" else "en-GB", base_url=live_server.url,
        viewport={"width": 390, "height": 844},
    )  # fmt: skip
    phone = context.new_page()
    phone.goto(f"/risks/answer/{tokens['E1']}/")
    phone.check("input[value='3']", force=True)
    phone.wait_for_selector("#progress [role=status]")
    phone.route("**/risks/answer/**", lambda route: route.abort())
    phone.check("input[value='5']", force=True)
    expect(phone.locator("[data-unsaved]")).to_be_visible()
    expect(phone.locator("#progress [role=status]")).to_have_count(0)
    assert ExpertAnswer.objects.get().estimate == {"value": 3.0}
    phone.unroute("**/risks/answer/**")
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    phone.wait_for_selector("#progress [role=status]")
    expect(phone.locator("[data-unsaved]")).to_be_hidden()
    assert ExpertAnswer.objects.get().estimate == {"value": 5.0}
    looked_over(phone)
    context.close()


def mended(phone, word) -> None:
    """The contradiction is shown with the pair to change; changed, it is gone."""
    expect(phone.locator("#state .tag.late")).to_be_visible()
    looked_over(phone)
    with phone.expect_navigation():
        phone.click("#state a")
    spoilt = int(re.search(r"q=(\d)", phone.url)[1])
    phone.check(f"input[value='{ ({1: '-5', 2: '-3', 3: '2'}[spoilt]) }']", force=True)
    expect(phone.locator("#state .tag.on")).to_be_visible()
    phone.goto(re.sub(r"q=\d", "q=end", phone.url))
    expect(phone.locator("h1")).to_have_text(word("eliciting.end.whole"))
    looked_over(phone)


def graded(phone, *, spread: bool) -> None:
    for place in range(3):
        if spread and place == 0:
            phone.check("input[value=spread]")
            phone.fill("input[name=share_0]", "30")
            phone.fill("input[name=share_2]", "60")
            phone.press("input[name=share_2]", "Tab")
            expect(phone.locator("#state .message.error")).to_be_visible()
            looked_over(phone)
            phone.fill("input[name=share_2]", "70")
            phone.press("input[name=share_2]", "Tab")
        else:
            phone.check(f"input[name=grade][value='{place % 3}']")
        phone.wait_for_selector("#progress [role=status]")
        phone.click("button.primary")
    looked_over(phone)
