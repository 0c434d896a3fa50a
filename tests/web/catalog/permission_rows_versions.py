"""Pages of versions: everybody sees them, few change them, others put them in force."""

from web.permission_kinds import ALL, EDIT_CATALOG, none, only

APPROVE = ("risk_manager", "executive")


def _process(world: object) -> dict[str, object]:
    return {"code": world.process.code}  # type: ignore[attr-defined]


def _version(world: object) -> dict[str, object]:
    return {"code": world.process.code, "number": 1}  # type: ignore[attr-defined]


# An empty form is refused (422) to those who may send it.
ROWS = [
    ("get", "catalog:new_from_bpmn", none, only(EDIT_CATALOG)),
    ("get", "catalog:import_bpmn", _process, only(EDIT_CATALOG)),
    ("get", "catalog:versions", _process, only(ALL)),
    ("post", "catalog:versions", _process, only(EDIT_CATALOG, 302)),
    ("get", "catalog:version", _version, only(ALL)),
    ("post", "catalog:edit_version", _version, only(EDIT_CATALOG, 422)),
    ("post", "catalog:submit_version", _version, only(EDIT_CATALOG, 422)),
    ("post", "catalog:approve_version", _version, only(APPROVE, 422)),
    ("post", "catalog:return_version", _version, only(APPROVE, 422)),
    ("get", "catalog:version_changes", _version, only(ALL)),
    ("get", "catalog:version_bpmn", _version, only(ALL)),
]
