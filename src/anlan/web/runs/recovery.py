"""Runs whose worker is gone: put back in the queue, or marked failed when that happened too often.

1. A running run without a heartbeat for `LOST_AFTER_S` is lost. Its row goes back to waiting in one
   statement that names the attempt, so that a scheduler that comes second finds nothing to do and a
   worker that was only slow can write nothing more.
2. A waiting run whose row of the queue is gone or already taken (the worker died between taking the row
   and claiming the run) gets a new one.
3. Rows of the queue that a lost worker still holds wait again: all tasks do nothing the second time.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from anlan.web.common.audit import record
from anlan.web.common.background import close_task
from anlan.web.common.models import AuditEvent
from anlan.web.runs.models import Lease, Run
from anlan.web.runs.presence import LOST_AFTER_S
from anlan.web.runs.services import enqueue
from anlan.web.runs.telling import tell_ended

MOST_ATTEMPTS = 3


def recover_lost() -> int:
    """How many runs were put back or marked failed."""
    before = timezone.now() - timedelta(seconds=LOST_AFTER_S)
    lost = Run.objects.filter(state=Run.State.RUNNING, heartbeat_at__lt=before)
    waiting = Run.objects.filter(state=Run.State.QUEUED, updated_at__lt=before)
    recovered = sum(_recover(run) for run in lost.select_related("unit"))
    return recovered + sum(_queue_again(run) for run in waiting)


@transaction.atomic
def _recover(run: Run) -> bool:
    mine = Run.objects.filter(
        pk=run.pk, state=Run.State.RUNNING, attempts=run.attempts, heartbeat_at=run.heartbeat_at
    )
    now = timezone.now()
    close_task(run)
    if run.cancel_asked:
        return bool(mine.update(state=Run.State.CANCELLED, finished_at=now))
    if run.attempts >= MOST_ATTEMPTS:
        error = {"code": "run.lost", "parameters": {"run": run.code, "n": run.attempts}}
        if not mine.update(state=Run.State.FAILED, finished_at=now, error=error):
            return False
        run.state = Run.State.FAILED
        tell_ended(run)
        record(
            "runs.run.failed", target=run, source="scheduler", reason="run.lost",
            result=AuditEvent.Result.FAILED,
        )  # fmt: skip
        return True
    if not mine.update(state=Run.State.QUEUED, progress=0.0, step="", updated_at=now):
        return False
    run.refresh_from_db()
    enqueue(run)
    record("runs.run.recovered", target=run, source="scheduler")
    return True


@transaction.atomic
def _queue_again(run: Run) -> bool:
    """A new row of the queue for a waiting run that has none any more."""
    if DBTaskResult.objects.filter(pk=run.task, status="READY").exists() if run.task else False:
        return False
    locked = Run.objects.select_for_update().filter(
        pk=run.pk, state=Run.State.QUEUED, task=run.task, attempts=run.attempts
    )
    if not locked.exists():
        return False
    close_task(run)
    enqueue(run)
    Run.objects.filter(pk=run.pk).update(updated_at=timezone.now())
    return True


def recover_tasks() -> int:
    """Rows of the queue whose worker shows no sign of life wait again; after `MOST_ATTEMPTS` they failed."""
    now = timezone.now()
    alive = set(
        Lease.objects.filter(name__startswith="worker:", until__gt=now).values_list("holder", flat=True)
    )
    taken = DBTaskResult.objects.filter(
        status="RUNNING", started_at__lt=now - timedelta(seconds=LOST_AFTER_S)
    )
    lost = [row for row in taken if not alive & set(row.worker_ids)]
    for row in lost:
        mine = DBTaskResult.objects.filter(pk=row.pk, status="RUNNING", started_at=row.started_at)
        if len(row.worker_ids) >= MOST_ATTEMPTS:
            mine.update(status="FAILED", finished_at=now, traceback="lost")
        else:
            mine.update(status="READY", started_at=None)
    return len(lost)
