"""Addresses of calibration and of outcomes."""

from datetime import date

from anlan.web.calibration.services import OutcomeGiven, note_outcomes
from web.permission_kinds import ALL, ASSESS, none, only

_VIEW = ("administrator", "risk_manager", "node_owner", "duty_officer", "auditor", "executive")


def _outcome(world: object) -> dict[str, object]:
    given = OutcomeGiven(world.risk.code, date(2026, 1, 1), date(2026, 1, 31), 2, "x")  # type: ignore[attr-defined]
    manager = world.organisation.people["risk_manager"]  # type: ignore[attr-defined]
    (made,) = note_outcomes([given], actor=manager, today=date(2026, 7, 1))
    return {"number": made.pk}


def _start() -> dict[str, int]:
    """Whoever sees runs may try; without the permission to start them it is refused."""
    allowed = ("risk_manager", "node_owner")
    return {role: 302 if role in allowed else 403 if role in _VIEW else 404 for role in ALL}


ROWS = [
    ("get", "calibration:calibration", none, only(_VIEW)),
    ("post", "calibration:compute", none, _start()),
    ("get", "calibration:outcomes", none, only(ALL)),
    ("post", "calibration:outcomes", none, only(ASSESS, 422)),
    ("post", "calibration:withdraw", _outcome, only(ASSESS, 302)),
]
