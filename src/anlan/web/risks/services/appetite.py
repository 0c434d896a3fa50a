"""What units tolerate, and which risks pass it.

1. A risk is held against the entry nearest above it: its own unit's before those of units above, one for
   its category before one for all.
2. Without any entry the two highest levels of the criteria are not tolerated.
3. A changed entry is applied at once to all risks of the unit and below.
"""

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass

from django.db import transaction

from anlan.domain.errors import RefusedInput, UsageError
from anlan.web.common.audit import Entry, record_all
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import require
from anlan.web.risks.models import CATEGORIES, Appetite, Criteria, Risk
from anlan.web.risks.services.criteria import criteria_for, rank_of
from anlan.web.risks.services.custom_fields import units_above

_BATCH = 500
_HELD = ("highest_level", "annual_loss", "total_loss", "total_chance")
"""What an entry says."""


@dataclass(frozen=True)
class Limit:
    """What holds in a unit for a category. entry: where it is written; None for the rule of the criteria."""

    highest_level: str
    rank: int
    annual_loss: float | None
    entry: Appetite | None


@dataclass(frozen=True)
class Tolerance:
    """A year in which all risks together cost more than `loss` may be as likely as `chance` (0 to 1)."""

    loss: float
    chance: float
    entry: Appetite


class Limits:
    """Limits of many units with two queries; `criteria_for` is asked only where a unit tree has none."""

    def __init__(self, units: Iterable[Unit]) -> None:
        above = {pk for unit in units for pk in units_above(unit)}
        self._entries: dict[tuple[int, str], Appetite] = {
            (entry.unit_id, entry.category): entry
            for entry in Appetite.objects.filter(unit_id__in=above).select_related("unit")
        }
        self._criteria = {c.unit_id: c for c in Criteria.objects.filter(unit_id__in=above, in_force=True)}

    def criteria(self, unit: Unit) -> Criteria:
        for pk in reversed(units_above(unit)):
            if pk in self._criteria:
                return self._criteria[pk]
        found = criteria_for(unit)
        self._criteria[found.unit_id] = found
        return found

    def of(self, unit: Unit, category: str) -> Limit:
        criteria = self.criteria(unit)
        for pk in reversed(units_above(unit)):
            for wanted in (category, ""):
                entry = self._entries.get((pk, wanted))
                if entry is not None:
                    return Limit(entry.highest_level, rank_of(criteria, entry.highest_level),
                                 entry.annual_loss, entry)  # fmt: skip
        levels = criteria.content["levels"]
        rank = max(len(levels) - 3, 0)
        return Limit(levels[rank]["code"], rank, None, None)

    def total(self, unit: Unit) -> Tolerance | None:
        """What the unit, or the nearest above that says so, tolerates of all risks together."""
        for pk in reversed(units_above(unit)):
            entry = self._entries.get((pk, ""))
            if entry is not None and entry.total_loss is not None and entry.total_chance is not None:
                return Tolerance(entry.total_loss, entry.total_chance, entry)
        return None

    def beyond(self, risk: Risk) -> bool:
        """Whether the current level or loss passes what holds for the risk."""
        limit = self.of(risk.unit, risk.category)
        if risk.rank_current > limit.rank:
            return True
        most = limit.annual_loss
        return most is not None and risk.annual_loss is not None and risk.annual_loss > most


def beyond_appetite(risk: Risk) -> bool:
    return Limits([risk.unit]).beyond(risk)


@transaction.atomic
def set_appetite(
    *,
    unit: Unit,
    category: str,
    highest_level: str,
    annual_loss: float | None,
    reason: str,
    actor: User,
    total_loss: float | None = None,
    total_chance: float | None = None,
) -> int:
    """What the unit tolerates in the category (empty: in all); how many risks stand otherwise now."""
    require(actor, "criteria.manage", unit)
    _check(unit, category, highest_level, annual_loss, reason)
    _check_total(category, total_loss, total_chance)
    before = Appetite.objects.select_for_update().filter(unit=unit, category=category).first()
    limits = dict(zip(_HELD, (highest_level, annual_loss, total_loss, total_chance), strict=True))
    after, _ = Appetite.objects.update_or_create(
        unit=unit, category=category, defaults=limits | {"reason": reason.strip()}
    )
    changes = {
        name: (before and getattr(before, name), getattr(after, name))
        for name in limits
        if before is None or getattr(before, name) != getattr(after, name)
    }
    entry = Entry("risks.appetite.set", after, {"category": (None, category)} | changes, unit=unit)
    return _apply(unit, entry, actor, reason)


@transaction.atomic
def inherit_appetite(*, unit: Unit, category: str, reason: str, actor: User) -> int:
    """Take the unit's own entry away, so that what is above holds; how many risks stand otherwise now."""
    require(actor, "criteria.manage", unit)
    if not reason.strip():
        raise UsageError("web.reason_missing")
    entry = Appetite.objects.select_for_update().filter(unit=unit, category=category).first()
    if entry is None:
        return 0
    changes = {"category": (category, None)} | {
        name: (value, None) for name in _HELD if (value := getattr(entry, name)) is not None
    }
    event = Entry(
        "risks.appetite.inherit", Appetite(pk=entry.pk, unit=unit, category=category), changes, unit=unit
    )
    entry.delete()
    return _apply(unit, event, actor, reason)


def _check(unit: Unit, category: str, level: str, annual_loss: float | None, reason: str) -> None:
    criteria = criteria_for(unit)
    if category and category not in CATEGORIES:
        raise UsageError("appetite.category", found=category, accepted=", ".join(CATEGORIES))
    if rank_of(criteria, level) < 0:
        codes = ", ".join(entry["code"] for entry in criteria.content["levels"])
        raise UsageError("appetite.level", found=level, accepted=codes)
    if annual_loss is not None and not 0 <= annual_loss < 1e15:
        raise UsageError("appetite.loss", found=annual_loss)
    if not reason.strip():
        raise UsageError("web.reason_missing")


def _check_total(category: str, loss: float | None, chance: float | None) -> None:
    """Both or neither, and only for all categories together."""
    if loss is None and chance is None:
        return
    if category:
        raise UsageError("appetite.total_category", found=category)
    if loss is None or chance is None:
        raise UsageError("appetite.total_half")
    if not 0 <= loss < 1e15:
        raise UsageError("appetite.loss", found=loss)
    if not 0 < chance < 1:
        raise UsageError("appetite.chance", found=chance)


def _apply(unit: Unit, first: Entry, actor: User, reason: str) -> int:
    """Recompute `beyond_appetite` below the unit; the audit says it of each risk that changed."""
    moved = recompute_beyond(unit)
    entries = [
        Entry(
            "risks.risk.appetite", risk, {"beyond_appetite": (not risk.beyond_appetite, risk.beyond_appetite)}
        )
        for risk in moved
    ]
    record_all([first, *entries], actor=actor, reason=reason)
    return len(moved)


def recompute_beyond(unit: Unit) -> list[Risk]:
    """Bring `beyond_appetite` of all risks of the unit and below up to date; those that changed."""
    risks = list(Risk.objects.filter(unit__path__startswith=unit.path).select_related("unit"))
    limits = Limits({risk.unit for risk in risks} | {unit})
    moved = []
    for risk in risks:
        if (now := limits.beyond(risk)) != risk.beyond_appetite:
            risk.beyond_appetite = now
            moved.append(risk)
    Risk.objects.bulk_update(moved, ["beyond_appetite"], batch_size=_BATCH)
    return moved


def keep_levels_known(unit: Unit, parent: Unit) -> None:
    """Refuse a move after which the appetite names a level that the criteria of a unit do not have: nobody
    could say any more what is beyond it. What is so already does not keep a unit where it is."""
    below = list(Unit.objects.filter(path__startswith=unit.path).order_by("path"))
    there = [_under(parent, one, moved=unit) for one in below]
    before, after = Limits(below), Limits(there)
    for here, then in zip(below, there, strict=True):
        for category in ("", *CATEGORIES):
            limit = after.of(then, category)
            if limit.rank < 0 <= before.of(here, category).rank:
                known = [level["code"] for level in after.criteria(then).content["levels"]]
                raise RefusedInput(
                    "appetite.level_at_new_place", unit=str(here), level=limit.highest_level,
                    of=str(limit.entry and limit.entry.unit), known=", ".join(known),
                )  # fmt: skip


def _under(parent: Unit, one: Unit, *, moved: Unit) -> Unit:
    """The unit as it would stand, with the moved one, below `parent`."""
    there = copy(one)
    there.path = f"{parent.path}{moved.pk}/" + one.path[len(moved.path) :]
    return there
