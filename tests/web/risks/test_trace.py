"""The trace of a risk: every step with who and when and where from, as a page and as files; the trend."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from anlan.web.common.models import AuditEvent
from anlan.web.risks import hooks
from anlan.web.risks.models import Assessment, Candidate, Risk
from anlan.web.risks.services import (
    Given,
    LineFacts,
    accept,
    add_comment,
    assess_by_estimate,
    assess_by_scores,
    confirm_still_valid,
    draw_bow_tie,
)
from anlan.web.risks.tracing.steps import Step, trace_of
from anlan.web.risks.trend import loss_trend
from anlan.web.runs.models import Run
from web.risks.findings import finding
from web.risks.signing import approved, scored
from web.runs.conftest import hall, process  # noqa: F401 - fixtures


@pytest.fixture
def risk(organisation, process) -> Risk:  # noqa: F811
    """From a log through a run and a finding to an approved assessment and a review."""
    manager = organisation.people["risk_manager"]
    run = Run.objects.create(
        code="A-9001", study="assess", process=process, unit=process.unit, log=process.logs.get(),
        state="done", result_sha256="f" * 64, input_sha256="e" * 64, created_by=manager,
        finished_at=timezone.now(),
    )  # fmt: skip
    entry = finding("R-a") | {"statement": {"zh": "=派单偶尔很慢", "en": "=Sometimes very late"}}
    candidate = Candidate.objects.create(
        code="F-9", key="R-a", source="log", process=process, unit=process.unit, category="process",
        title=entry["title"], statement=entry["statement"], run=run, created_by=manager,
        content={"finding": entry, "unit": "customer_min"},
    )  # fmt: skip
    made = accept(candidate, actor=manager)
    approved(organisation, made.assessments.get())
    draw_bow_tie(made, threats=[LineFacts("x")], consequences=[], version=0, actor=manager)
    confirm_still_valid(made, reason="本季未变", actor=manager, today=timezone.localdate())
    return made


def test_each_step_names_the_one_it_came_from(organisation, risk) -> None:
    steps = trace_of(risk, organisation.people["risk_manager"])
    log = risk.process.logs.get()
    assert [step.kind for step in steps] == [
        "log", "run", "finding", "candidate", "risk", "bow_tie", "assessment", "review",
    ]  # fmt: skip
    found = {step.kind: step for step in steps}
    after = {kind: step.after for kind, step in found.items()}
    assert after["run"] == (f"log:{log.pk}",)
    assert after["finding"] == ("run:A-9001",)
    assert after["candidate"] == ("finding:R-a",)
    assert after["risk"] == ("candidate:F-9",)
    assert after["assessment"] == (f"risk:{risk.code}", "run:A-9001")
    assert after["review"] == after["bow_tie"] == (f"risk:{risk.code}",)
    people = organisation.people
    assert found["assessment"].who == f"{people['risk_manager'].name} → 第二 → {people['executive'].name}"
    assert found["log"].facts["sha256"] == log.sha256
    assert found["run"].facts["result_sha256"] == "f" * 64
    assert all(step.at for step in steps)


def test_what_the_reader_may_not_open_has_no_address_and_no_hash(organisation, risk) -> None:
    steps = {step.kind: step for step in trace_of(risk, organisation.people["expert"])}
    assert (steps["run"].address, "result_sha256" in steps["run"].facts) == ("", False)
    assert steps["log"].address != ""


@pytest.mark.parametrize(("language", "words"), [
    ("zh-hans", ["溯源", "日志", "研判", "第 1 次评估", "结果 SHA-256"]),
    ("en", ["Trace of", "Log", "Triage", "Assessment 1", "SHA-256 of the result"]),
])  # fmt: skip
def test_the_page_links_every_step(organisation, risk, language, words) -> None:
    client = organisation.client("risk_manager", language=language)
    page = client.get(f"/risks/{risk.code}/trace/").content.decode()
    assert not [word for word in words if word not in page]
    for address in ("/runs/A-9001/", f"/processes/{risk.process.code}/", f"/risks/{risk.code}/"):
        assert f'href="{address}"' in page
    assert f'href="/risks/{risk.code}/trace.csv"' in page
    assert "trace.csv" not in organisation.client("expert").get(f"/risks/{risk.code}/trace/").content.decode()
    for step in trace_of(risk, organisation.people["risk_manager"]):
        if step.address.startswith("/risks/"):
            assert client.get(step.address).status_code == 200, step.address


def test_files_hold_every_step_and_stand_in_the_audit(organisation, risk) -> None:
    client = organisation.client("auditor")
    content = json.loads(client.get(f"/risks/{risk.code}/trace.json").content)
    steps = trace_of(risk, organisation.people["auditor"])
    assert (content["schema"], content["risk"]) == ("anlan.trace/1", risk.code)
    assert [step["key"] for step in content["steps"]] == [step.key for step in steps]
    answer = client.get(f"/risks/{risk.code}/trace.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert (rows[0][0], len(rows)) == ("类别", len(steps) + 1)
    assert [row for row in rows if row[2].startswith("=")] == []
    events = AuditEvent.objects.filter(action="risks.trace.export")
    assert sorted(e.payload["changes"]["form"][1] for e in events) == ["csv", "json"]
    assert {e.object_id for e in events} == {str(risk.pk)}
    assert client.get(f"/risks/{risk.code}/trace.xml").status_code == 404


def test_programs_read_and_export(organisation, risk) -> None:
    program = organisation.program("expert")
    shown = program.get(f"/api/v1/risks/{risk.code}/trace").json()
    assert [step["kind"] for step in shown["steps"]][:3] == ["log", "run", "finding"]
    assert program.get(f"/api/v1/risks/{risk.code}/trace-export").status_code == 403
    taken = organisation.program("auditor").get(f"/api/v1/risks/{risk.code}/trace-export?form=csv")
    assert taken["Content-Type"].startswith("text/csv")
    assert (
        organisation.program("auditor").get(f"/api/v1/risks/{risk.code}/trace-export?form=x").status_code
        == 422
    )


def test_apps_above_add_their_steps(organisation, risk, monkeypatch) -> None:
    def measures(of: Risk, user) -> list[Step]:
        return [
            Step("measure", "T-1", "培训", timezone.now(), "甲", (f"risk:{of.code}",), {}, "/measures/T-1/")
        ]

    monkeypatch.setattr(hooks, "traced", [measures])
    page = organisation.client("risk_manager").get(f"/risks/{risk.code}/trace/").content.decode()
    assert "/measures/T-1/" in page
    assert "措施" in page


def test_a_longer_story_asks_no_more_of_the_database(organisation, risk) -> None:
    manager = organisation.people["risk_manager"]

    def queries(address: str) -> int:
        client = organisation.client("risk_manager")
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    def live() -> None:
        assess_by_scores(risk, stage="inherent", likelihood=3, severity=3, rationale="r", actor=manager)
        confirm_still_valid(risk, reason="r", actor=manager, today=timezone.localdate())
        add_comment(risk, text="x", actor=manager)

    pages = [f"/risks/{risk.code}/trace/", f"/risks/{risk.code}/"]
    live()
    before = [queries(page) for page in pages]
    for _ in range(4):
        live()
    assert [queries(page) for page in pages] == before


def _points(organisation, risk: Risk, factor: float, *, stage: str = "current") -> Assessment:
    points = {"shape": "pert", "low": factor, "likely": 2 * factor, "high": 4 * factor}
    given = Given("three_point", points, {"shape": "pert", "low": 5, "likely": 9, "high": 30},
                  likelihood_score=3, severity_score=3)  # fmt: skip
    return assess_by_estimate(risk, given, stage=stage, rationale="r", actor=organisation.people["expert"])


def test_the_trend_shows_every_stage_with_its_interval(organisation, risk) -> None:
    now = timezone.now()
    for i, stage in enumerate(("inherent", "current", "residual_expected")):
        made = _points(organisation, risk, 30.0, stage=stage)
        Assessment.objects.filter(pk=made.pk).update(prepared_at=now - timedelta(days=30 * (3 - i)))
    scored(organisation, risk, (2, 2), at=now)
    shown = loss_trend(list(risk.assessments.all()))
    assert shown is not None
    assert shown["svg"].count("<circle") == 4
    assert "4 次评估有年损失" in shown["sentence"]
    assert shown["logarithmic"] is False
    assert shown["left_out"] == 0


def test_losses_of_very_different_size_share_a_logarithmic_axis(organisation, risk) -> None:
    _points(organisation, risk, 30_000.0)
    shown = loss_trend(list(risk.assessments.all()))
    assert shown["logarithmic"] is True


def test_losses_in_another_unit_are_left_out_and_said(organisation, risk) -> None:
    made = _points(organisation, risk, 30.0)
    Assessment.objects.filter(pk=made.pk).update(loss_unit="CNY")
    shown = loss_trend(list(risk.assessments.all()))
    assert (shown["svg"].count("<circle"), shown["left_out"]) == (1, 1)


def test_without_a_loss_the_page_says_how_to_get_one(organisation, process) -> None:  # noqa: F811
    from anlan.web.risks.services import create_risk

    bare = create_risk(unit=process.unit, title="x", category="process", source="report",
                       actor=organisation.people["risk_manager"])  # fmt: skip
    assert loss_trend([]) is None
    page = organisation.client("auditor", language="en").get(f"/risks/{bare.code}/").content.decode()
    assert "Assess by three points" in page
