"""Reading indicators, series, readings and alerts; always within the units a person may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Max, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from anlan.loop.monitor import alerts
from anlan.loop.monitor.watching import Seen
from anlan.web.monitoring.models import Alert, AlertStep, Indicator, Series
from anlan.web.monitoring.services.indicators import HANDLE, SEE
from anlan.web.people.models import User
from anlan.web.people.permissions import in_scope
from anlan.web.people.selectors import people_with
from anlan.web.readings.models import Reading

MOST_DRAWN = 1_500
TABS = ("open", "mine", "suppressed", "closed")
_CLOSED = (alerts.CLOSED, alerts.FALSE_POSITIVE)


@dataclass(frozen=True)
class Wanted:
    """What a list of indicators is narrowed to; empty narrows nothing."""

    search: str = ""
    status: str = ""
    process: str = ""
    level: int | None = None


def indicators_of(user: User, wanted: Wanted = Wanted()) -> QuerySet[Indicator]:
    """Indicators the person may see, the worst level first; a fixed number of queries."""
    found = in_scope(Indicator.objects.all(), user, SEE)
    if wanted.search:
        words = Q(name__icontains=wanted.search) | Q(name_en__icontains=wanted.search)
        found = found.filter(words | Q(code__icontains=wanted.search))
    if wanted.status:
        found = found.filter(status=wanted.status)
    if wanted.process:
        found = found.filter(process__code=wanted.process)
    found = found.annotate(
        worst=Coalesce(Max("series__level"), 0), n_series=Count("series", distinct=True),
        newest=Max("series__last_at"),
    )  # fmt: skip
    if wanted.level is not None:
        found = found.filter(worst=wanted.level)
    seen = in_scope(Series.objects.select_related("unit"), user, SEE)
    return (
        found.select_related("unit", "process", "owner")
        .prefetch_related(Prefetch("series", seen))
        .order_by("-worst", "code")
    )


def indicator_of(user: User, code: str) -> QuerySet[Indicator]:
    """The indicator of that code, for `get_object_or_404`."""
    found = in_scope(Indicator.objects.filter(code=code), user, SEE)
    return found.select_related("unit", "process", "owner").prefetch_related("risks")


def series_of(user: User, indicator: Indicator) -> QuerySet[Series]:
    """Series of the indicator in units the person may see."""
    return in_scope(indicator.series.select_related("unit"), user, SEE).order_by(
        "-level", "unit__path", "key"
    )


def readings_of(series: Series, *, since: int = 0, most: int = MOST_DRAWN) -> list[Seen]:
    """The newest readings of a series, by time."""
    rows = Reading.objects.filter(series=series.pk, at__gte=since).order_by("-at")
    found = [Seen(*row) for row in rows.values_list("at", "value", "n")[:most]]
    return found[::-1]


def alerts_of(user: User) -> QuerySet[Alert]:
    """Alerts the person may see."""
    found = in_scope(Alert.objects.all(), user, SEE)
    return found.select_related("unit", "indicator__process", "indicator__unit", "series__unit", "assignee")


def inbox(user: User, tab: str) -> QuerySet[Alert]:
    """Alerts of a tab of the inbox: what is due first comes first; closed ones by when they were closed."""
    found = alerts_of(user)
    if tab == "closed":
        return found.filter(state__in=_CLOSED).order_by("-closed_at", "-id")
    if tab == "suppressed":
        return found.filter(state=alerts.SUPPRESSED).order_by("-highest", "-id")
    found = found.filter(state__in=alerts.OPEN).exclude(state=alerts.SUPPRESSED)
    if tab == "mine":
        found = found.filter(assignee=user)
    return found.order_by("-highest", "acknowledge_by", "id")


def counts(user: User) -> dict[str, int]:
    """How many alerts each tab has."""
    found = in_scope(Alert.objects.all(), user, SEE)
    open_ = Q(state__in=[s for s in alerts.OPEN if s != alerts.SUPPRESSED])
    return dict(found.aggregate(
        open=Count("pk", filter=open_), mine=Count("pk", filter=open_ & Q(assignee=user)),
        suppressed=Count("pk", filter=Q(state=alerts.SUPPRESSED)),
        closed=Count("pk", filter=Q(state__in=_CLOSED)),
    ))  # fmt: skip


def counts_by_level(user: User) -> list[int]:
    """Open alerts of each level, the worst first: red, orange, yellow, blue."""
    found = in_scope(Alert.objects.filter(state__in=alerts.ACTIVE), user, SEE)
    rows = dict(found.values_list("highest").annotate(n=Count("pk")).order_by())
    return [rows.get(level, 0) for level in (4, 3, 2, 1)]


def recovered_today(user: User, since: datetime) -> list[Alert]:
    """Alerts that recovered since then, newest first."""
    return list(alerts_of(user).filter(recovered_at__gte=since).order_by("-recovered_at")[:5])


@dataclass(frozen=True)
class Quality:
    """Of alerts that fired in the last days. acknowledged_s: median seconds to the first acknowledgement,
    None where nobody has acknowledged any."""

    days: int
    fired: int
    false: int
    acknowledged_s: float | None


def quality(user: User, now: datetime, *, days: int = 7) -> Quality:
    """How many alerts fired, how many were false, how fast they were acknowledged."""
    found = in_scope(Alert.objects.filter(created_at__gte=now - timedelta(days=days)), user, SEE)
    waits = sorted(
        wait.total_seconds()
        for wait in found.exclude(acknowledged_at=None)
        .annotate(wait=F("acknowledged_at") - F("created_at"))
        .values_list("wait", flat=True)
    )
    middle = None if not waits else (waits[(len(waits) - 1) // 2] + waits[len(waits) // 2]) / 2
    false = found.filter(state=alerts.FALSE_POSITIVE).count()
    return Quality(days, found.count(), false, middle)


def due_of(alert: Alert) -> tuple[str, datetime] | None:
    """What is to be done next, and by when; None for an alert that is closed."""
    if alert.state in (alerts.FIRING, alerts.SUPPRESSED):
        return "acknowledge", alert.acknowledge_by
    if alert.state in alerts.ACTIVE:
        return "resolve", alert.resolve_by
    return ("close", alert.close_by) if alert.state == alerts.RESOLVED else None


def steps_of(alert: Alert) -> QuerySet[AlertStep]:
    """What happened to it, newest first."""
    return alert.steps.select_related("by").order_by("-id")


def handlers_of(alert: Alert) -> Sequence[User]:
    """People it may be assigned to."""
    return sorted(people_with(HANDLE, alert.unit), key=lambda user: user.name)
