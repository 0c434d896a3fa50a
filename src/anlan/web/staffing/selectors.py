"""Reading runs of forecast, staffing and roster as their pages need them; within the units of a person."""

import datetime
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse

from anlan.domain.errors import AnlanError
from anlan.formats.count_table import Counts
from anlan.studies.catalogue import METHOD
from anlan.studies.forecast_accuracy import Held, held_against
from anlan.studies.loading import load_log
from anlan.studies.resources import TAKEN_BY, counts_of_log
from anlan.web.catalog.models import Process
from anlan.web.catalog.selectors import process_of
from anlan.web.common.texts import text
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope, may
from anlan.web.runs.models import Run
from anlan.web.runs.results import result_of
from anlan.web.runs.selectors import runs_of

SEE, START = "runs.view", "runs.start"
FORECAST, STAFFING, ROSTER = STEPS = tuple(TAKEN_BY)
_SHOWN = 5


def study_of(step: str) -> str:
    return f"{METHOD}{step}"


@dataclass(frozen=True)
class Step:
    """One of the three steps: its newest runs, and the method that takes them over."""

    code: str
    runs: list[Run]
    onward: str


def steps(user: User) -> list[Step]:
    """A fixed number of queries."""
    return [Step(code, list(step_runs(user, code)[:_SHOWN]), TAKEN_BY[code]) for code in STEPS]


def step_runs(user: User, step: str) -> QuerySet[Run]:
    """Runs of a step, newest first, without those that only recompute."""
    return (
        in_scope(Run.objects.filter(study=study_of(step), verifies=None), user, SEE)
        .select_related("process", "unit", "fed_by", "created_by")
        .order_by("-id")
    )


def done_runs(user: User, step: str) -> QuerySet[Run]:
    return step_runs(user, step).filter(state=Run.State.DONE)


def process_to_see(user: User, code: str) -> QuerySet[Process]:
    """The process of that code, for `get_object_or_404`."""
    return in_scope(process_of(user, code), user, SEE)


def process_counts(process: Process, *, minutes: int) -> Counts | None:
    """Cases of the current log as they arrive; None without a log. Errors: UsageError
    `forecast.log_too_short`."""
    log = process.logs.filter(current=True).first()
    return None if log is None else counts_of_log(load_log(log.store_id).log, minutes=minutes)


def suggested_minutes(counts: Counts) -> int:
    """An hour where a day has 24 cases or more on average, else a day: fewer tell nothing of an hour."""
    days = len(counts.values)
    return 60 if sum(counts.values) / max(1, days) >= 24 else 1440


@dataclass(frozen=True)
class Version:
    """One forecast of a process: what it said, and how it held; None where no day has passed."""

    run: Run
    held: Held | None
    fault: AnlanError | None = None


def versions_of(user: User, process: Process, counts: Counts | None, *, most: int = 12) -> list[Version]:
    """Forecasts of a process, newest first, against the days that came. counts: by day."""
    found = []
    for run in step_runs(user, FORECAST).filter(process=process)[:most]:
        held, fault = None, None
        if run.state == Run.State.DONE and counts is not None:
            try:
                held = held_against(result_of(run), counts)
            except AnlanError as gone:
                fault = gone
        found.append(Version(run, held, fault))
    return found


def last_day(counts: Counts) -> datetime.date:
    """The last whole day of counts by day. counts.start is known."""
    first = counts.start or datetime.datetime.min
    return first.date() + datetime.timedelta(days=len(counts.values) - 1)


def step_of(run: Run) -> str:
    """The step a run is of, or nothing."""
    code = run.study.removeprefix(METHOD) if run.study.startswith(METHOD) else ""
    return code if code in STEPS else ""


def onward(run: Run, user: User) -> list[tuple[str, str]]:
    """From a done run to the form of the next step with its result in the boxes."""
    step = step_of(run)
    if not step or not may(user, START, run.unit):
        return []
    if step == ROSTER and (run.fed_by is None or step_of(run.fed_by) != STAFFING):
        return []
    address = f"{reverse('runs:method', args=[TAKEN_BY[step]])}?from={run.code}"
    return [(address, text(f"staffing.onward.{step}"))]


def sources(run: Run, user: User) -> list[tuple[str, str]]:
    """The run that fed this one, and those that this one feeds."""
    if not step_of(run):
        return []
    seen = runs_of(user)
    before = [(each, "from") for each in seen.filter(pk=run.fed_by_id)] if run.fed_by_id else []
    after = [(each, "to") for each in seen.filter(fed_by=run, verifies=None)[:_SHOWN]]
    return [
        (
            reverse("runs:run", args=[each.code]),
            text(f"staffing.{way}", code=each.code, step=text(f"staffing.steps.{step_of(each)}")),
        )
        for each, way in (*before, *after)
        if step_of(each)
    ]


def files_of_roster(run: Run, user: User) -> list[tuple[str, str, str]]:
    """The sheet to print and, where the days are known, a calendar of each person."""
    if step_of(run) != ROSTER or run.state != Run.State.DONE:
        return []
    sheet = reverse("staffing:roster_file", args=[run.code])
    found = [(sheet, "roster.xlsx", text("staffing.sheet"))]
    inputs = run.parameters["spec"].get("inputs", {})
    if not inputs.get("start"):
        return found
    return found + [
        (reverse("staffing:calendar_file", args=[run.code, n]), f"{n}.ics",
         text("staffing.calendar", name=row["name"]))
        for n, row in enumerate(inputs["people"], start=1)
    ]  # fmt: skip
