"""Addresses of a risk's bow-tie, the other ways to assess it, its trace, and of the matrix's movement."""

from web.permission_kinds import ALL, ASSESS, EDIT_RISKS, none, only

_MAY_EXPORT = ("risk_manager", "node_owner", "auditor", "executive")


def _risk(world: object) -> dict[str, object]:
    return {"code": world.risk.code}  # type: ignore[attr-defined]


def _way(world: object) -> dict[str, object]:
    return _risk(world) | {"way": "three_point"}


def _file(world: object) -> dict[str, object]:
    return _risk(world) | {"form": "csv"}


ROWS = [
    ("get", "risks:movement", none, only(ALL)),
    ("get", "risks:bow_tie", _risk, only(EDIT_RISKS)),
    ("post", "risks:bow_tie", _risk, only(EDIT_RISKS, 409)),
    ("get", "risks:estimate", _way, only(ASSESS)),
    ("post", "risks:estimate", _way, only(ASSESS, 422)),
    ("get", "risks:trace", _risk, only(ALL)),
    ("get", "risks:trace_file", _file, only(_MAY_EXPORT)),
]
