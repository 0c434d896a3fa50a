"""Who may open or do what on drawn models. Outsiders get 404 on one."""

from typing import Any

from web.permission_kinds import ALL, none, only

_MAY_VIEW = ("administrator", "risk_manager", "node_owner", "duty_officer", "auditor", "executive")
_MAY_EDIT = ("risk_manager", "node_owner")
_MAY_EXPORT = ("risk_manager", "node_owner", "auditor", "executive")


def _records(allowed: tuple[str, ...], status: int) -> dict[str, int]:
    """A page of a model: whoever may not see models finds none; 403 where only the deed is not allowed."""
    return {role: status if role in allowed else 403 if role in _MAY_VIEW else 404 for role in ALL}


def _model(world: Any) -> dict[str, object]:
    return {"code": world.cause_model.code}


def _as_event_tree(world: Any) -> dict[str, object]:
    return _model(world) | {"seen": "event_tree"}


def _as_yaml(world: Any) -> dict[str, object]:
    return _model(world) | {"form": "yaml"}


ROWS = [
    ("get", "causes:models", none, only(_MAY_VIEW)),
    ("get", "causes:new_model", none, only(_MAY_EDIT)),
    ("get", "causes:model", _model, _records(_MAY_VIEW, 200)),
    ("post", "causes:model", _model, _records(_MAY_EDIT, 422)),
    ("get", "causes:model_as", _as_event_tree, _records(_MAY_VIEW, 200)),
    ("get", "causes:model_file", _as_yaml, _records(_MAY_EXPORT, 200)),
    ("post", "causes:remove_model", _model, _records(_MAY_EDIT, 302)),
]
