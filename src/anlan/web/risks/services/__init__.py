"""Writing risks: candidates and their triage, the register, assessments and their approval, criteria."""

from anlan.web.risks.services.adopting import adopt, adopt_sheet, conclude, document_of
from anlan.web.risks.services.appetite import Limits, Tolerance, inherit_appetite, set_appetite
from anlan.web.risks.services.assessing import (
    approve,
    assess_by_scores,
    assess_from_finding,
    prepare,
    review,
    send_back,
)
from anlan.web.risks.services.bow_tie import BarrierFacts, LineFacts, bow_tie_of, draw_bow_tie, lines_of
from anlan.web.risks.services.bulk_change import Change, Plan, change_many, plan_change
from anlan.web.risks.services.carrying import Carried, Taken, carried
from anlan.web.risks.services.criteria import criteria_for, replace_criteria
from anlan.web.risks.services.custom_fields import (
    change_field,
    check_values,
    define_field,
    fields_of,
    read_values,
)
from anlan.web.risks.services.estimating import Given, assess_by_estimate, scored, usual_numbers
from anlan.web.risks.services.from_runs import assess_by_run, methods_of
from anlan.web.risks.services.register import (
    add_comment,
    change_risk,
    confirm_still_valid,
    create_risk,
    watch,
)
from anlan.web.risks.services.session_answers import answer
from anlan.web.risks.services.triage import accept, decline, merge, report_candidate, take_findings
from anlan.web.risks.services.workshops import (
    Expert,
    close_round,
    create_workshop,
    invitation_of,
    open_round,
    own_invitation,
    renew_link,
    revoke_link,
)

__all__ = [
    "accept", "add_comment", "approve", "assess_by_scores", "assess_from_finding", "change_risk",
    "confirm_still_valid", "create_risk", "criteria_for", "decline", "merge", "prepare", "replace_criteria",
    "report_candidate", "review", "send_back", "take_findings", "watch",
    "Expert", "adopt", "answer", "close_round", "create_workshop", "invitation_of", "open_round",
    "own_invitation", "renew_link", "revoke_link", "adopt_sheet", "conclude", "document_of",
    "Change", "Limits", "Plan", "Tolerance", "change_field", "change_many", "check_values", "define_field",
    "fields_of", "inherit_appetite", "plan_change", "read_values", "set_appetite",
    "BarrierFacts", "LineFacts", "bow_tie_of", "draw_bow_tie", "lines_of",
    "Carried", "Taken", "carried",
    "Given", "assess_by_estimate", "assess_by_run", "methods_of", "scored", "usual_numbers",
]  # fmt: skip
