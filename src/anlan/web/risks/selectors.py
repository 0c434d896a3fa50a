"""Reading risks as pages need them; always within the units a person may see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTransform
from django.http import QueryDict

from anlan.web.catalog.models import Process
from anlan.web.common.whole_numbers import whole_number
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import in_scope, units_of
from anlan.web.risks.columns import CUSTOM, ordering
from anlan.web.risks.json_values import filter_custom, holds
from anlan.web.risks.models import (
    NOT_COUNTING,
    STAGES,
    Assessment,
    Candidate,
    Criteria,
    CustomField,
    Identification,
    RegisterImport,
    Risk,
    SavedView,
    Workshop,
)

VIEWS = ("all", "beyond", "mine", "due", "provisional", "closed")
LISTS = {"category": "category", "level": "level_current", "phase": "phase", "source": "source",
         "process": "process__code", "owner": "owner__username"}  # fmt: skip
"""Filters that take several codes, comma separated: a risk with one of them is found."""


@dataclass(frozen=True)
class Filters:
    """What a register page shows. `view`: all, beyond, mine, due, provisional; empty texts filter nothing.

    category, level, phase, source, process, owner: one code or several, comma separated.
    custom: name of a custom field, perhaps with `.from` or `.to`, -> what is asked of it.
    """

    view: str = "all"
    search: str = ""
    category: str = ""
    level: str = ""
    phase: str = ""
    process: str = ""
    node: str = ""
    cell: tuple[int, int] | None = None
    order: str = "level"
    source: str = ""
    owner: str = ""
    unit: str = ""
    tag: str = ""
    overdue: bool = False
    beyond: bool = False
    custom: dict[str, str] = field(default_factory=dict)


def filters_of(query: Mapping[str, str]) -> Filters:
    """The register's filters as the address says them; what is not understood filters nothing."""
    cell = query.get("cell", "").split("-")
    scores = [whole_number(part, most=99) for part in cell]
    numbers = (scores[0], scores[1]) if len(scores) == 2 and None not in scores else None
    plain = {name: _asked(query, name) for name in (*LISTS, "node", "unit", "tag")}
    custom = {
        name.removeprefix(CUSTOM): _asked(query, name)
        for name in query
        if name.startswith(CUSTOM) and _asked(query, name)
    }
    return Filters(
        view=query.get("view", "all"), search=query.get("q", "").strip()[:200], cell=numbers,
        order=query.get("order", "level"), overdue=query.get("overdue") == "1",
        beyond=query.get("beyond") == "1", custom=custom, **plain,
    )  # fmt: skip


def _asked(query: Mapping[str, str], name: str) -> str:
    """The value of a filter; one given several times, as by a group of boxes, is a list with commas."""
    given = query.getlist(name) if isinstance(query, QueryDict) else [query.get(name, "")]
    return ",".join(value.strip() for value in given if value.strip())[:400]


def codes_in(value: str) -> list[str]:
    """The codes of a filter that takes several."""
    return [code.strip() for code in value.split(",") if code.strip()]


def register(
    user: User, filters: Filters, *, today: date, fields: Sequence[CustomField] | None = None
) -> QuerySet[Risk]:
    """Risks of the register with unit, process and owner. fields: the custom ones, where they are known."""
    found = in_scope(Risk.objects.all(), user, "risks.view")
    found = found.filter(_view(filters.view, user, today))
    for word in filters.search.lower().split():
        found = found.filter(search__contains=word)
    for name, lookup in LISTS.items():
        if codes := codes_in(getattr(filters, name)):
            found = found.filter(**{f"{lookup}__in": codes})
    if filters.node:
        found = found.filter(search__contains=filters.node.lower())
    if filters.unit:
        path = Unit.objects.filter(code=filters.unit).values_list("path", flat=True).first()
        found = found.filter(unit__path__startswith=path) if path else found.none()
    for tag in codes_in(filters.tag):
        found = found.filter(holds("tags", tag))
    if filters.overdue:
        found = found.filter(next_review_on__lt=today)
    if filters.beyond:
        found = found.filter(beyond_appetite=True)
    if filters.cell is not None:
        found = found.filter(pk__in=_in_cell(*filters.cell))
    if filters.custom:
        found = filter_custom(found, filters.custom, custom_fields(user) if fields is None else fields)
    return found.select_related("unit", "process", "owner").order_by(*ordering(filters.order))


def custom_fields(user: User, *, retired: bool = False) -> list[CustomField]:
    """The custom fields of risks the person may see: those of their units and of the units above."""
    paths = list(units_of(user, "risks.view").values_list("path", flat=True))
    above = {int(part) for path in paths for part in path.strip("/").split("/")}
    found = CustomField.objects.filter(unit_id__in=above).select_related("unit")
    return list(found if retired else found.filter(retired=False))


def people_named(fields: Iterable[CustomField], risks: Iterable[Risk]) -> dict[str, str]:
    """User name -> name of all people that the risks name in custom fields, in at most one query."""
    keys = [field.key for field in fields if field.kind == CustomField.Kind.PERSON]
    names = {risk.custom[key] for risk in risks for key in keys if key in risk.custom} if keys else set()
    return dict(User.objects.filter(username__in=names).values_list("username", "name")) if names else {}


def saved_views(user: User) -> list[SavedView]:
    """The person's own views and those that others share, own first."""
    found = SavedView.objects.filter(Q(user=user) | Q(shared=True)).select_related("user")
    return sorted(found, key=lambda view: (view.user_id != user.pk, view.name))


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

    counting = Assessment.objects.filter(stage="current").exclude(state__in=NOT_COUNTING)
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


def to_sign() -> QuerySet[Assessment]:
    """Those that wait for a signature: handed in, and no later one of the stage is approved."""
    later = Assessment.objects.filter(
        risk=OuterRef("risk"), stage=OuterRef("stage"), number__gt=OuterRef("number"),
        state=Assessment.State.APPROVED,
    )  # fmt: skip
    waiting = (Assessment.State.PREPARED, Assessment.State.REVIEWED)
    return Assessment.objects.filter(~Exists(later), state__in=waiting)


def replaced_by(assessment: Assessment) -> Assessment | None:
    """The newest approved assessment of the stage that is later than this one."""
    later = Assessment.objects.filter(
        risk=assessment.risk_id, stage=assessment.stage, number__gt=assessment.number,
        state=Assessment.State.APPROVED,
    )  # fmt: skip
    return later.order_by("-number").first()


def loss_unit_of(unit: Unit) -> str:
    """The unit in which the losses of the register are kept, by the newest risk of the unit that has one."""
    found = Risk.objects.filter(unit__path__startswith=unit.path).exclude(loss_unit="").order_by("-pk")
    return found.values_list("loss_unit", flat=True).first() or "customer_min"


def stages_of(risk: Risk) -> list[tuple[str, Assessment | None]]:
    """The newest counting assessment of each of the four stages."""
    newest: dict[str, Assessment] = {}
    for assessment in risk.assessments.exclude(state__in=NOT_COUNTING).order_by("number"):
        newest[assessment.stage] = assessment
    return [(stage, newest.get(stage)) for stage in STAGES]


CANDIDATE_ORDERS: Mapping[str, tuple[Any, ...]] = {
    "level": ("-rank", F("annual_loss").desc(nulls_last=True), "id"),
    "loss": (
        KeyTransform("unit", "content").asc(nulls_last=True),
        F("annual_loss").desc(nulls_last=True),
        "-rank",
        "id",
    ),
    "newest": ("-id",),
}
"""What candidates are sorted by; losses of different units stand in groups, they do not compare."""


def candidates(
    user: User, *, state: str = "new", process: str = "", source: str = "", order: str = "level"
) -> QuerySet[Candidate]:
    """Candidates of one state, sorted by a code of CANDIDATE_ORDERS, gravest level first for any other."""
    found = in_scope(Candidate.objects.filter(state=state), user, "risks.view")
    if process:
        found = found.filter(process__code=process)
    if source:
        found = found.filter(source=source)
    ordered = found.order_by(*CANDIDATE_ORDERS.get(order, CANDIDATE_ORDERS["level"]))
    return ordered.select_related("unit", "process", "risk", "decided_by")


def sources_of(user: User, process: Process) -> dict[str, dict[str, int]]:
    """Source -> state -> number of the process's candidates."""
    found: dict[str, dict[str, int]] = {}
    seen = in_scope(Candidate.objects.filter(process=process), user, "risks.view").order_by()
    for source, state, n in seen.values_list("source", "state").annotate(n=Count("pk")):
        found.setdefault(source, {})[state] = n
    return found


def identifications_of(user: User, process: Process | None = None) -> QuerySet[Identification]:
    """Checklists walked and feedback taken in, newest first."""
    found = in_scope(Identification.objects.all(), user, "risks.view")
    if process is not None:
        found = found.filter(process=process)
    return found.select_related("process", "unit", "created_by")


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


def criteria_versions_of(user: User) -> QuerySet[Criteria]:
    """Versions of the person's units, and of those above: what holds there holds for these too."""
    paths = units_of(user, "risks.view").values_list("path", flat=True)
    above = {int(part) for path in paths for part in path.strip("/").split("/")}
    return Criteria.objects.filter(unit_id__in=above).select_related("unit", "created_by", "approved_by")


def sessions_of(user: User) -> QuerySet[Workshop]:
    """Expert sessions the person may see."""
    found = in_scope(Workshop.objects.all(), user, "risks.view")
    return found.select_related("unit", "created_by")


def register_imports_of(user: User) -> QuerySet[RegisterImport]:
    """Workbooks on their way into the register, in units the person may see."""
    return in_scope(RegisterImport.objects.all(), user, "risks.view")
