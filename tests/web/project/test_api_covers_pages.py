"""Everything a page can do a program can do: each page that takes a form has its operations, or a reason."""

from collections.abc import Iterator

import pytest
from django.urls import URLPattern, get_resolver

from anlan.web.project.api import api
from anlan.web.project.specification import operations, specification

OPERATIONS = {
    "catalog:new_process": ("create_process",),
    "catalog:new_from_bpmn": ("create_process", "import_bpmn"),
    "catalog:upload": ("upload_log",),
    "catalog:import": ("start_import",),
    "catalog:cancel_import": ("cancel_import",),
    "catalog:retry_import": ("start_import",),
    "catalog:import_bpmn": ("import_bpmn",),
    "catalog:versions": ("create_version",),
    "catalog:edit_version": ("replace_version",),
    "catalog:submit_version": ("submit_version",),
    "catalog:approve_version": ("approve_version",),
    "catalog:return_version": ("return_version",),
    "project:audit_check": ("check_audit",),
    "standards:new_standard": ("create_standard",),
    "standards:edit_standard": ("change_standard",),
    "standards:withdraw_standard": ("withdraw_standard",),
    "standards:log_standard": ("log_standard_entry",),
    "standards:withdraw_entry": ("withdraw_standard_entry",),
    "notices:read_all": ("read_notices",),
    "notices:open": ("read_notice",),
    "people:role": ("change_role",),
    "people:new_role": ("create_role",),
    "people:retire_role": ("retire_role",),
    "people:move_unit": ("move_unit",),
    "catalog:node": ("change_node_facts",),
    "catalog:tell_lanes": ("change_node_facts",),
    "attachments:add_attachment": ("add_attachment",),
    "attachments:remove_attachment": ("remove_attachment",),
    "people:new_person": ("create_person",),
    "people:person": ("change_person",),
    "people:give_role": ("give_role",),
    "people:withdraw_role": ("withdraw_role",),
    "people:act_on_person": ("close_account", "open_account", "reset_password", "reset_factor"),
    "people:new_unit": ("create_unit",),
    "people:unit": ("change_unit",),
    "runs:method": ("start_assessment",),
    "risks:bulk": ("change_risks",),
    "risks:keep_view": ("keep_register_view", "rename_register_view", "drop_register_view"),
    "risks:new_field": ("define_own_field",),
    "risks:edit_field": ("change_own_field",),
    "risks:edit_criteria": ("draft_criteria",),
    "risks:decide_criteria": ("put_criteria_in_force", "withdraw_criteria"),
    "risks:appetite": ("set_appetite",),
    "risks:new_risk": ("create_risk", "report_candidate"),
    "risks:checklist": ("get_checklist", "walk_checklist"),
    "risks:feedback": ("take_feedback",),
    "risks:new_worksheet": ("create_worksheet",),
    "risks:new_worksheet_row": ("add_worksheet_row",),
    "risks:worksheet_row": ("change_worksheet_row",),
    "risks:act_on_row": ("make_worksheet_candidate", "make_worksheet_risk", "remove_worksheet_row"),
    "risks:worksheet_in": ("import_worksheet",),
    "risks:decide": ("accept_candidate", "merge_candidate", "decline_candidate"),
    "risks:upload": ("upload_register",),
    "risks:preview": ("start_register_import",),
    "risks:cancel_import": ("cancel_register_import",),
    "risks:new_workshop": ("create_workshop",),
    "risks:move_workshop": ("open_round", "close_round", "adopt_outcome", "renew_link", "revoke_link"),
    "risks:edit_risk": ("change_risk",),
    "risks:assess": ("assess_risk",),
    "risks:sign_assessment": ("review_assessment", "approve_assessment", "return_assessment"),
    "risks:act": ("add_comment", "watch_risk", "stop_watching_risk", "confirm_risk"),
    "risks:bow_tie": ("change_bow_tie",),
    "risks:estimate": ("preview_estimate", "assess_by_estimate", "preview_run", "assess_by_run"),
    "calibration:compute": ("compute_track_record",),
    "calibration:outcomes": ("note_outcomes",),
    "calibration:withdraw": ("withdraw_outcome",),
    "losses:new_year": ("compute_loss_year",),
    "losses:recompute": ("recompute_loss_year",),
    "losses:numbers": ("give_loss_numbers", "withdraw_loss_numbers"),
    "losses:dependence": ("set_dependence", "nearest_dependence"),
    "losses:tolerance": ("set_tolerance_curve",),
    "causes:new_model": ("create_cause_model", "import_cause_model"),
    "causes:model": ("change_cause_model", "calculate_cause_model", "create_cause_model"),
    "causes:model_as": ("get_cause_model_as", "create_cause_model"),
    "causes:remove_model": ("remove_cause_model",),
    "studio:calibrate": ("calibrate_twin",),
    "studio:upload": ("read_twin", "create_twin"),
    "studio:by_hand": ("create_twin",),
    "studio:edit_twin": ("edit_twin",),
    "studio:put_in_force": ("put_twin_in_force",),
    "studio:check": ("check_twin",),
    "studio:simulate": ("simulate_twin",),
    "studio:new_design": ("create_design",),
    "studio:begin_design": ("create_design",),
    "studio:propose": ("propose_designs",),
    "studio:treatments": ("list_treatments", "try_treatment"),
    "studio:take_expected": ("take_expected_residual",),
    "studio:compare": ("start_comparison",),
    "studio:design": ("change_design", "move_design", "pilot_design"),
    "studio:set_as_design": ("create_design",),
    "staffing:counts": ("start_assessment",),
    "staffing:people": ("start_assessment",),
    "staffing:forecast": ("forecast_process",),
    "monitoring:new_indicator": ("create_indicator",),
    "monitoring:edit_indicator": ("change_indicator",),
    "monitoring:check_formula": ("check_formula",),
    "monitoring:enter_reading": ("report_readings",),
    "monitoring:from_run": ("take_up_indicators",),
    "monitoring:act": ("act_on_alert", "note_alert"),
    "monitoring:effect": ("decide_effect",),
    "monitoring:decide_doubt": ("decide_doubt",),
    "monitoring:silences": ("create_silence",),
    "monitoring:end_silence": ("end_silence",),
    "sources:new_source": ("create_source",),
    "sources:edit_source": ("change_source",),
    "sources:act": ("try_source", "run_source", "change_source"),
    "runs:new_run": ("start_run",),
    "runs:hold": ("start_run",),
    "runs:find_draft": ("start_run",),
    "runs:take_deviations": ("start_run",),
    "runs:cancel": ("cancel_run",),
    "runs:retry": ("retry_run",),
    "runs:recompute": ("recompute_run",),
}

_OWN = "one's own account: a lost token must not take over the account it came from"
LEFT_OUT = {
    "people:sign_in": "programs sign in with a token",
    "people:second_step": "programs sign in with a token",
    "people:sign_out": "a token is revoked, not signed out",
    "people:set_look": "the look of pages in a browser",
    "people:profile": _OWN,
    "people:password": _OWN,
    "people:end_sign_in": _OWN,
    "people:factor": _OWN,
    "people:change_factor": _OWN,
    "people:new_token": _OWN,
    "people:revoke_token": _OWN,
    "project:start": "before the first account there is no token",
    "notices:wishes": "how one wants to be told belongs to one's own account",
    "notices:retry_mail": "whether to send again what may have arrived is a decision of a person",
    "risks:my_answer": "experts answer for themselves, on their own page",
    "risks:answer": "experts have no account; they answer by their link",
    "risks:criteria_picture": "a drawing beside the editor; it writes nothing",
}


def pages(patterns: list[object], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Name and pattern of every page outside the API."""
    for pattern in patterns:
        if not isinstance(pattern, URLPattern):
            if pattern.namespace != "api":
                yield from pages(pattern.url_patterns, f"{pattern.namespace or ''}:")
        elif pattern.name:
            yield f"{prefix}{pattern.name}", pattern


def methods(view: object) -> list[str] | None:
    """What the view's decorators let through; None where none limits it."""
    while view is not None:
        code = getattr(view, "__code__", None)
        names = code.co_freevars if code else ()
        if "request_method_list" in names:
            return list(view.__closure__[names.index("request_method_list")].cell_contents)
        view = getattr(view, "__wrapped__", None)
    return None


def posting() -> set[str]:
    found = ((name, methods(pattern.callback)) for name, pattern in pages(get_resolver().url_patterns))
    return {name for name, allowed in found if allowed is not None and "POST" in allowed}


def test_every_page_that_takes_a_form_has_its_operations_or_a_reason() -> None:
    assert posting() == set(OPERATIONS) | set(LEFT_OUT)
    assert not set(OPERATIONS) & set(LEFT_OUT)


def test_pages_that_limit_nothing_are_known() -> None:
    open_to_all = {name for name, p in pages(get_resolver().url_patterns) if methods(p.callback) is None}
    assert open_to_all <= {"project:cockpit", "project:health"}


@pytest.mark.parametrize("page", OPERATIONS)
def test_the_operations_named_are_there(page: str) -> None:
    known = {operation["operationId"] for _, operation in operations(specification(api))}
    assert set(OPERATIONS[page]) <= known
