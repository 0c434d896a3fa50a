"""Indicators: made, changed with a reason, paused and retired; their series are found or begun."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from anlan.domain.errors import UsageError
from anlan.loop.monitor.definitions import Definition, read_definition
from anlan.loop.monitor.incoming import series_key
from anlan.web.catalog.models import Process
from anlan.web.common.audit import changes_between, record
from anlan.web.common.codes import next_code
from anlan.web.common.links import link, unlink
from anlan.web.monitoring.models import Indicator, IndicatorVersion, Series
from anlan.web.monitoring.services.formulas import inputs_of, lock_formulas, still_fits
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import require
from anlan.web.risks.models import Risk

SEE, EDIT, REPORT, HANDLE = "monitoring.view", "monitoring.edit", "monitoring.report", "monitoring.handle"
LONGEST = {"name": 120, "name_en": 120, "definition": 4000, "definition_en": 4000}
FACTS = ("name", "name_en", "definition", "definition_en", "owner", "process", "nodes", "status")


def create_indicator(
    unit: Unit, *, name: str, document: Mapping[str, Any], actor: User, process: Process | None = None,
    risks: Sequence[Risk] = (), origin: str = "hand", **facts: Any,
) -> Indicator:  # fmt: skip
    """A new indicator, watched at once. Errors: RefusedDefinition, UsageError `monitor.name`, `.text`."""
    require(actor, EDIT, unit)
    inputs = inputs_of(read_definition(document), unit, actor=actor)
    said = _checked({"name": name, **facts})
    with transaction.atomic():
        made = Indicator.objects.create(
            code=next_code("KI"), unit=unit, process=process, document=dict(document), origin=origin,
            created_by=actor, updated_by=actor, **said,
        )  # fmt: skip
        made.risks.set(risks)
        made.inputs.set(inputs)
        for risk in risks:
            link("indicator", risk, made)
        IndicatorVersion.objects.create(indicator=made, number=1, document=made.document, by=actor)
        record("monitoring.indicator.create", actor=actor, target=made, changes={"name": (None, made.name)})
    return made


def change_indicator(
    found: Indicator, *, seen: int, actor: User, document: Mapping[str, Any] | None = None, reason: str = "",
    risks: Sequence[Risk] | None = None, **facts: Any,
) -> Indicator:  # fmt: skip
    """The indicator as it is now. Another definition is a new version and needs a reason; its series are
    watched from the next reading on, from the beginning.

    Errors: UsageError `web.conflict`, `monitor.reason`; RefusedDefinition.
    """
    require(actor, EDIT, found.unit)
    if document is not None:
        read_definition(document)
    said = _checked(facts)
    with transaction.atomic():
        current = Indicator.objects.select_for_update(of=("self",)).get(pk=found.pk)
        if current.version != seen:
            raise UsageError("web.conflict", label=str(current))
        was = current.status
        before = {name: str(getattr(current, name)) for name in FACTS} | {"document": str(current.document)}
        for name, value in said.items():
            setattr(current, name, value)
        if document is not None and dict(document) != current.document:
            if not reason.strip():
                raise UsageError("monitor.reason")
            still_fits(current, document)
            lock_formulas()
            current.inputs.set(inputs_of(read_definition(document), current.unit, actor=actor, own=current))
            current.document, current.number = dict(document), current.number + 1
            IndicatorVersion.objects.create(
                indicator=current, number=current.number, document=current.document,
                reason=reason.strip()[:400], by=actor,
            )  # fmt: skip
        if was != current.status == Indicator.Status.ACTIVE:
            current.calculated = 0
        current.version, current.updated_by = seen + 1, actor
        current.save()
        if risks is not None:
            _bind(current, risks)
        after = {name: str(getattr(current, name)) for name in FACTS} | {"document": str(current.document)}
        record("monitoring.indicator.change", actor=actor, target=current, reason=reason.strip()[:400],
               changes=changes_between(before, after))  # fmt: skip
    return current


def _bind(indicator: Indicator, risks: Sequence[Risk]) -> None:
    """The risks it watches from now on; the trace keeps until when it watched the others."""
    before = set(indicator.risks.all())
    for risk in before - set(risks):
        unlink("indicator", risk, indicator)
    for risk in set(risks) - before:
        link("indicator", risk, indicator)
    indicator.risks.set(risks)


def series_of(indicator: Indicator, unit: Unit, dimensions: Mapping[str, str]) -> Series:
    """The series of these values, begun where there is none yet."""
    found, _ = Series.objects.get_or_create(
        indicator=indicator, unit=unit, key=series_key(dimensions), defaults={"dimensions": dict(dimensions)}
    )
    return found


def definition_of(indicator: Indicator) -> Definition:
    """What the indicator's document says; it was accepted when it was kept."""
    return read_definition(indicator.document)


def _checked(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Texts without what no database keeps and no longer than their field."""
    said = dict(facts)
    for field, longest in LONGEST.items():
        if field in said:
            said[field] = str(said[field]).replace("\0", "").strip()
            if len(said[field]) > longest:
                raise UsageError("monitor.text", field=field, n=len(said[field]), limit=longest)
    if "name" in said and not said["name"]:
        raise UsageError("monitor.name")
    if "status" in said and said["status"] not in Indicator.Status.values:
        raise UsageError("monitor.choice", field="status", found=str(said["status"])[:40],
                         accepted=tuple(Indicator.Status.values))  # fmt: skip
    return said
