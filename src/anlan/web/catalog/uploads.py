"""From an uploaded file to a log of the process: kept, looked at, read in the background, appended."""

import re
import secrets
import traceback
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from anlan.domain.errors import AnlanError, RefusedInput, UsageError
from anlan.formats.reading.options import ReadOptions
from anlan.studies.loading import LoadedLog, append_file, import_file
from anlan.studies.numbers import is_zone
from anlan.studies.preview import preview_file
from anlan.web.catalog.models import LogImport, Process
from anlan.web.catalog.services import add_log, log_process
from anlan.web.catalog.telling import tell_import_ended
from anlan.web.common import background
from anlan.web.common.audit import record
from anlan.web.people.models import User
from anlan.web.people.permissions import require

ENDINGS = (".csv", ".tsv", ".txt", ".xlsx", ".xes", ".parquet", ".feather", ".arrow", ".gz")
MOST_BYTES = 2 * 2**30
State = LogImport.State


def keep_upload(process: Process, upload: UploadedFile, *, actor: User) -> LogImport:
    """Keep the file below ANLAN_HOME/files/uploads and look at it; RefusedInput says what is wrong."""
    require(actor, "logs.import", process.unit)
    name = re.sub(r"[^\w.\- ()（）]+", "_", Path(upload.name or "log").name)[-120:]
    if not name.lower().endswith(ENDINGS):
        raise RefusedInput("upload.ending", name=name, accepted=", ".join(ENDINGS))
    if upload.size > MOST_BYTES:
        raise RefusedInput("upload.size", name=name, size=upload.size, limit=MOST_BYTES)
    folder = Path(settings.ANLAN_HOME) / "files" / "uploads" / secrets.token_hex(12)
    folder.mkdir(parents=True, mode=0o700)
    target = folder / name
    with target.open("wb") as out:
        for chunk in upload.chunks():
            out.write(chunk)
    try:
        preview = asdict(preview_file(target, ReadOptions()))
    except AnlanError:
        target.unlink()
        folder.rmdir()
        raise
    with transaction.atomic():
        made = LogImport.objects.create(
            unit=process.unit, process=process, file=str(target.relative_to(settings.ANLAN_HOME)), name=name,
            size=upload.size, preview=_plain(preview), created_by=actor, updated_by=actor,
        )  # fmt: skip
        record("catalog.upload.keep", actor=actor, target=made, changes={"name": (None, name)})
    return made


def start_import(upload: LogImport, *, options: Mapping[str, Any], actor: User) -> LogImport:
    """Put the file in the queue with the columns as recognised or corrected.

    options: `mapping` (role -> column), `tz`, `time_format`, `append` (to the current log).
    """
    require(actor, "logs.import", upload.unit)
    if options.get("tz") and not is_zone(options["tz"]):
        raise UsageError("option.tz", found=str(options["tz"])[:80])
    read_options(options)
    with transaction.atomic():
        waiting = LogImport.objects.filter(
            pk=upload.pk, state__in=(State.UPLOADED, State.FAILED, State.CANCELLED)
        )
        fresh = {"error": None, "progress": 0.0, "step": "", "losses": 0, "finished_at": None}
        by = {"updated_by": actor, "updated_at": timezone.now()}
        if not waiting.update(state=State.QUEUED, options=dict(options), **fresh, **by):
            raise UsageError("upload.not_waiting", name=upload.name)
        upload.refresh_from_db()
        background.put_in_queue(IMPORTS, upload)
        record("catalog.upload.start", actor=actor, target=upload, changes={"options": ({}, str(options))})
    upload.refresh_from_db()
    return upload


def retry_import(upload: LogImport, *, actor: User) -> LogImport:
    """Once more with the columns a person confirmed before; only what failed or was cancelled."""
    if not upload.options:
        raise UsageError("upload.not_confirmed", name=upload.name)
    return start_import(upload, options=upload.options, actor=actor)


def cancel_import(upload: LogImport, *, actor: User) -> None:
    """A waiting import is dropped, a running one ends at its next step; the log stays as it was."""
    require(actor, "logs.import", upload.unit)
    with transaction.atomic():
        LogImport.objects.filter(pk=upload.pk, state__in=(State.QUEUED, State.RUNNING)).update(
            state=State.CANCELLED
        )
        record("catalog.upload.cancel", actor=actor, target=upload)


def read_options(options: Mapping[str, Any]) -> ReadOptions:
    mapping = {role: column for role, column in options.get("mapping", {}).items() if column}
    if len(set(mapping.values())) < len(mapping):
        twice = next(c for c in mapping.values() if list(mapping.values()).count(c) > 1)
        raise UsageError("upload.column_twice", column=twice)
    return ReadOptions(
        mapping=mapping, tz=options.get("tz") or None, time_format=options.get("time_format") or None
    )


def _task() -> Any:
    from anlan.web.catalog.tasks import execute_import

    return execute_import


IMPORTS = background.Kind(
    LogImport, _task, action="catalog.upload", lost="upload.lost", ended=tell_import_ended
)


def perform(upload_id: int, *, attempts: int) -> str:
    """Read the file and make it the process' log; the state the import is left in."""
    if not background.claim(LogImport, upload_id, attempts=attempts):
        return "skipped"
    with background.in_hand(LogImport, upload_id):
        _perform(LogImport.objects.select_related("process", "unit", "updated_by").get(pk=upload_id))
    return str(LogImport.objects.values_list("state", flat=True).get(pk=upload_id))


def _perform(upload: LogImport) -> None:
    try:
        _make_log(upload)
    except background.Overtaken:
        pass
    except background.GivenBack:
        background.give_back(IMPORTS, upload)
    except AnlanError as fault:
        _fail(upload, fault.code, fault.parameters)
    except Exception as fault:
        traceback.print_exc()
        _fail(upload, "upload.fault", {"kind": type(fault).__name__, "name": upload.name})


def _make_log(upload: LogImport) -> None:
    """Reading and summing up take long and hold nothing; log and outcome are written in one transaction,
    which an import that is no longer this worker's undoes."""
    loaded = _read(upload)
    summed_up = log_process(loaded, name=upload.process.name)
    with transaction.atomic():
        log = add_log(upload.process, loaded, actor=upload.updated_by, summed_up=summed_up)
        _finish(upload, State.DONE, log=log, progress=1.0)


def _read(upload: LogImport) -> LoadedLog:
    path, options = Path(settings.ANLAN_HOME) / upload.file, read_options(upload.options)

    def progress(step: str, share: float) -> None:
        whole = 0.8 * share if step == "read" else 0.8 + 0.2 * share
        background.write(upload, step=step[:40], progress=whole)

    current = upload.process.logs.filter(current=True).first()
    if upload.options.get("append") and current is not None:
        return append_file(current.store_id, path, options, progress=progress)
    return import_file(path, options, progress=progress)


def _finish(upload: LogImport, state: str, **fields: Any) -> None:
    background.write(upload, state=state, finished_at=timezone.now(), **fields)
    upload.state = state
    tell_import_ended(upload)


@transaction.atomic
def _fail(upload: LogImport, code: str, parameters: Mapping[str, Any]) -> None:
    try:
        _finish(upload, State.FAILED, error={"code": code, "parameters": _plain(parameters)})
    except background.Overtaken:
        return


def _plain(value: Any) -> Any:
    """The value as JSON holds it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
