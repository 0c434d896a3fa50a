"""One change for many risks: first what would happen, then all of it in one transaction.

1. A risk is named with the version the person saw; one changed since cannot be changed.
2. A risk outside the units whose register the person edits cannot, one that already is so need not.
3. Writing goes by the plan made anew: where more risks than the person was told cannot be changed,
   nothing is written and the new plan is shown.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from anlan.domain.errors import UsageError
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope, may, require
from anlan.web.risks.models import CATEGORIES, PHASES, Risk
from anlan.web.risks.services.bulk import write_risks

MOST_TAGS, LONGEST_TAG = 40, 40
_PIECE = 500


@dataclass(frozen=True)
class Change:
    """What every chosen risk shall get; None leaves as it is. `no_owner`: nobody shall own it."""

    owner: User | None = None
    no_owner: bool = False
    phase: str = ""
    category: str = ""
    next_review_on: date | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()

    def check(self) -> None:
        """UsageError where nothing is asked for, or a word is not known."""
        if not (self.owner or self.no_owner or self.phase or self.category or self.next_review_on
                or self.add_tags or self.remove_tags):  # fmt: skip
            raise UsageError("bulk.nothing")
        for value, known in ((self.phase, PHASES), (self.category, CATEGORIES)):
            if value and value not in known:
                raise UsageError("bulk.word", found=value, accepted=", ".join(known))
        for tag in self.add_tags:
            if len(tag) > LONGEST_TAG:
                raise UsageError("bulk.tag", found=tag, limit=LONGEST_TAG)

    def fields_for(self, risk: Risk) -> dict[str, Any]:
        """What the change alters of the risk."""
        tags = [tag for tag in risk.tags if tag not in self.remove_tags]
        tags += [tag for tag in self.add_tags if tag not in tags]
        wanted: dict[str, Any] = {"tags": tags}
        if self.owner or self.no_owner:
            wanted["owner"] = self.owner
        for name in ("phase", "category", "next_review_on"):
            if getattr(self, name):
                wanted[name] = getattr(self, name)
        return {name: value for name, value in wanted.items() if getattr(risk, name) != value}


@dataclass
class Plan:
    """changed: risk and its new fields; cannot: risk (or its code, where it is not seen) and the reason."""

    changed: list[tuple[Risk, dict[str, Any]]] = field(default_factory=list)
    cannot: list[tuple[Any, str]] = field(default_factory=list)

    @property
    def seen(self) -> dict[str, int]:
        """Codes and versions of what will change."""
        return {risk.code: risk.version for risk, _ in self.changed}


def plan_change(seen: Mapping[str, int], change: Change, *, actor: User) -> Plan:
    """What the change would do to the risks, named with the version that was seen of each."""
    require(actor, "risks.edit")
    change.check()
    plan, found = Plan(), _found(list(seen), actor)
    rights: dict[int, tuple[bool, bool]] = {}
    for code, version in seen.items():
        risk = found.get(code)
        if risk is None:
            plan.cannot.append((code, "unknown"))
            continue
        if risk.unit_id not in rights:
            owns = change.owner is None or may(change.owner, "risks.view", risk.unit)
            rights[risk.unit_id] = (may(actor, "risks.edit", risk.unit), owns)
        _place(plan, risk, version, change, *rights[risk.unit_id])
    return plan


def _place(plan: Plan, risk: Risk, version: int, change: Change, edits: bool, owns: bool) -> None:
    fields = change.fields_for(risk)
    if not edits:
        plan.cannot.append((risk, "no_right"))
    elif risk.version != version:
        plan.cannot.append((risk, "changed_since"))
    elif not owns:
        plan.cannot.append((risk, "owner_outside"))
    elif len(fields.get("tags", ())) > MOST_TAGS:
        plan.cannot.append((risk, "too_many_tags"))
    elif not fields:
        plan.cannot.append((risk, "already"))
    else:
        plan.changed.append((risk, fields))


def _found(codes: list[str], actor: User) -> dict[str, Risk]:
    found: dict[str, Risk] = {}
    for start in range(0, len(codes), _PIECE):
        piece = Risk.objects.filter(code__in=codes[start : start + _PIECE])
        scoped = in_scope(piece, actor, "risks.view").select_related("unit", "owner", "updated_by")
        found |= {risk.code: risk for risk in scoped}
    return found


@transaction.atomic
def change_many(seen: Mapping[str, int], change: Change, *, actor: User, reason: str = "") -> Plan:
    """Write the change to all risks of `seen`, or to none where one of them cannot be changed (any more)."""
    plan = plan_change(seen, change, actor=actor)
    if not plan.cannot and plan.changed:
        write_risks(new=[], changed=plan.changed, actor=actor, reason=reason)
    return plan
