"""Numbers of one risk by three points, where no assessment says them."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from anlan.domain.assessment_stages import STAGES
from anlan.domain.errors import UsageError
from anlan.loop.quantify.estimate import from_three_points
from anlan.web.common.audit import record
from anlan.web.losses.known import MONEY
from anlan.web.losses.models import RiskNumbers
from anlan.web.people.models import User
from anlan.web.people.permissions import require
from anlan.web.risks.models import Risk

UNITS = ("customer_min", MONEY)
LONGEST_SOURCE = 300
MOST_RECORDS = 1_000_000_000
_POINTS = ("shape", "low", "likely", "high")


@transaction.atomic
def give_numbers(
    risk: Risk, *, stage: str, frequency: Mapping[str, Any], severity: Mapping[str, Any], loss_unit: str,
    source: str, actor: User, seen: int, records: int | None = None,
) -> RiskNumbers:  # fmt: skip
    """A new version of the risk's numbers at a stage, put in force.

    frequency, severity: shape, low, likely, high: losses a year and what one costs. seen: the version in
    force that the person saw, 0 for none. Errors: UsageError for points out of order, or a conflict.
    """
    require(actor, "risks.assess", risk.unit)
    if stage not in STAGES:
        raise UsageError("web.stage", found=stage)
    if loss_unit not in UNITS:
        raise UsageError("losses.unit", found=loss_unit[:40], accepted=", ".join(UNITS))
    if not source.strip():
        raise UsageError("losses.source_missing")
    if records is not None and not 1 <= records <= MOST_RECORDS:
        raise UsageError("losses.records", found=records)
    sides = {name: _points(name, given) for name, given in (("frequency", frequency), ("severity", severity))}
    before = _locked(risk, stage)
    if (before.number if before else 0) != seen:
        raise UsageError("web.conflict", label=risk.code)
    RiskNumbers.objects.filter(risk=risk, stage=stage, in_force=True).update(in_force=False)
    last = RiskNumbers.objects.filter(risk=risk, stage=stage).aggregate(n=Max("number"))["n"] or 0
    made = RiskNumbers.objects.create(
        risk=risk, stage=stage, number=last + 1, loss_unit=loss_unit, records=records, created_by=actor,
        source=source.strip()[:LONGEST_SOURCE], **sides,
    )  # fmt: skip
    changes = {name: (before and str(getattr(before, name)), str(getattr(made, name))) for name in sides}
    changes |= {
        name: (before and getattr(before, name), getattr(made, name))
        for name in ("loss_unit", "records", "source")
    }
    record("losses.numbers.give", actor=actor, target=risk, changes={"stage": (None, stage), **changes})
    return made


@transaction.atomic
def withdraw_numbers(risk: Risk, *, stage: str, reason: str, actor: User) -> None:
    """The numbers of the stage hold no more; the risk is left out unless something else says them."""
    require(actor, "risks.assess", risk.unit)
    if not reason.strip():
        raise UsageError("web.reason_missing")
    before = _locked(risk, stage)
    if before is None:
        raise UsageError("losses.nothing_given", risk=risk.code)
    RiskNumbers.objects.filter(pk=before.pk).update(in_force=False)
    record(
        "losses.numbers.withdraw", actor=actor, target=risk, reason=reason,
        changes={"stage": (stage, None), "number": (before.number, None)},
    )  # fmt: skip


def _locked(risk: Risk, stage: str) -> RiskNumbers | None:
    Risk.objects.select_for_update().get(pk=risk.pk)
    return RiskNumbers.objects.filter(risk=risk, stage=stage, in_force=True).first()


def _points(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The three points, checked as an estimate of the assessment is."""
    points = {key: given.get(key) for key in _POINTS}
    points["shape"] = points["shape"] or "pert"
    from_three_points(
        name, low=points["low"], likely=points["likely"], high=points["high"], shape=points["shape"]
    )
    return points
