"""Reading twins, designs and comparisons; always within the units a person may see."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Prefetch, QuerySet
from django.urls import reverse

from anlan.web.catalog.models import EventLog, Process
from anlan.web.catalog.selectors import process_of, processes_of
from anlan.web.common.texts import text
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope
from anlan.web.runs.models import Run
from anlan.web.studio.models import Twin

SEE, EDIT = "runs.view", "runs.start"
CALIBRATION, VALIDATION = "twin_calibration", "twin_validation"


@dataclass(frozen=True)
class ProcessRow:
    """A process in the list: its twin in force or None, its current log, how many twins there are, the
    run that is making one."""

    process: Process
    twin: Twin | None
    log: EventLog | None
    n_twins: int
    run: Run | None


def rows_of(user: User, *, search: str = "") -> list[ProcessRow]:
    """Processes the person may see twins of, those with a twin first; a fixed number of queries."""
    in_force = Twin.objects.filter(in_force=True).defer("inputs", "told")
    waiting = Run.objects.filter(study=CALIBRATION, state__in=(Run.State.QUEUED, Run.State.RUNNING)).defer(
        "parameters"
    )
    found = (
        in_scope(processes_of(user, search=search), user, SEE)
        .annotate(n_twins=Count("twins"))
        .prefetch_related(
            Prefetch("twins", in_force, to_attr="in_force_twins"),
            Prefetch("runs", waiting, to_attr="calibrating"),
        )
    )
    rows = [
        ProcessRow(
            each, next(iter(each.in_force_twins), None), next(iter(each.current_logs), None), each.n_twins,
            next(iter(each.calibrating), None),
        )
        for each in found
    ]  # fmt: skip
    return sorted(rows, key=lambda row: (row.twin is None, row.log is None))


def process_to_see(user: User, code: str) -> QuerySet[Process]:
    """The process of that code where the person may see its twins, for `get_object_or_404`."""
    return in_scope(process_of(user, code), user, SEE)


def twins_of(user: User) -> QuerySet[Twin]:
    """Twins the person may see, newest first within a process, without what is large."""
    found = in_scope(Twin.objects.all(), user, SEE).defer("inputs", "told")
    return found.select_related("unit", "process", "log", "run", "created_by")


def twin_of(user: User, code: str) -> QuerySet[Twin]:
    """The twin of that code, whole, for `get_object_or_404`."""
    found = in_scope(Twin.objects.filter(code=code), user, SEE)
    return found.select_related("unit", "process__unit", "log", "run", "checked_by", "created_by")


def runs_under_way(process: Process) -> list[Run]:
    """Calibrations and checks of a process that have not ended, newest first."""
    studies = (CALIBRATION, VALIDATION)
    waiting = (Run.State.QUEUED, Run.State.RUNNING)
    return list(Run.objects.filter(process=process, study__in=studies, state__in=waiting))


def last_failed(process: Process) -> Run | None:
    """The newest calibration or check, where it failed."""
    newest = Run.objects.filter(process=process, study__in=(CALIBRATION, VALIDATION)).first()
    return newest if newest is not None and newest.state == Run.State.FAILED else None


def links_of_run(run: Run, user: User) -> list[tuple[str, str]]:
    """From a run that made or checked a twin to the twin."""
    if run.study not in (CALIBRATION, VALIDATION):
        return []
    found = twins_of(user).filter(run=run) | twins_of(user).filter(checked_by=run)
    return [
        (reverse("studio:twin", args=[each.code]), text("studio.to_twin", code=each.code)) for each in found
    ]


def named(twin: Twin, table: str) -> list[str]:
    """Names of the rows of a table of its inputs."""
    return [str(row["name"]) for row in twin.inputs.get(table) or ()]


def facts_of(twin: Twin) -> dict[str, Any]:
    """How large it is."""
    return {table: len(twin.inputs.get(table) or ()) for table in ("steps", "pools", "risks")}
