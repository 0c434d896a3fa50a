"""What a person is told and may do: the inbox and its settings, roles of one's own, a unit under another."""

import pytest
from playwright.sync_api import expect

from anlan.web.people.models import Unit, User
from anlan.web.people.services import assign_role, create_user
from anlan.web.risks.services import add_comment, create_risk
from web.browser.access import looked_over
from web.conftest import PASSWORD

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def risk(organisation):
    return create_risk(
        unit=organisation.hall, title="错派工单", title_en="Wrong dispatch", category="process",
        source="report", actor=organisation.people["risk_manager"],
    )  # fmt: skip


@pytest.fixture
def boss(organisation, language) -> User:
    """Administrator and risk manager of the whole organisation."""
    made = create_user(
        username="boss", name="沈安", password=PASSWORD, unit=organisation.root, actor=None,
        language="en" if language == "en" else "zh-hans",
    )  # fmt: skip
    for role in ("administrator", "risk_manager"):
        assign_role(user=made, role=role, unit=organisation.root, actor=None)
    return made


def test_a_mention_is_read_followed_and_no_longer_wanted(organisation, risk, signed_in, word) -> None:
    manager = organisation.people["risk_manager"]
    add_comment(risk, text="请 @expert 看一看", actor=manager)
    page = signed_in("expert")
    page.goto("/notices/")
    looked_over(page)
    expect(page.locator(".notices li.unread")).to_have_count(1)
    page.click(".notices button.open")
    page.wait_for_url(f"**/risks/{risk.code}/**")
    page.goto("/notices/")
    expect(page.locator(".notices li")).to_have_count(1)
    expect(page.locator(".notices li.unread")).to_have_count(0)
    page.click(f"a:has-text('{word('notices.settings.title')}')")
    looked_over(page)
    page.check("input[name=mention][value=off]")
    page.click("form.card button.primary")
    page.wait_for_selector(".message")
    add_comment(risk, text="再请 @expert 看一看", actor=manager)
    page.goto("/notices/")
    expect(page.locator(".notices li")).to_have_count(1)


def test_a_role_of_ones_own_is_made_given_and_holds(organisation, boss, signed_in, word, language) -> None:
    page = signed_in("boss")
    page.goto("/people/roles/")
    page.click("tr:has(a[href$='/roles/duty_officer/']) a.button")
    page.fill("#id_name", "夜班值守")
    page.fill("#id_name_en", "Night watch")
    page.uncheck("input[value='risks.report']")
    page.check("input[value='reports.export']")
    looked_over(page)
    page.click("form.card button.primary")
    named = "夜班值守" if language == "zh" else "Night watch"
    page.goto("/people/roles/")
    expect(page.locator("tr", has_text=named)).to_contain_text(word("permissions.reports.export"))
    night = create_user(username="night", name="夜班", password=PASSWORD, unit=organisation.north, actor=None)
    page.goto(f"/people/{night.pk}/")
    page.select_option("select[name=role]", label=named)
    page.select_option("select[name=unit]", str(organisation.north.pk))
    page.click("form[action$='/roles/'] button")
    expect(page.locator("td, li", has_text=named).first).to_be_visible()
    looked_over(page)
    own = signed_in("night")
    own.goto("/risks/")
    assert own.locator("a[href*='export.xlsx']").count() == 1
    assert own.locator("a[href='/risks/new/']").count() == 0
    assert own.request.get("/risks/new/").status == 403


def test_a_unit_moves_after_the_page_has_said_who_will_see_it(
    organisation, risk, boss, signed_in, word
) -> None:
    outside = signed_in("outsider")
    outside.goto("/risks/?view=all")
    assert "R-0001" not in outside.inner_text("main")
    page = signed_in("boss")
    page.goto("/people/units/NH/")
    page.click("a[href$='/move/']")
    page.select_option("#id_parent", str(organisation.south.pk))
    page.click("form[method=get] button")
    said = page.locator("section.card", has_text=word("people.move.gain"))
    expect(said).to_contain_text("江南经理")
    looked_over(page)
    page.click("form[method=post] button.primary >> nth=-1")
    page.wait_for_selector(".message")
    assert Unit.objects.get(code="NH").parent == organisation.south
    outside.reload()
    assert "R-0001" in outside.inner_text("main")
