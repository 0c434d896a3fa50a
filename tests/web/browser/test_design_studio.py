"""From a twin to a pilot in a browser: a change, a comparison, a draft; nothing keeps anybody out."""

import pytest

from anlan.web.studio.models import DesignComparison, TwinDesign
from web.browser.access import looked_over
from web.runs.conftest import hall, process  # noqa: F401 - fixtures
from web.studio.given import done, small_twin

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def test_a_change_is_tried_and_becomes_a_draft(organisation, process, signed_in) -> None:  # noqa: F811
    twin = small_twin(process, organisation)
    page = signed_in("risk_manager")
    page.goto(f"/studio/twins/{twin.code}/")
    looked_over(page)
    page.fill("#designs input[name=name]", "提速")
    page.click("#designs form.inline button")
    page.wait_for_url("**/studio/designs/*/")
    page.select_option("#add select[name=operator]", "automate")
    page.click("#add form.inline button")
    page.select_option("#q-steps", ["登记"])
    page.fill("#q-factor", "0.5")
    page.click("#add button.primary")
    page.wait_for_selector("#changes li")
    looked_over(page)
    design = TwinDesign.objects.get()
    page.goto(f"/studio/twins/{twin.code}/")
    page.fill("#most", "10")
    page.click("#designs button.primary")
    page.wait_for_url("**/studio/comparisons/*/")
    done(DesignComparison.objects.get().run)
    page.reload()
    page.wait_for_selector("#figures .cell.better")
    looked_over(page)
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.set_viewport_size({"width": 1440, "height": 900})
    with page.expect_navigation():
        page.click(".actions button.primary")
    design.refresh_from_db()
    assert design.state == "pilot"
    assert f"/versions/{design.draft.number}" in page.url
