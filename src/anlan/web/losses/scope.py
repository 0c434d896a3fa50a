"""Which risks a loss year is over: those of a unit and below that the register's filters show."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import QueryDict

from anlan.loop.quantify.loss_year.dependence import MOST_RISKS
from anlan.web.losses.known import All, Known, Numbers, has_current, known_of
from anlan.web.people.models import Unit, User
from anlan.web.risks.models import Risk
from anlan.web.risks.selectors import filters_of, register

NAMES = ("process", "category", "level", "tag", "owner", "q", "node", "source", "view")
"""Filters of the register that a loss year takes."""


@dataclass(frozen=True, eq=False)
class LeftOut:
    """A risk that is not counted. why: no_numbers, other_unit or too_many."""

    risk: Risk
    why: str


@dataclass(frozen=True, eq=False)
class Gathered:
    """The risks of a scope: those with numbers of the current stage in the unit of loss, and the others."""

    risks: list[tuple[Risk, Known]]
    left_out: list[LeftOut]
    loss_unit: str

    def own(self, stage: str) -> list[Risk]:
        """Risks with numbers of their own at the stage."""
        return [risk for risk, known in self.risks if stage in known]

    @staticmethod
    def at(known: Known, stage: str) -> Numbers:
        """Numbers of the stage; those of the current one where there are none of its own."""
        return known.get(stage) or known["current"]


def query_of(given: Any) -> str:
    """The filters of a request that choose risks, in one order, so that a scope has one name."""
    kept = QueryDict(mutable=True)
    for name in NAMES:
        values = given.getlist(name) if hasattr(given, "getlist") else [given.get(name, "")]
        value = ",".join(v.strip() for v in values if v and v.strip())
        if value and (name, value) != ("view", "all"):
            kept[name] = value[:200]
    return kept.urlencode()


def risks_in(user: User, unit: Unit, query: str, *, today: date) -> list[Risk]:
    """Risks of the unit and below that the filters show; two queries at most."""
    found = register(user, filters_of(QueryDict(query)), today=today)
    return list(found.filter(unit__path__startswith=unit.path).order_by("code"))


def gather(user: User, unit: Unit, query: str, *, loss_unit: str, today: date) -> Gathered:
    """The risks of the scope with what is known of them. Of more than a computation takes, those with the
    smallest loss are left out, and said to be. loss_unit: empty takes the one most risks are known in."""
    risks = risks_in(user, unit, query, today=today)
    known = known_of(risks)
    loss_unit = loss_unit or _usual(known.values())
    counted: list[tuple[Risk, Known]] = []
    left: list[LeftOut] = []
    for risk in risks:
        fitting = known[risk.pk].get(loss_unit, {})
        if "current" in fitting:
            counted.append((risk, fitting))
        else:
            left.append(LeftOut(risk, "other_unit" if has_current(known[risk.pk]) else "no_numbers"))
    if len(counted) > MOST_RISKS:
        counted.sort(key=lambda each: (-(each[0].annual_loss or 0.0), each[0].code))
        left += [LeftOut(risk, "too_many") for risk, _ in counted[MOST_RISKS:]]
        counted = sorted(counted[:MOST_RISKS], key=lambda each: each[0].code)
    return Gathered(counted, left, loss_unit)


def _usual(known: Iterable[All]) -> str:
    """The unit of loss in which most risks are known; minutes where none are."""
    found = Counter(unit for each in known for unit in each if "current" in each[unit])
    return max(found, key=lambda unit: (found[unit], unit)) if found else "customer_min"
