"""Work on a record in the background, so that a killed worker neither loses it nor does it twice.

1. Claim: the record goes from queued to running and `attempts` grows, in one statement. Of two workers one
   wins. Every later write names the attempt; a worker that was given up for lost writes nothing any more.
2. The worker's thread of signs of life renews `heartbeat_at` every few seconds, also where a step is long, of
   what this process has in hand: a record whose end could not be written falls silent and is found lost.
3. A running record without a heartbeat for `LOST_AFTER_S` goes back to the queue in one statement that names
   attempt and heartbeat; after `MOST_LOSSES` lost workers it is marked failed, and a person may try again.
4. A waiting record whose row of the queue is gone, or taken by a worker that died before it claimed the
   record, gets a new row.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from anlan.web.common import workers
from anlan.web.common.audit import record
from anlan.web.common.models import AuditEvent, BackgroundWork

QUEUED, RUNNING, FAILED = "queued", "running", "failed"
MOST_LOSSES = 3


class Overtaken(Exception):  # noqa: N818 - not a fault of this work
    """Somebody cancelled it, or it is no longer this worker's."""


class GivenBack(Exception):  # noqa: N818 - not a fault
    """The worker ends; another one is to do the work."""


@dataclass(frozen=True)
class Kind:
    """model: what is worked on; task: called with its id and `attempts`; action: `<action>.recovered` and
    `<action>.lost` in the audit; lost: code of the error shown; ended: told of a record that failed."""

    model: Any
    task: Callable[[], Any]
    action: str
    lost: str
    ended: Callable[[Any], None] = lambda work: None

    def after_loss(self, work: Any) -> dict[str, Any]:
        """What becomes of a record whose worker is gone: it waits again, or has failed."""
        losses = work.losses + 1
        if losses < MOST_LOSSES:
            return {"losses": losses} | AGAIN
        return {"losses": losses} | failed(self.lost, n=losses)

    def record_lost(self, work: Any) -> None:
        """The audit event of a record that failed so."""
        record(f"{self.action}.lost", target=work, source="scheduler", result=AuditEvent.Result.FAILED)


AGAIN = {"state": QUEUED, "progress": 0.0, "step": "", "worker": ""}


def failed(code: str, **parameters: Any) -> dict[str, Any]:
    error = {"code": code, "parameters": parameters}
    return {"state": FAILED, "finished_at": timezone.now(), "error": error}


kinds: list[Kind] = []
"""Filled by the apps as they start."""


def put_in_queue(kind: Kind, work: Any) -> None:
    """A row of the queue for a record that waits, in the transaction that made it wait."""
    row = kind.task().enqueue(work.pk, work.attempts)
    kind.model.objects.filter(pk=work.pk).update(task=str(row.id))
    work.refresh_from_db()


def claim(model: Any, pk: int, *, attempts: int) -> bool:
    """Whether the record was still waiting as it was queued, and is now this worker's."""
    now = timezone.now()
    waiting = model.objects.filter(pk=pk, state=QUEUED, attempts=attempts)
    return bool(waiting.update(
        state=RUNNING, attempts=attempts + 1, worker=workers.my_name(), started_at=now, heartbeat_at=now,
        updated_at=now, progress=0.0, step="",
    ))  # fmt: skip


def write(work: Any, **fields: Any) -> None:
    """Write to a record in hand; Overtaken where it is no longer ours, GivenBack where the worker ends."""
    if workers.asked_to_stop.is_set() and fields.get("state", RUNNING) == RUNNING:
        raise GivenBack
    now = timezone.now()
    mine = type(work).objects.filter(pk=work.pk, state=RUNNING, attempts=work.attempts)
    if not mine.update(heartbeat_at=now, updated_at=now, **fields):
        raise Overtaken


@transaction.atomic
def give_back(kind: Kind, work: Any) -> None:
    """Waiting again, as if this worker had never had it."""
    mine = kind.model.objects.filter(pk=work.pk, state=RUNNING, attempts=work.attempts)
    if mine.update(**AGAIN, updated_at=timezone.now()):
        work.refresh_from_db()
        put_in_queue(kind, work)


_held: dict[tuple[str, int], int] = {}
_holding = threading.Lock()


@contextmanager
def in_hand(model: Any, pk: int) -> Iterator[None]:
    """While this process works on the record; signs of life are given for nothing else."""
    key = (model._meta.label, pk)
    with _holding:
        _held[key] = _held.get(key, 0) + 1
    try:
        yield
    finally:
        with _holding:
            _held[key] -= 1
            if not _held[key]:
                del _held[key]


def beat(now: datetime) -> None:
    """This worker still has what it has in hand."""
    with _holding:
        held = list(_held)
    for kind in kinds:
        mine = [pk for label, pk in held if label == kind.model._meta.label]
        if mine:
            working = kind.model.objects.filter(pk__in=mine, worker=workers.my_name(), state=RUNNING)
            working.update(heartbeat_at=now)


def silent_s(work: BackgroundWork, *, now: datetime) -> float:
    """Seconds since the last sign of life of running work; 0 where it does not run."""
    if work.state != RUNNING or work.heartbeat_at is None:
        return 0.0
    return max(0.0, (now - work.heartbeat_at).total_seconds())


def recover_lost() -> int:
    """How many records were put back, marked failed, or given a new row of the queue."""
    before = timezone.now() - timedelta(seconds=workers.LOST_AFTER_S)
    n = 0
    for kind in kinds:
        lost = kind.model.objects.filter(state=RUNNING).exclude(heartbeat_at__gte=before)
        waiting = kind.model.objects.filter(state=QUEUED, updated_at__lt=before)
        n += sum(_recover(kind, work) for work in lost)
        n += sum(_queue_again(kind, work) for work in waiting)
    return n


@transaction.atomic
def _recover(kind: Kind, work: Any) -> bool:
    mine = kind.model.objects.filter(
        pk=work.pk, state=RUNNING, attempts=work.attempts, heartbeat_at=work.heartbeat_at
    )
    if not mine.update(updated_at=timezone.now(), **kind.after_loss(work)):
        return False
    close_task(work)
    work.refresh_from_db()
    if work.state == FAILED:
        kind.ended(work)
        kind.record_lost(work)
    elif work.state == QUEUED:
        put_in_queue(kind, work)
        record(f"{kind.action}.recovered", target=work, source="scheduler")
    return True


@transaction.atomic
def _queue_again(kind: Kind, work: Any) -> bool:
    if work.task and DBTaskResult.objects.filter(pk=work.task, status="READY").exists():
        return False
    waiting = kind.model.objects.filter(pk=work.pk, state=QUEUED, task=work.task, attempts=work.attempts)
    if not waiting.update(updated_at=timezone.now()):
        return False
    close_task(work)
    put_in_queue(kind, work)
    return True


def close_task(work: Any) -> None:
    """The row that the lost worker had taken no longer counts as running."""
    if work.task:
        DBTaskResult.objects.filter(pk=work.task, status="RUNNING").update(
            status="FAILED", finished_at=timezone.now(), traceback="lost"
        )
