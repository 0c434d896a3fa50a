"""The map, the blueprint and the journey: for everybody who may see the process."""

from web.permission_kinds import ALL, EDIT_CATALOG, only


def _process(world: object) -> dict[str, object]:
    return {"code": world.process.code}  # type: ignore[attr-defined]


def _file(world: object) -> dict[str, object]:
    return _process(world) | {"form": "svg"}


ROWS = [
    ("get", "catalog:map_table", _process, only(ALL)),
    ("get", "catalog:map_drawing", _process, only(ALL)),
    ("get", "catalog:map_image", _process, only(ALL)),
    ("get", "catalog:blueprint", _process, only(ALL)),
    ("get", "catalog:blueprint_file", _file, only(ALL)),
    ("get", "catalog:journey", _process, only(ALL)),
    ("get", "catalog:journey_file", _file, only(ALL)),
    ("post", "catalog:tell_lanes", _process, only(EDIT_CATALOG, 302)),
]
