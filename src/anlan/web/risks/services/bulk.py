"""Many lines of the register at once: the rules of one, the queries of few."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from anlan.domain.errors import UsageError
from anlan.web.common.audit import Entry, changes_between, record_all
from anlan.web.common.codes import next_codes
from anlan.web.people.models import User
from anlan.web.people.permissions import require
from anlan.web.risks.models import Risk
from anlan.web.risks.services.appetite import beyond_appetite
from anlan.web.risks.services.register import follow_unit, search_text
from anlan.web.risks.services.telling import tell_watchers

_BATCH = 500


@transaction.atomic
def write_risks(
    *, new: Sequence[Mapping[str, Any]], changed: Sequence[tuple[Risk, Mapping[str, Any]]], actor: User,
    reason: str,
) -> list[Risk]:  # fmt: skip
    """Register `new` and change `changed` (the risk as it was seen, its new fields), all or nothing.

    UsageError `web.conflict` where a risk has changed since it was seen; Refused where a unit is not the
    actor's. Returns the new risks.
    """
    made = _created(new, actor)
    entries = [Entry("risks.risk.create", risk, {"title": (None, risk.title)}) for risk in made]
    entries += [_change(risk, fields, actor) for risk, fields in changed]
    tell_watchers([risk for risk, _ in changed], "facts", actor=actor)
    record_all(entries, actor=actor, reason=reason)
    return made


def _created(rows: Sequence[Mapping[str, Any]], actor: User) -> list[Risk]:
    for unit in {row["unit"] for row in rows}:
        require(actor, "risks.edit", unit)
    today, made = timezone.localdate(), []
    for code, row in zip(next_codes("R", len(rows)) if rows else [], rows, strict=True):
        risk = Risk(code=code, created_by=actor, updated_by=actor, **row)
        risk.next_review_on = risk.next_review_on or today + timedelta(days=risk.review_cycle_days)
        risk.search = search_text(risk)
        made.append(risk)
    return Risk.objects.bulk_create(made, batch_size=_BATCH)


def _change(risk: Risk, fields: Mapping[str, Any], actor: User) -> Entry:
    """Write the fields of one risk if it is still the version seen; what the audit says of it."""
    require(actor, "risks.edit", risk.unit)
    require(actor, "risks.edit", fields.get("unit", risk.unit))
    before = {name: getattr(risk, name) for name in fields}
    for name, value in fields.items():
        setattr(risk, name, value)
    derived = {"beyond_appetite": beyond_appetite(risk)} if {"category", "unit"} & fields.keys() else {}
    kept = Risk.objects.filter(pk=risk.pk, version=risk.version).update(
        **fields, **derived, version=risk.version + 1, search=search_text(risk), updated_by=actor,
        updated_at=timezone.now(),
    )  # fmt: skip
    if not kept:
        raise UsageError("web.conflict", label=str(risk))
    changes = changes_between(before, fields)
    if "unit" in changes:
        follow_unit(risk)
    return Entry("risks.risk.change", risk, changes)
