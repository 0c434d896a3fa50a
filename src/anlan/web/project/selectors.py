"""What needs attention now, gathered over all apps for one person."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse

from anlan.web.catalog.models import EventLog, Process
from anlan.web.catalog.process_map import Choice, MapView, map_view
from anlan.web.catalog.selectors import process_of, process_page
from anlan.web.common.texts import in_language, language, text
from anlan.web.monitoring.services.indicators import HANDLE
from anlan.web.people.models import User
from anlan.web.people.permissions import grants, in_scope
from anlan.web.project.live import Watched, alerts_asked, watched
from anlan.web.risks import drawings, selectors, services
from anlan.web.risks.models import Assessment, Candidate, Criteria, Risk
from anlan.web.risks.movement.drawing import way
from anlan.web.risks.movement.selectors import movement
from anlan.web.runs.cards import loss_curve
from anlan.web.runs.drawings import title_of
from anlan.web.runs.models import Run
from anlan.web.runs.selectors import latest_done, runs_of

MOST_ROWS = 7
MOVEMENT_DAYS = 30
MOST_RUNS = 5


@dataclass(frozen=True)
class ToDo:
    """One thing to do: mark of gravity, what, where it leads, by when; `late` where the time has passed."""

    icon: str
    what: str
    note: str
    address: str
    when: str = ""
    late: bool = False


@dataclass(frozen=True)
class Moved:
    """Risks whose current level rose or fell since a day, and those first assessed since."""

    since: date
    worse: int
    better: int
    new: int


@dataclass(frozen=True)
class Cockpit:
    """todo: what the person must do, most urgent first, of `n_todo` in all; the rest is what the cards
    show."""

    todo: list[ToDo]
    n_todo: int
    may_register: bool
    counts: dict[str, int]
    matrix: list[dict[str, Any]]
    assessed: int
    top: list[Risk]
    logs: list[EventLog]
    next: list[ToDo]
    run: Run | None
    curve: str
    map: MapView | None
    runs: list[tuple[Run, str]]
    moved: Moved


@dataclass(frozen=True)
class Live:
    """The part of the cockpit that a page asks for once it is open, and then again and again."""

    todo: list[ToDo]
    n_todo: int
    counts: dict[str, int]
    watch: Watched | None


def live(user: User, *, today: date) -> Live:
    """What is to be done and the open alerts; without the drawings."""
    counts = selectors.view_counts(user, today=today)
    found, n = to_do(user, counts, today=today)
    asked, n_alerts = alerts_asked(user) if HANDLE in grants(user) else ([], 0)
    first = [ToDo("bell", **each) for each in asked]
    return Live([*first, *found][:MOST_ROWS], n + n_alerts, counts, watched(user))


def cockpit(user: User, *, today: date) -> Cockpit:
    """Everything the first page shows at once; a fixed number of queries. Open alerts come with `live`."""
    counts = selectors.view_counts(user, today=today)
    open_risks = selectors.register(user, selectors.Filters(), today=today)
    cells = selectors.cell_counts(open_risks)
    criteria = services.criteria_for(user.unit)
    run = latest_done(user=user)
    limit = services.Limits([user.unit]).total(user.unit) if run is not None else None
    logs = in_scope(EventLog.objects.filter(current=True), user, "catalog.view").select_related("process")
    todo, n_todo = to_do(user, counts, today=today)
    return Cockpit(
        todo=todo,
        n_todo=n_todo,
        may_register=bool({"risks.edit", "risks.report"} & grants(user).keys()),
        counts=counts | {"candidates": selectors.candidates(user).count()},
        matrix=drawings.matrix_rows(criteria, cells),
        assessed=sum(cells.values()),
        top=list(open_risks[:MOST_ROWS]),
        logs=list(logs.defer("facts").order_by("last_at")[:MOST_ROWS]),
        next=[] if counts["all"] else next_steps(user),
        run=run,
        curve=_curve(run, limit) if run is not None else "",
        map=_map(user, run),
        runs=[(found, title_of(found.study)) for found in runs_of(user).order_by("-pk")[:MOST_RUNS]],
        moved=_moved(open_risks, criteria, today=today),
    )


def _curve(run: Run, limit: services.Tolerance | None) -> str:
    tolerated = (limit.loss, limit.chance) if limit is not None else None
    return loss_curve(run, language=language(), tolerated=tolerated)


def _map(user: User, run: Run | None) -> MapView | None:
    """The process of the newest assessment with its risks, where the person may see processes."""
    process = process_of(user, run.process.code).first() if run is not None else None
    if process is None:
        return None
    shown = map_view(user, process, process_page(process), Choice(overlay="risk"))
    return shown if shown.drawn else None


def _moved(risks: Any, criteria: Criteria, *, today: date) -> Moved:
    """Over the last `MOVEMENT_DAYS`; only risks with an assessment approved since then are read."""
    since = today - timedelta(days=MOVEMENT_DAYS)
    fresh = Assessment.objects.filter(
        stage="current", state=Assessment.State.APPROVED, approved_at__date__gt=since
    )
    found = movement(risks.filter(pk__in=fresh.values("risk_id")), since=since, until=today)
    counts = Counter[str]()
    for path in (*found.paths, *found.new):
        counts[way(path, criteria)] += path.n
    return Moved(since, counts["worse"], counts["better"], counts["new"])


def next_steps(user: User) -> list[ToDo]:
    """While the register is empty: what the person may do to fill it, in order."""
    processes = in_scope(Process.objects.filter(active=True), user, "catalog.view")
    first = processes.order_by("pk").first()
    log = [("upload", "log", reverse("catalog:upload", args=[first.code]), "logs.import")] if first else []
    steps = [
        ("people", "people", reverse("people:new_person"), "people.manage"),
        ("process", "process", reverse("catalog:new_process"), "catalog.edit"),
        *log,
        ("flask", "run", reverse("runs:new_run"), "runs.start"),
        ("plus", "risk", reverse("risks:new_risk"), "risks.report"),
    ]
    allowed = grants(user)
    return [
        ToDo(icon, text(f"cockpit.next.{step}"), text(f"cockpit.next.{step}_note"), address)
        for icon, step, address, permission in steps
        if permission in allowed
    ]


def to_do(user: User, counts: dict[str, int], *, today: date) -> tuple[list[ToDo], int]:
    """Signatures asked of the person, reviews due, findings to triage, only what they may do: the first of
    each, and how many in all.
    """
    allowed, found, hidden = grants(user), [], 0
    for step, state, permission in (
        ("review", "prepared", "risks.review"),
        ("approve", "reviewed", "risks.approve"),
    ):
        if permission in allowed:
            waiting = _waiting(user, state, permission)
            shown = _one_a_risk(waiting)
            found += [_signature(a, step) for a in shown]
            hidden += waiting.order_by().values("risk").distinct().count() - len(shown)
    if "risks.review" in allowed or counts["mine"]:
        due = list(_due_risks(user, today)[:3])
        found += [_due(risk, today) for risk in due]
        hidden += counts["due"] - len(due)
    if "risks.triage" in allowed:
        n = _candidates(user).count()
        if n:
            found.append(
                ToDo("inbox", text("cockpit.todo.triage", n=n), text("cockpit.todo.triage_note"),
                     reverse("risks:candidates"))
            )  # fmt: skip
    urgent = sorted(found, key=lambda item: not item.late)[: MOST_ROWS + 2]
    return urgent, len(found) + hidden


def _candidates(user: User) -> Any:
    return in_scope(Candidate.objects.filter(state="new"), user, "risks.triage")


def _waiting(user: User, state: str, permission: str) -> Any:
    """Assessments in a state that this person may move on: prepared or reviewed by others."""
    found = in_scope(selectors.to_sign().filter(state=state), user, permission, unit="risk__unit")
    return (
        found.exclude(Q(prepared_by=user) | Q(reviewed_by=user))
        .select_related("risk", "prepared_by")
        .order_by("pk")
    )


def _one_a_risk(waiting: Any, most: int = 3) -> list[Assessment]:
    """The oldest of each risk: several stages of one risk are signed on one page."""
    first: dict[int, Assessment] = {}
    for assessment in waiting[:40]:
        first.setdefault(assessment.risk_id, assessment)
    return list(first.values())[:most]


def _signature(assessment: Assessment, step: str) -> ToDo:
    risk = assessment.risk
    return ToDo(
        "lock" if step == "approve" else "check",
        text(f"cockpit.todo.{step}", code=risk.code, title=in_language(risk, "title")),
        text("cockpit.todo.prepared_by", who=str(assessment.prepared_by)),
        reverse("risks:risk", args=[risk.code]),
        assessment.prepared_at.strftime("%m-%d") if assessment.prepared_at else "",
    )


def _due_risks(user: User, today: date) -> Any:
    return selectors.register(user, selectors.Filters(view="due", order="review"), today=today)


def _due(risk: Risk, today: date) -> ToDo:
    days = (today - risk.next_review_on).days if risk.next_review_on else 0
    return ToDo(
        "calendar",
        text("cockpit.todo.due", code=risk.code, title=in_language(risk, "title")),
        str(risk.owner or risk.unit),
        reverse("risks:risk", args=[risk.code]),
        text("cockpit.todo.late", n=days) if days else text("cockpit.todo.today"),
        late=days > 0,
    )
