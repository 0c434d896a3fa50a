"""Reading runs as pages need them; always within the units a person may see."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from anlan.studies.comparison import Comparison, compare
from anlan.web.catalog.models import Process
from anlan.web.common.schedule import scheduled_work
from anlan.web.common.texts import of
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope, may, units_of
from anlan.web.runs import cards, results
from anlan.web.runs.models import Duty, Lease, Run
from anlan.web.runs.scheduler import SEAT


@dataclass(frozen=True)
class Filters:
    """Of the list: a study, a state, a process (its code), words of the code or the process's name."""

    study: str = ""
    state: str = ""
    process: str = ""
    search: str = ""


def runs_of(user: User, filters: Filters | None = None) -> QuerySet[Run]:
    """Runs with what a row shows; one query."""
    filters = filters or Filters()
    found = in_scope(Run.objects.all(), user, "runs.view").select_related(
        "process", "unit", "created_by", "verifies", "fed_by"
    )
    if filters.study:
        found = found.filter(study=filters.study)
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.process:
        found = found.filter(process__code=filters.process)
    if filters.search:
        words = filters.search
        found = found.filter(
            Q(code__icontains=words)
            | Q(process__name__icontains=words)
            | Q(process__name_en__icontains=words)
        )
    return found.defer("parameters")


def latest_done(process: Process | None = None, *, user: User | None = None) -> Run | None:
    """The newest whole assessment of a process, or of all the person may see."""
    found = Run.objects.filter(study="assess", state=Run.State.DONE, verifies=None)
    if process is not None:
        found = found.filter(process=process)
    if user is not None:
        found = in_scope(found, user, "runs.view")
    return found.select_related("process", "unit").order_by("-finished_at").first()


def key_nodes_of(process: Process) -> list[dict[str, Any]]:
    """Ranked nodes of the newest assessment, for the map of the process."""
    run = latest_done(process)
    return cards.key_nodes(run) if run is not None else []


def ideas_of(process: Process, user: User) -> list[dict[str, Any]]:
    """Redesign ideas of the newest assessment, where the person may see its run."""
    run = latest_done(process)
    if run is None or not may(user, "runs.view", run.unit):
        return []
    address = reverse("runs:run", args=[run.code])
    return [
        {
            "nodes": idea["nodes"],
            "title": of(idea["title"]),
            "text": of(idea["statement"]),
            "address": address,
        }
        for idea in cards.ideas(run)
    ]


def run_of(user: User, code: str) -> QuerySet[Run]:
    """The run of that code, for `get_object_or_404`."""
    found = in_scope(Run.objects.filter(code=code), user, "runs.view")
    return found.select_related("process", "unit", "created_by", "log", "verifies", "fed_by")


def processes_to_run(user: User) -> QuerySet[Process]:
    """Processes the person may start a study on, those with a log first."""
    found = Process.objects.filter(active=True, unit__in=units_of(user, "runs.start"))
    with_log = Count("logs", filter=Q(logs__current=True))
    return found.annotate(n_logs=with_log).select_related("unit").order_by("-n_logs", "name")


def processes_with_runs(user: User) -> QuerySet[Process]:
    """For the filter of the list."""
    return in_scope(Process.objects.filter(runs__isnull=False), user, "runs.view").distinct()


def others_to_compare(run: Run, user: User) -> QuerySet[Run]:
    """Done runs of the same study, the newest first."""
    same = runs_of(user).filter(study=run.study, state=Run.State.DONE, verifies=None)
    return same.exclude(pk=run.pk)[:50]


def comparison(before: Run, after: Run) -> Comparison:
    return compare(
        results.result_of(before), results.result_of(after), figures=(before.figures, after.figures)
    )


@dataclass(frozen=True)
class Jobs:
    """The state of the machinery: who is at work, what waits, what failed, what is due.

    waiting: since when the oldest task of the queue waits, or None
    """

    workers: list[Lease]
    scheduler: Lease | None
    counts: dict[str, int]
    waiting: datetime | None
    active: list[Run]
    failed_runs: list[Run]
    failed_tasks: list[DBTaskResult]
    duties: list[tuple[str, timedelta, Duty | None]]

    @property
    def stuck(self) -> bool:
        """Something waits for more than a minute and nobody is there to do it."""
        return bool(
            self.waiting and not self.workers and self.waiting < timezone.now() - timedelta(minutes=1)
        )


def jobs(user: User) -> Jobs:
    """A fixed number of queries; runs only of the person's units."""
    now = timezone.now()
    leases = list(Lease.objects.filter(until__gt=now).order_by("since"))
    mine = runs_of(user)
    counted = dict(DBTaskResult.objects.order_by().values_list("status").annotate(n=Count("pk")))
    oldest = DBTaskResult.objects.filter(status="READY", run_after__lte=now).order_by("enqueued_at").first()
    known = {duty.code: duty for duty in Duty.objects.all()}
    return Jobs(
        workers=[lease for lease in leases if lease.name.startswith("worker:")],
        scheduler=next((lease for lease in leases if lease.name == SEAT), None),
        counts={state: counted.get(state, 0) for state in ("READY", "RUNNING", "FAILED", "SUCCESSFUL")},
        waiting=oldest.enqueued_at if oldest else None,
        active=list(mine.filter(state__in=(Run.State.QUEUED, Run.State.RUNNING))[:50]),
        failed_runs=list(mine.filter(state=Run.State.FAILED)[:20]),
        failed_tasks=list(DBTaskResult.objects.failed().order_by("-finished_at")[:20]),
        duties=[(work.code, work.every, known.get(work.code)) for work in scheduled_work()],
    )


def facts_of(run: Run) -> dict[str, Any]:
    """What was asked, without the criteria's content."""
    return {name: value for name, value in run.parameters.items() if name != "criteria_in_force"}
