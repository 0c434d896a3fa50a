"""Treatments that an assessment proposes, as designs of a twin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from anlan.domain.pack import PackControl
from anlan.formats.packs import load_packs
from anlan.loop.improve.designs.treating import Aim, Tryable, tryable
from anlan.loop.treat.effects import middle
from anlan.loop.treat.plan import PERSON_DAYS


@dataclass(frozen=True)
class Treatment:
    """A measure of an assessment. title: in both languages; chosen: within its budget; risks: ids of its
    findings; likelihood, consequence: shares left, the middles of assumed ranges; split: whether the packs
    tell one from the other, or all of the effect is taken as on the frequency; cost: money, or None where the
    assessment counts person-days; titles: what `found` calls a risk -> its title in both languages."""

    code: str
    title: Mapping[str, str]
    chosen: bool
    risks: tuple[str, ...]
    likelihood: float
    consequence: float
    split: bool
    cost: float | None
    found: Tryable
    titles: Mapping[str, Mapping[str, str]]


def treatments_of(
    result: Mapping[str, Any], inputs: Mapping[str, Any], *, also: Mapping[str, Sequence[str]] | None = None
) -> tuple[Treatment, ...]:
    """Measures of an `anlan.assess/1` result, those chosen first; none of another result.
    also: finding -> further names by which the twin may know it."""
    plan = result.get("treatments") or {}
    risks = {risk["id"]: risk for risk in result.get("risks", ())}
    chosen = {each["code"] for each in plan.get("chosen", ())}
    found = [
        _treatment(each, risks, inputs, chosen, plan["cost_unit"], also or {})
        for each in plan.get("candidates", ())
    ]
    return tuple(sorted(found, key=lambda each: (not each.chosen, not each.found.changes)))


def _treatment(
    measure: Mapping[str, Any], risks: Mapping[str, Any], inputs: Mapping[str, Any], chosen: set[str],
    cost_unit: str, also: Mapping[str, Sequence[str]],
) -> Treatment:  # fmt: skip
    aims = [
        Aim((risks[each]["title"]["zh"], risks[each]["title"]["en"], *also.get(each, ())),
            tuple(risks[each]["nodes"]), strength)
        for each, strength in zip(measure["risks"], measure["strengths"], strict=True) if each in risks
    ]  # fmt: skip
    control = _controls().get(measure["code"])
    left = float(measure["factor"]["estimate"])
    likelihood = middle(control.likelihood_factor) if control else left
    consequence = middle(control.consequence_factor) if control else 1.0
    cost = None if cost_unit == PERSON_DAYS else float(measure["cost"]["estimate"])
    found = tryable(inputs, aims, likelihood=likelihood, consequence=consequence, once=cost)
    return Treatment(
        measure["code"], measure["title"], measure["code"] in chosen, tuple(measure["risks"]), likelihood,
        consequence, control is not None, cost, found,
        {risks[each]["title"]["zh"]: risks[each]["title"] for each in measure["risks"] if each in risks},
    )  # fmt: skip


@cache
def _controls() -> Mapping[str, PackControl]:
    return {control.code: control for pack in load_packs() for control in pack.controls}
