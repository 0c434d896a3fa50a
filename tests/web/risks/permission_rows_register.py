"""Addresses of register, triage and workshops."""

from web.permission_kinds import ALL, ASSESS, EDIT_RISKS, LEAD_WORKSHOPS, REPORT_RISKS, TRIAGE, none, only


def _risk(world: object) -> dict[str, object]:
    return {"code": world.risk.code}  # type: ignore[attr-defined]


def _assessment(world: object) -> dict[str, object]:
    return _risk(world) | {"number": 1}


def _comment(world: object) -> dict[str, object]:
    return _risk(world) | {"action": "comment"}


def _candidate(world: object) -> dict[str, object]:
    return {"code": world.candidate.code}  # type: ignore[attr-defined]


def _process(world: object) -> dict[str, object]:
    return {"code": world.process.code}  # type: ignore[attr-defined]


def _workshop(world: object) -> dict[str, object]:
    return {"code": world.workshop.code}  # type: ignore[attr-defined]


def _link(world: object) -> dict[str, object]:
    return {"token": world.link}  # type: ignore[attr-defined]


ROWS = [
    ("get", "risks:register", none, only(ALL)),
    ("get", "risks:matrix", none, only(ALL)),
    ("get", "risks:new_risk", none, only(REPORT_RISKS)),
    ("get", "risks:candidates", none, only(ALL)),
    ("post", "risks:decide", _candidate, only(TRIAGE, 302)),
    ("get", "risks:risk", _risk, only(ALL)),
    ("get", "risks:edit_risk", _risk, only(EDIT_RISKS)),
    ("post", "risks:assess", _risk, only(ASSESS, 422)),
    ("get", "risks:sign_assessment", _assessment, only((), others=405, outsider=405)),
    ("post", "risks:act", _comment, only(ALL, 302)),
    ("get", "risks:sources", _process, only(ALL)),
    ("get", "risks:checklist", _process, only(REPORT_RISKS)),
    ("post", "risks:checklist", _process, only(REPORT_RISKS, 422)),
    ("get", "risks:feedback", _process, only(REPORT_RISKS)),
    ("post", "risks:feedback", _process, only(REPORT_RISKS, 422)),
    ("get", "risks:workshops", none, only(ALL)),
    ("get", "risks:new_workshop", none, only(LEAD_WORKSHOPS)),
    ("get", "risks:workshop", _workshop, only(ALL)),
    ("post", "risks:move_workshop", _workshop, only(ALL, 302)),
    ("get", "risks:workshop_record", _workshop, only(ALL)),
    ("get", "risks:my_answer", _workshop, only((), others=404)),
    ("get", "risks:answer", _link, only(ALL, outsider=200, nobody=200)),
]
