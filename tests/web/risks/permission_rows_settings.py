"""Addresses of bulk change, saved views, own fields, appetite and criteria."""

from anlan.web.risks.services import criteria_for
from web.permission_kinds import ALL, EDIT_RISKS, none, only

SET_CRITERIA = ("administrator", "risk_manager")


def _field(world: object) -> dict[str, object]:
    from anlan.web.risks.services import define_field

    organisation = world.organisation  # type: ignore[attr-defined]
    manager = organisation.people["risk_manager"]
    return {
        "key": define_field(
            unit=organisation.north, key="contract", kind="text", label="合同", actor=manager
        ).key
    }


def _version(world: object) -> dict[str, object]:
    from anlan.web.risks.services.criteria_versions import draft_criteria

    organisation = world.organisation  # type: ignore[attr-defined]
    manager = organisation.people["risk_manager"]
    content = criteria_for(organisation.north).content
    return {"number": draft_criteria(unit=organisation.north, content=content, name="x", actor=manager).pk}


ROWS = [
    ("get", "risks:bulk", none, only(EDIT_RISKS)),
    ("post", "risks:keep_view", none, only(ALL, 302)),
    ("get", "risks:fields", none, only(ALL)),
    ("get", "risks:new_field", none, only(SET_CRITERIA)),
    ("get", "risks:edit_field", _field, only(SET_CRITERIA)),
    ("get", "risks:appetite", none, only(ALL)),
    ("get", "risks:criteria", none, only(ALL)),
    ("get", "risks:edit_criteria", none, only(SET_CRITERIA)),
    ("post", "risks:criteria_picture", none, only(SET_CRITERIA)),
    ("get", "risks:criteria_version", _version, only(ALL)),
    ("get", "risks:export_criteria", _version, only(ALL)),
    ("post", "risks:decide_criteria", _version, only(SET_CRITERIA, 302)),
]
