"""Versions of a unit's criteria: drafted by one person, put in force by another.

1. Every draft is written as the TOML of `anlan.formats.criteria_file` and read by the same code, so the
   page accepts what the command line accepts.
2. Before it holds, `would_change` says which risks stand at another level under it.
3. Assessments keep the version they were made under; the next assessment uses the new one.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from anlan.domain.errors import UsageError
from anlan.formats.criteria_file import load_criteria
from anlan.formats.settings_bytes import LARGEST_BYTES, SettingsBytes
from anlan.studies.quantify import criteria_section
from anlan.web.common.audit import Entry, record, record_all
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import require
from anlan.web.risks.models import CATEGORIES, Assessment, Criteria, Risk
from anlan.web.risks.services.appetite import Limits, recompute_beyond
from anlan.web.risks.services.criteria import criteria_for, level_of, score


def content_of(toml: bytes, *, name: str) -> dict[str, Any]:
    """The criteria of a TOML file as a result holds them; RefusedInput names all its faults."""
    if len(toml) > LARGEST_BYTES:
        raise UsageError("criteria.file_size", name=name, limit=LARGEST_BYTES)
    return criteria_section(load_criteria(SettingsBytes(Path(Path(name).name or "criteria.toml"), toml)))


def toml_of(content: Mapping[str, Any]) -> str:
    """The criteria as the file that `anlan assess --criteria` reads; every cell by name."""
    lines = [f"version = {_said(content['version'])}", f"assumptions = {_said(list(content['assumptions']))}"]
    for axis in ("likelihood", "severity"):
        scale = content[axis]
        lines += [
            "",
            f"[{axis}]",
            f"unit = {_said(scale['unit'])}",
            f"bounds = {_said(list(scale['bounds']))}",
        ]
        lines += [f"labels_{t} = {_said([label[t] for label in scale['labels']])}" for t in ("zh", "en")]
    for level in content["levels"]:
        lines += ["", "[[levels]]", f"code = {_said(level['code'])}", f"zh = {_said(level['name']['zh'])}",
                  f"en = {_said(level['name']['en'])}", f"colour = {_said(level['colour'])}"]  # fmt: skip
        if level.get("report_within_hours") is not None:
            lines.append(f"report_within_hours = {_said(level['report_within_hours'])}")
    codes = [level["code"] for level in content["levels"]]
    rows = [f"    {_said([codes[rank] for rank in row])}," for row in content["cells"]]
    return "\n".join([*lines, "", "[matrix]", "cells = [", *rows, "]", ""])


def _said(value: Any) -> str:
    """A text, number or list as TOML writes it, which for these is as JSON does."""
    return json.dumps(value, ensure_ascii=False)


@transaction.atomic
def draft_criteria(*, unit: Unit, content: Mapping[str, Any], name: str, actor: User) -> Criteria:
    """A new version that does not hold yet. `content` is written as TOML and read again."""
    require(actor, "criteria.manage", unit)
    if not name.strip():
        raise UsageError("criteria.no_name")
    checked = content_of(toml_of(content | {"version": name.strip()}).encode(), name="criteria.toml")
    Unit.objects.select_for_update().get(pk=unit.pk)
    last = Criteria.objects.filter(unit=unit).order_by("-number").values_list("number", flat=True).first()
    made = Criteria.objects.create(
        unit=unit, number=(last or 0) + 1, name=name.strip()[:120], content=checked, created_by=actor
    )
    record(
        "risks.criteria.draft", actor=actor, target=made, unit=unit, changes={"number": (None, made.number)}
    )
    return made


def is_draft(criteria: Criteria) -> bool:
    return not criteria.in_force and criteria.valid_from is None


@transaction.atomic
def put_in_force(criteria: Criteria, *, actor: User, reason: str) -> int:
    """Let a draft hold from now on; a person other than its author. How many risks pass the appetite anew."""
    require(actor, "criteria.manage", criteria.unit)
    current = Criteria.objects.select_for_update().get(pk=criteria.pk)
    if not is_draft(current):
        raise UsageError("criteria.not_a_draft", number=current.number)
    if current.created_by_id == actor.pk:
        raise UsageError("criteria.same_person")
    if not reason.strip():
        raise UsageError("web.reason_missing")
    now = timezone.now()
    held = Criteria.objects.filter(unit=current.unit, in_force=True).first()
    Criteria.objects.filter(unit=current.unit, in_force=True).update(in_force=False, valid_to=now)
    current.in_force, current.valid_from, current.approved_by = True, now, actor
    current.save()
    _keep_appetite(current)
    moved = recompute_beyond(current.unit)
    changes = {"number": (held and held.number, current.number)}
    entries = [Entry("risks.criteria.in_force", current, changes, unit=current.unit)]
    entries += [
        Entry(
            "risks.risk.appetite", risk, {"beyond_appetite": (not risk.beyond_appetite, risk.beyond_appetite)}
        )
        for risk in moved
    ]
    record_all(entries, actor=actor, reason=reason)
    return len(moved)


def _keep_appetite(criteria: Criteria) -> None:
    """The levels that the appetite names where the criteria hold must be theirs, or nobody could say what is
    beyond it: entries of these units and those they take from above."""
    units = list(Unit.objects.filter(path__startswith=criteria.unit.path))
    limits = Limits(units)
    for unit in units:
        if limits.criteria(unit).pk != criteria.pk:
            continue
        for category in ("", *CATEGORIES):
            limit = limits.of(unit, category)
            if limit.rank < 0:
                where = limit.entry.unit if limit.entry else unit
                raise UsageError("criteria.appetite_level", level=limit.highest_level, unit=str(where))


@transaction.atomic
def withdraw_draft(criteria: Criteria, *, actor: User) -> None:
    """Take away a draft that shall not hold; its number is not used again while a later one exists."""
    require(actor, "criteria.manage", criteria.unit)
    if not is_draft(criteria):
        raise UsageError("criteria.not_a_draft", number=criteria.number)
    unit, number = criteria.unit, criteria.number
    criteria.delete()
    record("risks.criteria.withdraw", actor=actor, unit=unit, changes={"number": (number, None)})


@dataclass(frozen=True)
class Moved:
    """A risk and the level it would have; None where its scores have no place in the new matrix."""

    risk: Risk
    before: str
    after: str | None


def would_change(criteria: Criteria) -> list[Moved]:
    """Risks of the unit and below that follow its criteria and would stand at another level."""
    risks = Risk.objects.filter(unit__path__startswith=criteria.unit.path, rank_current__gte=0)
    found = list(risks.select_related("unit"))
    limits = Limits({risk.unit for risk in found} | {criteria.unit})
    held = limits.criteria(criteria.unit)
    mine = {risk.pk: risk for risk in found if limits.criteria(risk.unit).pk == held.pk}
    moved = []
    for assessment in _newest(mine):
        risk = mine[assessment.risk_id]
        after = _level_under(criteria, assessment)
        if after != risk.level_current:
            moved.append(Moved(risk, risk.level_current, after))
    return moved


def _newest(risks: Mapping[int, Risk]) -> list[Assessment]:
    from anlan.web.risks.selectors import newest_current

    found = Assessment.objects.filter(pk__in=newest_current()).select_related("criteria")
    return [assessment for assessment in found if assessment.risk_id in risks]


def _level_under(criteria: Criteria, assessment: Assessment) -> str | None:
    """By the measured value where the unit of the scale is the same, else by the score."""
    places = []
    for axis in ("likelihood", "severity"):
        new, old = criteria.content[axis], assessment.criteria.content[axis]
        value = getattr(assessment, f"{axis}_value")
        if value is not None and new["unit"] == old["unit"]:
            places.append(score(new, value))
        elif len(new["labels"]) == len(old["labels"]):
            places.append(getattr(assessment, axis))
        else:
            return None
    return level_of(criteria, places[0], places[1])[0]


def warnings_of(content: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """What makes a matrix mislead, as codes with parameters.

    falls: a higher score gives a lower level (weak consistency, Cox 2008,
           doi:10.1111/j.1539-6924.2008.01030.x).
    jumps: neighbours differ by more than one level, so that a small error of a score skips a level
           (betweenness, the same).
    unused: a level that no cell has. coarse: more than half of all cells share one level (range compression).
    """
    cells, levels = content["cells"], content["levels"]
    found: list[tuple[str, dict[str, Any]]] = []
    for i, row in enumerate(cells, 1):
        for j, rank in enumerate(row, 1):
            for other, place in _higher(cells, i, j):
                if other < rank:
                    found.append(("falls", {"cell": f"{i}×{j}", "next": place}))
                elif other > rank + 1:
                    found.append(("jumps", {"cell": f"{i}×{j}", "next": place}))
    flat = [rank for row in cells for rank in row]
    found += [("unused", {"level": level["name"]}) for rank, level in enumerate(levels) if rank not in flat]
    most = max(range(len(levels)), key=flat.count)
    if flat.count(most) * 2 > len(flat):
        found.append(("coarse", {"level": levels[most]["name"], "n": flat.count(most), "of": len(flat)}))
    return found


def _higher(cells: Sequence[Sequence[int]], i: int, j: int) -> list[tuple[int, str]]:
    """Ranks of the two neighbours with one score more."""
    found = []
    if i < len(cells):
        found.append((cells[i][j - 1], f"{i + 1}×{j}"))
    if j < len(cells[0]):
        found.append((cells[i - 1][j], f"{i}×{j + 1}"))
    return found


__all__ = [
    "Moved", "content_of", "criteria_for", "draft_criteria", "is_draft", "put_in_force", "toml_of",
    "warnings_of", "withdraw_draft", "would_change",
]  # fmt: skip
