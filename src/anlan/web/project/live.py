"""What moves on the first page while one looks at it: open alerts by level, and how new the data are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.utils import timezone

from anlan.loop.monitor import alerts as life
from anlan.web.common.texts import in_language, text
from anlan.web.monitoring import selectors, shown
from anlan.web.monitoring.about import alert_shown
from anlan.web.monitoring.models import Alert, Series
from anlan.web.monitoring.services.indicators import HANDLE, SEE
from anlan.web.people.models import User
from anlan.web.people.permissions import grants, in_scope

MOST_ALERTS = 4


@dataclass(frozen=True)
class Watched:
    """by_level: word and shape of a level with its open alerts, the worst first; as_of: newest reading, None
    where there is none; at: when this was put together."""

    by_level: Sequence[tuple[Any, int]]
    as_of: datetime | None
    at: datetime

    @property
    def n(self) -> int:
        return sum(n for _, n in self.by_level)


def watched(user: User) -> Watched | None:
    """None for a person who may not see alerts; a fixed number of queries."""
    if SEE not in grants(user):
        return None
    levels = [shown.level_chip(level) for level in (4, 3, 2, 1)]
    newest = in_scope(Series.objects.all(), user, SEE).aggregate(at=Max("last_at"))["at"]
    counted = list(zip(levels, selectors.counts_by_level(user), strict=True))
    return Watched(counted, shown.moment(newest), timezone.now())


def alerts_asked(user: User) -> tuple[list[dict[str, Any]], int]:
    """Open alerts this person may handle: what is due first of the worst, and how many in all."""
    found = _waiting(user)
    first = list(found.order_by("-highest", "acknowledge_by", "id")[:MOST_ALERTS])
    return [_asked(alert) for alert in first], found.count()


def _waiting(user: User) -> QuerySet[Alert]:
    """Of alerts that somebody has in hand only those of the person themselves are left."""
    states = [state for state in life.OPEN if state != life.SUPPRESSED]
    mine = in_scope(selectors.alerts_of(user).filter(state__in=states), user, HANDLE)
    return mine.filter(assignee=None) | mine.filter(assignee=user)


def _asked(alert: Alert) -> dict[str, Any]:
    told = alert_shown(alert)
    what = text("cockpit.todo.alert", code=alert.code, title=in_language(alert.indicator))
    note = text("common.comma").join(
        [shown.level_word(alert.highest), shown.place_of(alert.series), told["state"]]
    )
    return {"what": what, "note": note, "address": told["address"], "when": told["due"], "late": told["late"]}
