"""Taking from sources: each batch exactly once, and nothing of it lost.

1. A source that is due is claimed by moving its next time forward, in one statement that names the time it
   was due; a lease keeps two runs of it apart.
2. A batch is first kept as readings (their own transaction, see `web.readings.taking`), then place, counts
   and the note of the run move on in one. A process that ends between the two takes the batch again: its key,
   or what stands already, makes that harmless.
3. A fault ends the run, is noted, and the source is due again at its next time.
"""

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import DatabaseError, close_old_connections, connections, transaction
from django.db.models import F
from django.utils import timezone

from anlan.domain.errors import AnlanError, UsageError
from anlan.web.monitoring.services.reporting import report_below
from anlan.web.readings.taking import Answer
from anlan.web.runs.leases import hold, release
from anlan.web.sources.kinds import KINDS
from anlan.web.sources.kinds.contract import Asked, Batch
from anlan.web.sources.models import Source, SourceFile, SourceRun
from anlan.web.sources.sealed import opened

HOLD_S = 180.0
AT_ONCE = 4
KEPT_RUNS = 200
_busy = threading.BoundedSemaphore(AT_ONCE)


def start_due() -> int:
    """Begin runs of the sources that are due, each in a thread of its own so that a slow one holds up neither
    the others nor the scheduler; how many."""
    begun = 0
    for pk in list(_due()):
        if not _busy.acquire(blocking=False):
            break
        threading.Thread(target=_in_thread, args=(pk,), daemon=True, name=f"source-{pk}").start()
        begun += 1
    return begun


def take_due() -> int:
    """Run the sources that are due here and now; how many."""
    return sum(claimed_run(pk) for pk in list(_due()))


def _due() -> Any:
    active = Source.objects.filter(status=Source.Status.ACTIVE, next_at__lte=timezone.now())
    return active.order_by("next_at").values_list("pk", flat=True)[:50]


def _in_thread(pk: int) -> None:
    try:
        close_old_connections()
        claimed_run(pk)
    except DatabaseError:
        # the record database is away; the source is due again at its next time
        return
    finally:
        connections.close_all()
        _busy.release()


def claimed_run(pk: int) -> bool:
    """Run the source where nobody else does; whether it was run."""
    seat, me = f"source:{pk}", secrets.token_hex(8)
    if not hold(seat, me, seconds=HOLD_S):
        return False
    try:
        source = Source.objects.select_related("unit").get(pk=pk)
        now = timezone.now()
        due = Source.objects.filter(pk=pk, next_at=source.next_at, status=Source.Status.ACTIVE)
        if source.next_at > now or not due.update(next_at=now + timedelta(seconds=source.every_s)):
            return False
        run(source, stay=lambda: hold(seat, me, seconds=HOLD_S))
        return True
    finally:
        release(seat, me)


def run(source: Source, *, stay: Callable[[], bool] = lambda: True) -> None:
    """Take what is new. stay: whether the run may go on, asked before each batch."""
    fault: AnlanError | None = None
    try:
        for batch in KINDS[source.kind].batches(asked_of(source)):
            if not stay():
                break
            _take(source, batch)
    except AnlanError as error:
        fault = error
    except OSError as error:
        fault = UsageError("sources.away", found=f"{type(error).__name__}: {error}"[:200])
    _ended(source, fault)


def now_us() -> int:
    """The clock in microseconds UTC."""
    return time.time_ns() // 1000


def asked_of(source: Source, *, trial: bool = False) -> Asked:
    """What its kind is asked. Errors: UsageError `sources.secret`."""
    return Asked(
        source.unit, source.settings, opened(source.secret), source.place, now_us(), trial, source.pk,
    )  # fmt: skip


def _take(source: Source, batch: Batch) -> None:
    answer = Answer()
    if batch.rows:
        answer = report_below(
            source.unit, batch.rows, source=f"source:{source.code}", key=batch.key,
            now=now_us(),
        )  # fmt: skip
    with transaction.atomic():
        note = _note(batch, answer)
        if note is not None:
            SourceRun.objects.create(source=source, at=timezone.now(), **note)
        if batch.file is not None and batch.last:
            SourceFile.objects.get_or_create(
                source=source, sha256=batch.file.sha256,
                defaults=asdict(batch.file) | {"at": timezone.now(), "failed": _failed(batch, answer)},
            )  # fmt: skip
        source.place = dict(source.place) | dict(batch.place)
        changed: dict[str, Any] = {
            "place": source.place, "taken": F("taken") + answer.accepted,
            "corrected": F("corrected") + answer.corrected, "doubts": F("doubts") + answer.quarantined,
        }  # fmt: skip
        if answer.accepted or answer.corrected:
            changed["seen_at"] = timezone.now()
        if batch.more:
            changed["next_at"] = timezone.now()
        Source.objects.filter(pk=source.pk).update(**changed)


def _failed(batch: Batch, answer: Answer) -> bool:
    believed = answer.accepted + answer.corrected + answer.unchanged
    return batch.error is not None or (bool(batch.rows) and not believed)


def _note(batch: Batch, answer: Answer) -> dict[str, Any] | None:
    """What the page of the source shows of the batch; None where it brought nothing."""
    if batch.error is None and not (answer.accepted or answer.corrected or answer.quarantined or batch.file):
        return None
    return {
        "item": batch.file.name if batch.file is not None else "", "rows": len(batch.rows),
        "taken": answer.accepted, "corrected": answer.corrected, "unchanged": answer.unchanged,
        "doubts": answer.quarantined, "error": kept(batch.error),
    }  # fmt: skip


def _ended(source: Source, fault: AnlanError | None) -> None:
    """Note the run; of the same fault again and again one row."""
    error = kept(fault)
    with transaction.atomic():
        if error and error != source.error:
            SourceRun.objects.create(source=source, at=timezone.now(), error=error)
        Source.objects.filter(pk=source.pk).update(run_at=timezone.now(), error=error)
        old = list(source.runs.values_list("pk", flat=True)[KEPT_RUNS : KEPT_RUNS + 200])
        SourceRun.objects.filter(pk__in=old).delete()


def kept(fault: AnlanError | None) -> dict[str, Any]:
    """A fault as the database keeps it."""
    if fault is None:
        return {}
    plain = {name: list(value) if isinstance(value, tuple) else value
             for name, value in fault.parameters.items()}  # fmt: skip
    return {"code": fault.code, "parameters": plain}


def is_silent(source: Source, now: datetime | None = None) -> bool:
    """Whether nothing came for longer than was stated, counted from its making where nothing ever came."""
    if source.silent_after_s is None or source.status != Source.Status.ACTIVE:
        return False
    since = source.seen_at or source.created_at
    return (now or datetime.now(UTC)) - since > timedelta(seconds=source.silent_after_s)
