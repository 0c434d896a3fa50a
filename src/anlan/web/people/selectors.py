"""Reading units and people, within what the reader may see."""

from dataclasses import dataclass, field

from django.db.models import Prefetch, Q, QuerySet

from anlan.web.people.models import Assignment, Unit, User
from anlan.web.people.permissions import in_scope, units_of

MOST_PEOPLE = 2_000


@dataclass
class Branch:
    """A unit of the tree with its people; `depth` counts from the highest unit the reader sees."""

    unit: Unit
    depth: int
    people: list[User] = field(default_factory=list)


@dataclass(frozen=True)
class Tree:
    """branches in the order of the tree; n_people: all that match; cut: whether some are left out."""

    branches: list[Branch]
    n_people: int
    cut: bool


def tree(user: User, *, search: str = "", closed: bool = False) -> Tree:
    """Units the reader may see with their people and roles; four queries whatever their number.

    A search keeps only units that match or have people who match. `closed`: inactive ones too.
    """
    people = people_of(user, closed=closed)
    if search:
        words = Q(name__icontains=search) | Q(username__icontains=search)
        people = people.filter(words | Q(unit__name__icontains=search) | Q(unit__name_en__icontains=search))
    units = units_of(user, "people.view")
    shown = list(people[: MOST_PEOPLE + 1])
    branches = _branches([unit for unit in units if closed or unit.active])
    for person in shown[:MOST_PEOPLE]:
        if person.unit_id in branches:
            branches[person.unit_id].people.append(person)
    kept = [b for b in branches.values() if not search or b.people or _matches(b.unit, search)]
    return Tree(kept, min(len(shown), MOST_PEOPLE), len(shown) > MOST_PEOPLE)


def people_of(user: User, *, closed: bool = True) -> QuerySet[User]:
    """People of the reader's units with their roles."""
    found = in_scope(User.objects.all(), user, "people.view").order_by("name", "username")
    found = found if closed else found.filter(is_active=True)
    roles = Assignment.objects.select_related("role", "unit").order_by("unit__path", "role__id")
    return found.select_related("unit", "second_factor").prefetch_related(Prefetch("assignments", roles))


def people_with(permission: str, unit: Unit) -> list[User]:
    """Active people who have the permission in the unit, by a role given there or above; one query."""
    above = [int(part) for part in unit.path.strip("/").split("/")]
    given = Assignment.objects.filter(unit__in=above, user__is_active=True).select_related(
        "role", "user__unit"
    )
    return list({a.user_id: a.user for a in given if permission in a.role.permissions}.values())


def people_in_role(role: str, unit: Unit) -> list[User]:
    """Active people who have the role in the unit, else in the nearest unit above where somebody has."""
    above = [int(part) for part in unit.path.strip("/").split("/")]
    given = Assignment.objects.filter(
        unit__in=above, role__code=role, role__retired=False, user__is_active=True
    ).select_related("user__unit", "unit")
    nearest = max((len(each.unit.path) for each in given), default=0)
    found = {each.user_id: each.user for each in given if len(each.unit.path) == nearest}
    return sorted(found.values(), key=lambda person: (person.name, person.username))


def _branches(units: list[Unit]) -> dict[int, Branch]:
    """Units in the order of the tree, with their depth below the highest unit that is shown."""
    shown, made = {unit.pk: unit for unit in units}, {}
    for unit in sorted(units, key=lambda u: [int(part) for part in u.path.strip("/").split("/")]):
        above = [int(part) for part in unit.path.strip("/").split("/")[:-1]]
        made[unit.pk] = Branch(unit, sum(pk in shown for pk in above))
    return made


def _matches(unit: Unit, search: str) -> bool:
    return search.lower() in f"{unit.name} {unit.name_en} {unit.code}".lower()
