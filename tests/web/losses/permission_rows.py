"""Addresses of loss years and of what they rest on."""

from web.losses.given import loss_year
from web.permission_kinds import ALL, ASSESS, none, only

_VIEW = ("administrator", "risk_manager", "node_owner", "duty_officer", "auditor", "executive")
_START = ("risk_manager", "node_owner")
_EXPORT = ("risk_manager", "node_owner", "auditor", "executive")


def _records(allowed: tuple[str, ...], status: int) -> dict[str, int]:
    """Whoever may not see runs finds none; 403 where only the deed is not allowed."""
    return {role: status if role in allowed else 403 if role in _VIEW else 404 for role in ALL}


def _year(world: object) -> dict[str, object]:
    return {"code": loss_year(world.organisation).code}  # type: ignore[attr-defined]


def _risk(world: object) -> dict[str, object]:
    return {"code": world.risk.code}  # type: ignore[attr-defined]


ROWS = [
    ("get", "losses:losses", none, only(_VIEW)),
    ("get", "losses:new_year", none, only(_START)),
    ("post", "losses:new_year", none, only(_START, 422)),
    ("get", "losses:year", _year, _records(_VIEW, 200)),
    ("get", "losses:live", _year, _records(_VIEW, 200)),
    ("post", "losses:recompute", _year, _records(_START, 302)),
    ("get", "losses:compare", _year, dict.fromkeys(ALL, 404)),
    ("get", "losses:curve_file", _year, _records(_EXPORT, 200)),
    ("get", "losses:figures_file", _year, _records(_EXPORT, 200)),
    ("get", "losses:numbers", _risk, only(ALL)),
    ("post", "losses:numbers", _risk, only(ASSESS, 422)),
    ("get", "losses:dependence", none, only(ALL)),
    ("post", "losses:dependence", none, only(ASSESS, 422)),
    ("get", "losses:tolerance", none, only(ALL)),
    ("post", "losses:tolerance", none, only(("administrator", "risk_manager"), 422)),
]
