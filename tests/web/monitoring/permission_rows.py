"""Who may open or do what with indicators and alerts."""

from typing import Any

from web.permission_kinds import ALL, none, only

_MAY_EDIT = ("administrator", "risk_manager", "node_owner")
_MAY_REPORT = ("risk_manager", "node_owner", "duty_officer")
_MAY_HANDLE = ("risk_manager", "node_owner", "duty_officer", "executive")
_SEE_RUNS = ("administrator", "risk_manager", "node_owner", "duty_officer", "auditor", "executive")


def _indicator(world: Any) -> dict[str, object]:
    return {"code": world.alert.indicator.code}


def _alert(world: Any) -> dict[str, object]:
    return {"code": world.alert.code}


def _no_risk(world: Any) -> dict[str, object]:
    return {"code": world.alert.code, "risk": "R-9999"}


def _run(world: Any) -> dict[str, object]:
    return {"code": world.run.code}


def _no_silence(world: Any) -> dict[str, object]:
    return {"number": 2**31 - 1}


ROWS = [
    ("get", "monitoring:indicators", none, only(ALL)),
    ("get", "monitoring:new_indicator", none, only(_MAY_EDIT, outsider=200)),
    ("post", "monitoring:new_indicator", none, only(_MAY_EDIT, 422, outsider=422)),
    ("post", "monitoring:check_formula", none, only(_MAY_EDIT, outsider=200)),
    ("get", "monitoring:indicator", _indicator, only(ALL)),
    ("get", "monitoring:edit_indicator", _indicator, only(_MAY_EDIT)),
    ("post", "monitoring:edit_indicator", _indicator, only(_MAY_EDIT, 422)),
    ("post", "monitoring:enter_reading", _indicator, only((), others=404)),
    ("get", "monitoring:from_run", _run, only(_SEE_RUNS, others=404)),
    ("get", "monitoring:alerts", none, only(ALL)),
    ("get", "monitoring:alert", _alert, only(ALL)),
    ("post", "monitoring:act", _alert, only(_MAY_HANDLE, 409)),
    ("post", "monitoring:effect", _no_risk, only((), others=404)),
    ("get", "monitoring:doubts", none, only(ALL)),
    ("post", "monitoring:decide_doubt", _no_silence, only((), others=404)),
    ("get", "monitoring:silences", none, only(ALL)),
    ("post", "monitoring:end_silence", _no_silence, only((), others=404)),
]
