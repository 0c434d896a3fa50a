"""Reading twins, designs and comparisons; always within the units a person may see."""

from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse

from anlan.web.catalog.models import EventLog, Process, ProcessVersion
from anlan.web.catalog.selectors import process_of, processes_of
from anlan.web.common.texts import text
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope
from anlan.web.risks.models import Risk
from anlan.web.runs.models import Run
from anlan.web.studio.models import DesignComparison, Twin, TwinDesign

SEE, EDIT = "runs.view", "runs.start"
CALIBRATION, VALIDATION, PROPOSALS = "twin_calibration", "twin_validation", "twin_proposals"
SIMULATION = "twin_simulation"
COMPARISON = "design_comparison"
_OF_TWINS = (CALIBRATION, VALIDATION, PROPOSALS, SIMULATION)


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
    return found.select_related("unit", "process", "log", "run", "simulated_by", "based_on", "created_by")


def twin_of(user: User, code: str) -> QuerySet[Twin]:
    """The twin of that code, whole, for `get_object_or_404`."""
    found = in_scope(Twin.objects.filter(code=code), user, SEE)
    return found.select_related(
        "unit", "process__unit", "log", "run", "checked_by", "simulated_by", "based_on", "created_by"
    )  # fmt: skip


def runs_under_way(process: Process) -> list[Run]:
    """Calibrations, checks and proposals of a process that have not ended, newest first."""
    waiting = (Run.State.QUEUED, Run.State.RUNNING)
    found = Run.objects.filter(process=process, study__in=_OF_TWINS, state__in=waiting)
    return list(found.defer("parameters"))


def last_failed(process: Process) -> Run | None:
    """The newest calibration or check, where it failed."""
    newest = Run.objects.filter(process=process, study__in=_OF_TWINS).defer("parameters").first()
    return newest if newest is not None and newest.state == Run.State.FAILED else None


def links_of_run(run: Run, user: User) -> list[tuple[str, str]]:
    """From a run of the studio to its twin or its comparison."""
    if run.study == COMPARISON:
        seen = comparisons_of(user).filter(run=run)
        return [
            (reverse("studio:comparison", args=[each.code]), text("studio.to_comparison", code=each.code))
            for each in seen
        ]
    if run.study in ("assess", "treat"):
        return _to_treatments(run, user)
    if run.study not in _OF_TWINS:
        return []
    if run.study == PROPOSALS:
        code = run.parameters["twin"]["code"]
        return [
            (reverse("studio:twin", args=[each.code]) + "#designs", text("studio.to_twin", code=each.code))
            for each in twins_of(user).filter(code=code)
        ]
    mine = Q(run=run) | Q(checked_by=run) | Q(simulated_by=run)
    found = twins_of(user).filter(mine)
    return [
        (reverse("studio:twin", args=[each.code]), text("studio.to_twin", code=each.code)) for each in found
    ]


def _to_treatments(run: Run, user: User) -> list[tuple[str, str]]:
    """From a finished assessment to the twin in force that can try its treatments."""
    if run.state != Run.State.DONE or run.verifies_id is not None:
        return []
    return [
        (f"{reverse('studio:treatments', args=[each.code])}?run={run.code}", text("studio.treatment.try"))
        for each in twins_of(user).filter(process=run.process, in_force=True)
    ]


def designs_of(user: User) -> QuerySet[TwinDesign]:
    """Designs the person may see, newest first."""
    found = in_scope(TwinDesign.objects.all(), user, SEE)
    return found.select_related(
        "unit", "twin__process__unit", "draft", "carried_from__twin", "created_by", "updated_by"
    )


def comparisons_of(user: User) -> QuerySet[DesignComparison]:
    """Comparisons the person may see, newest first."""
    found = in_scope(DesignComparison.objects.all(), user, SEE)
    return found.select_related("unit", "twin__process__unit", "run__process", "run__unit", "created_by")


def state_of(design: TwinDesign) -> str:
    """Its state; a pilot whose version of the process holds is in force."""
    version = design.draft
    holds = version is not None and version.status == ProcessVersion.Status.IN_FORCE
    is_tried = design.state == TwinDesign.State.PILOT
    return str(TwinDesign.State.IN_FORCE if is_tried and holds else design.state)


def comparisons_with(user: User, design: TwinDesign) -> list[DesignComparison]:
    """The newest comparisons the design was part of."""
    found = comparisons_of(user).filter(twin=design.twin)
    return [each for each in found if any(kept["code"] == design.code for kept in each.designs)][:5]


def risks_to_lower(user: User, process: Process) -> QuerySet[Risk]:
    """Risks of the process that a design may be for."""
    return in_scope(Risk.objects.filter(process=process), user, "risks.view").order_by("code")


def named(twin: Twin, table: str) -> list[str]:
    """Names of the rows of a table of its inputs."""
    return [str(row["name"]) for row in twin.inputs.get(table) or ()]
