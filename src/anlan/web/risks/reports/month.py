"""What happened to the risks of a unit in a month, and how they stood at its end and at the end before.

1. Levels are those approved by the end of either day, as on the page of movements; each is judged by the
   criteria of its own assessment, where that page takes the reader's.
2. Whether a risk was closed on a day follows from its present phase and the audited changes since.
3. A month that is not over yet ends now.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
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
    """A risk at a moment: its newest approved assessment of the current level, None before the first.

    waiting   the newest one, where it was handed in and not approved by then
    """

    assessment: Assessment | None
    waiting: Assessment | None = None

    @property
    def level(self) -> str:
        return self.assessment.level if self.assessment else ""

    @property
    def newest(self) -> Assessment | None:
        """What the register showed then, approved or not."""
        return self.waiting or self.assessment


def _rank(level: str, under: Assessment) -> int:
    """Place of the level among those of the assessment's criteria, -1 where they do not have it."""
    codes = [known["code"] for known in under.criteria.content["levels"]]
    return codes.index(level) if level in codes else -1


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

    Open before + new + reopened - closed = open at the end: a risk closed and opened again within the month
    is neither, one that was never open in it is none.

    changed   risks open at the end whose level is another than before
    """

    span: Span
    risks: dict[int, Risk]
    before: dict[int, Stand]
    after: dict[int, Stand]
    new: list[Risk]
    closed: list[Closing]
    reopened: list[Risk]
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
        if before.assessment is None or after.assessment is None:
            return "new" if after.assessment else "same"
        if before.level == after.level:
            return "same"
        was, now = _rank(before.level, after.assessment), _rank(after.level, after.assessment)
        if was < 0:
            was = _rank(before.level, before.assessment)
        return "worse" if now > was else "better" if now < was else "same"

    def top(self, n: int = 10) -> list[Risk]:
        """The gravest at the end, approved or not: by level, then by the place among losses of its unit."""
        newest = {pk: a for pk, stand in self.after.items() if (a := stand.newest)}
        place = _places(newest)

        def weight(pk: int) -> tuple[int, int, str, int]:
            return -_rank(newest[pk].level, newest[pk]), place[pk], newest[pk].loss_unit, pk

        return [self.risks[pk] for pk in sorted(newest, key=weight)[:n]]


def _places(newest: Mapping[int, Assessment]) -> dict[int, int]:
    """Place of each loss among those of its unit, 0 for the largest: minutes and money are not compared."""
    known = [pk for pk, a in newest.items() if a.annual_loss is not None]
    known.sort(key=lambda pk: newest[pk].annual_loss or 0.0, reverse=True)
    seen: Counter[str] = Counter()
    place = dict.fromkeys(newest, len(newest))
    for pk in known:
        place[pk] = seen[newest[pk].loss_unit]
        seen[newest[pk].loss_unit] += 1
    return place


def month_of(user: User, unit: Unit, span: Span, *, today: date) -> Month:
    """Of the unit and those below it, as far as the person may take records out."""
    own = _of(Risk.objects.all(), user, unit)
    risks = {risk.pk: risk for risk in own.select_related("owner", "unit")}
    phases = _phase_changes(risks, since=span.first)
    open_before = {pk for pk, risk in risks.items() if _open(risk, phases[pk], span.first)}
    open_after = {pk for pk, risk in risks.items() if _open(risk, phases[pk], span.last)}
    closed = [c for c in _closings(risks, phases, span) if c.risk.pk not in open_after]
    ever_open = open_after | {closing.risk.pk for closing in closed}
    new = [r for r in risks.values() if span.first <= r.created_at < span.last and r.pk in ever_open]
    handed_in = _handed_in(own, span.last)
    runs = in_scope(_of(Run.objects.all(), user, unit), user, "runs.view")
    sessions = Q(created_at__range=(span.first, span.last)) | Q(closed_at__range=(span.first, span.last))
    sessions |= Q(items__answers__at__range=(span.first, span.last))
    candidates = _of(Candidate.objects.all(), user, unit)
    happened = Q(created_at__range=(span.first, span.last)) | Q(decided_at__range=(span.first, span.last))
    return Month(
        span=span, risks=risks,
        before=_stands(open_before, handed_in, span.first),
        after=_stands(open_after, handed_in, span.last), new=new, closed=closed,
        reopened=[risks[pk] for pk in sorted(ever_open - open_before - {risk.pk for risk in new})],
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


def _handed_in(risks: QuerySet[Risk], until: datetime) -> list[Assessment]:
    """Assessments of the current level that counted by then, first to last, without their large fields."""
    state = Assessment.State
    counting = Q(state=state.APPROVED, approved_at__lt=until)
    counting |= Q(state__in=(state.PREPARED, state.REVIEWED, state.APPROVED), prepared_at__lt=until)
    found = Assessment.objects.filter(counting, stage="current", risk__in=risks.order_by())
    made = list(found.defer("values", "rationale").order_by("number"))
    criteria = Criteria.objects.in_bulk({a.criteria_id for a in made})
    for a in made:
        a.criteria = criteria[a.criteria_id]
    return made


def _stands(risks: set[int], handed_in: Iterable[Assessment], moment: datetime) -> dict[int, Stand]:
    """The stand of each risk by a moment, from assessments in their order."""
    found = {pk: Stand(None) for pk in risks}
    for a in handed_in:
        if a.risk_id not in risks:
            continue
        if a.state == Assessment.State.APPROVED and a.approved_at and a.approved_at < moment:
            found[a.risk_id] = Stand(a)
        elif a.prepared_at and a.prepared_at < moment:
            found[a.risk_id] = Stand(found[a.risk_id].assessment, waiting=a)
    return found
