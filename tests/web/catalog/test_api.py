"""Processes and their logs for programs: from nothing to a map, uploads that are looked at first."""

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from anlan.web.catalog.models import EventLog, LogImport
from anlan.web.catalog.services import create_process
from web.catalog.test_uploads import HEADINGS, MAPPING, rows


@pytest.fixture(autouse=True)
def fresh_minute() -> None:
    cache.clear()


@pytest.fixture
def process(organisation):
    return create_process(unit=organisation.hall, name="营业厅", actor=organisation.people["risk_manager"])


def posted(program, address: str, content: dict | None = None):
    return program.post(f"/api/v1/{address}", content or {}, content_type="application/json")


def sent(program, process, content: bytes, name: str = "log.csv", **headers: str):
    file = SimpleUploadedFile(name, content, content_type="text/csv")
    return program.post(f"/api/v1/processes/{process.code}/imports", {"file": file}, headers=headers)


def test_a_process_by_name_is_made_changed_and_listed(organisation) -> None:
    manager = organisation.program("risk_manager")
    made = posted(manager, "processes", {"unit": "NH", "name": "报修", "name_en": "Repairs"})
    assert made.status_code == 201
    code = made.json()["code"]
    assert manager.get(made["Location"]).json() == made.json()
    change = {"description": "calls", "owner": "node_owner"}
    answer = manager.patch(
        f"/api/v1/processes/{code}", change, content_type="application/json",
        headers={"If-Match": made["ETag"]},
    )  # fmt: skip
    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["description"]) == ("报修", "calls")
    stale = manager.patch(
        f"/api/v1/processes/{code}", {"name": "x"}, content_type="application/json",
        headers={"If-Match": made["ETag"]},
    )  # fmt: skip
    assert (stale.status_code, stale["ETag"]) == (412, answer["ETag"])
    row = manager.get("/api/v1/processes?q=repair").json()["items"]
    assert [(entry["code"], entry["owner"]["username"], entry["n_nodes"]) for entry in row] == [
        (code, "node_owner", 0)
    ]
    assert manager.get("/api/v1/processes?q=nothing").json()["count"] == 0


def test_a_process_from_a_pack_has_its_nodes_in_force(organisation) -> None:
    manager = organisation.program("risk_manager")
    made = posted(manager, "processes", {"unit": "NH", "pack": "PSH"})
    unknown = posted(manager, "processes", {"unit": "NH", "pack": "XX"})
    assert unknown.status_code == 422
    accepted = unknown.json()["fields"]["pack"].split(": ")[1].split(", ")
    made = posted(manager, "processes", {"unit": "NH", "pack": accepted[0]})
    version = made.json()["version"]
    assert (version["status"], version["number"]) == ("in_force", 1)
    assert len(version["flows"]) == len(version["nodes"]) - 1
    place = f"/api/v1/processes/{made.json()['code']}/versions"
    assert manager.get(f"{place}/1").json() == version
    assert [v["number"] for v in manager.get(place).json()["items"]] == [1]
    assert manager.get(f"{place}/2").status_code == 404
    assert "name" in posted(manager, "processes", {"unit": "NH"}).json()["fields"]


def test_an_upload_is_looked_at_then_read_then_grows(organisation, process) -> None:
    manager = organisation.program("risk_manager")
    kept = sent(manager, process, (HEADINGS + rows(0, 20) + "c99,登记,昨天,p1\n").encode())
    assert kept.status_code == 201
    assert (kept.json()["state"], kept.json()["preview"]["columns"][0]) == ("uploaded", "编号")
    assert not EventLog.objects.exists()
    place = kept["Location"].removeprefix("/api/v1/")
    started = posted(manager, f"{place}/start")
    assert started.status_code == 202
    done = manager.get(f"/api/v1/{place}").json()
    assert (done["state"], done["error"]) == ("done", "")
    assert done["options"]["mapping"] == MAPPING
    log = manager.get(f"/api/v1/processes/{process.code}").json()["log"]
    assert (log["n_cases"], log["n_events"], sum(log["rejected"].values())) == (20, 60, 1)
    rejected = manager.get(f"/api/v1/processes/{process.code}/rejected.csv")
    assert (rejected.status_code, "昨天" in rejected.content.decode()) == (200, True)
    more = sent(manager, process, (HEADINGS + rows(0, 30)).encode())["Location"].removeprefix("/api/v1/")
    assert posted(manager, f"{more}/start", {"mapping": MAPPING, "append": True}).status_code == 202
    logs = manager.get(f"/api/v1/processes/{process.code}/logs").json()["items"]
    assert [(entry["n_cases"], entry["current"]) for entry in logs] == [(30, True), (20, False)]
    again = posted(manager, f"{more}/start", {"mapping": MAPPING})
    assert (again.status_code, again.json()["code"]) == (409, "upload.not_waiting")


def test_refused_files_and_columns_are_told(organisation, process) -> None:
    manager = organisation.program("risk_manager")
    assert sent(manager, process, b"MZ", "a.exe").json()["code"] == "upload.ending"
    assert posted(manager, f"processes/{process.code}/imports").json()["fields"].keys() == {"file"}
    place = sent(manager, process, (HEADINGS + rows(0, 20)).encode())["Location"].removeprefix("/api/v1/")
    unknown = posted(manager, f"{place}/start", {"mapping": MAPPING | {"case": "nothing"}})
    assert (unknown.status_code, list(unknown.json()["fields"])) == (422, ["mapping.case"])
    short = posted(manager, f"{place}/start", {"mapping": {"case": "编号"}})
    assert list(short.json()["fields"]) == ["mapping.activity"]
    zone = posted(manager, f"{place}/start", {"mapping": MAPPING, "tz": "Mars/Base"})
    assert (zone.status_code, zone.json()["code"]) == (422, "option.tz")
    twice = posted(manager, f"{place}/start", {"mapping": MAPPING | {"resource": "编号"}})
    assert twice.json()["code"] == "upload.column_twice"
    cancelled = posted(manager, f"{place}/cancel")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "uploaded")
    LogImport.objects.update(state="queued")
    assert posted(manager, f"{place}/cancel").json()["state"] == "cancelled"
    assert not EventLog.objects.exists()


def test_the_same_upload_sent_twice_is_kept_once(organisation, process) -> None:
    manager, content = organisation.program("risk_manager"), (HEADINGS + rows(0, 20)).encode()
    first = sent(manager, process, content, **{"Idempotency-Key": "u1"})
    again = sent(manager, process, content, **{"Idempotency-Key": "u1"})
    assert first.json() == again.json()
    assert LogImport.objects.count() == 1


def test_imports_are_for_those_who_import_in_the_unit(organisation, process) -> None:
    content = (HEADINGS + rows(0, 20)).encode()
    place = sent(organisation.program("risk_manager"), process, content)["Location"]
    auditor, outsider = organisation.program("auditor"), organisation.program(organisation.outsider)
    assert sent(auditor, process, content).status_code == 403
    assert [auditor.get(place).status_code, outsider.get(place).status_code] == [403, 404]
    assert sent(outsider, process, content).status_code == 404
    other = create_process(unit=organisation.south, name="x", actor=organisation.outsider)
    assert outsider.get(place.replace(process.code, other.code)).status_code == 404
