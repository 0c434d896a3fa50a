"""An uploaded log: looked at first, read in the background, appended to, never half there."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from anlan.web.catalog.models import EventLog, LogImport
from anlan.web.catalog.services import create_process
from anlan.web.catalog.uploads import cancel_import, perform

HEADINGS = "编号,环节,完成时间,经办人\n"


def rows(first: int, last: int) -> str:
    return "".join(
        f"c{n},{step},2026-03-{1 + n % 28:02} {8 + k:02}:{n % 60:02}:00,p{k}\n"
        for n in range(first, last)
        for k, step in enumerate(["登记", "派单", "关闭"])
    )


def sent(client, process, content: bytes, name: str = "日志.csv"):
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    return client.post(f"/processes/{process.code}/upload/", {"file": file})


MAPPING = {"case": "编号", "activity": "环节", "end": "完成时间", "resource": "经办人"}


@pytest.fixture
def process(organisation):
    return create_process(unit=organisation.hall, name="营业厅", actor=organisation.people["risk_manager"])


def test_from_upload_to_map(organisation, process) -> None:
    client = organisation.client("risk_manager")
    answer = sent(client, process, (HEADINGS + rows(0, 30) + "c99,登记,昨天,p1\n").encode("gb18030"))
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "环节" in page
    assert "c0" in page
    assert not EventLog.objects.exists()
    assert client.post(answer["Location"], MAPPING).status_code == 302
    log = EventLog.objects.get()
    assert (log.n_cases, log.n_events, log.current) == (30, 90, True)
    done = client.get(answer["Location"]).content.decode()
    assert "90" in done
    rejected = client.get(f"/processes/{process.code}/rejected.csv").content.decode()
    assert "昨天" in rejected
    assert "<svg" in client.get(f"/processes/{process.code}/").content.decode()


def test_a_second_file_adds_only_what_is_new(organisation, process) -> None:
    client = organisation.client("risk_manager")
    for content in (rows(0, 20), rows(0, 30)):
        place = sent(client, process, (HEADINGS + content).encode())["Location"]
        client.post(place, MAPPING | {"append": "on"})
    current = EventLog.objects.get(current=True)
    assert (current.n_cases, current.n_events) == (30, 90)
    assert EventLog.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.exe", b"MZ", "类型不能读"),
        ("a.csv", b"", "空"),
        ("a.csv.gz", b"not gzip at all", ""),
        ("../../x.xes", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><log/>', ""),
    ],
)
def test_what_is_no_log_is_refused_and_nothing_is_kept(organisation, process, name, content, word) -> None:
    answer = sent(organisation.client("risk_manager"), process, content, name)
    assert answer.status_code == 422
    assert word in answer.content.decode()
    assert not LogImport.objects.exists()
    kept = Path(settings.ANLAN_HOME) / "files" / "uploads"
    assert not [file for file in kept.rglob("*") if file.is_file() and file.name.endswith(name[-6:])]


def test_columns_that_contradict_are_told_and_the_file_stays(organisation, process) -> None:
    client = organisation.client("risk_manager")
    place = sent(client, process, (HEADINGS + rows(0, 20)).encode())["Location"]
    twice = client.post(place, MAPPING | {"resource": "编号"})
    assert twice.status_code == 422
    assert "编号" in twice.content.decode()
    zone = client.post(place, MAPPING | {"tz": "Mars/Base"})
    assert zone.status_code == 422
    wrong = client.post(place, MAPPING | {"end": "经办人", "resource": ""})
    assert wrong.status_code == 302
    failed = LogImport.objects.get()
    assert (failed.state, EventLog.objects.count()) == ("failed", 0)
    assert "没有读入" in client.get(place).content.decode()
    client.post(place, MAPPING)
    assert LogImport.objects.get().state == "done"


def test_a_cancelled_import_changes_nothing(organisation, process) -> None:
    client = organisation.client("risk_manager")
    sent(client, process, (HEADINGS + rows(0, 20)).encode())
    made = LogImport.objects.get()
    LogImport.objects.update(state="queued")
    cancel_import(made, actor=organisation.people["risk_manager"])
    assert perform(made.pk, attempts=0) == "skipped"
    assert not EventLog.objects.exists()


def test_uploads_are_for_the_units_own_people(organisation, process) -> None:
    content = (HEADINGS + rows(0, 20)).encode()
    assert sent(organisation.client("auditor"), process, content).status_code == 403
    assert sent(organisation.client(organisation.outsider), process, content).status_code == 404
    place = sent(organisation.client("risk_manager"), process, content)["Location"]
    assert organisation.client(organisation.outsider).get(place).status_code == 404
    assert organisation.client("executive").post(place, MAPPING).status_code == 403


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "列的含义"), ("en", "What the columns are")])
def test_the_pages_speak_both_languages(organisation, process, language: str, word: str) -> None:
    client = organisation.client("risk_manager", language=language)
    place = sent(client, process, (HEADINGS + rows(0, 20)).encode())["Location"]
    assert word in client.get(place).content.decode()
