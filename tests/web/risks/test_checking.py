"""Checks of assessments on the risk's page: there when something does not fit, in one number of queries."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from anlan.formats.spec_file import read_spec_file
from anlan.studies.catalogue import METHOD
from anlan.studies.methods.assessing import assess_by_spec
from anlan.studies.methods.explaining import EXAMPLES
from anlan.studies.methods.running import figures_of_assessment
from anlan.web.risks.models import Risk
from anlan.web.risks.services import (
    BarrierFacts,
    LineFacts,
    assess_by_run,
    assess_by_scores,
    assess_from_finding,
    create_risk,
    draw_bow_tie,
)
from anlan.web.runs import results
from anlan.web.runs.models import Run
from web.risks.findings import finding


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path) -> None:
    settings.ANLAN_HOME = tmp_path


@pytest.fixture
def risk(organisation) -> Risk:
    return create_risk(unit=organisation.hall, title="错派", title_en="Wrong dispatch", category="process",
                       source="workshop", actor=organisation.people["risk_manager"])  # fmt: skip


def _assess(organisation, risk, stage: str, likelihood: int, severity: int) -> None:
    assess_by_scores(risk, stage=stage, likelihood=likelihood, severity=severity, rationale="r",
                     actor=organisation.people["risk_manager"])  # fmt: skip


def _page(organisation, risk) -> str:
    return organisation.client("risk_manager").get(f"/risks/{risk.code}/").content.decode()


def _draw(organisation, risk, *names: str, state: str = "working") -> None:
    barriers = tuple(BarrierFacts(name, state=state) for name in names)
    draw_bow_tie(risk, threats=[LineFacts("地址不完整", "", barriers)], consequences=[], version=0,
                 actor=organisation.people["risk_manager"])  # fmt: skip


def _run(organisation, risk, code: str, **changed) -> Run:
    document = read_spec_file(EXAMPLES / f"{code}.yaml")
    document["inputs"] |= changed
    result = assess_by_spec(document)
    place, digest = results.keep(json.dumps(result))
    return Run.objects.create(
        code=f"A-{code}"[:12], study=f"{METHOD}{code}", unit=risk.unit, about=risk.code, state="done",
        result=place, result_sha256=digest, created_by=organisation.people["risk_manager"],
        finished_at=timezone.now(), figures=figures_of_assessment(result),
    )  # fmt: skip


def test_nothing_is_said_where_all_fits(organisation, risk) -> None:
    _draw(organisation, risk, "复述")
    _assess(organisation, risk, "inherent", 4, 4)
    _assess(organisation, risk, "current", 2, 2)
    assert 'id="checks"' not in _page(organisation, risk)


def test_a_current_level_above_the_inherent_one_is_said(organisation, risk) -> None:
    _assess(organisation, risk, "inherent", 1, 1)
    _assess(organisation, risk, "current", 5, 5)
    page = _page(organisation, risk)
    assert 'id="checks"' in page
    assert "等级高于固有" in page


def test_a_level_lowered_by_nothing_is_said_until_a_barrier_is_drawn(organisation, risk) -> None:
    _assess(organisation, risk, "inherent", 5, 5)
    _assess(organisation, risk, "current", 1, 1)
    assert "没有记录使其降低的措施" in _page(organisation, risk)
    _draw(organisation, risk, "复述")
    assert 'id="checks"' not in _page(organisation, risk)


def test_a_missing_barrier_without_a_measure_lowers_nothing(organisation, risk) -> None:
    _draw(organisation, risk, "复述", state="missing")
    _assess(organisation, risk, "inherent", 5, 5)
    _assess(organisation, risk, "current", 1, 1)
    assert "没有记录使其降低的措施" in _page(organisation, risk)


def test_a_barrier_twice_on_one_line_is_said(organisation, risk) -> None:
    _draw(organisation, risk, "复述", "复述")
    _assess(organisation, risk, "current", 2, 2)
    assert "重复计算" in _page(organisation, risk)


def test_an_interval_narrower_than_the_counted_events_is_said(organisation, risk) -> None:
    found = finding()
    found["annual_loss"]["interval"] = {"low": 990.0, "high": 1010.0}
    manager = organisation.people["risk_manager"]
    assess_from_finding(risk, finding=found, unit="customer_min", run=None, actor=manager)
    assert "12 次事件" in _page(organisation, risk)


def test_memberships_of_the_run_behind_an_assessment_are_looked_at(organisation, risk) -> None:
    run = _run(organisation, risk, "fuzzy_evaluation")
    inputs = results.result_of(run)["inputs"]
    row = next(each for each in inputs["factors"] if each.get("memberships"))
    row["memberships"] = [1.0] * len(row["memberships"])
    result = dict(results.result_of(run)) | {"inputs": inputs}
    run.result, run.result_sha256 = results.keep(json.dumps(result))
    run.save()
    assess_by_run(risk, run=run, stage="current", rationale="r", likelihood=2, severity=2,
                  actor=organisation.people["risk_manager"])  # fmt: skip
    assert "隶属度之和不为 1" in _page(organisation, risk)


def test_inconsistent_comparisons_of_the_run_are_said(organisation, risk) -> None:
    run = _run(organisation, risk, "ahp")
    result = dict(results.result_of(run))
    for table in result["tables"]:
        names = [column["name"] for column in table["columns"]]
        if "consistency_ratio" in names:
            table["rows"][0][names.index("consistency_ratio")] = 0.4
    run.result, run.result_sha256 = results.keep(json.dumps(result))
    run.save()
    assess_by_run(risk, run=run, stage="current", rationale="r", likelihood=2, severity=2,
                  actor=organisation.people["risk_manager"])  # fmt: skip
    assert "一致性比例为 0.4" in _page(organisation, risk)


def test_a_run_whose_file_is_gone_takes_no_page_away(organisation, risk) -> None:
    run = _run(organisation, risk, "rate_blend")
    assess_by_run(risk, run=run, stage="current", rationale="r", likelihood=2, severity=2,
                  actor=organisation.people["risk_manager"])  # fmt: skip
    Run.objects.filter(pk=run.pk).update(result="00/none/result.json")
    assert 'id="checks"' not in _page(organisation, risk)


def test_more_assessments_ask_no_more_queries(organisation, risk) -> None:
    client = organisation.client("risk_manager")
    _draw(organisation, risk, "复述")
    for stage in ("inherent", "current"):
        _assess(organisation, risk, stage, 2, 2)
    client.get(f"/risks/{risk.code}/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(f"/risks/{risk.code}/")
    for stage in ("inherent", "current") * 4:
        _assess(organisation, risk, stage, 3, 3)
    with CaptureQueriesContext(connection) as many:
        client.get(f"/risks/{risk.code}/")
    assert len(many) == len(few)
