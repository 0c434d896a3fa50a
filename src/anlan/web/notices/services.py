"""Telling people, and what they do with it. `tell` is called inside the transaction of the event."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from anlan.web.notices import outbox
from anlan.web.notices.kinds import KIND, KINDS
from anlan.web.notices.models import Notice, Rhythm, Wish
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import may

MANY = 3
"""Of one event more notices than this reach a person in one mail."""


@dataclass(frozen=True)
class News:
    """One thing that happened to `about` in `unit`. parameters: of the text `notices.kinds.<kind>`; a value
    `{"zh": ..., "en": ...}` is shown in the reader's language. key: told once to a person."""

    kind: str
    about: models.Model
    unit: Unit
    recipients: Iterable[User]
    link: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""


@transaction.atomic
def tell(news: Sequence[News], *, actor: User | None = None) -> int:
    """Notices for the recipients who may see what it is about and want to hear; how many.

    Nobody is told what they did themselves. Mails go into the outbox in this same transaction.
    """
    known_as: dict[int, User] = {}  # one object for each person: what they may do is read once
    pairs = [
        (one, known_as.setdefault(pk, user))
        for one in news
        for pk, user in {u.pk: u for u in one.recipients}.items()
    ]
    pairs = [(one, user) for one, user in pairs if user != actor and _may_hear(one, user)]
    if not pairs:
        return 0
    ways = _ways({user.pk for _, user in pairs})
    daily = set(
        Rhythm.objects.filter(user__in=[u for _, u in pairs], daily=True).values_list("user", flat=True)
    )
    known = _known(pairs)
    made: list[tuple[Notice, User]] = []
    for one, user in pairs:
        way = ways.get((user.pk, one.kind), KIND[one.kind].usual)
        if way != "off" and (user.pk, one.kind, one.key) not in known:
            made.append(
                (
                    _notice(
                        one,
                        user,
                        by_mail=way == "mail" and not KIND[one.kind].own_mail and outbox.takes(user),
                    ),
                    user,
                )
            )
    at_once = [pair for pair in made if pair[0].by_mail and pair[1].pk not in daily]
    for notice, _ in at_once:
        notice.by_mail = False
    Notice.objects.bulk_create([notice for notice, _ in made], batch_size=500, ignore_conflicts=True)
    _mail(at_once)
    return len(made)


def _may_hear(one: News, user: User) -> bool:
    permission = KIND[one.kind].permission
    return user.is_active and (not permission or may(user, permission, one.unit))


def _ways(users: set[int]) -> dict[tuple[int, str], str]:
    rows = Wish.objects.filter(user__in=users).values_list("user", "kind", "way")
    return {(user, kind): way for user, kind, way in rows}


def _known(pairs: list[tuple[News, User]]) -> set[tuple[int, str, str]]:
    keys = {one.key for one, _ in pairs if one.key}
    if not keys:
        return set()
    return set(Notice.objects.filter(key__in=keys).values_list("recipient", "kind", "key"))


def _notice(one: News, user: User, *, by_mail: bool) -> Notice:
    return Notice(
        recipient=user, kind=one.kind, parameters=dict(one.parameters), link=one.link, unit=one.unit,
        object_type=one.about._meta.label_lower, object_id=str(one.about.pk), key=one.key, by_mail=by_mail,
        created_at=timezone.now(),
    )  # fmt: skip


def _mail(at_once: list[tuple[Notice, User]]) -> None:
    """A mail for each notice; one for all where there are many of one event."""
    per_person: dict[int, tuple[User, list[Notice]]] = {}
    for notice, user in at_once:
        per_person.setdefault(user.pk, (user, []))[1].append(notice)
    for user, notices in per_person.values():
        if len(notices) > MANY:
            outbox.queue_digest(user, notices)
        else:
            for notice in notices:
                outbox.queue_notice(user, notice)


def settle(kinds: Sequence[str], about: models.Model, **parameters: Any) -> int:
    """What these notices ask for is done: they count as read for everybody and go into no daily mail."""
    asked = Notice.objects.filter(
        kind__in=kinds, object_type=about._meta.label_lower, object_id=str(about.pk), read_at=None,
        **{f"parameters__{name}": value for name, value in parameters.items()},
    )  # fmt: skip
    return int(asked.update(read_at=timezone.now(), by_mail=False))


def mark_read(notices: models.QuerySet[Notice]) -> int:
    """The notices as read, each once; how many were unread."""
    return int(notices.filter(read_at=None).update(read_at=timezone.now()))


@transaction.atomic
def choose(user: User, *, ways: Mapping[str, str], daily: bool) -> None:
    """How the person wants to hear of each kind, and how often by mail."""
    Wish.objects.filter(user=user).delete()
    Wish.objects.bulk_create(
        Wish(user=user, kind=kind.code, way=ways[kind.code])
        for kind in KINDS
        if ways.get(kind.code, kind.usual) != kind.usual
    )
    Rhythm.objects.update_or_create(user=user, defaults={"daily": daily})


def moved(record: models.Model, unit: Unit) -> None:
    """The record belongs to another unit now: its notices are for who may see it there."""
    Notice.objects.filter(object_type=record._meta.label_lower, object_id=str(record.pk)).update(unit=unit)
