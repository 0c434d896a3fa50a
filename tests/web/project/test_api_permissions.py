"""Every endpoint for every role and for somebody of another unit.

Somebody who may not see the record finds none (404); who sees it but may not do it is refused (403), and
the refusal stands in the audit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from anlan.formats.spec_file import read_spec_file
from anlan.loop.identify.worksheets import KINDS
from anlan.studies.methods.explaining import EXAMPLES
from anlan.web.calibration.services import OutcomeGiven, note_outcomes
from anlan.web.catalog.attachments.services import attach
from anlan.web.catalog.standards.services import Content, create_standard, log_entry
from anlan.web.catalog.uploads import keep_upload
from anlan.web.causes.beginning import Beginning, begun
from anlan.web.common.levels import default_criteria
from anlan.web.common.models import AuditEvent
from anlan.web.people.models import User
from anlan.web.people.permissions import built_in_roles
from anlan.web.people.services import assign_role, create_user
from anlan.web.project.api import api
from anlan.web.project.specification import operations, specification
from anlan.web.risks.attached import risk_holder
from anlan.web.risks.exchange.export import template_workbook
from anlan.web.risks.exchange.importing import keep_workbook
from anlan.web.risks.services import (
    Expert,
    assess_by_scores,
    create_risk,
    create_workshop,
    define_field,
    report_candidate,
    review,
)
from anlan.web.risks.services.criteria_versions import draft_criteria, toml_of
from anlan.web.risks.services.looking import Report, take_feedback
from anlan.web.risks.services.worksheets import add_row, create_worksheet
from anlan.web.risks.worksheets import workbook
from anlan.web.runs.services import start_run
from anlan.web.sources.models import Source
from anlan.web.studio.services.designs import create_design
from formats.bpmn.samples import CAMUNDA
from web.catalog.test_uploads import HEADINGS, rows
from web.conftest import PASSWORD
from web.losses.given import loss_year
from web.monitoring.conftest import an_alert
from web.runs.conftest import hall, process  # noqa: F401 - fixtures
from web.studio.given import small_twin

RISK = {"unit": "N", "title": "x", "category": "process"}
FIELD = {"unit": "N", "key": "x", "kind": "text", "label": "x"}
STANDARD = {"unit": "N", "kind": "promise", "text": "x", "reason": "y"}
REPORT = RISK | {"statement": "y"}
SCORES = {"likelihood": 2, "severity": 2, "rationale": "z"}
POINTS = {"low": 1, "likely": 2, "high": 4}
ESTIMATE = {"frequency": POINTS, "severity": POINTS, "cases_per_year": 900, "usual_duration_min": 9}
DECISION = {"edit_version": 2, "reason": "x"}
NUMBERS = {"frequency": POINTS, "severity": POINTS, "loss_unit": "CNY", "source": "x"}
OUTCOME = {"period_from": "2026-02-01", "period_to": "2026-03-01", "events": 1, "source": "x"}
OUTCOMES = {"rows": [{"risk": "R-0001", **OUTCOME}]}
TOLERANCE = {"points": [], "loss_unit": "CNY", "reason": "x"}
WALK = {"answers": [{"question": "x", "answer": "no"}]}
SHEET_ROW = {"values": {"node": "登记", "mode": "x"}}
ROLE = {"name": "x", "permissions": ["risks.view"]}
UNIT = {"name": "x", "time_zone": "Asia/Shanghai"}
CRITERIA = {"unit": "N", "name": "x", "criteria": toml_of(default_criteria())}
INDICATOR = {"unit": "N", "name": "x", "document": {}}
SILENCE = {"unit": "N", "ends": "2026-01-01T00:00Z", "reason": "x"}
SOURCE = {"unit": "N", "kind": "folder", "name": "x", "settings": {}}
SESSION = {"unit": "N", "title": "x", "risks": ["R-0001"], "experts": [{"name": n} for n in "abc"]}


@dataclass(frozen=True)
class Row:
    """An endpoint: sees: permission to find its record, empty for an address without one;
    does: permission asked for; good: status for who has both."""

    name: str
    sees: str
    does: str
    good: int
    body: Any = None


MATRIX_SPEC = read_spec_file(EXAMPLES / "risk_matrix.yaml")
ROWS = [
    Row("me", "", "", 200),
    Row("list_units", "", "", 200),
    Row("create_unit", "", "people.manage", 201, {"code": "X", "name": "x", "parent": "N"}),
    Row("list_people", "", "people.view", 200),
    Row("create_person", "", "people.manage", 201, {"username": "new", "name": "x", "unit": "N"}),
    Row("change_unit", "people.view", "people.manage", 200, UNIT),
    Row("get_person", "people.view", "", 200),
    Row("change_person", "people.view", "people.manage", 200, {"name": "x", "unit": "N"}),
    Row("give_role", "people.view", "people.manage", 201, {"role": "expert", "unit": "N"}),
    Row("withdraw_role", "people.view", "people.manage", 204),
    Row("close_account", "people.view", "people.manage", 200),
    Row("open_account", "people.view", "people.manage", 200),
    Row("reset_password", "people.view", "people.manage", 201),
    Row("reset_factor", "people.view", "people.manage", 204),
    Row("list_roles", "", "people.view", 200),
    Row("create_role", "", "people.manage", 403, ROLE),  # only at the top
    Row("get_role", "", "people.view", 200),
    Row("change_role", "", "people.manage", 403, ROLE),
    Row("retire_role", "", "people.manage", 403, {}),
    Row("move_unit", "people.view", "people.manage", 422, {"parent": "NH"}),
    Row("list_notices", "", "", 200),
    Row("read_notices", "", "", 200),
    Row("read_notice", "", "", 404),
    Row("list_processes", "", "catalog.view", 200),
    Row("create_process", "", "catalog.edit", 201, {"unit": "N", "name": "x"}),
    Row("get_process", "catalog.view", "", 200),
    Row("change_process", "catalog.view", "catalog.edit", 200, {"description": "d"}),
    Row("get_process_map", "catalog.view", "", 200),
    Row("list_logs", "catalog.view", "", 200),
    Row("get_rejected_rows", "catalog.view", "", 200),
    Row("list_imports", "catalog.view", "logs.import", 200),
    Row("upload_log", "catalog.view", "logs.import", 201, "file"),
    Row("get_import", "catalog.view", "logs.import", 200),
    Row("start_import", "catalog.view", "logs.import", 202, {}),
    Row("cancel_import", "catalog.view", "logs.import", 200),
    Row("get_node", "catalog.view", "", 200),
    Row("change_node_facts", "catalog.view", "catalog.edit", 200, {"role": "x"}),
    Row("get_blueprint", "catalog.view", "", 200),
    Row("get_journey", "catalog.view", "", 200),
    Row("list_versions", "catalog.view", "", 200),
    Row("create_version", "catalog.view", "catalog.edit", 201, {}),
    Row("get_version", "catalog.view", "", 200),
    Row("replace_version", "catalog.view", "catalog.edit", 409, {"nodes": [], "flows": []}),
    Row("submit_version", "catalog.view", "catalog.edit", 409, DECISION),
    Row("approve_version", "catalog.view", "catalog.approve", 409, DECISION),
    Row("return_version", "catalog.view", "catalog.approve", 409, DECISION),
    Row("get_version_changes", "catalog.view", "", 200),
    Row("get_version_bpmn", "catalog.view", "", 200),
    Row("import_bpmn", "catalog.view", "catalog.edit", 201, "bpmn"),
    Row("get_attachment", "risks.view", "", 200),
    Row("remove_attachment", "risks.view", "risks.edit", 200, {"reason": "x"}),
    Row("list_attachments", "risks.view", "", 200),
    Row("add_attachment", "risks.view", "risks.edit", 201, "file"),
    Row("list_standards", "", "catalog.view", 200),
    Row("create_standard", "", "catalog.edit", 201, STANDARD),
    Row("get_standard", "catalog.view", "", 200),
    Row("change_standard", "catalog.view", "catalog.edit", 200, {"text": "y", "reason": "x"}),
    Row("withdraw_standard", "catalog.view", "catalog.edit", 409, {"version": 99, "reason": "x"}),
    Row("list_standard_versions", "catalog.view", "", 200),
    Row("list_standard_entries", "catalog.view", "", 200),
    Row("log_standard_entry", "catalog.view", "standards.log", 201, {"kept": True}),
    Row("withdraw_standard_entry", "catalog.view", "catalog.edit", 200, {"reason": "x"}),
    Row("list_risks", "", "risks.view", 200),
    Row("create_risk", "", "risks.edit", 201, RISK),
    Row("count_risks", "", "risks.view", 200),
    Row("get_risk", "risks.view", "", 200),
    Row("change_risk", "risks.view", "risks.edit", 200, {"title": "y"}),
    Row("list_assessments", "risks.view", "", 200),
    Row("assess_risk", "risks.view", "risks.assess", 201, SCORES),
    Row("get_assessment", "risks.view", "", 200),
    Row("review_assessment", "risks.view", "risks.review", 409),
    Row("approve_assessment", "risks.view", "risks.approve", 200),
    Row("return_assessment", "risks.view", "risks.review", 409, {"reason": "x"}),  # approved by then
    Row("list_reviews", "risks.view", "", 200),
    Row("confirm_risk", "risks.view", "risks.review", 201, {"reason": "same"}),
    Row("list_comments", "risks.view", "", 200),
    Row("add_comment", "risks.view", "", 201, {"text": "hello"}),
    Row("watch_risk", "risks.view", "", 204),
    Row("stop_watching_risk", "risks.view", "", 204),
    Row("get_criteria", "", "risks.view", 200),
    Row("get_matrix", "", "risks.view", 200),
    Row("list_own_fields", "", "risks.view", 200),
    Row("define_own_field", "", "criteria.manage", 201, FIELD),
    Row("get_own_field", "risks.view", "", 200),
    Row("change_own_field", "risks.view", "criteria.manage", 200, {"label": "y"}),
    Row("list_register_views", "", "risks.view", 200),
    Row("keep_register_view", "", "risks.view", 200, {"query": "view=mine"}),
    Row("drop_register_view", "", "risks.view", 204),
    Row("rename_register_view", "", "risks.view", 200, {"name": "mine"}),
    Row("change_risks", "", "risks.edit", 200, {"risks": {"R-0001": 1}, "phase": "treated", "preview": True}),
    Row("get_appetite", "", "risks.view", 200),
    Row("set_appetite", "", "criteria.manage", 200, {"unit": "N", "highest_level": "high", "reason": "x"}),
    Row("list_criteria_versions", "", "risks.view", 200),
    Row("draft_criteria", "", "criteria.manage", 201, CRITERIA),
    Row("get_criteria_version", "risks.view", "", 200),
    Row("withdraw_criteria", "risks.view", "criteria.manage", 409),
    Row("get_criteria_file", "risks.view", "", 200),
    Row("put_criteria_in_force", "risks.view", "criteria.manage", 200, {"reason": "x"}),
    Row("export_register", "", "reports.export", 200),
    Row("get_register_template", "", "risks.edit", 200),
    Row("list_register_imports", "", "risks.edit", 200),
    Row("upload_register", "", "risks.edit", 201, "xlsx"),
    Row("get_register_import", "risks.view", "risks.edit", 200),
    Row("start_register_import", "risks.view", "risks.edit", 202, {}),
    Row("cancel_register_import", "risks.view", "risks.edit", 200),
    Row("get_bow_tie", "risks.view", "", 200),
    Row("change_bow_tie", "risks.view", "risks.edit", 200, {"threats": [{"text": "x"}]}),
    Row("preview_estimate", "risks.view", "risks.assess", 200, ESTIMATE),
    Row("assess_by_estimate", "risks.view", "risks.assess", 201, ESTIMATE | {"rationale": "z"}),
    Row("get_trace", "risks.view", "", 200),
    Row("export_trace_file", "risks.view", "reports.export", 200),
    Row("get_movement", "", "risks.view", 200),
    Row("preview_run", "risks.view", "risks.assess", 422, {"run": "A-0000"}),
    Row("assess_by_run", "risks.view", "risks.assess", 422, {"run": "A-0000", "rationale": "z"}),
    Row("list_candidates", "", "risks.view", 200),
    Row("report_candidate", "", "risks.report", 201, REPORT),
    Row("get_candidate", "risks.view", "", 200),
    Row("accept_candidate", "risks.view", "risks.triage", 201, {}),
    Row("merge_candidate", "risks.view", "risks.triage", 200, {"into": "R-0001"}),
    Row("decline_candidate", "risks.view", "risks.triage", 200, {"reason": "no"}),
    Row("get_checklist", "catalog.view", "", 200),
    Row("walk_checklist", "catalog.view", "risks.report", 422, WALK),
    Row("take_feedback", "catalog.view", "risks.report", 201, {"lines": [{"words": "x"}]}),
    Row("list_identifications", "", "risks.view", 200),
    Row("get_identification", "risks.view", "", 200),
    Row("list_worksheet_kinds", "", "risks.view", 200),
    Row("get_worksheet_template", "", "risks.report", 200),
    Row("list_worksheets", "catalog.view", "risks.view", 200),
    Row("create_worksheet", "catalog.view", "risks.report", 201, {"kind": "fmea", "title": "x"}),
    Row("get_worksheet", "risks.view", "", 200),
    Row("export_worksheet", "risks.view", "reports.export", 200),
    Row("import_worksheet", "risks.view", "risks.report", 200, "sheet"),
    Row("add_worksheet_row", "risks.view", "risks.report", 201, SHEET_ROW),
    Row("get_worksheet_row", "risks.view", "", 200),
    Row("change_worksheet_row", "risks.view", "risks.report", 200, SHEET_ROW),
    Row("make_worksheet_candidate", "risks.view", "risks.report", 201, {}),
    Row("make_worksheet_risk", "risks.view", "risks.triage", 409, {}),  # a candidate by then
    Row("remove_worksheet_row", "risks.view", "risks.report", 409, {"edit_version": 1}),
    Row("list_workshops", "", "risks.view", 200),
    Row("create_workshop", "", "workshops.lead", 201, SESSION),
    Row("get_workshop", "risks.view", "", 200),
    Row("open_round", "risks.view", "workshops.lead", 200),
    Row("close_round", "risks.view", "workshops.lead", 409),
    Row("adopt_outcome", "risks.view", "workshops.lead", 409),
    Row("get_session_answers", "risks.view", "", 200),
    Row("renew_link", "risks.view", "workshops.lead", 201),
    Row("revoke_link", "risks.view", "workshops.lead", 204),
    Row("list_studies", "", "", 200),
    Row("list_methods", "", "", 200),
    Row("get_method", "", "", 200),
    Row("start_assessment", "", "runs.start", 202, {"spec": MATRIX_SPEC}),
    Row("list_runs", "", "runs.view", 200),
    Row("start_run", "", "runs.start", 202, {"process": "P-001", "study": "key_nodes"}),
    Row("get_run", "runs.view", "", 200),
    Row("cancel_run", "runs.view", "runs.start", 200),
    Row("retry_run", "runs.view", "runs.start", 409),
    Row("recompute_run", "runs.view", "runs.start", 202),
    Row("get_result", "runs.view", "reports.export", 200),
    Row("get_workbook", "runs.view", "reports.export", 200),
    Row("get_report", "runs.view", "reports.export", 200),
    Row("get_chart", "runs.view", "reports.export", 404),
    Row("list_loss_years", "", "runs.view", 200),
    Row("compute_loss_year", "", "runs.start", 202, {"unit": "NH"}),
    Row("get_loss_year", "runs.view", "", 200),
    Row("recompute_loss_year", "runs.view", "runs.start", 202),
    Row("compare_loss_years", "runs.view", "", 200),
    Row("get_loss_figures", "runs.view", "reports.export", 200),
    Row("get_loss_curve", "runs.view", "reports.export", 200),
    Row("list_loss_numbers", "risks.view", "", 200),
    Row("give_loss_numbers", "risks.view", "risks.assess", 200, NUMBERS),
    Row("withdraw_loss_numbers", "risks.view", "risks.assess", 204, {"reason": "x"}),
    Row("get_dependence", "risks.view", "", 200),
    Row("set_dependence", "risks.view", "risks.assess", 200, {"content": {}, "reason": "x"}),
    Row("nearest_dependence", "risks.view", "risks.assess", 200, {"content": {}}),
    Row("get_tolerance_curve", "risks.view", "", 200),
    Row("set_tolerance_curve", "risks.view", "criteria.manage", 200, TOLERANCE),
    Row("list_cause_models", "", "runs.view", 200),
    Row("create_cause_model", "", "runs.start", 201, {"method": "bow_tie", "title": "x", "unit": "N"}),
    Row("import_cause_model", "", "runs.start", 201, "spec"),
    Row("get_cause_model", "runs.view", "", 200),
    Row("change_cause_model", "runs.view", "runs.start", 200, {"title": "y"}),
    Row("remove_cause_model", "runs.view", "runs.start", 204),
    Row("get_cause_model_figures", "runs.view", "", 200),
    Row("get_cause_model_as", "runs.view", "", 200),
    Row("calculate_cause_model", "runs.view", "runs.start", 202),
    Row("export_cause_model", "runs.view", "reports.export", 200),
    Row("list_outcomes", "", "risks.view", 200),
    Row("note_outcomes", "", "risks.assess", 201, OUTCOMES),
    Row("withdraw_outcome", "risks.view", "risks.assess", 204, {"reason": "x"}),
    Row("list_track_records", "", "runs.view", 200),
    Row("compute_track_record", "", "runs.start", 422, {"unit": "N"}),  # nothing was estimated before
    Row("get_track_record", "runs.view", "", 404),
    Row("list_twins", "", "runs.view", 200),
    Row("create_twin", "", "runs.start", 404, {"process": "none", "spec": {}}),
    Row("read_twin", "", "", 422, {}),  # asks for a file before anything else
    Row("get_twin", "runs.view", "", 200),
    Row("edit_twin", "runs.view", "runs.start", 422, {"inputs": {}, "number": 9}),
    Row("put_twin_in_force", "runs.view", "runs.start", 200),
    Row("check_twin", "runs.view", "runs.start", 202, {}),
    Row("simulate_twin", "runs.view", "runs.start", 202, {}),
    Row("calibrate_twin", "runs.view", "runs.start", 202, {}),
    Row("propose_designs", "runs.view", "runs.start", 202, {}),
    Row("list_treatments", "runs.view", "", 200),
    Row("try_treatment", "runs.view", "runs.start", 422, {"run": "none", "measure": "x"}),
    Row("start_comparison", "runs.view", "runs.start", 404, {"designs": ["none"]}),
    Row("list_designs", "", "runs.view", 200),
    Row("create_design", "", "runs.start", 404, {"twin": "none", "name": "x"}),
    Row("get_design", "runs.view", "", 200),
    Row("change_design", "runs.view", "runs.start", 200, {"name": "y"}),
    Row("move_design", "runs.view", "runs.start", 409, {"to": "dropped", "edit_version": 9}),
    Row("pilot_design", "runs.view", "catalog.edit", 409, {"edit_version": 9}),
    Row("list_comparisons", "", "runs.view", 200),
    Row("get_comparison", "runs.view", "", 404),
    Row("take_expected_residual", "runs.view", "", 404, {"design": "x", "risk": "x"}),
    Row("replay_twin", "runs.view", "", 200),
    Row("replay_design", "runs.view", "", 200),
    Row("replay_comparison", "runs.view", "", 404),
    Row("replay_process", "runs.view", "", 200),
    Row("forecast_process", "runs.view", "runs.start", 422, {}),
    Row("get_roster", "runs.view", "", 404),
    Row("get_roster_calendar", "runs.view", "", 404),
    Row("list_indicators", "", "monitoring.view", 200),
    Row("create_indicator", "", "monitoring.edit", 201, INDICATOR),
    Row("check_formula", "", "monitoring.edit", 422, {"formula": "KI-9999", "unit": "N"}),
    Row("get_indicator", "monitoring.view", "", 200),
    Row("change_indicator", "monitoring.view", "monitoring.edit", 200, {"name": "y"}),
    Row("list_readings", "monitoring.view", "", 200),
    Row("take_up_indicators", "runs.view", "monitoring.edit", 422, {"indicators": ["x"]}),
    Row("report_readings", "", "monitoring.report", 422, []),
    Row("list_doubts", "", "monitoring.view", 200),
    Row("decide_doubt", "", "", 404, {"deed": "drop", "reason": "x"}),
    Row("list_alerts", "", "monitoring.view", 200),
    Row("get_alert", "monitoring.view", "", 200),
    Row("act_on_alert", "monitoring.view", "monitoring.handle", 200, {"deed": "acknowledge"}),
    Row("note_alert", "monitoring.view", "monitoring.handle", 201, {"note": "x"}),
    Row("list_effects", "monitoring.view", "", 200),
    Row("decide_effect", "", "", 404, {"do": "take"}),
    Row("list_silences", "", "monitoring.view", 200),
    Row("create_silence", "", "monitoring.edit", 422, SILENCE),
    Row("end_silence", "", "", 404),
    Row("list_sources", "", "monitoring.view", 200),
    Row("create_source", "", "monitoring.edit", 422, SOURCE),
    Row("get_source", "monitoring.view", "", 200),
    Row("change_source", "monitoring.view", "monitoring.edit", 200, {"status": "active"}),
    Row("try_source", "monitoring.view", "monitoring.edit", 200),
    Row("run_source", "monitoring.view", "monitoring.edit", 202),
    Row("list_reports", "", "risks.view", 200),
    Row("print_report", "", "reports.export", 200),
    Row("list_events", "", "audit.view", 200),
    Row("list_audit_checks", "", "audit.view", 200),
    Row("check_audit", "", "audit.view", 202),
]
ADDRESSES = {
    operation["operationId"]: (method, path)
    for path, methods in specification(api)["paths"].items()
    for method, operation in methods.items()
}


def test_the_table_names_every_endpoint() -> None:
    assert [row.name for row in ROWS] == [row["operationId"] for _, row in operations(specification(api))]


@pytest.fixture
def codes(organisation, process) -> Callable[[str], dict[str, Any]]:  # noqa: F811
    """Path parameters for an address: records of north, ready for what the table does."""
    cache.clear()
    people = organisation.people
    manager = people["risk_manager"]
    risk = create_risk(unit=organisation.north, title="x", category="process", source="report", actor=manager)
    scores = {"stage": "current", "likelihood": 3, "severity": 3, "rationale": "x"}
    assess = assess_by_scores(risk, actor=people["node_owner"], **scores)
    second = create_user(username="second", name="二", password=PASSWORD, unit=organisation.north, actor=None)
    assign_role(user=second, role="risk_manager", unit=organisation.north, actor=None)
    assert review(assess, actor=second).state == "reviewed"
    found = report_candidate(unit=process.unit, title="x", statement="y", category="process", actor=manager)
    run = start_run(process=process, study="assess", parameters={}, actor=manager)
    upload = keep_upload(process, _file(), actor=manager)
    experts = [Expert(name) for name in ("a", "b", "c")]
    session, _ = create_workshop(
        unit=organisation.north, title="x", purpose="", risks=[risk], experts=experts, actor=manager
    )
    day = date(2026, 1, 1)
    promise = create_standard(
        unit=process.unit, kind="promise", content=Content("x"), valid_from=day, reason="x", actor=manager
    )
    log_entry(promise, on=day, kept=True, actor=manager)
    kept = attach(risk_holder(risk), _file(), actor=manager)
    node = process.versions.get().nodes.first().key
    looked = take_feedback(process, [Report("慢")], actor=manager)
    worksheet = create_worksheet(process, "fmea", title="x", actor=manager)
    add_row(worksheet, {"node": node, "mode": "x"}, actor=manager)
    field = define_field(unit=organisation.north, key="contract", kind="text", label="合同", actor=manager)
    draft = draft_criteria(unit=organisation.north, content=default_criteria(), name="x", actor=second)
    sheet = keep_workbook(_workbook(manager), actor=manager)
    year = loss_year(organisation)
    drawn = begun(Beginning("bow_tie", "example"), unit=organisation.north, about=None, actor=manager)
    twin = small_twin(process, organisation)
    design = create_design(twin, name="x", actor=manager)
    alert = an_alert(organisation)
    source = Source.objects.create(
        code="S-0001", unit=organisation.north, kind="folder", name="x", next_at=timezone.now(),
        settings={"folder": "/nowhere", "pattern": "*", "quiet_s": 10},
    )  # fmt: skip
    given = OutcomeGiven(risk.code, date(2026, 1, 1), date(2026, 1, 31), 2, "x")
    (outcome,) = note_outcomes([given], actor=manager, today=date(2026, 7, 1))
    below = {"processes": (process.code, 1), "standards": (promise.code, 1), "attachments": ("", kept.pk),
             "risks": (risk.code, 1), "candidates": (found.code, 0), "runs": (run.code, 0),
             "workshops": (session.code, 0), "notices": ("", 2**31 - 1), "roles": ("expert", 0),
             "units": ("NH", 0), "loss-years": (year.code, 0),
             "outcomes": ("", outcome.pk), "twins": (twin.code, 0), "designs": (design.code, 0),
             "indicators": (alert.indicator.code, 0), "alerts": (alert.code, 0),
             "silences": ("", 2**31 - 1), "sources": (source.code, 0),
             "cause-models": (drawn.code, 0), "methods": ("risk_matrix", 0),
             "identifications": (looked.code, 0), "worksheets": (worksheet.code, 1),
             "criteria-versions": ("", draft.pk), "register-imports": ("", sheet.pk)}  # fmt: skip
    others = {"pseudonym": "E1", "username": "second", "role": "risk_manager", "unit": "N",
              "key": field.key,
              "name": "mine", "kind": "register", "form": "html", "stage": "current",
              "other": year.code, "risk": risk.code}  # fmt: skip

    def named(path: str) -> dict[str, Any]:
        code, number = below.get(path.split("/")[3], ("", 0))
        own = {"kind": "risk", "name": risk.code} if "attachments" in path else {}
        own |= {"key": node} if "/nodes/" in path else {}
        own |= {"seen": "event_tree", "form": "yaml"} if "/cause-models/" in path else {}
        own |= {"kind": "fmea"} if "/worksheet-kinds/" in path else {}
        return others | own | {"code": code, "number": upload.pk if "/imports" in path else number}

    return named


def _file() -> SimpleUploadedFile:
    return SimpleUploadedFile("log.csv", (HEADINGS + rows(0, 5)).encode(), content_type="text/csv")


def _workbook(user: Any, *, kind: str = "") -> SimpleUploadedFile:
    """The empty workbook of the register, or of a kind of worksheet."""
    if kind:
        return SimpleUploadedFile(
            "x.xlsx", workbook.template_workbook(KINDS[kind], actor=user, language="zh")
        )
    return SimpleUploadedFile("register.xlsx", template_workbook(user, language="zh"))


def sent(client: Any, row: Row, codes: Any) -> int:
    method, path = ADDRESSES[row.name]
    address, send = path.format(**codes(path)), getattr(client, method)
    if row.body in ("file", "bpmn", "xlsx", "sheet", "spec"):
        file = _file() if row.body == "file" else SimpleUploadedFile("x.bpmn", CAMUNDA)
        if row.body == "xlsx":
            file = _workbook(User.objects.get(username="risk_manager"))
        if row.body == "sheet":
            file = _workbook(User.objects.get(username="risk_manager"), kind="fmea")
        if row.body == "spec":
            file = SimpleUploadedFile("x.yaml", (EXAMPLES / "fault_tree.yaml").read_bytes())
        return int(send(address, {"file": file}).status_code)
    if method == "delete":
        return int(send(address, headers={"If-Match": "*"}).status_code)
    if method in ("post", "patch", "put"):
        headers = {"If-Match": "*"}
        body = {} if row.body is None else row.body
        return int(send(address, body, content_type="application/json", headers=headers).status_code)
    return int(send(address).status_code)


def expected(row: Row, held: set[str]) -> int:
    if row.sees and row.sees not in held:
        return 404
    return row.good if not row.does or row.does in held else 403


@pytest.mark.parametrize("role", built_in_roles(), ids=lambda role: role["code"])
def test_each_role_gets_its_answers(organisation, codes, role) -> None:
    held = set(role["permissions"])
    program = organisation.program(role["code"])
    denied = 0
    # Deeds that would change what later rows meet come last.
    last = (
        "drop_register_view",
        "remove_attachment",
        "withdraw_criteria",
        "remove_cause_model",
        "accept_candidate",
        "merge_candidate",
        "decline_candidate",
        "start_import",
    )
    for row in sorted(ROWS, key=lambda row: row.name in last):
        wanted = expected(row, held)
        if row.name in ("merge_candidate", "decline_candidate") and wanted == row.good:
            wanted = 409  # accepted just before
        assert (row.name, sent(program, row, codes)) == (row.name, wanted)
        denied += wanted == 403
    assert AuditEvent.objects.filter(result="denied", actor__username=role["code"]).count() == denied


@pytest.mark.parametrize("row", [row for row in ROWS if row.sees], ids=lambda row: row.name)
def test_for_another_unit_the_records_do_not_exist(organisation, codes, row) -> None:
    assert sent(organisation.program(organisation.outsider), row, codes) == 404


def test_another_unit_is_none_to_write_into(organisation, codes) -> None:
    outsider = organisation.program(organisation.outsider)
    for name in (
        "create_process",
        "create_standard",
        "create_risk",
        "report_candidate",
        "create_workshop",
        "start_run",
        "create_cause_model",
        "define_own_field",
        "set_appetite",
        "draft_criteria",
        "compute_loss_year",
    ):
        row = next(row for row in ROWS if row.name == name)
        assert (name, sent(outsider, row, codes)) == (name, 422)
    lists = ("list_processes", "list_risks", "list_candidates", "list_runs")
    for name in lists:
        assert outsider.get(ADDRESSES[name][1]).json()["count"] == 0
