"""From an uploaded workbook to the register: kept, checked, confirmed, written in one transaction."""

import re
import secrets
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone, translation

from anlan.domain.errors import AnlanError, RefusedInput, UsageError
from anlan.formats.record_sheet import RecordSheet, read_records
from anlan.web.common import background
from anlan.web.common.audit import record
from anlan.web.notices.services import News, tell
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import may, require, units_of
from anlan.web.risks.exchange.checking import Line, check
from anlan.web.risks.exchange.columns import SHOWN, columns
from anlan.web.risks.models import RegisterImport
from anlan.web.risks.selectors import custom_fields
from anlan.web.risks.services.bulk import write_risks

State = RegisterImport.State
OUTCOMES = ("create", "update", "skip", "error")
MOST_BYTES = 30 * 2**20
_KEPT_LINES = 500


def keep_workbook(upload: UploadedFile, *, actor: User) -> RegisterImport:
    """Keep the file below ANLAN_HOME/files/uploads and check its rows; RefusedInput says what is wrong."""
    require(actor, "risks.edit")
    name = re.sub(r"[^\w.\- ()（）]+", "_", Path(upload.name or "register").name)[-120:]
    if not name.lower().endswith(".xlsx"):
        raise RefusedInput("sheet.ending", name=name)
    if upload.size > MOST_BYTES:
        raise RefusedInput("upload.size", name=name, size=upload.size, limit=MOST_BYTES)
    folder = Path(settings.ANLAN_HOME) / "files" / "uploads" / secrets.token_hex(12)
    folder.mkdir(parents=True, mode=0o700)
    target = folder / name
    with target.open("wb") as out:
        for chunk in upload.chunks():
            out.write(chunk)
    try:
        sheet = read_records(target, columns("zh", custom_fields(actor)))
        lines = check(sheet, actor=actor)
    except AnlanError:
        target.unlink()
        folder.rmdir()
        raise
    with transaction.atomic():
        made = RegisterImport.objects.create(
            unit=_home(actor), file=str(target.relative_to(settings.ANLAN_HOME)), name=name, size=upload.size,
            preview=preview_of(sheet, lines), created_by=actor, updated_by=actor,
        )  # fmt: skip
        record("risks.import.check", actor=actor, target=made, changes={"name": (None, name)})
    return made


def _home(actor: User) -> Unit:
    """The unit an import belongs to: the person's own, else the first whose register they change."""
    own = actor.unit
    return own if own is not None and may(actor, "risks.edit", own) else units_of(actor, "risks.edit")[0]


def preview_of(sheet: RecordSheet, lines: list[Line]) -> dict[str, Any]:
    """Counts per outcome, the first lines of each, headings that are not read."""
    counts = Counter(line.outcome for line in lines)
    return {
        "sheet": sheet.sheet,
        "counts": {outcome: counts[outcome] for outcome in OUTCOMES},
        "lines": {
            outcome: [_line(line) for line in lines if line.outcome == outcome][:_KEPT_LINES]
            for outcome in OUTCOMES
        },
        "unknown": list(sheet.unknown),
        "ignored": [heading for code, heading in sheet.headings.items() if code in SHOWN],
    }


def _line(line: Line) -> dict[str, Any]:
    changes = []
    if line.outcome == "update":
        changes = [[name, _plain(getattr(line.risk, name)), _plain(v)] for name, v in line.values.items()]
    return {
        "row": line.row, "code": line.code, "title": line.title, "changes": changes,
        "faults": [{"code": f.code, "parameters": _plain(f.parameters)} for f in line.faults],
    }  # fmt: skip


def start_import(made: RegisterImport, *, leave_out: bool, actor: User) -> None:
    """Confirm: write the rows in the background. `leave_out`: go on without the rows in error."""
    require(actor, "risks.edit", made.unit)
    counts = made.preview["counts"]
    if counts["error"] and not leave_out:
        raise UsageError("sheet.errors_left", n=counts["error"])
    with transaction.atomic():
        kept = RegisterImport.objects.select_for_update().get(pk=made.pk)
        if kept.state not in (State.CHECKED, State.FAILED, State.CANCELLED):
            raise UsageError("upload.not_waiting", name=made.name)
        RegisterImport.objects.filter(pk=made.pk).update(
            state=State.QUEUED, leave_out=leave_out, error=None, progress=0.0, step="", losses=0,
            finished_at=None, updated_at=timezone.now(), updated_by=actor,
        )  # fmt: skip
        kept.refresh_from_db()
        background.put_in_queue(IMPORTS, kept)
        record("risks.import.start", actor=actor, target=made, changes={"leave_out": (None, leave_out)})


def cancel_import(made: RegisterImport, *, actor: User) -> None:
    """A waiting import is dropped, a running one ends before it writes; the register stays as it was."""
    require(actor, "risks.edit", made.unit)
    with transaction.atomic():
        RegisterImport.objects.filter(pk=made.pk, state__in=(State.QUEUED, State.RUNNING)).update(
            state=State.CANCELLED
        )
        record("risks.import.cancel", actor=actor, target=made)


def _tell(made: RegisterImport) -> None:
    """Whoever started the import, that it was written or failed."""
    told = News(
        kind="sheet_ended", about=made, unit=made.unit, recipients=[made.updated_by],
        link=reverse("risks:preview", args=[made.pk]),
        parameters={"name": made.name, "import_state": made.state},
    )  # fmt: skip
    tell([told])


def _task() -> Any:
    from anlan.web.risks.tasks import execute_register_import

    return execute_register_import


IMPORTS = background.Kind(RegisterImport, _task, action="risks.import", lost="upload.lost", ended=_tell)


def perform(pk: int, *, attempts: int) -> str:
    """Check again and write; the state the import is left in."""
    if not background.claim(RegisterImport, pk, attempts=attempts):
        return "skipped"
    with background.in_hand(RegisterImport, pk):
        return _perform(RegisterImport.objects.select_related("unit", "updated_by").get(pk=pk))


def _perform(made: RegisterImport) -> str:
    try:
        with translation.override(made.updated_by.language):
            _write(made)
    except background.Overtaken:
        return "skipped"
    except background.GivenBack:
        background.give_back(IMPORTS, made)
    except AnlanError as fault:
        _fail(made, fault.code, fault.parameters)
    except Exception as fault:
        traceback.print_exc()
        _fail(made, "upload.fault", {"kind": type(fault).__name__, "name": made.name})
    return str(RegisterImport.objects.values_list("state", flat=True).get(pk=made.pk))


@transaction.atomic
def _fail(made: RegisterImport, code: str, parameters: Any) -> None:
    error = {"code": code, "parameters": _plain(parameters)}
    try:
        _update(made, "", state=State.FAILED, error=error, finished_at=timezone.now())
    except background.Overtaken:
        return


def _write(made: RegisterImport) -> None:
    actor = made.updated_by
    _update(made, "reading", progress=0.05)
    sheet = read_records(Path(settings.ANLAN_HOME) / made.file, columns("zh", custom_fields(actor)))
    _update(made, "checking", progress=0.2)
    lines = check(
        sheet, actor=actor, progress=lambda share: _update(made, "checking", progress=0.2 + 0.4 * share)
    )
    counts = Counter(line.outcome for line in lines)
    if counts["error"] > (made.preview["counts"]["error"] if made.leave_out else 0):
        RegisterImport.objects.filter(pk=made.pk).update(preview=preview_of(sheet, lines))
        raise UsageError("sheet.errors_since", n=counts["error"])
    _update(made, "writing", progress=0.6)
    with transaction.atomic():
        new = write_risks(
            new=[line.values for line in lines if line.outcome == "create"],
            changed=[(line.risk, line.values) for line in lines if line.outcome == "update" and line.risk],
            actor=actor, reason=made.name,
        )  # fmt: skip
        outcome = {name: counts[name] for name in OUTCOMES} | {
            "first": new[0].code if new else "", "last": new[-1].code if new else ""
        }  # fmt: skip
        _update(made, "", state=State.DONE, progress=1.0, outcome=outcome, finished_at=timezone.now())


def _update(made: RegisterImport, step: str, **fields: Any) -> None:
    """Write where the import stands, as long as it is this task's."""
    background.write(made, step=step, **fields)
    if fields.get("state") in (State.DONE, State.FAILED):
        made.state = fields["state"]
        _tell(made)


def _plain(value: Any) -> Any:
    """The value as JSON holds it; a record by what people call it."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Model):
        return str(value)
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
