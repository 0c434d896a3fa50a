"""Addresses of worksheets; the row of the world can become a candidate."""

from collections.abc import Callable

from web.permission_kinds import ALL, REPORT_RISKS, TRIAGE, none, only

_MAY_EXPORT = ("risk_manager", "node_owner", "auditor", "executive")


def _process(world: object) -> dict[str, object]:
    return {"code": world.process.code}  # type: ignore[attr-defined]


def _sheet(world: object) -> dict[str, object]:
    return {"code": world.worksheet_row.worksheet.code}  # type: ignore[attr-defined]


def _row(world: object) -> dict[str, object]:
    return _sheet(world) | {"number": world.worksheet_row.number}  # type: ignore[attr-defined]


def _deed(action: str) -> Callable[[object], dict[str, object]]:
    return lambda world: _row(world) | {"action": action}


def _kind(world: object) -> dict[str, object]:
    return {"kind": "fmea"}


ROWS = [
    ("get", "risks:worksheets", none, only(ALL)),
    ("get", "risks:new_worksheet", _process, only(REPORT_RISKS)),
    ("post", "risks:new_worksheet", _process, only(REPORT_RISKS, 422)),
    ("get", "risks:worksheet_template", _kind, only(REPORT_RISKS, outsider=200)),
    ("get", "risks:worksheet", _sheet, only(ALL)),
    ("get", "risks:worksheet_out", _sheet, only(_MAY_EXPORT)),
    ("get", "risks:worksheet_in", _sheet, only(REPORT_RISKS)),
    ("post", "risks:worksheet_in", _sheet, only(REPORT_RISKS, 422)),
    ("post", "risks:new_worksheet_row", _sheet, only(REPORT_RISKS, 422)),
    ("get", "risks:worksheet_row", _row, only(ALL, 302)),
    ("post", "risks:worksheet_row", _row, only(REPORT_RISKS, 409)),
    ("post", "risks:act_on_row", _deed("candidate"), only(REPORT_RISKS, 302)),
    ("post", "risks:act_on_row", _deed("risk"), only(TRIAGE, 302)),
    ("post", "risks:act_on_row", _deed("remove"), only(REPORT_RISKS, 302)),
]
