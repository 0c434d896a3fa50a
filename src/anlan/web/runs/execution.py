"""One run from claim to result.

1. Claim: the row goes from queued to running and `attempts` grows, in one statement. Of two workers one
   wins. Every later write names the attempt; a worker that was given up for lost writes nothing any more.
2. Compute, with progress at most twice a second; each write looks whether somebody asked to cancel.
3. The result file is written whole under its hash, then state, figures and what other apps make of the
   result are written in one transaction.
"""

import time
import traceback
from collections.abc import Callable, Sequence
from typing import Any

from django.db import OperationalError, transaction
from django.utils import timezone

from anlan.domain.errors import AnlanError
from anlan.studies.catalogue import function, study
from anlan.studies.loading import load_log
from anlan.studies.progress import share_of_whole
from anlan.studies.running import Ask, result_text, run_study
from anlan.web.common import background
from anlan.web.common.audit import record
from anlan.web.common.models import AuditEvent
from anlan.web.common.workers import asked_to_stop
from anlan.web.runs import hooks, presence, results
from anlan.web.runs.models import Run
from anlan.web.runs.telling import tell_ended

WRITE_EVERY_S = 0.5


class Stopped(Exception):  # noqa: N818 - not a fault
    """The run was cancelled, or is no longer this worker's."""


class GivenBack(Exception):  # noqa: N818 - not a fault
    """The worker ends; another one is to compute the run."""


def execute(run_id: int, *, attempts: int) -> str:
    """Compute a waiting run; the state it is left in, or `skipped` where it was not ours to compute."""
    run = claim(run_id, attempts=attempts)
    if run is None:
        return "skipped"
    with background.in_hand(Run, run_id):
        _compute_to_an_end(run)
    return str(Run.objects.values_list("state", flat=True).get(pk=run_id))


def _compute_to_an_end(run: Run) -> None:
    """Computed, cancelled, given back or failed, and written as such."""
    try:
        _compute(run)
    except Stopped:
        _cancelled(run)
    except GivenBack:
        _give_back(run)
    except AnlanError as error:
        fail(run, code=error.code, parameters=_plain(error.parameters), several=error.several)
    except Exception as fault:
        fail(run, code="run.fault", parameters={"kind": type(fault).__name__, "run": run.code})
        traceback.print_exc()


def claim(run_id: int, *, attempts: int) -> Run | None:
    """Take the run, if it still waits and nobody has claimed it since it was put in the queue."""
    now = timezone.now()
    waiting = Run.objects.filter(pk=run_id, state=Run.State.QUEUED, attempts=attempts)
    won = waiting.update(
        state=Run.State.RUNNING,
        attempts=attempts + 1,
        worker=presence.my_name(),
        started_at=now,
        heartbeat_at=now,
        progress=0.0,
        step="read",
    )
    return Run.objects.select_related("process", "log", "unit").get(pk=run_id) if won else None


def _compute(run: Run) -> None:
    loaded = load_log(run.log.store_id) if run.log else None
    values = dict(run.parameters)
    ask = Ask(
        study=run.study,
        criteria=values.pop("criteria_in_force", None),
        values=values,
        process=run.process.name if run.process else run.study,
        seed=run.seed,
        loaded=loaded,
        progress=progress_of(run),
    )
    result = run_study(ask)
    place, digest = results.keep(result_text(result))
    patiently(lambda: _done(run, result, place=place, digest=digest))


def patiently(write: Callable[[], None], *, tries: int = 5) -> None:
    """Write a result that took long to compute also where somebody holds the database for a while."""
    for left in reversed(range(tries)):
        try:
            write()
        except OperationalError:
            if not left:
                raise
            time.sleep(1.0)
        else:
            return


def progress_of(run: Run) -> Callable[[str, float], None]:
    """Writes step and share to the run, at most twice a second. Raises Stopped where it must end."""
    written_at = 0.0

    def progress(step: str, share: float) -> None:
        nonlocal written_at
        if asked_to_stop.is_set():
            raise GivenBack
        if time.monotonic() - written_at < WRITE_EVERY_S:
            return
        written_at = time.monotonic()
        kept = _mine(run).filter(cancel_asked=False)
        try:
            alive = kept.update(
                step=step[:40], progress=share_of_whole(step, share), heartbeat_at=timezone.now()
            )
        except OperationalError:  # somebody writes for long: the next step says where we are
            return
        if not alive:
            raise Stopped

    return progress


def _mine(run: Run) -> Any:
    """The row of the run as long as this attempt is the one that counts."""
    return Run.objects.filter(pk=run.pk, state=Run.State.RUNNING, attempts=run.attempts)


@transaction.atomic
def _done(run: Run, result: dict[str, Any], *, place: str, digest: str) -> None:
    now = timezone.now()
    finished = _mine(run).filter(cancel_asked=False).update(
        state=Run.State.DONE,
        progress=1.0,
        step="done",
        finished_at=now,
        heartbeat_at=now,
        error=None,
        result=place,
        result_sha256=digest,
        figures=function(study(run.study).figures)(result),
    )  # fmt: skip
    if not finished:
        raise Stopped
    run.refresh_from_db()
    if run.verifies_id:
        Run.objects.filter(pk=run.verifies_id).update(
            verified=run.verifies.result_sha256 == digest, verified_at=now
        )
    else:
        for hook in hooks.when_done:
            hook(run, result)
    tell_ended(run)
    record(
        "runs.run.done", actor=run.created_by, target=run, source="worker",
        changes={"result_sha256": (None, digest)},
    )  # fmt: skip


@transaction.atomic
def _cancelled(run: Run) -> None:
    now = timezone.now()
    if _mine(run).filter(cancel_asked=True).update(state=Run.State.CANCELLED, finished_at=now):
        record("runs.run.cancelled", actor=run.updated_by, target=run, source="worker")


@transaction.atomic
def _give_back(run: Run) -> None:
    """Waiting again, as if this worker had never had it."""
    from anlan.web.runs.services import enqueue

    fresh = {"progress": 0.0, "step": "", "worker": "", "started_at": None, "updated_at": timezone.now()}
    if _mine(run).update(state=Run.State.QUEUED, **fresh):
        run.refresh_from_db()
        enqueue(run)


@transaction.atomic
def fail(run: Run, *, code: str, parameters: dict[str, Any], several: Sequence[AnlanError] = ()) -> None:
    """The run ends without a result; the error is kept as code and parameters, for both languages."""
    error: dict[str, Any] = {"code": code, "parameters": parameters}
    if several:
        error["several"] = [{"code": each.code, "parameters": _plain(each.parameters)} for each in several]
    if _mine(run).update(state=Run.State.FAILED, finished_at=timezone.now(), error=error):
        run.state = Run.State.FAILED
        tell_ended(run)
        record(
            "runs.run.failed", actor=run.created_by, target=run, source="worker", reason=code,
            result=AuditEvent.Result.FAILED,
        )  # fmt: skip


def _plain(parameters: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value if isinstance(value, bool | int | float | str | None) else _listed(value)
        for name, value in parameters.items()
    }


def _listed(value: Any) -> Any:
    return [str(item) for item in value] if isinstance(value, list | tuple) else str(value)
