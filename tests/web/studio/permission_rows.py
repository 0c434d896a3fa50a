"""Who may open or do what in the design studio. Outsiders get 404 on a record."""

from typing import Any

from web.permission_kinds import ALL, none, only

_MAY_VIEW = ("administrator", "risk_manager", "node_owner", "duty_officer", "auditor", "executive")
_MAY_EDIT = ("risk_manager", "node_owner")
_MAY_EXPORT = ("risk_manager", "node_owner", "auditor", "executive")


def _records(allowed: tuple[str, ...], status: int) -> dict[str, int]:
    """A page of a record: whoever may not see any finds none; 403 where only the deed is not allowed."""
    return {role: status if role in allowed else 403 if role in _MAY_VIEW else 404 for role in ALL}


def _process(world: Any) -> dict[str, object]:
    return {"code": world.process.code}


def _twin(world: Any) -> dict[str, object]:
    return {"code": world.twin.code}


def _picture(world: Any) -> dict[str, object]:
    return _twin(world) | {"form": "svg"}


def _design(world: Any) -> dict[str, object]:
    return {"code": world.design.code}


def _comparison(world: Any) -> dict[str, object]:
    return {"code": world.comparison.code}


def _report(world: Any) -> dict[str, object]:
    return _comparison(world) | {"form": "pdf"}


def _comparison_picture(world: Any) -> dict[str, object]:
    return _comparison(world) | {"name": "matrix", "form": "svg"}


def _replay(world: Any) -> dict[str, object]:
    return {"kind": "twin"} | _twin(world)


def _still(world: Any) -> dict[str, object]:
    return _replay(world) | {"form": "svg"}


ROWS = [
    ("get", "studio:processes", none, only(_MAY_VIEW)),
    ("get", "studio:process", _process, _records(_MAY_VIEW, 200)),
    ("get", "studio:live", _process, _records(_MAY_VIEW, 200)),
    ("post", "studio:calibrate", _process, _records(_MAY_EDIT, 302)),
    ("post", "studio:upload", _process, _records(_MAY_EDIT, 422)),
    ("get", "studio:by_hand", _process, _records(_MAY_EDIT, 200)),
    ("post", "studio:by_hand", _process, _records(_MAY_EDIT, 422)),
    ("get", "studio:twin", _twin, _records(_MAY_VIEW, 200)),
    ("get", "studio:edit_twin", _twin, _records(_MAY_EDIT, 200)),
    ("post", "studio:edit_twin", _twin, _records(_MAY_EDIT, 422)),
    ("post", "studio:put_in_force", _twin, _records(_MAY_EDIT, 302)),
    ("post", "studio:check", _twin, _records(_MAY_EDIT, 302)),
    ("post", "studio:simulate", _twin, _records(_MAY_EDIT, 302)),
    ("get", "studio:twin_file", _twin, _records(_MAY_EXPORT, 200)),
    ("get", "studio:twin_book", _twin, _records(_MAY_EXPORT, 200)),
    ("get", "studio:tables_file", _twin, _records(_MAY_EXPORT, 200)),
    ("get", "studio:map_file", _picture, _records(_MAY_EXPORT, 200)),
    ("post", "studio:new_design", _twin, _records(_MAY_EDIT, 302)),
    ("post", "studio:begin_design", _twin, _records(_MAY_EDIT, 302)),
    ("post", "studio:propose", _twin, _records(_MAY_EDIT, 302)),
    ("get", "studio:treatments", _twin, _records(_MAY_VIEW, 200)),
    ("post", "studio:treatments", _twin, _records(_MAY_EDIT, 422)),
    ("post", "studio:compare", _twin, _records(_MAY_EDIT, 302)),
    ("get", "studio:design", _design, _records(_MAY_VIEW, 200)),
    ("post", "studio:design", _design, _records(_MAY_EDIT, 422)),
    ("get", "studio:comparison", _comparison, _records(_MAY_VIEW, 200)),
    ("get", "studio:comparison_live", _comparison, _records(_MAY_VIEW, 200)),
    ("post", "studio:set_as_design", _comparison, only((), others=404)),
    ("post", "studio:take_expected", _comparison, only((), others=404)),
    ("get", "studio:comparison_file", _comparison, only((), others=404)),
    ("get", "studio:comparison_report", _report, only((), others=404)),
    ("get", "studio:comparison_picture", _comparison_picture, only((), others=404)),
    ("get", "studio:replay", _replay, _records(_MAY_VIEW, 200)),
    ("get", "studio:still", _still, _records(_MAY_EXPORT, 200)),
]
