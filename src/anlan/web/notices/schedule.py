"""Scheduled work on notices and mails."""

from datetime import timedelta

from django.utils import timezone

from anlan.web.common.schedule import every
from anlan.web.notices import digests, outbox
from anlan.web.notices.models import Mail, Notice

KEEP_READ = timedelta(days=180)
KEEP_SENT = timedelta(days=90)


@every(code="mails.send", seconds=10)
def send() -> str:
    """Mails of the outbox that are due."""
    return str(outbox.send_due() or "")


@every(code="mails.digest", minutes=15)
def digest() -> str:
    """Daily mails of people whose morning has come."""
    return str(digests.queue_digests() or "")


@every(code="notices.clean", days=1)
def clean() -> str:
    """Notices read long ago, and mails that ended long ago."""
    now = timezone.now()
    notices, _ = Notice.objects.filter(read_at__lt=now - KEEP_READ).delete()
    under_way = (Mail.State.WAITING, Mail.State.SENDING)
    ended = Mail.objects.filter(created_at__lt=now - KEEP_SENT).exclude(state__in=under_way)
    mails, _ = ended.delete()
    return str(notices + mails or "")
