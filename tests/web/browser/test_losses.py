"""Loss years and calibration in a browser: the figures, the grid by keyboard, outcomes pasted as rows."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from anlan.web.calibration.services import OutcomeGiven, compute_track_record, note_outcomes
from anlan.web.losses.models import RiskDependence, RiskNumbers
from anlan.web.losses.services import set_tolerance
from web.browser.access import looked_over
from web.losses.given import loss_year, risk_with_numbers

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_a_year_is_computed_looked_at_and_compared(organisation, signed_in, language, word) -> None:
    manager = organisation.people["risk_manager"]
    set_tolerance(organisation.hall, [{"loss": 1e3, "probability": 0.5}, {"loss": 1e6, "probability": 0.001}],
                  loss_unit="CNY", reason="x", actor=manager, seen=0)  # fmt: skip
    before = loss_year(organisation, risks=3)
    page = signed_in("risk_manager")
    page.goto("/losses/new/?unit=NH")
    looked_over(page)
    page.fill("#id_years", "10000")
    with page.expect_navigation():
        page.click("form[method=post] button.primary")
    page.wait_for_selector("#curve svg")
    looked_over(page)
    assert page.locator(".loss-figures .beyond").count() > 0
    page.check("input[name=part][value=risks]", force=True)
    assert page.locator("[data-of=risks]").is_visible()
    assert not page.locator("[data-of=nodes]").is_visible()
    page.select_option("select[name=with]", before.code)
    with page.expect_navigation():
        page.click("form[action$='/compare/'] button")
    assert word("losses.compare.not_shown") in page.content()
    looked_over(page)


def test_pairs_are_typed_by_keyboard_and_the_nearest_is_shown_before_it_is_taken(
    organisation, signed_in, language, word
) -> None:
    for title in ("甲", "乙", "丙"):
        risk_with_numbers(organisation, title)
    page = signed_in("risk_manager")
    page.goto("/losses/dependence/?unit=NH")
    looked_over(page)
    page.select_option("[name='in.copula']", "gaussian")
    first = page.locator("table[data-triangle] input").first
    first.fill("0.9")
    first.press("ArrowDown")
    page.keyboard.type("-0.9")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("0.9")
    page.fill("#reason", "x")
    with page.expect_navigation():
        page.keyboard.press("Tab")
        page.click("form[action$='/dependence/'] button.primary")
    page.wait_for_selector("#nearest table")
    assert page.locator("[aria-invalid=true]").count() == 1
    looked_over(page)
    with page.expect_navigation():
        page.click("button[value=nearest]")
    assert not RiskDependence.objects.exists()
    assert page.input_value("#reason") == "x"
    with page.expect_navigation():
        page.click("form[action$='/dependence/'] button.primary")
    assert RiskDependence.objects.get().in_force


def test_numbers_and_tolerance_fit_a_phone(organisation, signed_in, language) -> None:
    risk = risk_with_numbers(organisation)
    page = signed_in("risk_manager")
    for address in (f"/losses/numbers/{risk.code}/", "/losses/tolerance/?unit=NH", "/losses/"):
        page.goto(address)
        looked_over(page)


def test_outcomes_are_pasted_and_estimates_held_against_them(organisation, signed_in, language) -> None:
    manager = organisation.people["risk_manager"]
    risk = risk_with_numbers(organisation)
    RiskNumbers.objects.update(created_at=timezone.now() - timedelta(days=800))
    page = signed_in("risk_manager")
    page.goto("/calibration/outcomes/")
    page.fill("#rows", f"{risk.code},2026-01-01,2026-02-30,1,x")
    page.click("form button.primary")
    page.wait_for_selector(".message.error")
    looked_over(page)
    page.fill("#rows", f"{risk.code},2026-01-01,2026-01-31,1,x")
    with page.expect_navigation():
        page.click("form button.primary")
    note_outcomes([OutcomeGiven(risk.code, date(2026, 2, 1), date(2026, 2, 28), 30, "x")], actor=manager,
                  today=date(2026, 3, 1))  # fmt: skip
    compute_track_record(organisation.hall, actor=manager)
    page.goto("/calibration/?unit=NH")
    looked_over(page)
    assert page.locator("td.late-text").count() == 1
