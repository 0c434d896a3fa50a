"""What joins the risks of a unit, and how likely a bad year may be: versions with a reason."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Max

from anlan.domain.errors import UsageError
from anlan.loop.quantify.loss_year.dependence import Dependence, read_dependence
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.loss.loss_answers import SAMPLE_FIELDS, check_sample_fields
from anlan.loop.quantify.methods.reading import read_inputs
from anlan.web.common.audit import record
from anlan.web.losses.models import RiskDependence, ToleranceCurve
from anlan.web.losses.services.numbers import UNITS
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import require
from anlan.web.risks.models import Risk
from anlan.web.risks.services.custom_fields import units_above

LONGEST_REASON = 300
TOLERANCE = "criteria.manage"
DEPENDENCE = "risks.assess"
TOLERANCE_FIELDS = tuple(field for field in SAMPLE_FIELDS if field.name == "tolerance")

Version = TypeVar("Version", RiskDependence, ToleranceCurve)


def _in_force(model: type[Version], unit: Unit) -> Version | None:
    """The unit's own version in force, or that of the nearest unit above; one query."""
    above = units_above(unit)
    found = {
        row.unit_id: row
        for row in model.objects.filter(unit_id__in=above, in_force=True).select_related("unit", "created_by")
    }
    return next((found[pk] for pk in reversed(above) if pk in found), None)


def dependence_of(unit: Unit) -> RiskDependence | None:
    """What joins the risks there; None where nobody has said anything."""
    return _in_force(RiskDependence, unit)


def tolerance_of(unit: Unit) -> ToleranceCurve | None:
    """The tolerance curve that holds there; None where there is none."""
    above = units_above(unit)
    rows = ToleranceCurve.objects.filter(unit_id__in=above, in_force=True).exclude(points=[])
    found = {row.unit_id: row for row in rows.select_related("unit", "created_by")}
    return next((found[pk] for pk in reversed(above) if pk in found), None)


def own_version(model: type[Version], unit: Unit) -> Version | None:
    return model.objects.filter(unit=unit, in_force=True).select_related("created_by").first()


@transaction.atomic
def set_dependence(
    unit: Unit, given: Mapping[str, Any], *, reason: str, actor: User, seen: int
) -> RiskDependence:
    """A new version of what joins the unit's risks. seen: the unit's own version that the person saw.

    Errors: RefusedInputs with every place (`correlation[3][1]` where the matrix cannot be).
    """
    require(actor, DEPENDENCE, unit)
    codes = Risk.objects.filter(unit__path__startswith=unit.path).values_list("code", flat=True)
    read = read_dependence(given, known=list(codes.order_by("code")))
    return _put(RiskDependence, unit, reason=reason, actor=actor, seen=seen, content=dict(read.content))


@transaction.atomic
def set_tolerance(
    unit: Unit, points: Sequence[Mapping[str, Any]], *, loss_unit: str, reason: str, actor: User, seen: int
) -> ToleranceCurve:
    """A new version of the unit's tolerance curve; without points what is above holds.

    Errors: RefusedInputs for losses that do not rise or chances that do.
    """
    require(actor, TOLERANCE, unit)
    if loss_unit not in UNITS:
        raise UsageError("losses.unit", found=loss_unit[:40], accepted=", ".join(UNITS))
    read = read_inputs(TOLERANCE_FIELDS, {"tolerance": [dict(point) for point in points]})
    check_sample_fields({"levels": (0.5,), "years": 1_000, "tolerance": read["tolerance"]})
    faults = Faults()
    for place, point in enumerate(read["tolerance"], start=1):
        for name in ("loss", "probability"):
            if not point[name] > 0:
                faults.add("losses.not_positive", where=f"tolerance[{place}].{name}", found=point[name])
    faults.raise_any()
    rows = [dict(point) for point in read["tolerance"]]
    return _put(ToleranceCurve, unit, reason=reason, actor=actor, seen=seen, points=rows, loss_unit=loss_unit)


def _put(model: type[Version], unit: Unit, *, reason: str, actor: User, seen: int, **facts: Any) -> Version:
    """The next version in force, the one before it no more."""
    if not reason.strip():
        raise UsageError("web.reason_missing")
    Unit.objects.select_for_update().get(pk=unit.pk)
    before = own_version(model, unit)
    if (before.number if before else 0) != seen:
        raise UsageError("web.conflict", label=str(unit))
    model.objects.filter(unit=unit, in_force=True).update(in_force=False)
    last = model.objects.filter(unit=unit).aggregate(n=Max("number"))["n"] or 0
    made = model.objects.create(
        unit=unit, number=last + 1, reason=reason.strip()[:LONGEST_REASON], created_by=actor, **facts
    )
    kind = "dependence" if model is RiskDependence else "tolerance"
    record(
        f"losses.{kind}.set", actor=actor, target=made, reason=reason,
        changes={name: (before and str(getattr(before, name)), str(value)) for name, value in facts.items()},
    )  # fmt: skip
    return made


def history(model: type[Version], unit: Unit) -> Iterable[Version]:
    """The unit's versions, newest first."""
    return model.objects.filter(unit=unit).select_related("created_by").order_by("-number")[:20]


def as_dependence(version: RiskDependence | None) -> Dependence:
    return Dependence(version.content if version is not None else {})
