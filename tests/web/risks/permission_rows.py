"""Who may take the register out and bring it in again: (method, page, arguments, {role: status})."""

_ALL = ("administrator", "risk_manager", "node_owner", "expert", "duty_officer", "auditor", "executive")
_MAY_EXPORT = ("risk_manager", "node_owner", "auditor", "executive")
_MAY_EDIT = ("risk_manager", "node_owner")


def _answers(allowed: tuple[str, ...], status: int) -> dict[str, int]:
    return {role: status if role in allowed else 403 for role in _ALL}


def _none(record: object) -> dict[str, object]:
    return {}


def _import(world: object) -> dict[str, object]:
    return {"number": world.register_import.pk}  # type: ignore[attr-defined]


ROWS = [
    ("get", "risks:export", _none, _answers(_MAY_EXPORT, 200)),
    ("get", "risks:template", _none, _answers(_MAY_EDIT, 200)),
    ("get", "risks:upload", _none, _answers(_MAY_EDIT, 200)),
    ("get", "risks:preview", _import, _answers(_MAY_EDIT, 200)),
    ("post", "risks:cancel_import", _import, _answers(_MAY_EDIT, 302)),
]
