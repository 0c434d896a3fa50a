"""Which risk criteria hold for a unit: its own, else those of the nearest unit above, else the bundled."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from anlan.web.common.audit import record
from anlan.web.common.levels import default_criteria
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import require
from anlan.web.risks.models import Criteria


def criteria_for(unit: Unit) -> Criteria:
    """Criteria in force for the unit. The bundled ones become version 1 of the top unit when first needed."""
    above = [int(part) for part in unit.path.strip("/").split("/")]
    found = {c.unit_id: c for c in Criteria.objects.filter(unit_id__in=above, in_force=True)}
    for pk in reversed(above):
        if pk in found:
            return found[pk]
    content = default_criteria()
    criteria, _ = Criteria.objects.get_or_create(
        unit_id=above[0],
        number=1,
        defaults={
            "name": content["version"],
            "content": content,
            "in_force": True,
            "valid_from": timezone.now(),
        },
    )
    return criteria


@transaction.atomic
def replace_criteria(*, unit: Unit, content: dict[str, Any], name: str, actor: User) -> Criteria:
    """A new version of the unit's criteria, in force at once; assessments keep the version they used."""
    require(actor, "criteria.manage", unit)
    last = Criteria.objects.filter(unit=unit).order_by("-number").first()
    now = timezone.now()
    Criteria.objects.filter(unit=unit, in_force=True).update(in_force=False, valid_to=now)
    criteria = Criteria.objects.create(
        unit=unit, number=last.number + 1 if last else 1, name=name, content=content, in_force=True,
        valid_from=now, created_by=actor, approved_by=actor,
    )  # fmt: skip
    record("risks.criteria.replace", actor=actor, target=criteria, unit=unit,
           changes={"number": (last and last.number, criteria.number)})  # fmt: skip
    return criteria


def level_of(criteria: Criteria, likelihood: int, severity: int) -> tuple[str, int]:
    """Code and rank of the level of a cell; the only way a level comes about."""
    content = criteria.content
    rank = content["cells"][likelihood - 1][severity - 1]
    return content["levels"][rank]["code"], rank


def score(scale: dict[str, Any], value: float) -> int:
    """Score of a value on a scale: lower bound in, upper bound out."""
    return 1 + sum(value >= bound for bound in scale["bounds"])


def rank_of(criteria: Criteria, level: str) -> int:
    """Place of a level among those of the criteria, 0 = lowest; -1 for none."""
    codes = [entry["code"] for entry in criteria.content["levels"]]
    return codes.index(level) if level in codes else -1
