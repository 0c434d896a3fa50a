"""The daily mail: what a person wants to hear by mail, once a day, in the morning of their unit."""

import zoneinfo
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from anlan.web.notices import outbox
from anlan.web.notices.models import Notice, Rhythm
from anlan.web.notices.selectors import notices_of, still_seen
from anlan.web.people.models import User

FROM_HOUR = 7


def queue_digests(now: datetime | None = None) -> int:
    """Mails put into the outbox for people whose morning has come and who have had none today."""
    if not outbox.is_on():
        return 0
    waiting = User.objects.filter(notices__by_mail=True).distinct().select_related("unit", "rhythm")
    return sum(_queue(user, now or timezone.now()) for user in waiting)


def _in_parts(numbers: list[int], size: int = 500) -> list[list[int]]:
    """A statement takes only so many numbers."""
    return [numbers[start : start + size] for start in range(0, len(numbers), size)]


@transaction.atomic
def _queue(user: User, now: datetime) -> bool:
    local = now.astimezone(zoneinfo.ZoneInfo(user.unit.time_zone if user.unit else "UTC"))
    rhythm, _ = Rhythm.objects.select_for_update().get_or_create(user=user)
    if rhythm.daily and (local.hour < FROM_HOUR or rhythm.last_on == local.date()):
        return False
    waiting = Notice.objects.filter(recipient=user, by_mail=True).order_by("id")
    shown: list[Notice] = []
    for part in _in_parts(list(waiting.values_list("pk", flat=True))):
        unread = notices_of(user).filter(pk__in=part, read_at=None).order_by("id")
        shown += still_seen(user, list(unread))
        Notice.objects.filter(pk__in=part).update(by_mail=False)
    if not shown or not outbox.takes(user) or not user.is_active:
        return False
    outbox.queue_digest(user, shown)
    rhythm.last_on = local.date()
    rhythm.save(update_fields=["last_on"])
    return True
