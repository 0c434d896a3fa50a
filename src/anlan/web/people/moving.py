"""A unit under another parent: what changes in who sees what, then the move itself."""

from dataclasses import dataclass

from django.db import transaction

from anlan.domain.errors import RefusedInput
from anlan.web.common.audit import record
from anlan.web.people import hooks
from anlan.web.people.models import Assignment, Unit, User
from anlan.web.people.permissions import require

LONGEST_PATH = 255


@dataclass(frozen=True)
class Move:
    """units, people: that move along; lose, gain: roles given above the old and the new place alone, whose
    holders no longer, or from now on, have them in what moves."""

    unit: Unit
    parent: Unit
    units: int
    people: int
    lose: list[Assignment]
    gain: list[Assignment]


def plan_move(unit: Unit, parent: Unit, *, actor: User) -> Move:
    """What moving would change. RefusedInput where it cannot be; Refused where the actor may not."""
    _check(unit, parent, actor=actor)
    before, after = _above(unit.parent), _above(parent)
    given = Assignment.objects.filter(unit__in=before ^ after, user__is_active=True)
    roles = list(
        given.select_related("user", "role", "unit").order_by("unit__path", "user__name", "role__id")
    )
    return Move(
        unit=unit,
        parent=parent,
        units=Unit.objects.filter(path__startswith=unit.path).count(),
        people=User.objects.filter(unit__path__startswith=unit.path, is_active=True).count(),
        lose=[a for a in roles if a.unit_id in before],
        gain=[a for a in roles if a.unit_id in after],
    )


@transaction.atomic
def move_unit(unit: Unit, parent: Unit, *, actor: User) -> Unit:
    """Put the unit with all below it under `parent`. The tree is locked: no two moves make a cycle."""
    tree = {u.pk: u for u in Unit.objects.select_for_update().order_by("pk")}
    unit, parent = tree[unit.pk], tree[parent.pk]
    _check(unit, parent, actor=actor)
    before, below = unit.parent, [u for u in tree.values() if u.path.startswith(unit.path)]
    old, new = unit.path, f"{parent.path}{unit.pk}/"
    if max(len(u.path) for u in below) - len(old) + len(new) > LONGEST_PATH:
        raise RefusedInput("web.unit_deep", name=unit.name)
    unit.parent = parent
    for one in below:
        one.path = new + one.path[len(old) :]
    Unit.objects.bulk_update(below, ["path", "parent"], batch_size=500)
    for hook in hooks.unit_moved:
        hook(unit)
    changes = {"parent": (before and before.code, parent.code), "units": (None, len(below))}
    record("people.unit.move", actor=actor, target=unit, unit=unit, changes=changes)
    return unit


def _check(unit: Unit, parent: Unit, *, actor: User) -> None:
    if unit.parent is None:
        raise RefusedInput("web.unit_top", name=unit.name)
    require(actor, "people.manage", unit.parent)
    require(actor, "people.manage", parent)
    if parent.path.startswith(unit.path):
        raise RefusedInput("web.unit_cycle", name=unit.name, parent=parent.name)
    if parent.pk == unit.parent_id:
        raise RefusedInput("web.unit_there", name=unit.name, parent=parent.name)
    if unit.active and not parent.active:
        raise RefusedInput("web.unit_closed", parent=parent.name)
    for hook in hooks.unit_moves:
        hook(unit, parent)


def _above(unit: Unit | None) -> set[int]:
    return {int(part) for part in unit.path.strip("/").split("/")} if unit else set()
