"""Who is told of an alert: its assignee, the indicator's owner, and who handles alerts in the unit."""

from collections.abc import Sequence

from django.urls import reverse

from anlan.loop.monitor.definitions import LEVELS
from anlan.web.monitoring.models import Alert
from anlan.web.notices.services import News, tell
from anlan.web.people.models import User
from anlan.web.people.selectors import people_with

HANDLE = "monitoring.handle"


def tell_of(alert: Alert, kind: str, *, actor: User | None = None, to: Sequence[User] | None = None) -> int:
    """Notices of what became of an alert, in the transaction that did it, to those it concerns unless said;
    how many."""
    news = News(
        kind=kind, about=alert, unit=alert.unit, recipients=concerned(alert) if to is None else to,
        link=reverse("monitoring:alert", args=[alert.code]),
        parameters={
            "code": alert.code,
            "name": {"zh": alert.indicator.name, "en": alert.indicator.name_en or alert.indicator.name},
            "unit": {"zh": alert.unit.name, "en": alert.unit.name_en or alert.unit.name},
            "level": LEVELS[alert.highest if kind == "alert_recovered" else alert.level],
        },
    )  # fmt: skip
    return tell([news], actor=actor)


def concerned(alert: Alert) -> list[User]:
    """Its assignee alone where it has one, else owner and whoever handles alerts there."""
    if alert.assignee is not None:
        return [alert.assignee]
    found = people_with(HANDLE, alert.unit)
    owner = alert.indicator.owner
    return [*found, owner] if owner is not None and owner not in found else found
