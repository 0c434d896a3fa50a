"""The page of a node, and files: everybody of the branch sees them, few change them."""

from django.core.files.uploadedfile import SimpleUploadedFile

from anlan.web.catalog.attachments.holders import node_holder
from anlan.web.catalog.attachments.services import attach
from web.permission_kinds import ALL, EDIT_CATALOG, only


def _key(world: object) -> str:
    return str(world.process.versions.get().nodes.first().key)  # type: ignore[attr-defined]


def _node(world: object) -> dict[str, object]:
    return {"code": world.process.code, "key": _key(world)}  # type: ignore[attr-defined]


def _holder(world: object) -> dict[str, object]:
    return {"kind": "node", "name": f"{world.process.code}/{_key(world)}"}  # type: ignore[attr-defined]


def _file(world: object) -> dict[str, object]:
    process = world.process  # type: ignore[attr-defined]
    manager = world.organisation.people["risk_manager"]  # type: ignore[attr-defined]
    made = attach(node_holder(process, _key(world)), SimpleUploadedFile("a.txt", b"calm"), actor=manager)
    return {"number": made.pk}


# Without a file, and without a reason, the page is shown again with what is missing (302).
ROWS = [
    ("get", "catalog:node", _node, only(ALL)),
    ("post", "catalog:node", _node, only(EDIT_CATALOG, 422)),
    ("post", "attachments:add_attachment", _holder, only(EDIT_CATALOG, 302)),
    ("get", "attachments:attachment", _file, only(ALL)),
    ("post", "attachments:remove_attachment", _file, only(EDIT_CATALOG, 302)),
]
