"""What happened to the risks of a unit in a month, and how they stood at its end and at the end before.

1. Levels are those approved by the end of either day, as on the page of movements.
2. Whether a risk was closed on a day follows from its present phase and the audited changes since.
3. A month that is not over yet ends now.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from anlan.domain.errors import UsageError
from anlan.web.common.models import AuditEvent
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import in_scope
from anlan.web.risks.models import Assessment, Candidate, Criteria, Review, Risk, Workshop
from anlan.web.runs.models import Run


@dataclass(frozen=True)
class Span:
    """A month: its first moment, and the moment after its last or, while it runs, now."""

    first: datetime
    last: datetime
    over: bool

    @property
    def last_day(self) -> date:
        return timezone.localtime(self.last).date() if not self.over else _day_before(self.last)


def span_of(month: str, *, now: datetime) -> Span:
    """`2026-07` as a span. Errors: UsageError where it is no month, or one that has not begun."""
    try:
        first_day = date.fromisoformat(f"{month}-01")
    except ValueError as fault:
        raise UsageError("report.month", found=month) from fault
    first = _midnight(first_day)
    if not 1900 <= first_day.year <= 9998 or first > now:
        raise UsageError("report.month", found=month)
    following = _midnight(next_month(first_day))
    return Span(first, min(following, now), following <= now)


def next_month(first_day: date) -> date:
    return date(first_day.year + first_day.month // 12, first_day.month % 12 + 1, 1)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _day_before(moment: datetime) -> date:
    return date.fromordinal(timezone.localtime(moment).date().toordinal() - 1)


@dataclass(frozen=True)
class Stand:
    """A risk at a moment: its newest approved assessment of the current level, None before the first."""

    assessment: Assessment | None

    @property
    def level(self) -> str:
        return self.assessment.level if self.assessment else ""

    @property
    def rank(self) -> int:
        if self.assessment is None:
            return -1
        codes = [level["code"] for level in self.assessment.criteria.content["levels"]]
        return codes.index(self.assessment.level) if self.assessment.level in codes else -1


@dataclass(frozen=True)
class Closing:
    """A risk closed in the month: when, by whom, and the reason that was given."""

    risk: Risk
    at: datetime
    by: User | None
    reason: str


@dataclass(frozen=True)
class Month:
    """before, after: stand of each open risk (by key) at the end of the month before and of this one.

    changed   risks open at the end whose level is another than before
    """

    span: Span
    risks: dict[int, Risk]
    before: dict[int, Stand]
    after: dict[int, Stand]
    new: list[Risk]
    closed: list[Closing]
    overdue: list[Risk]
    candidates: list[Candidate]
    waiting: list[Candidate]
    reviews: list[Review]
    runs: list[Run]
    sessions: list[Workshop]

    @property
    def changed(self) -> list[Risk]:
        """Those that rose first, then those that fell, then those assessed for the first time."""
        moved = [pk for pk in self.after if self.was(pk).level != self.after[pk].level]
        order = {"worse": 0, "better": 1, "same": 2, "new": 3}
        return [self.risks[pk] for pk in sorted(moved, key=lambda pk: (order[self.way(pk)], pk))]

    def was(self, pk: int) -> Stand:
        return self.before.get(pk, Stand(None))

    def way(self, pk: int) -> str:
        """`new`, `worse`, `better` or `same`: the level at the end held against the one before."""
        before, after = self.was(pk), self.after[pk]
        if before.assessment is None:
            return "new" if after.assessment else "same"
        return "worse" if after.rank > before.rank else "better" if after.rank < before.rank else "same"

    def top(self, n: int = 10) -> list[Risk]:
        """The gravest at the end: by level, then by loss."""

        def weight(pk: int) -> tuple[int, float]:
            a = self.after[pk].assessment
            return self.after[pk].rank, (a.annual_loss if a and a.annual_loss is not None else -1.0)

        found = sorted((pk for pk in self.after if self.after[pk].assessment), key=weight, reverse=True)
        return [self.risks[pk] for pk in found[:n]]


def month_of(user: User, unit: Unit, span: Span, *, today: date) -> Month:
    """Of the unit and those below it, as far as the person may take records out."""
    risks = {risk.pk: risk for risk in _of(Risk.objects.all(), user, unit).select_related("owner", "unit")}
    phases = _phase_changes(risks, since=span.first)
    open_before = {pk for pk, risk in risks.items() if _open(risk, phases[pk], span.first)}
    open_after = {pk for pk, risk in risks.items() if _open(risk, phases[pk], span.last)}
    runs = in_scope(_of(Run.objects.all(), user, unit), user, "runs.view")
    sessions = Q(created_at__range=(span.first, span.last)) | Q(closed_at__range=(span.first, span.last))
    sessions |= Q(items__answers__at__range=(span.first, span.last))
    candidates = _of(Candidate.objects.all(), user, unit)
    happened = Q(created_at__range=(span.first, span.last)) | Q(decided_at__range=(span.first, span.last))
    return Month(
        span=span, risks=risks,
        before=_stands(open_before, span.first), after=_stands(open_after, span.last),
        new=[risk for risk in risks.values() if span.first <= risk.created_at < span.last],
        closed=[c for c in _closings(risks, phases, span) if c.risk.pk not in open_after],
        overdue=sorted(
            (risks[pk] for pk in open_after if _overdue(risks[pk], min(today, span.last_day))),
            key=lambda risk: risk.next_review_on,
        ),
        candidates=list(candidates.filter(happened)),
        waiting=list(candidates.filter(state=Candidate.State.NEW)),
        reviews=list(Review.objects.filter(risk__in=risks, at__range=(span.first, span.last))),
        runs=list(
            runs.filter(created_at__range=(span.first, span.last))
            .select_related("process", "created_by").defer("parameters").order_by("id")
        ),
        sessions=list(
            _of(Workshop.objects.filter(sessions), user, unit).select_related("created_by").distinct()
        ),
    )  # fmt: skip


def _of(records: QuerySet[Any], user: User, unit: Unit) -> QuerySet[Any]:
    return in_scope(records.filter(unit__path__startswith=unit.path), user, "reports.export")


def _overdue(risk: Risk, day: date) -> bool:
    return risk.next_review_on is not None and risk.next_review_on < day


def _phase_changes(risks: Iterable[int], *, since: datetime) -> dict[int, list[AuditEvent]]:
    """Audited changes of the phase of each risk since a moment, first to last."""
    wanted, found = set(risks), defaultdict(list)
    events = AuditEvent.objects.filter(
        object_type="risks.risk", at__gte=since, result="ok", payload__changes__has_key="phase"
    )
    for event in events.select_related("actor").order_by("seq"):
        if int(event.object_id) in wanted:
            found[int(event.object_id)].append(event)
    return found


def _phase_change(event: AuditEvent) -> tuple[str, str]:
    old, new = (event.payload or {})["changes"]["phase"]
    return str(old), str(new)


def _open(risk: Risk, changes: list[AuditEvent], moment: datetime) -> bool:
    """Whether the risk was there and not closed."""
    later = next((event for event in changes if event.at >= moment), None)
    phase = _phase_change(later)[0] if later else risk.phase
    return risk.created_at < moment and phase != "closed"


def _closings(risks: dict[int, Risk], phases: dict[int, list[AuditEvent]], span: Span) -> list[Closing]:
    """The last closing of each risk in the month."""
    found = {}
    for pk, events in phases.items():
        for event in events:
            if span.first <= event.at < span.last and _phase_change(event)[1] == "closed":
                reason = str((event.payload or {}).get("reason", ""))
                found[pk] = Closing(risks[pk], event.at, event.actor, reason)
    return sorted(found.values(), key=lambda closing: closing.at)


def _stands(risks: set[int], moment: datetime) -> dict[int, Stand]:
    """Newest approved assessment of the current level of each risk by a moment."""
    approved = Assessment.objects.filter(
        stage="current", approved_at__lt=moment, state=Assessment.State.APPROVED
    ).order_by("number")
    newest = {a.risk_id: a for a in approved if a.risk_id in risks}
    criteria = Criteria.objects.in_bulk({a.criteria_id for a in newest.values()})
    for a in newest.values():
        a.criteria = criteria[a.criteria_id]
    return {pk: Stand(newest.get(pk)) for pk in risks}
