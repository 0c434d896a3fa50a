"""Who may open or do what in staff and rosters. Outsiders get 404 on a record."""

from typing import Any

from web.permission_kinds import ALL, none, only

_MAY_VIEW = ("administrator", "risk_manager", "node_owner", "duty_officer", "auditor", "executive")
_MAY_START = ("risk_manager", "node_owner")


def _process(world: Any) -> dict[str, object]:
    return {"code": world.process.code}


def _no_roster(world: Any) -> dict[str, object]:
    """A run that is no roster is found by nobody."""
    return {"code": world.run.code}


def _of_process(allowed: tuple[str, ...], status: int) -> dict[str, int]:
    return {role: status if role in allowed else 403 if role in _MAY_VIEW else 404 for role in ALL}


_NOBODY = dict.fromkeys(ALL, 404)
ROWS = [
    ("get", "staffing:home", none, only(_MAY_VIEW)),
    ("get", "staffing:template", none, only(_MAY_START)),
    ("post", "staffing:counts", none, only(_MAY_START, 422)),
    ("post", "staffing:people", none, only(_MAY_START, 422)),
    ("get", "staffing:process", _process, _of_process(_MAY_VIEW, 200)),
    ("post", "staffing:forecast", _process, _of_process(_MAY_START, 422)),
    ("get", "staffing:roster_file", _no_roster, _NOBODY),
    ("get", "staffing:calendar_file", lambda world: _no_roster(world) | {"number": 1}, _NOBODY),
]
