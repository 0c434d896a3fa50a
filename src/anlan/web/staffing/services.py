"""Forecasts of a process from its log, and what uploads bring into the forms."""

import datetime
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from django.core.files.uploadedfile import UploadedFile

from anlan.domain.errors import RefusedInput, UsageError
from anlan.formats.count_table import Counts, read_counts
from anlan.formats.roster_book import read_roster_book
from anlan.loop.quantify.methods.resources.demand_forecast import LEAST_DAYS
from anlan.studies.resources import forecast_spec, inputs_from
from anlan.web.catalog.models import Process
from anlan.web.people.models import User
from anlan.web.people.permissions import require
from anlan.web.runs.models import Run
from anlan.web.runs.results import result_of
from anlan.web.runs.services import start_assessment
from anlan.web.staffing import selectors

_MOST_BYTES = 4_000_000
_MOST_DAYS = 1_000
_LONGEST_NAME = 200
"""Bytes of a file's name on the disk; a name of Chinese signs has three for each."""
_ENDINGS = (".csv", ".txt", ".xlsx")
Read = TypeVar("Read")


def start_process_forecast(
    process: Process, *, actor: User, minutes: int | None = None, days: int = 7, holidays: Sequence[str] = ()
) -> Run:
    """The arrivals of the current log and what is to be expected, in the background. minutes: of an interval,
    or as many as the log has cases for; of a long log the newest 1,000 days.

    Errors: UsageError `study.no_log`, `forecast.log_too_short`; RefusedInputs as of the method.
    """
    require(actor, selectors.START, process.unit)
    daily = selectors.process_counts(process, minutes=1440)
    if daily is None:
        raise UsageError("study.no_log", process=str(process))
    if len(daily.values) < LEAST_DAYS:
        raise UsageError("forecast.log_too_short", days=len(daily.values))
    chosen = minutes or selectors.suggested_minutes(daily)
    counts = daily if chosen == 1440 else selectors.process_counts(process, minutes=chosen)
    spec = forecast_spec(_newest(counts or daily), title=process.name,
                         asked={"days": days, "holidays": list(holidays) or None})  # fmt: skip
    return start_assessment(unit=process.unit, document=spec, actor=actor, process=process)


def _newest(counts: Counts) -> Counts:
    """At most the newest 1,000 days."""
    per_day = 1440 // (counts.minutes or 1440)
    over = max(0, len(counts.values) // per_day - _MOST_DAYS)
    start = counts.start + datetime.timedelta(days=over) if counts.start else None
    return Counts(counts.values[over * per_day :], start, counts.minutes)


def uploaded_counts(file: UploadedFile | None, *, minutes: int | None, start: str) -> dict[str, Any]:
    """Inputs of a forecast from a table. minutes, start: where the table has no times.

    Errors: RefusedInput with every row at fault; UsageError `forecast.no_start`, `forecast.no_interval`.
    """
    counts = _with_file(file, read_counts)
    asked = {"interval": minutes if counts.minutes is None else None, "start": start or None}
    name = Path(file.name or "").stem if file else ""
    return forecast_spec(counts, title=name, asked=asked)


def uploaded_roster(
    file: UploadedFile | None, *, start: datetime.date, days: int, staffing: Run | None
) -> dict[str, Any]:
    """Inputs of a roster from a workbook, its need from a staffing plan where one is named.

    Errors: RefusedInput with every cell at fault.
    """
    need: Mapping[str, Any] = {}
    if staffing is not None:
        need = inputs_from(result_of(staffing), into=selectors.ROSTER)
        days = need["days"] if len(need["hourly"]) > 24 else days
        start = datetime.date.fromisoformat(need["start"]) if need.get("start") else start
    read = _with_file(file, lambda path: read_roster_book(path, start=start, days=days))
    return {**need, **read, "days": days, "start": start.isoformat()}


def _with_file(file: UploadedFile | None, read: Callable[[Path], Read]) -> Read:
    """What is read from a file for a moment on the disk, under its own name."""
    if file is None:
        raise RefusedInput("staffing.no_file")
    name = Path(file.name or "").name.replace("\0", "") or "upload"
    if Path(name).suffix.lower() not in _ENDINGS:
        raise RefusedInput("staffing.kind", file=name[:100], accepted=_ENDINGS)
    if (file.size or 0) > _MOST_BYTES:
        raise RefusedInput("staffing.too_large", file=name[:100], most=_MOST_BYTES // 1_000_000)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name.encode()[-_LONGEST_NAME:].decode(errors="ignore")
        path.write_bytes(file.read())
        return read(path)
