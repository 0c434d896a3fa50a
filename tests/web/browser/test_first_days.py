"""First start, second step, two editors at once, a printed report: in a browser, in both languages."""

import re
import shutil
import subprocess
import time

import pytest

from anlan.web.people.models import Unit, User
from anlan.web.people.second_factor import code_at, is_on
from anlan.web.risks.models import Risk
from anlan.web.risks.services import create_risk
from web.browser.access import barriers
from web.conftest import PASSWORD

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("language", ["zh", "en"])


@pytest.mark.parametrize(
    ("language", "begin", "nothing_yet"),
    [("zh-hans", "首次设置", "从这里开始"), ("en", "First start", "Start here")],
)
def test_an_empty_installation_becomes_an_organisation(
    open_page, settings, tmp_path, language: str, begin: str, nothing_yet: str
) -> None:
    settings.ANLAN_HOME = tmp_path
    page = open_page(language="zh-CN")
    page.goto("/risks/")
    page.click(f"a[href='?language={language}']")
    assert begin in page.inner_text("h1")
    assert barriers(page) == []
    given = {"name": "澜江供电", "name_en": "Lanjiang Power", "unit_code": "LJ", "person": "沈安",
             "units": "JB，江北营业厅，Jiangbei hall\n一个营业厅", "username": "shen", "password": PASSWORD,
             "again": PASSWORD}  # fmt: skip
    for name, value in given.items():
        page.fill(f"#id_{name}", value)
    page.click("form button.primary")
    assert "2" in page.inner_text(".field.bad .wrong")
    assert page.input_value("#id_name") == "澜江供电"
    assert not User.objects.exists()
    page.fill("#id_units", "JB，江北营业厅，Jiangbei hall")
    page.fill("#id_password", PASSWORD)
    page.fill("#id_again", PASSWORD)
    page.check("input[name=packs][value=PH]")
    page.click("form button.primary")
    page.wait_for_selector("nav.side")
    assert nothing_yet in page.inner_text("main")
    assert set(Unit.objects.values_list("code", flat=True)) == {"LJ", "JB"}
    assert page.request.get("/start/").status == 404
    assert User.objects.get().language == language


@BOTH
def test_a_second_step_is_set_up_and_asked_for(organisation, signed_in, language: str) -> None:
    user = organisation.people["expert"]
    User.objects.filter(pk=user.pk).update(language="en" if language == "en" else "zh-hans")
    page = signed_in("expert")
    page.goto("/me/second-step/")
    words = page.inner_text(".secret").replace(" ", "")
    page.fill("#code", _code(words))
    page.click("main form button.primary")
    page.wait_for_selector("text=恢复码" if language == "zh" else "text=Recovery codes")
    assert is_on(user)
    shown = re.findall(r"\b[0-9a-z]{4,}-[0-9a-z]{4,}\b", page.inner_text("main"))
    page.click("form[action='/sign-out/'] button")
    page.wait_for_selector("#username")
    page.fill("#username", "expert")
    page.fill("#password", PASSWORD)
    page.click("form button.primary")
    page.wait_for_url("**/sign-in/code/**")
    assert barriers(page) == []
    page.goto("/risks/")
    assert "/sign-in/" in page.url
    page.goto("/sign-in/code/")
    page.fill("#code", shown[0])
    with page.expect_navigation():
        page.click("form button.primary")
    page.wait_for_selector("nav.side")


def _code(secret: str) -> str:
    """What the app shows now for the secret that was typed into it."""
    import base64

    return str(code_at(base64.b32decode(secret + "=" * (-len(secret) % 8)), int(time.time()) // 30))


@BOTH
def test_of_two_editors_the_second_is_told_and_loses_nothing(organisation, signed_in, language: str) -> None:
    manager = organisation.people["risk_manager"]
    User.objects.update(language="en" if language == "en" else "zh-hans")
    made = create_risk(
        unit=organisation.north, title="排队过长", category="process", source="report", actor=manager
    )
    first, second = signed_in("risk_manager"), signed_in("risk_manager")
    for page in (first, second):
        page.goto(f"/risks/{made.code}/edit/")
    first.fill("#id_title", "高峰排队过长")
    first.click("main form button.primary")
    first.wait_for_url(f"**/risks/{made.code}/")
    second.fill("#id_title", "午间排队过长")
    second.click("main form button.primary")
    second.wait_for_selector("text=已被他人修改" if language == "zh" else "text=was changed by somebody else")
    assert second.input_value("#id_title") == "午间排队过长"
    assert Risk.objects.get().title == "高峰排队过长"
    second.click("main form button.primary")
    second.wait_for_selector(".message.error")
    assert Risk.objects.get().title == "高峰排队过长"


@BOTH
def test_a_printed_report_says_what_the_page_says(organisation, signed_in, tmp_path, language: str) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext on this machine")
    manager = organisation.people["risk_manager"]
    made = create_risk(
        unit=organisation.north, title="高峰排队过长", title_en="Queue too long at noon", category="process",
        source="report", cause="窗口不足", actor=manager,
    )  # fmt: skip
    page = signed_in("risk_manager")
    page.goto("/reports/")
    page.fill("#risk-risk", made.code)
    page.select_option("#risk-lang", language)
    with page.expect_download() as download:
        page.click("form[action*='risk.html'] button[formaction*='risk.pdf']")
    path = tmp_path / "risk.pdf"
    download.value.save_as(path)
    read = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True)
    words = read.stdout.replace("\n", " ")
    assert made.code in words
    assert ("高峰排队过长" if language == "zh" else "Queue too long at noon") in words
    assert "\ufffd" not in words
