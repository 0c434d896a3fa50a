"""Leases: of several processes that could do a work one does it; another takes over when it is silent."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from anlan.web.runs.models import Lease


def hold(seat: str, holder: str, *, seconds: float) -> bool:
    """Take or renew a lease for so long; False where another process has it."""
    now = timezone.now()
    until = now + timedelta(seconds=seconds)
    if Lease.objects.filter(name=seat, holder=holder).update(until=until):
        return True
    if Lease.objects.filter(name=seat, until__lt=now).update(holder=holder, since=now, until=until):
        return True
    try:
        with transaction.atomic():
            Lease.objects.create(name=seat, holder=holder, since=now, until=until)
    except IntegrityError:
        return False
    return True


def release(seat: str, holder: str) -> None:
    """Give a lease back, where it is still held."""
    Lease.objects.filter(name=seat, holder=holder).delete()
