"""The scheduler: one process holds the lease and does what is due; others stand by and take over.

1. `hold` takes or renews the lease in one conditional statement; without it a tick does nothing.
2. A duty is claimed by moving its next time forward, in one statement that names the time it was due:
   even two holders (a clock that jumped) never start the same duty twice.
3. A duty that fails is noted and is due again at its next time; the others go on.
"""

import sys
import time
import traceback
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from anlan.web.common.request import RequestFacts, begin, finish
from anlan.web.common.schedule import ScheduledWork, scheduled_work
from anlan.web.runs import leases
from anlan.web.runs.models import Duty
from anlan.web.runs.presence import my_name

SEAT = "scheduler"
HOLD_S = 30.0
TICK_S = 0.5


def hold(holder: str) -> bool:
    """Take or renew the scheduler's lease; False where another process has it."""
    return leases.hold(SEAT, holder, seconds=HOLD_S)


def release(holder: str) -> None:
    leases.release(SEAT, holder)


def tick(holder: str) -> list[str]:
    """Do what is due; the codes of what was done. Nothing where another process holds the lease."""
    if not hold(holder):
        return []
    return [work.code for work in scheduled_work() if _claim(work) and _do(work)]


def _claim(work: ScheduledWork) -> bool:
    now = timezone.now()
    duty, _ = Duty.objects.get_or_create(code=work.code, defaults={"due_at": now})
    if duty.due_at > now:
        return False
    due = Duty.objects.filter(code=work.code, due_at=duty.due_at)
    return bool(due.update(due_at=now + work.every, started_at=now, finished_at=None))


def _do(work: ScheduledWork) -> bool:
    token = begin(RequestFacts(f"scheduler-{work.code}"[:40], source="scheduler"))
    error, outcome = "", ""
    try:
        outcome = str(work.run() or "")
    except Exception as fault:
        error = f"{type(fault).__name__}: {fault}"
        traceback.print_exc()
    finally:
        finish(token)
    Duty.objects.filter(code=work.code).update(finished_at=timezone.now(), error=error, outcome=outcome[:200])
    return True


def run_until(stopped: Callable[[], bool]) -> None:
    """Tick until asked to stop; a database that is away for a moment is tried again."""
    holder = my_name()
    while not stopped():
        close_old_connections()
        try:
            tick(holder)
        except DatabaseError as fault:
            print(f"scheduler: {fault}", file=sys.stderr, flush=True)
            connection.close()
        _wait(TICK_S, stopped)
    release(holder)


def _wait(seconds: float, stopped: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not stopped():
        time.sleep(0.1)
