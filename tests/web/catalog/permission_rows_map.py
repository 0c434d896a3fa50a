"""Downloads of the process map: for everybody who may see the process."""

from web.permission_kinds import ALL, only


def _process(world: object) -> dict[str, object]:
    return {"code": world.process.code}  # type: ignore[attr-defined]


ROWS = [
    ("get", "catalog:map_table", _process, only(ALL)),
    ("get", "catalog:map_drawing", _process, only(ALL)),
    ("get", "catalog:map_image", _process, only(ALL)),
]
