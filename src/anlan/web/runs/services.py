"""Start, cancel, retry and recompute runs. Each write leaves an audit event.

Permission is asked before the transaction begins, so that a refusal stays in the audit.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from anlan.domain.errors import RefusedInput, UsageError
from anlan.formats.settings_bytes import LARGEST_BYTES
from anlan.studies.catalogue import METHOD, with_defaults
from anlan.studies.catalogue import study as study_of
from anlan.studies.methods.spec import read_spec
from anlan.studies.running import Ask, request_of
from anlan.web.catalog.models import EventLog, Process
from anlan.web.common.audit import record
from anlan.web.common.background import put_in_queue
from anlan.web.common.codes import next_code
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import require
from anlan.web.runs.hooks import criteria_in_force
from anlan.web.runs.models import FINISHED, Run
from anlan.web.runs.recovery import RUNS

CRITERIA = "criteria_in_force"
"""Beside the study's own parameters a run keeps the criteria that were in force when it was started."""


def start_run(
    *,
    process: Process,
    study: str,
    parameters: Mapping[str, Any],
    seed: int = 0,
    actor: User | None,
    log: EventLog | None = None,
) -> Run:
    """A run of the study on the process's current log (or `log`), put in the queue.

    Errors: UsageError where the study, an answer or the log does not fit; PermissionDenied.
    """
    if actor is not None:
        require(actor, "runs.start", process.unit)
    asked = study_of(study)
    if asked.log != "none":
        log = log or process.logs.filter(current=True).first()
    if asked.needs_log and log is None:
        raise UsageError("study.no_log", process=str(process))
    if not 0 <= seed < 2**63:
        raise UsageError("study.seed", found=seed)
    values = with_defaults(asked, parameters)
    criteria = None if values.get("criteria") else criteria_in_force(process.unit)
    request_of(Ask(study, values, process.name, seed, criteria=criteria), zone=process.unit.time_zone)
    with transaction.atomic():
        run = Run.objects.create(
            code=next_code("A"),
            study=study,
            process=process,
            unit=process.unit,
            log=log,
            parameters={**values, CRITERIA: criteria},
            seed=seed,
            input_sha256=log.sha256 if log else hashlib.sha256(_written(values)).hexdigest(),
            created_by=actor,
            updated_by=actor,
        )
        enqueue(run)
        record(
            "runs.run.start", actor=actor, target=run, changes={"study": (None, study), "seed": (None, seed)}
        )
        return run


def start_assessment(
    *, unit: Unit, document: Mapping[str, Any], actor: User, process: Process | None = None, about: str = "",
    fed_by: Run | None = None,
) -> Run:  # fmt: skip
    """One assessment by a method, from its spec. about: code of the risk it is for; fed_by: the run whose
    result it was begun with.

    Errors: RefusedInputs with every fault of the spec; UsageError for an unknown method; PermissionDenied.
    """
    require(actor, "runs.start", unit)
    spec = read_spec(document)
    written = _written(document)
    if len(written) > LARGEST_BYTES:
        raise RefusedInput("spec.too_large", file=spec.method.code, limit=LARGEST_BYTES)
    with transaction.atomic():
        run = Run.objects.create(
            code=next_code("A"),
            study=f"{METHOD}{spec.method.code}",
            process=process,
            unit=unit,
            about=about,
            parameters={"spec": dict(document)},
            seed=spec.seed,
            input_sha256=hashlib.sha256(written).hexdigest(),
            fed_by=fed_by,
            created_by=actor,
            updated_by=actor,
        )
        enqueue(run)
        changes = {"study": (None, run.study)} | ({"fed_by": (None, fed_by.code)} if fed_by else {})
        record("runs.run.start", actor=actor, target=run, changes=changes)
        return run


def cancel_run(run: Run, *, actor: User) -> Run:
    """A waiting run is cancelled at once, a running one at its next step; a finished one stays."""
    require(actor, "runs.start", run.unit)
    with transaction.atomic():
        row = Run.objects.filter(pk=run.pk)
        asked = {"cancel_asked": True, "updated_by": actor}
        waited = row.filter(state=Run.State.QUEUED).update(state=Run.State.CANCELLED, **asked)
        if waited or row.filter(state=Run.State.RUNNING).update(**asked):
            record("runs.run.cancel", actor=actor, target=run)
        run.refresh_from_db()
        return run


def retry_run(run: Run, *, actor: User) -> Run:
    """A failed or cancelled run goes back into the queue with the same parameters and seed."""
    require(actor, "runs.start", run.unit)
    with transaction.atomic():
        again = Run.objects.filter(pk=run.pk, state__in=(Run.State.FAILED, Run.State.CANCELLED))
        fresh = {"progress": 0.0, "step": "", "error": None, "cancel_asked": False, "started_at": None}
        if not again.update(state=Run.State.QUEUED, finished_at=None, updated_by=actor, **fresh):
            raise UsageError("run.not_failed", run=run.code)
        run.refresh_from_db()
        enqueue(run)
        record("runs.run.retry", actor=actor, target=run)
        return run


def recompute_run(run: Run, *, actor: User) -> Run:
    """A new run of the same ask; when it is done, `run.verified` says whether the bytes are the same."""
    require(actor, "runs.start", run.unit)
    if run.state != Run.State.DONE:
        raise UsageError("run.not_done", run=run.code)
    with transaction.atomic():
        again = Run.objects.create(
            code=next_code("A"),
            study=run.study,
            process=run.process,
            unit=run.unit,
            log=run.log,
            about=run.about,
            parameters=run.parameters,
            seed=run.seed,
            input_sha256=run.input_sha256,
            verifies=run,
            fed_by=run.fed_by,
            created_by=actor,
            updated_by=actor,
        )
        enqueue(again)
        record("runs.run.recompute", actor=actor, target=run, changes={"by": (None, again.code)})
        return again


def note_export(run: Run, *, what: str, actor: User) -> None:
    """Whoever takes a result out of the application is named in the audit."""
    require(actor, "reports.export", run.unit)
    record("runs.run.export", actor=actor, target=run, changes={"file": (None, what)})


def _written(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False).encode()


def enqueue(run: Run) -> None:
    """Put the run in the queue, in the transaction that made it wait: both are kept or none."""
    if run.state in FINISHED:
        raise ValueError(f"{run.code} is {run.state}")
    put_in_queue(RUNS, run)
