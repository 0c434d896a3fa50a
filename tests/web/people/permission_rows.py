"""Addresses of people, and of one's own account."""

from web.permission_kinds import ALL, MANAGE_PEOPLE, SEE_PEOPLE, none, only


def _person(world: object) -> dict[str, object]:
    return {"pk": world.organisation.people["expert"].pk}  # type: ignore[attr-defined]


def _unit(world: object) -> dict[str, object]:
    return {"code": world.organisation.hall.code}  # type: ignore[attr-defined]


def _role(world: object) -> dict[str, object]:
    return _person(world) | {"assignment": world.organisation.people["expert"].assignments.get().pk}  # type: ignore[attr-defined]


def _expert_role(world: object) -> dict[str, object]:
    return {"code": "expert"}


def _reset(world: object) -> dict[str, object]:
    return _person(world) | {"action": "reset-password"}


def _not_ones_own(world: object) -> dict[str, object]:
    return {"pk": 0}


def _off(world: object) -> dict[str, object]:
    return {"action": "off"}


def _managed(status: int) -> dict[str, int]:
    """A deed on a record: who may not see people does not find it."""
    seen = dict.fromkeys(SEE_PEOPLE, 403)
    return only(MANAGE_PEOPLE, status, others=404) | seen | dict.fromkeys(MANAGE_PEOPLE, status)


ROWS = [
    ("get", "people:sign_in", none, only(ALL, nobody=200)),
    ("get", "people:second_step", none, only(ALL, 302)),
    ("get", "people:sign_out", none, only((), others=405)),
    ("post", "people:set_look", none, only(ALL, 302)),
    ("get", "people:profile", none, only(ALL)),
    ("get", "people:password", none, only(ALL)),
    ("post", "people:end_sign_in", _not_ones_own, only((), others=404)),
    ("get", "people:factor", none, only(ALL)),
    ("post", "people:change_factor", _off, only(ALL, 302, outsider=302)),
    ("post", "people:new_token", none, only((), others=422)),
    ("post", "people:revoke_token", _not_ones_own, only((), others=404)),
    ("get", "people:people", none, only(SEE_PEOPLE)),
    ("get", "people:new_person", none, only(MANAGE_PEOPLE)),
    ("get", "people:new_unit", none, only(MANAGE_PEOPLE)),
    ("get", "people:unit", _unit, _managed(200)),
    ("get", "people:move_unit", _unit, _managed(200)),
    ("get", "people:roles", none, only(SEE_PEOPLE)),
    ("get", "people:new_role", none, only((), others=403)),
    ("get", "people:role", _expert_role, only(SEE_PEOPLE, outsider=200)),
    ("post", "people:retire_role", _expert_role, only(MANAGE_PEOPLE, 403, outsider=403)),
    ("get", "people:person", _person, only(SEE_PEOPLE, others=404)),
    ("post", "people:give_role", _person, _managed(422)),
    ("post", "people:act_on_person", _reset, _managed(200)),
    ("post", "people:withdraw_role", _role, _managed(302)),
]
