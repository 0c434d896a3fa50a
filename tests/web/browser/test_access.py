"""No page keeps anybody out: axe-core finds nothing serious, in both languages, light and dark."""

import pytest

from anlan.web.catalog.models import Process
from anlan.web.people.models import Unit, User
from anlan.web.project.demo import prepare_demo
from anlan.web.risks.models import Risk, Workshop
from anlan.web.runs.models import Run
from web.browser.access import barriers

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def demo(settings, tmp_path) -> User:
    """The demo organisation; its risk manager may also manage people and read the audit."""
    from anlan.web.people.services import assign_role

    settings.ANLAN_HOME = tmp_path
    prepare_demo(password="calm-waters-9")
    user = User.objects.get(username="zhou")
    for role in ("administrator", "auditor"):
        assign_role(user=user, role=role, unit=Unit.objects.get(code="LJ"), actor=None)
    return user


def _addresses() -> list[str]:
    """Every main page, with records that have something to show."""
    risk, drawn = Risk.objects.exclude(candidates=None).first(), Process.objects.get(pack="PH")
    measured, run = Process.objects.get(pack="IT"), Run.objects.get(study="assess")
    return [
        "/", "/risks/", "/risks/?q=nothing-has-this", f"/risks/{risk.code}/", f"/risks/{risk.code}/edit/",
        "/risks/new/", "/risks/matrix/", "/risks/candidates/", "/risks/import/", "/risks/workshops/",
        "/risks/workshops/new/", "/risks/workshops/new/?kind=ahp_pairs", "/causes/", "/causes/new/",
        *(f"/risks/workshops/{session.code}/" for session in Workshop.objects.all()), "/processes/",
        "/processes/new/", f"/processes/{measured.code}/", f"/processes/{drawn.code}/",
        f"/processes/{drawn.code}/upload/", "/runs/", "/runs/new/", f"/runs/{run.code}/", "/runs/jobs/",
        "/reports/", "/people/", "/people/new/", "/people/units/LJ/",
        f"/people/{User.objects.get(username='li').pk}/", "/me/", "/me/second-step/", "/me/password/",
        "/audit/", "/audit/check/",
    ]  # fmt: skip


def test_no_page_has_a_serious_barrier(demo, signed_in) -> None:
    page, found = signed_in("zhou"), {}
    for language in ("zh-hans", "en"):
        for theme in ("light", "dark"):
            User.objects.filter(pk=demo.pk).update(language=language, theme=theme)
            for address in _addresses():
                page.goto(address)
                if faults := barriers(page):
                    found[f"{address} {language} {theme}"] = faults
    assert not found, "\n".join(f"{at}\n  " + "\n  ".join(faults) for at, faults in found.items())


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_open_dialogs_and_the_door_have_no_serious_barrier(
    organisation, signed_in, open_page, theme: str, width: int
) -> None:
    from anlan.web.risks.services import create_risk

    manager = organisation.people["risk_manager"]
    User.objects.filter(pk=manager.pk).update(theme=theme)
    risk = create_risk(
        unit=organisation.north, title="排队过长", category="process", source="report", actor=manager
    )
    page = signed_in("risk_manager", width=width)
    page.goto(f"/risks/{risk.code}/")
    for opener in page.locator("button[data-opens]").all():
        if not opener.is_visible():
            continue
        opener.click()
        assert barriers(page) == [], opener.get_attribute("data-opens")
        page.keyboard.press("Escape")
    door = open_page(width=width)
    door.emulate_media(color_scheme=theme)
    door.goto("/sign-in/")
    assert barriers(door) == []


def test_the_keyboard_reaches_the_content_first_and_comes_back_from_a_dialog(organisation, signed_in) -> None:
    from anlan.web.risks.services import create_risk

    manager = organisation.people["risk_manager"]
    risk = create_risk(
        unit=organisation.north, title="排队过长", category="process", source="report", actor=manager
    )
    page = signed_in("risk_manager")
    page.goto(f"/risks/{risk.code}/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")
    page.focus("button[data-opens=assess]")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('dialog[open]').contains(document.activeElement)")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.dataset.opens") == "assess"
