"""Files of nodes and risks: the content decides what they are, they go out as downloads, all is audited."""

import io
import zipfile

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from anlan.domain.errors import RefusedInput, UsageError
from anlan.web.catalog.attachments.contents import allowed, kind_of
from anlan.web.catalog.attachments.holders import node_holder
from anlan.web.catalog.attachments.services import (
    attach,
    attachment_for,
    attachments_of,
    given_out,
    path_of,
    remove,
)
from anlan.web.catalog.services import start_from_pack
from anlan.web.common.models import AuditEvent
from anlan.web.common.texts import error_text
from anlan.web.people.services import assign_role
from anlan.web.project.environment import read_environment
from anlan.web.risks.attached import risk_holder
from anlan.web.risks.models import Risk
from anlan.web.risks.services import assess_by_scores, change_risk, create_risk, set_appetite
from anlan.web.risks.services.bulk import write_risks
from formats.bpmn.samples import CAMUNDA

PNG, PDF = b"\x89PNG\r\n\x1a\n....", b"%PDF-1.7\n..."


def archive(*members: str) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as written:
        for member in members:
            written.writestr(member, "x")
    return kept.getvalue()


GOOD = {
    "a.pdf": PDF, "a.PNG": PNG, "a.jpg": b"\xff\xd8\xff\xe0", "a.jpeg": b"\xff\xd8\xff\xe0",
    "a.docx": archive("[Content_Types].xml", "word/document.xml"), "a.xlsx": archive("xl/workbook.xml"),
    "a.csv": "编号,时间\n1,2\n".encode("gb18030"), "a.txt": "安澜".encode(), "b.txt": "安澜".encode("utf-16"),
    "a.bpmn": CAMUNDA,
}  # fmt: skip
BAD = {
    "a.exe": b"MZ", "a.html": b"<p>", "a": PDF, "a.pdf": PNG, "a.png": PDF, "a.jpg": b"GIF89a", "a.docx": PDF,
    "b.docx": archive("xl/workbook.xml"), "a.xlsx": archive("xl/workbook.xml", "xl/vbaProject.bin"),
    "a.csv": b"a\x00b", "a.txt": PNG, "b.txt": b"\x01\x02", "a.bpmn": b"<html/>", "b.pdf": b"",
    "b.xlsx": b"PK\x03\x04broken",
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_a_file_that_is_what_its_name_says_is_taken(name) -> None:
    assert any(name.lower().endswith(ending) for ending in kind_of(name, GOOD[name]).endings)


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_something_else_is_refused(name) -> None:
    with pytest.raises(RefusedInput):
        kind_of(name, BAD[name])


def test_every_kind_is_told_by_its_content_and_tried_above() -> None:
    assert all(kind.begins or kind.member or kind.root or kind.text for kind in allowed())
    tried = {name.lower()[name.index(".") :] for name in GOOD}
    assert tried == {ending for kind in allowed() for ending in kind.endings}


@pytest.fixture
def manager(organisation):
    return organisation.people["risk_manager"]


@pytest.fixture
def risk(organisation, manager):
    return create_risk(unit=organisation.north, title="x", category="process", source="report", actor=manager)


def test_a_file_is_kept_by_its_hash_given_out_and_deleted_with_a_reason(
    risk, manager, settings, tmp_path, django_capture_on_commit_callbacks
) -> None:
    settings.ANLAN_HOME = tmp_path
    kept = attach(risk_holder(risk), SimpleUploadedFile("../照片 1.png", PNG), actor=manager)
    twin = attach(risk_holder(risk), SimpleUploadedFile("twin.png", PNG), actor=manager)
    path = path_of(kept)
    assert (kept.name, kept.content_type, path.is_relative_to(tmp_path)) == ("照片 1.png", "image/png", True)
    assert (kept.sha256 in path.name, path.stat().st_mode & 0o777) == (True, 0o600)
    assert given_out(kept, actor=manager) == PNG
    with pytest.raises(UsageError) as fault:
        remove(kept, reason=" ", actor=manager)
    assert fault.value.code == "web.reason_missing"
    with django_capture_on_commit_callbacks(execute=True):
        remove(kept, reason="含客户资料", actor=manager)
    assert not path.exists()
    assert [a.pk for a in attachments_of(risk_holder(risk))] == [twin.pk]
    assert given_out(twin, actor=manager) == PNG
    with pytest.raises(UsageError) as fault:
        remove(kept, reason="再次", actor=manager)
    assert fault.value.code == "attachment.removed"
    told = set(
        AuditEvent.objects.filter(action__startswith="catalog.attachment").values_list("action", flat=True)
    )
    assert told == {f"catalog.attachment.{done}" for done in ("add", "read", "remove")}


def test_an_altered_file_is_not_given_out(risk, manager, organisation) -> None:
    kept = attach(risk_holder(risk), SimpleUploadedFile("a.txt", b"calm"), actor=manager)
    path_of(kept).write_bytes(b"storm")
    with pytest.raises(UsageError) as fault:
        given_out(kept, actor=manager)
    assert fault.value.code == "attachment.altered"
    page = organisation.client("risk_manager").get(f"/attachments/{kept.pk}/", follow=True)
    assert page.status_code == 200
    assert error_text(fault.value) in page.content.decode()


def test_too_large_a_file_and_a_person_without_the_right_are_refused(
    risk, organisation, manager, settings
) -> None:
    with pytest.raises(PermissionDenied):
        attach(risk_holder(risk), SimpleUploadedFile("a.txt", b"calm"), actor=organisation.people["expert"])
    settings.ATTACHMENT_MOST_BYTES = 3
    with pytest.raises(RefusedInput) as fault:
        attach(risk_holder(risk), SimpleUploadedFile("a.txt", b"calm"), actor=manager)
    assert (fault.value.code, fault.value.parameters["limit"]) == ("attachment.size", 3)


def test_the_limit_is_a_setting_that_is_checked(monkeypatch) -> None:
    monkeypatch.setenv("ANLAN_ATTACHMENT_MB", "5")
    assert read_environment().attachment_mb == 5
    for word in ("0", "x", "-1", "1001", "１"):
        monkeypatch.setenv("ANLAN_ATTACHMENT_MB", word)
        with pytest.raises(UsageError) as fault:
            read_environment()
        assert fault.value.code == "web.megabytes"


def test_the_page_of_a_risk_takes_files_and_gives_them_out_as_downloads(risk, organisation) -> None:
    browser = organisation.client("risk_manager")
    given = {"file": SimpleUploadedFile("说明.pdf", PDF), "back": f"/risks/{risk.code}/"}
    added = browser.post(f"/attachments/risk/{risk.code}/", given)
    assert (added.status_code, added["Location"]) == (302, f"/risks/{risk.code}/#attachments")
    kept = attachments_of(risk_holder(risk)).get()
    assert f"/attachments/{kept.pk}/" in browser.get(f"/risks/{risk.code}/").content.decode()
    answer = organisation.client("expert").get(f"/attachments/{kept.pk}/")
    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith("attachment;")
    assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == ("nosniff", "application/pdf")
    assert organisation.client(organisation.outsider).get(f"/attachments/{kept.pk}/").status_code == 404
    fake = {"file": SimpleUploadedFile("假的.pdf", PNG), "back": "https://elsewhere.example/"}
    refused = browser.post(f"/attachments/risk/{risk.code}/", fake, follow=True)
    assert refused.redirect_chain == [("/", 302)]
    assert "假的.pdf" in refused.content.decode()
    assert attachments_of(risk_holder(risk)).count() == 1
    gone = browser.post(f"/attachments/{kept.pk}/remove/", {"reason": "误传", "back": f"/risks/{risk.code}/"})
    assert gone.status_code == 302
    assert browser.get(f"/attachments/{kept.pk}/").status_code == 404
    assert browser.post("/attachments/people/x/", given).status_code == 404


def test_programs_attach_to_a_node_list_open_and_remove(organisation, manager) -> None:
    cache.clear()
    process = start_from_pack(unit=organisation.north, pack="PH", actor=manager)
    program, address = organisation.program(manager), f"/api/v1/attachments/node/{process.code}/PH-N1"
    made = program.post(address, {"file": SimpleUploadedFile("a.csv", b"a,b\n1,2\n")})
    number = made.json()["number"]
    assert (made.status_code, made["Location"]) == (201, f"/api/v1/attachments/{number}")
    assert program.get(address).json()["items"] == [made.json()]
    assert program.get(made["Location"]).content == b"a,b\n1,2\n"
    refused = program.post(address, {"file": SimpleUploadedFile("a.csv", PNG)})
    assert (refused.status_code, refused.json()["code"]) == (422, "attachment.content")
    assert program.get(f"/api/v1/attachments/node/{process.code}/nowhere").status_code == 404
    assert attachments_of(node_holder(process, "PH-N2")).count() == 0
    gone = program.post(f"{made['Location']}/remove", {"reason": "x"}, content_type="application/json")
    assert gone.status_code == 200
    assert program.get(made["Location"]).status_code == 404


@pytest.mark.parametrize("many", [False, True])
def test_files_go_with_their_risk_to_another_unit(organisation, many) -> None:
    """Who sees the risk there sees its files, nobody else; what is tolerated there holds."""
    manager, root = organisation.people["risk_manager"], organisation.root
    assign_role(user=manager, role="risk_manager", unit=root, actor=None)
    risk = create_risk(unit=organisation.hall, title="x", category="process", source="report", actor=manager)
    attach(risk_holder(risk), SimpleUploadedFile("a.txt", b"calm"), actor=manager)
    assess_by_scores(risk, stage="current", likelihood=3, severity=3, rationale="x", actor=manager)
    risk = Risk.objects.get()
    for unit, highest in ((organisation.north, risk.level_current), (organisation.south, "low")):
        set_appetite(unit=unit, category="", highest_level=highest, annual_loss=None, reason="x",
                     actor=manager)  # fmt: skip
    assert not Risk.objects.get().beyond_appetite
    assert not attachment_for(organisation.outsider).exists()
    if many:
        write_risks(new=[], changed=[(risk, {"unit": organisation.south})], actor=manager, reason="x")
    else:
        change_risk(risk, version=risk.version, actor=manager, unit=organisation.south)
    assert Risk.objects.get().beyond_appetite
    assert attachment_for(organisation.outsider).get().unit == organisation.south
    assert not attachment_for(organisation.people["expert"]).exists()
