"""Reading the audit: newest first, filtered, within the units of the reader, quick for millions of events.

Pages are cut by the number of the event, never counted. Events are looked for in windows that grow from
the newest backwards: what is frequent is found in the first. Where that is too little and one filter alone
has few events, only those are looked at: what combines a rare filter with frequent ones is found at once,
and so is that there is nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from anlan.web.common.models import AuditEvent, AuditHead
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import units_of

PAGE = 50
FIRST_DAY, LAST_DAY = date(1970, 1, 2), date(9000, 1, 1)
"""Days of which every time zone and the database can say the midnight."""
_WINDOWS = (10_000, 80_000, 640_000)
_RARE = 2_000
_ACTIONS = (
    "WITH RECURSIVE known(action) AS (SELECT MIN(action) FROM common_auditevent UNION ALL "
    "SELECT (SELECT MIN(e.action) FROM common_auditevent e WHERE e.action > known.action) FROM known "
    "WHERE known.action IS NOT NULL) SELECT action FROM known WHERE action IS NOT NULL"
)


@dataclass(frozen=True)
class Filters:
    """What the reader asked for; what is empty filters nothing.

    action  a code, or the first part of codes with a dot at its end (`risks.`)
    target  `app.model:id` as events name their object
    since, until  first and last day, in the reader's time zone
    """

    actor: str = ""
    action: str = ""
    target: str = ""
    result: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Trail:
    """events: one page, newest first; older: number to go on before, None at the end."""

    events: list[AuditEvent]
    older: int | None


def trail(user: User, filters: Filters, *, before: int | None = None, n: int = PAGE) -> Trail:
    """One page of the events the person may read; at most twelve queries, however many events there are."""
    found = in_reach(user, filters)
    top = min(_newest(filters), (before or 2**62) - 1)
    numbers: list[int] = []
    for width in (*_WINDOWS, top):
        window = found.filter(seq__lte=top, seq__gt=top - width)
        numbers = list(window.order_by("-seq").values_list("seq", flat=True)[: n + 1])
        if len(numbers) > n or width >= top:
            break
        if width == _WINDOWS[0] and (rare := _rare(filters)) is not None:
            few = found.filter(seq__in=rare, seq__lte=top)
            numbers = list(few.order_by("-seq").values_list("seq", flat=True)[: n + 1])
            break
    events = AuditEvent.objects.filter(seq__in=numbers[:n]).select_related("actor", "unit").order_by("-seq")
    return Trail(list(events), numbers[n - 1] if len(numbers) > n else None)


def all_of(user: User, filters: Filters, *, chunk: int = 2_000) -> Iterator[AuditEvent]:
    """Every event the person may read, newest first, chunk by chunk."""
    found, before = in_reach(user, filters).select_related("actor", "unit").order_by("-seq"), 2**62
    while True:
        events = list(found.filter(seq__lt=before)[:chunk])
        yield from events
        if len(events) < chunk:
            return
        before = events[-1].seq


def in_reach(user: User, filters: Filters) -> QuerySet[AuditEvent]:
    """Events of the reader's units. Who may read every unit also reads what belongs to none."""
    found = AuditEvent.objects.all()
    units = units_of(user, "audit.view")
    if Unit.objects.exclude(pk__in=units).exists():
        found = found.filter(unit_id__in=list(units.values_list("pk", flat=True)))
    return found.filter(_asked(filters))


def _rare(filters: Filters) -> list[int] | None:
    """Numbers of all events of a filter that alone has few; None where each has many."""
    for name in ("result", "target", "actor", "action"):
        if given := getattr(filters, name):
            alone = AuditEvent.objects.filter(_asked(Filters(**{name: given}))).order_by()
            numbers = list(alone.values_list("seq", flat=True)[: _RARE + 1])
            if len(numbers) <= _RARE:
                return numbers
    return None


def _asked(filters: Filters) -> Q:
    asked = Q()
    if filters.actor:
        asked &= Q(
            actor_id__in=list(User.objects.filter(username=filters.actor).values_list("pk", flat=True))
        )
    if filters.action.endswith("."):
        asked &= Q(action__in=[a for a in known_actions() if a.startswith(filters.action)])
    elif filters.action:
        asked &= Q(action=filters.action)
    if filters.target:
        kind, _, number = filters.target.partition(":")
        asked &= Q(object_type=kind, object_id=number)
    if filters.result:
        asked &= Q(result=filters.result)
    if filters.since:
        asked &= Q(at__gte=_begin(filters.since))
    if filters.until:
        asked &= Q(at__lt=_begin(filters.until + timedelta(days=1)))
    return asked


def _newest(filters: Filters) -> int:
    """Number to look back from: the last one, or somewhat after the end of the period asked for."""
    head = AuditHead.objects.filter(pk=1).values_list("count", flat=True).first() or 0
    highest = max(head, AuditEvent.objects.aggregate(last=Max("seq"))["last"] or 0)
    if not filters.until:
        return highest
    earlier = AuditEvent.objects.filter(at__lt=_begin(filters.until + timedelta(days=1)))
    last = earlier.order_by("-at").values_list("seq", flat=True).first() or 0
    return min(highest, last + _WINDOWS[0] // 2)


def _begin(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def known_actions() -> list[str]:
    """Codes of actions that occur, in order; one step through the index for each code."""
    with connection.cursor() as cursor:
        cursor.execute(_ACTIONS)
        return sorted(row[0] for row in cursor.fetchall())


def actors(user: User) -> QuerySet[User]:
    """People a reader may ask for: those of the reader's units."""
    return User.objects.filter(unit__in=units_of(user, "audit.view")).order_by("name")[:500]


def last_checks(n: int = 10) -> list[AuditEvent]:
    """The newest checks of the chain, as events."""
    return list(AuditEvent.objects.filter(action="audit.verify").select_related("actor").order_by("-seq")[:n])
