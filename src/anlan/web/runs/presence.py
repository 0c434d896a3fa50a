"""Signs of life: each worker renews its lease, and the heartbeat of its run, from a thread of its own."""

import threading
from datetime import timedelta

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from anlan.web.common import background
from anlan.web.common.workers import BEAT_S, LOST_AFTER_S, my_name
from anlan.web.runs.models import Lease

__all__ = ["BEAT_S", "LOST_AFTER_S", "beat", "keep_beating", "leave", "my_name", "workers_alive"]


def beat() -> None:
    """Renew this worker's lease and the heartbeat of what it runs."""
    now = timezone.now()
    background.beat(now)
    Lease.objects.update_or_create(
        name=f"worker:{my_name()}",
        defaults={"holder": my_name(), "until": now + timedelta(seconds=LOST_AFTER_S)},
        create_defaults={
            "holder": my_name(), "since": now, "until": now + timedelta(seconds=LOST_AFTER_S)
        },
    )  # fmt: skip


def keep_beating(stop: threading.Event) -> threading.Thread:
    """Beat in the background until `stop` is set; a database that is away for a moment is tried again."""

    def loop() -> None:
        while not stop.is_set():
            close_old_connections()
            try:
                beat()
            except DatabaseError:
                connection.close()
            stop.wait(BEAT_S)
        connection.close()

    thread = threading.Thread(target=loop, name="presence", daemon=True)
    thread.start()
    return thread


def leave() -> None:
    """This worker says goodbye."""
    Lease.objects.filter(name=f"worker:{my_name()}").delete()


def workers_alive() -> int:
    return Lease.objects.filter(name__startswith="worker:", until__gt=timezone.now()).count()
