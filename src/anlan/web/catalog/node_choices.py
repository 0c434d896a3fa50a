"""What forms of a node offer: who may answer for it, and how much hangs on it."""

from django.db.models import QuerySet

from anlan.domain.design import LANES
from anlan.web.common.texts import text
from anlan.web.people.models import User
from anlan.web.people.permissions import units_of


def owners(user: User, *, now: str = "") -> QuerySet[User]:
    """People of the units whose processes the user sees; now: name of the account that answers for it, who
    stays on offer after leaving."""
    people = User.objects.filter(is_active=True, unit__in=units_of(user, "catalog.view"))
    return (people | User.objects.filter(username=now)).distinct().order_by("name")


def criticalities() -> list[tuple[int | str, str]]:
    return [("", text("drafts.none")), *((n, text(f"drafts.criticality.{n}")) for n in range(1, 6))]


def lanes() -> list[tuple[str, str]]:
    return [("", text("drafts.lanes.untold")), *((lane, text(f"drafts.lanes.{lane}")) for lane in LANES)]
