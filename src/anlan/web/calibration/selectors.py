"""Reading outcomes and track records; always within the units a person may see."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from anlan.web.calibration.models import Outcome, TrackRecord
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import in_scope
from anlan.web.runs.models import Run

FEWEST = 30
"""With fewer pairs a score tells little, and the page says so (as `calibration` warns)."""
_PAGES = {"risk": "risks:risk", "numbers": "losses:numbers", "run": "runs:run", "session": "risks:workshop"}


def outcomes_of(user: User, *, unit: Unit | None = None) -> QuerySet[Outcome]:
    """Outcomes noted for risks the person may see, those withdrawn too, the newest period first."""
    found = in_scope(Outcome.objects.all(), user, "risks.view", unit="risk__unit")
    if unit is not None:
        found = found.filter(risk__unit__path__startswith=unit.path)
    return found.select_related("risk__unit", "noted_by", "withdrawn_by")


def records_of(user: User, *, unit: Unit | None = None, stage: str = "") -> QuerySet[TrackRecord]:
    """Track records the person may see, newest first; stage: of its estimates alone."""
    found = in_scope(TrackRecord.objects.all(), user, "runs.view")
    if unit is not None:
        found = found.filter(unit=unit)
    if stage:
        found = found.filter(stage=stage)
    return found.select_related("unit", "created_by", "run")


def newest(user: User, unit: Unit, stage: str) -> TrackRecord | None:
    """The newest of the unit and stage that is done, else the newest."""
    found = records_of(user, unit=unit, stage=stage)
    return found.filter(run__state=Run.State.DONE).first() or found.first()


def table_of(result: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Rows of a table of the result by column; the group (`all`, `method`, `expert`) as its code's place."""
    found = next((table for table in result["tables"] if table["name"] == name), None)
    if found is None:
        return []
    columns = [column["name"] for column in found["columns"]]
    return [dict(zip(columns, row, strict=True)) for row in found["rows"]]


def groups_of(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All, each method, each expert: Brier score and coverage side by side, `few` where n is small."""
    held = {(str(row["group"]), row["name"]): row for row in table_of(result, "coverage_by_group")}
    rows = []
    for score in table_of(result, "scores_by_group"):
        interval = held.get((str(score["group"]), score["name"]), {})
        rows.append({**score, "interval": interval, "few": score["n"] < FEWEST})
    return rows


def address_of(origin: list[str]) -> str:
    """The page an estimate or an observation is from; empty where it has none of its own."""
    kind, code = origin
    return reverse(_PAGES[kind], args=[code]) if kind in _PAGES else ""
