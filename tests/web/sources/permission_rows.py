"""Who may open or do what with sources of readings."""

from typing import Any

from web.permission_kinds import ALL, none, only

_MAY_EDIT = ("administrator", "risk_manager", "node_owner")


def _folder(world: Any) -> dict[str, object]:
    return {"kind": "folder"}


def _no_source(world: Any) -> dict[str, object]:
    return {"code": "S-9999"}


ROWS = [
    ("get", "sources:sources", none, only(ALL)),
    ("get", "sources:new_source", _folder, only(_MAY_EDIT, outsider=200)),
    ("post", "sources:new_source", _folder, only(_MAY_EDIT, 422, outsider=422)),
    ("get", "sources:source", _no_source, only((), others=404)),
    ("get", "sources:edit_source", _no_source, only((), others=404)),
    ("post", "sources:edit_source", _no_source, only((), others=404)),
    ("post", "sources:act", _no_source, only((), others=404)),
]
