"""Studies for programs: what can be asked, start, state, result, again."""

import json

import pytest
from django.core.cache import cache

from anlan.web.common.models import AuditEvent
from anlan.web.runs.models import Run


@pytest.fixture(autouse=True)
def fresh_minute() -> None:
    cache.clear()


def posted(program, address: str, content: dict | None = None, **headers: str):
    return program.post(f"/api/v1/{address}", content or {}, content_type="application/json", headers=headers)


def test_the_catalogue_says_what_a_study_can_be_asked(organisation) -> None:
    studies = organisation.program("risk_manager").get("/api/v1/studies").json()["items"]
    assess = next(study for study in studies if study["code"] == "assess")
    assert assess["needs_log"]
    packs = next(parameter for parameter in assess["parameters"] if parameter["name"] == "packs")
    assert (packs["kind"], packs["default"]) == ("text", "auto")


def test_a_run_from_the_question_to_the_same_bytes_again(organisation, process) -> None:
    manager = organisation.program("risk_manager")
    ask = {"process": process.code, "study": "key_nodes", "seed": 7, "parameters": {"sla": "2h"}}
    started = posted(manager, "runs", ask, **{"Idempotency-Key": "r1"})
    assert started.status_code == 202
    again = posted(manager, "runs", ask, **{"Idempotency-Key": "r1"})
    assert (again.json()["code"], Run.objects.count()) == (started.json()["code"], 1)
    run = manager.get(started["Location"]).json()
    assert (run["state"], run["seed"], run["parameters"]["sla"]) == ("done", 7, "2h")
    assert "criteria_in_force" not in run["parameters"]
    answer = manager.get(f"/api/v1/runs/{run['code']}/result.json")
    assert answer["Content-Type"] == "application/json"
    content = b"".join(answer.streaming_content)
    assert json.loads(content)["key_nodes"]
    export = AuditEvent.objects.get(action="runs.run.export")
    assert (export.payload["source"], export.payload["changes"]["file"][1]) == ("api", "result.json")
    verifying = posted(manager, f"runs/{run['code']}/recompute")
    assert (verifying.status_code, verifying.json()["verifies"]) == (202, run["code"])
    assert manager.get(f"/api/v1/runs/{run['code']}").json()["verified"] is True
    found = manager.get(f"/api/v1/runs?study=key_nodes&state=done&process={process.code}&per_page=1").json()
    assert (found["count"], found["items"][0]["verifies"]) == (2, run["code"])
    assert manager.get("/api/v1/runs?study=assess").json()["count"] == 0


def test_an_assessment_gives_report_and_workbook_in_the_language_asked_for(organisation, process) -> None:
    manager = organisation.program("risk_manager")
    code = posted(manager, "runs", {"process": process.code, "study": "assess"}).json()["code"]
    report = manager.get(f"/api/v1/runs/{code}/report.html", headers={"Accept-Language": "zh"})
    assert 'lang="zh' in b"".join(report.streaming_content).decode()
    book = manager.get(f"/api/v1/runs/{code}/risks.xlsx")
    assert b"".join(book.streaming_content).startswith(b"PK")
    assert manager.get("/api/v1/candidates").json()["count"] > 0


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"study": "astrology"}, "study.unknown", ""),
        ({"parameters": {"budget": "much"}}, "option.budget", ""),
        ({"parameters": {"colour": "red"}}, "study.parameter_unknown", ""),
        ({"process": "P-999"}, "invalid", "process"),
        ({"seed": -1}, "invalid", "seed"),
        ({"parameters": {"sla": ["5d"]}}, "invalid", ""),
    ],
)
def test_questions_that_cannot_be_answered_start_nothing(organisation, process, change, code, field) -> None:
    ask = {"process": process.code, "study": "assess"} | change
    answer = posted(organisation.program("risk_manager"), "runs", ask)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert field in answer.json()["fields"] or not field
    assert not Run.objects.exists()


def test_states_say_what_can_be_done(organisation, process) -> None:
    manager = organisation.program("risk_manager")
    code = posted(manager, "runs", {"process": process.code, "study": "identify"}).json()["code"]
    assert posted(manager, f"runs/{code}/retry").json()["code"] == "run.not_failed"
    assert posted(manager, f"runs/{code}/cancel").json()["state"] == "done"
    Run.objects.update(state="queued")
    early = manager.get(f"/api/v1/runs/{code}/result.json")
    assert (early.status_code, early.json()["code"]) == (409, "run_not_done")
    assert posted(manager, f"runs/{code}/recompute").json()["code"] == "run.not_done"
    assert posted(manager, f"runs/{code}/cancel").json()["state"] == "cancelled"
    assert posted(manager, f"runs/{code}/retry").status_code == 202
    assert manager.get(f"/api/v1/runs/{code}").json()["state"] == "done"
    Run.objects.update(result_sha256="0" * 64)
    assert manager.get(f"/api/v1/runs/{code}/result.json").status_code == 410
