"""Reading notices: one's own, about what one may still see."""

from typing import Any

from django.apps import apps
from django.db.models import F, Q, QuerySet

from anlan.web.notices.kinds import KIND, KINDS, UNIT_OF
from anlan.web.notices.models import Notice, Rhythm, Wish
from anlan.web.people.models import User
from anlan.web.people.permissions import grants, in_scope

MOST_COUNTED = 99


def notices_of(user: User) -> QuerySet[Notice]:
    """The person's notices of records in units where they still have the permission; unread ones first."""
    seen = Q(kind__in=[kind.code for kind in KINDS if not kind.permission])
    for permission in sorted({kind.permission for kind in KINDS if kind.permission}):
        codes = [kind.code for kind in KINDS if kind.permission == permission]
        for path in grants(user).get(permission, ()):
            seen |= Q(kind__in=codes, unit__path__startswith=path)
    return Notice.objects.filter(seen, recipient=user)


def unread_count(user: User) -> int:
    """Unread notices, counted up to one more than is shown; one query."""
    unread = notices_of(user).filter(read_at=None).order_by()
    return len(unread.values_list("pk", flat=True)[: MOST_COUNTED + 1])


def unread_first(user: User) -> QuerySet[Notice]:
    return notices_of(user).order_by(F("read_at").asc(nulls_first=True), "-id")


def still_seen(user: User, notices: list[Notice]) -> list[Notice]:
    """Of these, whose record is there and visible to the person now; one query for each kind of record."""
    visible: set[tuple[str, str, str]] = set()
    wanted: dict[tuple[str, str], set[str]] = {}
    for notice in notices:
        kind = KIND.get(notice.kind)
        if kind is not None:
            wanted.setdefault((notice.object_type, kind.permission), set()).add(notice.object_id)
    for (label, permission), ids in wanted.items():
        found: Any = apps.get_model(label)._default_manager.filter(pk__in=ids)
        if permission:
            found = in_scope(found, user, permission, unit=UNIT_OF[label])
        visible |= {(label, permission, str(pk)) for pk in found.values_list("pk", flat=True)}
    return [
        notice for notice in notices
        if notice.kind in KIND
        and (notice.object_type, KIND[notice.kind].permission, notice.object_id) in visible
    ]  # fmt: skip


def ways_of(user: User) -> dict[str, str]:
    """Kind -> way, as chosen or usual."""
    chosen = dict(Wish.objects.filter(user=user).values_list("kind", "way"))
    return {kind.code: chosen.get(kind.code, kind.usual) for kind in KINDS}


def is_daily(user: User) -> bool:
    return Rhythm.objects.filter(user=user, daily=True).exists()
