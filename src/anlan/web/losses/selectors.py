"""Reading loss years; always within the units a person may see."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from anlan.web.common.texts import text
from anlan.web.losses.models import LossYear
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import in_scope
from anlan.web.runs.models import Run

RUNS = ("current", "inherent", "residual_expected", "drivers")


def loss_years(user: User, *, unit: Unit | None = None) -> QuerySet[LossYear]:
    """Loss years the person may see, newest first, with their runs."""
    found = in_scope(LossYear.objects.all(), user, "runs.view")
    if unit is not None:
        found = found.filter(unit=unit)
    return found.select_related("unit", "created_by", "dependence__unit", "tolerance_curve__unit", *RUNS)


def loss_year_of(user: User, code: str) -> QuerySet[LossYear]:
    """The loss year of that code, for `get_object_or_404`."""
    return loss_years(user).filter(code=code)


def newest(user: User, unit: Unit, query: str = "") -> LossYear | None:
    """The newest of a unit and a scope whose stages are done, else the newest at all."""
    found = loss_years(user, unit=unit).filter(query=query)
    return found.filter(current__state=Run.State.DONE).first() or found.first()


def latest_done(user: User) -> LossYear | None:
    """The newest of the person's own unit, over all its risks, that is done."""
    if user.unit is None:
        return None
    found = loss_years(user, unit=user.unit).filter(query="", current__state=Run.State.DONE)
    return found.first()


def others(user: User, year: LossYear) -> list[LossYear]:
    """Done loss years to compare with: those of the same unit of loss, the same scope first."""
    found = loss_years(user).filter(loss_unit=year.loss_unit, current__state=Run.State.DONE)
    near = found.exclude(pk=year.pk).filter(unit__path__startswith=year.unit.path)[:40]
    return sorted(near, key=lambda each: (each.unit_id, each.query) != (year.unit_id, year.query))


def runs_of(year: LossYear) -> dict[str, Run]:
    """The runs there are, by what they are of."""
    return {name: run for name in RUNS if (run := getattr(year, name)) is not None}


def is_waiting(year: LossYear) -> bool:
    return any(not run.finished for run in runs_of(year).values())


def links_of_run(run: Run, user: User) -> list[tuple[str, str]]:
    """From a run to the loss year it belongs to."""
    if run.study not in ("method:annual_loss", "method:tornado") or run.about:
        return []
    mine = Q(current=run) | Q(inherent=run) | Q(residual_expected=run) | Q(drivers=run)
    year = loss_years(user).filter(mine).first()
    return [(reverse("losses:year", args=[year.code]), text("losses.of_run", code=year.code))] if year else []


def names_of(year: LossYear, language: str) -> dict[str, str]:
    """Code -> title of each risk that was counted or left out, as it was called then."""
    rows: list[dict[str, Any]] = [*year.risks, *year.left_out]
    return {row["code"]: (language == "en" and row["title_en"]) or row["title"] for row in rows}


def nodes_of(year: LossYear, language: str) -> dict[str, str]:
    """Name of a node -> how it is called in the language."""
    if language != "en":
        return {}
    return {
        str(name): str(other)
        for row in year.risks
        for name, other in zip(row["nodes"], row.get("nodes_en", row["nodes"]), strict=True)
    }
