"""Risks that the compared designs are to lower, as the page of the comparison shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from anlan.formats import wording
from anlan.web.common.templatetags.anlan import loss as loss_said
from anlan.web.common.texts import language, text
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope, may
from anlan.web.risks.models import Assessment, Risk
from anlan.web.studio.comparison import letter_of
from anlan.web.studio.models import DesignComparison
from anlan.web.studio.services.expecting import STAGE
from anlan.web.studio.simulated_risks import SimulatedRisk, simulated

_DASH = "—"
Said = tuple[str, str]
"""A number and its interval."""


@dataclass(frozen=True)
class ExpectedRow:
    """A risk under a design. times, minutes, money: as it is, and with the design; missing: why there are
    none; asks: whether a person must score the severity; taken: the assessment made of it."""

    letter: str
    told: SimulatedRisk
    times: tuple[Said, Said]
    minutes: tuple[Said, Said]
    money: tuple[Said, Said]
    missing: str
    asks: bool
    may_take: bool
    taken: Assessment | None


def risks_simulated(user: User, found: DesignComparison, result: Mapping[str, Any]) -> list[SimulatedRisk]:
    """Of each compared design the risks it is linked to that the person may see."""
    rows = []
    codes = [each["code"] for each in found.designs]
    known = in_scope(Risk.objects.filter(designs__code__in=codes), user, "risks.view").select_related("unit")
    linked = known.prefetch_related("designs").distinct().order_by("code")
    for design in found.designs:
        for risk in linked:
            if any(each.code == design["code"] for each in risk.designs.all()):
                rows.append(simulated(result["found"], found.twin.inputs, design, risk))
    return rows


def expected_rows(user: User, found: DesignComparison, result: Mapping[str, Any]) -> list[ExpectedRow]:
    letters = {each["code"]: letter_of(number) for number, each in enumerate(found.designs)}
    made = Assessment.objects.filter(run=found.run, stage=STAGE).exclude(state=Assessment.State.RETURNED)
    taken = {
        (each.risk_id, each.values["simulated"]["design"]): each
        for each in made.select_related("risk").order_by("number") if "simulated" in each.values
    }  # fmt: skip
    return [
        ExpectedRow(
            letters[told.design], told, _pair(told, "times"), _pair(told, "minutes"), _pair(told, "money"),
            missing_said(told), not told.one_loss_min,
            not told.missing and may(user, "risks.assess", told.risk.unit),
            taken.get((told.risk.pk, told.design)),
        )
        for told in risks_simulated(user, found, result)
    ]  # fmt: skip


def missing_said(told: SimulatedRisk) -> str:
    if not told.missing:
        return ""
    names = text("common.comma").join(told.held.several)
    return text(f"studio.expected.missing.{told.missing}", names=names)


def _pair(told: SimulatedRisk, name: str) -> tuple[Said, Said]:
    return _said(told.as_is, name), _said(told.with_design, name)


def _said(of: Mapping[str, Any] | None, name: str) -> Said:
    limits = of[name] if of else None
    if limits is None:
        return _DASH, ""
    value, low, high = (_written(name, limits[end]) for end in ("estimate", "low", "high"))
    return value, text("studio.compare.between", low=low, high=high)


def _written(name: str, value: float) -> str:
    return loss_said(value, "customer_min") if name == "minutes" else wording.number(value, language())
