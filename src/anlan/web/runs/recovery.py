"""What becomes of the runs of workers that are gone, and of rows of the queue that they still hold.

Runs are found lost as all work in the background is (`common/background.py`); a run that was to be cancelled
is, and the number of its claims decides when to give up. Rows of the queue that a lost worker still holds
wait again: all tasks do nothing the second time.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from anlan.web.common import workers
from anlan.web.common.audit import record
from anlan.web.common.background import AGAIN, Kind, failed
from anlan.web.common.models import AuditEvent
from anlan.web.runs.models import Lease, Run
from anlan.web.runs.tasks import execute_run
from anlan.web.runs.telling import tell_ended

MOST_ATTEMPTS = 3


@dataclass(frozen=True)
class Runs(Kind):
    """Runs as work in the background."""

    def after_loss(self, work: Run) -> dict[str, Any]:
        if work.cancel_asked:
            return {"state": Run.State.CANCELLED, "finished_at": timezone.now()}
        if work.attempts < MOST_ATTEMPTS:
            return AGAIN
        return failed(self.lost, run=work.code, n=work.attempts)

    def record_lost(self, work: Run) -> None:
        record(
            "runs.run.failed", target=work, source="scheduler", reason=self.lost,
            result=AuditEvent.Result.FAILED,
        )  # fmt: skip


RUNS = Runs(Run, lambda: execute_run, action="runs.run", lost="run.lost", ended=tell_ended)


def recover_tasks() -> int:
    """Rows of the queue whose worker shows no sign of life wait again; after `MOST_ATTEMPTS` they failed."""
    now = timezone.now()
    alive = set(
        Lease.objects.filter(name__startswith="worker:", until__gt=now).values_list("holder", flat=True)
    )
    taken = DBTaskResult.objects.filter(
        status="RUNNING", started_at__lt=now - timedelta(seconds=workers.LOST_AFTER_S)
    )
    lost = [row for row in taken if not alive & set(row.worker_ids)]
    for row in lost:
        mine = DBTaskResult.objects.filter(pk=row.pk, status="RUNNING", started_at=row.started_at)
        if len(row.worker_ids) >= MOST_ATTEMPTS:
            mine.update(status="FAILED", finished_at=now, traceback="lost")
        else:
            mine.update(status="READY", started_at=None)
    return len(lost)
