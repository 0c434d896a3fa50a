"""Methods in a browser: nobody is kept out of a form or a result, and rows inside rows are typed as lines."""

import pytest

from web.browser.access import looked_over

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

METHODS = ("lopa", "ahp", "annual_loss")
"""A cascade with warnings, comparisons inside rows, three drawings and a table wider than the page."""


@pytest.mark.parametrize("code", METHODS)
def test_the_form_and_the_result_of_a_method_keep_nobody_out(
    organisation, signed_in, language, code: str
) -> None:
    page = signed_in("risk_manager")
    page.goto(f"/runs/methods/{code}/?example=1")
    looked_over(page)
    with page.expect_navigation():
        page.click("form footer button.primary")
    page.wait_for_selector("#answer")
    looked_over(page)


def test_a_line_added_inside_a_row_is_part_of_the_run(organisation, signed_in, language) -> None:
    page = signed_in("risk_manager")
    page.goto("/runs/methods/ahp/?example=1")
    box = page.locator("td.of-flow textarea").nth(3)
    before = box.input_value()
    box.press("End")
    box.press("Enter")
    assert box.input_value().count("\n") == before.count("\n") + 1
    assert box.evaluate("box => box === document.activeElement")
