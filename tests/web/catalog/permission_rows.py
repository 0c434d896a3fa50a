"""Addresses of processes and logs: everybody of the branch sees them, few change them."""

from web.permission_kinds import ALL, EDIT_CATALOG, IMPORT_LOGS, none, only


def _process(world: object) -> dict[str, object]:
    return {"code": world.process.code}  # type: ignore[attr-defined]


def _upload(world: object) -> dict[str, object]:
    return {"code": world.process.code, "number": world.upload.pk}  # type: ignore[attr-defined]


ROWS = [
    ("get", "catalog:processes", none, only(ALL)),
    ("get", "catalog:new_process", none, only(EDIT_CATALOG)),
    ("get", "catalog:process", _process, only(ALL)),
    ("get", "catalog:upload", _process, only(IMPORT_LOGS)),
    ("get", "catalog:import", _upload, only(IMPORT_LOGS)),
    ("post", "catalog:cancel_import", _upload, only(IMPORT_LOGS, 302)),
    ("post", "catalog:retry_import", _upload, only(IMPORT_LOGS, 302)),
    ("get", "catalog:rejected", _process, only(ALL)),
]
