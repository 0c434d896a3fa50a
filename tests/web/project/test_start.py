"""The first start: every page leads there from an empty database, and nothing does afterwards."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import reverse

from anlan.formats.criteria_file import DEFAULT
from anlan.web.catalog.models import Process
from anlan.web.common.verification import verify
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import may
from anlan.web.risks.models import Criteria

GIVEN = {
    "language": "zh-hans", "name": "澜江供电", "name_en": "Lanjiang", "unit_code": "LJ", "currency": "CNY",
    "time_zone": "Asia/Shanghai", "units": "JB，江北营业厅，Jiangbei hall\n\nJN, 江南", "person": "沈安",
    "username": "shen", "password": "calm-waters-9", "again": "calm-waters-9", "manages_risk": "on",
    "packs": ["PH"],
}  # fmt: skip


@pytest.fixture(autouse=True)
def home(db, tmp_path):
    with override_settings(
        ANLAN_HOME=tmp_path, ALLOWED_HOSTS=["localhost", "testserver", "risk.example.org"]
    ):
        yield tmp_path


def _browser(**more: str) -> Client:
    return Client(SERVER_NAME="localhost", **more)


@pytest.mark.parametrize("address", ["/", "/sign-in/", "/risks/", "/people/", "/audit/"])
def test_every_page_leads_to_the_start_while_nobody_is_there(address: str) -> None:
    answer = _browser().get(address)
    assert (answer.status_code, answer["Location"]) == (302, "/start/")
    assert _browser().get("/health/").status_code == 200


def test_a_start_makes_everything_and_signs_in() -> None:
    browser = _browser()
    answer = browser.post("/start/", GIVEN)
    assert (answer.status_code, answer["Location"]) == (302, "/"), answer.context["form"].errors
    user, top = User.objects.get(), Unit.objects.get(code="LJ")
    assert list(top.children.order_by("code").values_list("code", "name", "name_en")) == [
        ("JB", "江北营业厅", "Jiangbei hall"), ("JN", "江南", ""),
    ]  # fmt: skip
    assert may(user, "people.manage", top)
    assert may(user, "risks.edit", Unit.objects.get(code="JN"))
    assert Process.objects.get().unit == top
    assert Criteria.objects.get(unit=top).in_force
    assert "从这里开始" in browser.get("/").content.decode()
    assert verify().reason == ""


def test_there_is_no_start_once_somebody_is_there(organisation) -> None:
    browser = _browser()
    assert browser.get("/start/").status_code == 404
    assert browser.post("/start/", GIVEN).status_code == 404
    assert not User.objects.filter(username="shen").exists()
    assert browser.get("/")["Location"].startswith("/sign-in/")


@pytest.mark.parametrize(
    ("change", "field", "word"),
    [
        ({"units": "JB，江北\n一个营业厅"}, "units", "第 2 行"),
        ({"units": "JB，江北\njb，江南"}, "units", "jb"),
        ({"units": "lj，江北"}, "units", "lj"),
        ({"time_zone": "Mars/Base"}, "time_zone", "Mars/Base"),
        ({"again": "other"}, "again", "不同"),
        ({"password": "12345", "again": "12345"}, "password", "至少 10 个字符"),
        ({"password": "shen-shen-1", "username": "shen-shen-1", "again": "shen-shen-1"}, "password", "相似"),
        ({"manages_risk": ""}, "packs", "风险经理"),
        ({"currency": "yuan"}, "currency", "CNY"),
        ({"unit_code": "江"}, "unit_code", "LJ-01"),
    ],
)
def test_what_is_refused_is_said_and_nothing_is_kept(change, field: str, word: str) -> None:
    answer = _browser().post("/start/", GIVEN | change)
    assert answer.status_code == 422
    assert word in " ".join(answer.context["form"].errors[field])
    assert not Unit.objects.exists()


def test_own_criteria_come_from_a_file_and_a_bad_one_is_refused() -> None:
    own = DEFAULT.read_bytes().replace(b'version = "', b'version = "own ', 1)
    bad = SimpleUploadedFile("criteria.toml", b"version = 3")
    refused = _browser().post("/start/", GIVEN | {"criteria": bad})
    assert (refused.status_code, Unit.objects.exists()) == (422, False)
    _browser().post("/start/", GIVEN | {"criteria": SimpleUploadedFile("criteria.toml", own)})
    assert Criteria.objects.get(in_force=True).name.startswith("own ")


@pytest.mark.parametrize(
    "elsewhere",
    [{"REMOTE_ADDR": "10.0.0.7"}, {"HTTP_X_FORWARDED_FOR": "10.0.0.7"}, {"SERVER_NAME": "risk.example.org"}],
    ids=["address", "proxy", "host"],
)
def test_from_elsewhere_the_code_of_the_home_folder_is_asked(elsewhere, home) -> None:
    browser = Client(**({"SERVER_NAME": "localhost"} | elsewhere))
    assert 'name="code"' in browser.get("/start/").content.decode()
    assert browser.post("/start/", GIVEN).status_code == 422
    assert browser.post("/start/", GIVEN | {"code": "guess"}).status_code == 422
    assert not User.objects.exists()
    file = home / "start-code.txt"
    assert file.stat().st_mode & 0o077 == 0
    assert browser.post("/start/", GIVEN | {"code": file.read_text()}).status_code == 302
    assert not file.exists()


@pytest.mark.parametrize(("language", "word"), [("en", "First administrator"), ("zh-hans", "第一位管理员")])
def test_the_page_speaks_the_language_chosen(language: str, word: str) -> None:
    assert word in _browser().get(f"/start/?language={language}").content.decode()
    _browser().post("/start/", GIVEN | {"language": language})
    assert User.objects.get().language == language


def test_the_steps_of_an_empty_register_are_those_the_person_may_take(organisation) -> None:
    def addresses(role: str) -> set[str]:
        return {step.address for step in organisation.client(role).get("/").context["shown"].next}

    assert addresses("administrator") == {reverse("people:new_person")}
    assert reverse("catalog:new_process") in addresses("risk_manager")
    assert addresses("auditor") == set()
