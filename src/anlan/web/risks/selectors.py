"""Reading risks as pages need them; always within the units a person may see."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from anlan.web.common.whole_numbers import whole_number
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope
from anlan.web.risks.models import STAGES, Assessment, Candidate, Risk

VIEWS = ("all", "beyond", "mine", "due", "provisional", "closed")
ORDERS = {
    "level": ("-rank_current", "-annual_loss", "id"),
    "loss": ("-annual_loss", "-rank_current", "id"),
    "review": ("next_review_on", "-rank_current", "id"),
    "code": ("id",),
    "newest": ("-id",),
}


@dataclass(frozen=True)
class Filters:
    """What a register page shows. `view`: all, beyond, mine, due, provisional; empty texts filter nothing."""

    view: str = "all"
    search: str = ""
    category: str = ""
    level: str = ""
    phase: str = ""
    process: str = ""
    node: str = ""
    cell: tuple[int, int] | None = None
    order: str = "level"
    extra: dict[str, Any] = field(default_factory=dict)


def filters_of(query: Mapping[str, str]) -> Filters:
    """The register's filters as the address says them; what is not understood filters nothing."""
    cell = query.get("cell", "").split("-")
    scores = [whole_number(part, most=99) for part in cell]
    numbers = (scores[0], scores[1]) if len(scores) == 2 and None not in scores else None
    return Filters(
        view=query.get("view", "all"), search=query.get("q", "").strip()[:200],
        category=query.get("category", ""), level=query.get("level", ""), phase=query.get("phase", ""),
        process=query.get("process", ""), node=query.get("node", ""), cell=numbers,
        order=query.get("order", "level"),
    )  # fmt: skip


def register(user: User, filters: Filters, *, today: date) -> QuerySet[Risk]:
    """Risks of the register with unit, process and owner."""
    found = in_scope(Risk.objects.all(), user, "risks.view")
    found = found.filter(_view(filters.view, user, today))
    for word in filters.search.lower().split():
        found = found.filter(search__contains=word)
    for name, lookup in (("category", "category"), ("level", "level_current"), ("phase", "phase"),
                         ("process", "process__code")):  # fmt: skip
        if getattr(filters, name):
            found = found.filter(**{lookup: getattr(filters, name)})
    if filters.node:
        found = found.filter(search__contains=filters.node.lower())
    if filters.cell is not None:
        found = found.filter(pk__in=_in_cell(*filters.cell))
    return found.select_related("unit", "process", "owner").order_by(
        *ORDERS.get(filters.order, ORDERS["level"])
    )


def _view(view: str, user: User, today: date) -> Q:
    return {
        "beyond": Q(beyond_appetite=True) & ~Q(phase="closed"),
        "mine": Q(owner=user) & ~Q(phase="closed"),
        "due": Q(next_review_on__lte=today) & ~Q(phase="closed"),
        "provisional": Q(provisional=True),
        "closed": Q(phase="closed"),
    }.get(view, ~Q(phase="closed"))


def _in_cell(likelihood: int, severity: int) -> QuerySet[Any]:
    """Risks whose newest counting current assessment lies in the cell."""
    return Assessment.objects.filter(
        pk__in=newest_current(), likelihood=likelihood, severity=severity
    ).values("risk_id")


def newest_current() -> QuerySet[Any]:
    """Keys of the newest counting assessment of the current stage of each risk."""
    from django.db.models import Max

    counting = Assessment.objects.filter(stage="current", state__in=("prepared", "reviewed", "approved"))
    return counting.values("risk_id").annotate(newest=Max("pk")).values("newest")


def view_counts(user: User, *, today: date) -> dict[str, int]:
    """How many risks each view of the register holds, in one query."""
    found = in_scope(Risk.objects.all(), user, "risks.view")
    return found.aggregate(**{view: Count("pk", filter=_view(view, user, today)) for view in VIEWS})


def risk_of(user: User, code: str) -> QuerySet[Risk]:
    """The risk of that code, for `get_object_or_404`."""
    found = in_scope(Risk.objects.filter(code=code), user, "risks.view")
    return found.select_related("unit", "process", "owner", "created_by")


def cell_counts(risks: QuerySet[Risk]) -> dict[tuple[int, int], int]:
    """(likelihood, severity) -> number of the given risks, by their newest current assessment."""
    rows = (
        Assessment.objects.filter(pk__in=newest_current(), risk__in=risks.order_by())
        .values_list("likelihood", "severity")
        .annotate(n=Count("pk"))
    )
    return {(likelihood, severity): n for likelihood, severity, n in rows}


def stages_of(risk: Risk) -> list[tuple[str, Assessment | None]]:
    """The newest counting assessment of each of the four stages."""
    newest: dict[str, Assessment] = {}
    for assessment in risk.assessments.exclude(state__in=("draft", "withdrawn")).order_by("number"):
        newest[assessment.stage] = assessment
    return [(stage, newest.get(stage)) for stage in STAGES]


def candidates(user: User, *, state: str = "new", process: str = "", source: str = "") -> QuerySet[Candidate]:
    """Candidates of one state, gravest first."""
    found = in_scope(Candidate.objects.filter(state=state), user, "risks.view")
    if process:
        found = found.filter(process__code=process)
    if source:
        found = found.filter(source=source)
    return found.select_related("unit", "process", "risk", "decided_by")


def candidate_of(user: User, code: str) -> QuerySet[Candidate]:
    return in_scope(Candidate.objects.filter(code=code), user, "risks.view").select_related(
        "unit", "process", "run"
    )


def risks_like(user: User, candidate: Candidate) -> list[Risk]:
    """Risks of the register a candidate may belong to: the same process, a shared node or category."""
    found = in_scope(Risk.objects.exclude(phase="closed"), user, "risks.view")
    same = (
        found.filter(process=candidate.process) if candidate.process_id else found.filter(unit=candidate.unit)
    )
    nodes = set(candidate.nodes)
    near = [risk for risk in same[:200] if nodes & set(risk.nodes) or risk.category == candidate.category]
    return sorted(near, key=lambda risk: -len(nodes & set(risk.nodes)))[:8]
