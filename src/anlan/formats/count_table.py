"""Counts by interval from a table, CSV or Excel: one number a row, with or without the time its interval
begins."""

import csv
import datetime
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anlan.domain.errors import RefusedInput, Several
from anlan.formats.plain_sheet import first_sheet
from anlan.formats.reading.encodings import find_encoding
from anlan.formats.settings_bytes import read_once

DAY_MIN = 1440
_MINUTE = datetime.timedelta(minutes=1)
_MOST_BYTES = 4_000_000
MOST_FAULTS = 50
"""Rows at fault that are told."""
Cells = list[Any]


@dataclass(frozen=True)
class Counts:
    """values, one an interval; start: when the first begins, None where the table has no times; minutes:
    length of an interval, None where no times tell it."""

    values: tuple[float, ...]
    start: datetime.datetime | None
    minutes: int | None


class RefusedCounts(Several, RefusedInput):
    """A table of counts is not acceptable: one error for each row at fault."""


@dataclass
class _Rows:
    """The rows of a table with their numbers, and what is wrong with them."""

    file: str
    faults: list[RefusedInput] = field(default_factory=list)

    def refuse(self, code: str, line: int, **found: str) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(RefusedInput(code, file=self.file, line=line, **found))

    def raise_any(self) -> None:
        """Errors: the one fault there is, or RefusedCounts with all."""
        if len(self.faults) == 1:
            raise self.faults[0]
        if self.faults:
            raise RefusedCounts("method.inputs", tuple(self.faults))


def read_counts(path: Path) -> Counts:
    """The last column as counts, the first one as times where there are several; a heading is passed over.
    A file `*.xlsx` is read as its first sheet that holds anything.

    Errors: RefusedInput `counts.*` with the row, all rows at fault together: no number, no time, times that
    are not at equal steps; `workbook.*` for a workbook that cannot be read.
    """
    found = first_sheet(path) if path.suffix.lower() == ".xlsx" else _text_rows(path)
    lines = [(n, row) for n, row in found if row]
    if lines and not _is_number(lines[0][1][-1]):
        lines = lines[1:]
    if not lines:
        raise RefusedInput("counts.empty", file=path.name)
    rows = _Rows(path.name)
    values = [_value(rows, n, row[-1]) for n, row in lines]
    timed = len(lines[0][1]) > 1
    times = [(n, _time(rows, n, row[0])) for n, row in lines] if timed else []
    rows.raise_any()
    if not timed:
        return Counts(tuple(values), None, None)
    return _timed(rows, tuple(values), times)


def _text_rows(path: Path) -> list[tuple[int, Cells]]:
    """Rows of cells of a text with commas, semicolons or tabs, in UTF-8, UTF-16 or GB18030. Errors:
    RefusedInput `counts.number` for a line that is no row of a table; `reading.*` of another encoding."""
    read = read_once(path, kind="settings", largest=_MOST_BYTES)
    encoding = find_encoding(read.content, name=path.name)
    text = read.content[encoding.mark_bytes :].decode(encoding.name, errors="replace")
    delimiter = next((sign for sign in (",", ";", "\t") if sign in text), ",")
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        return [(n, _filled([cell.strip() for cell in row])) for n, row in enumerate(rows, start=1)]
    except csv.Error:
        raise RefusedInput("counts.number", file=path.name, line=rows.line_num, found="…") from None


def _filled(row: Sequence[str]) -> Cells:
    return list(row) if any(row) else []


def _is_number(cell: Any) -> bool:
    """Whether a cell is a number at all: one that is no count is a fault, not a heading."""
    try:
        float(cell)
    except (TypeError, ValueError):
        return False
    return True


def _value(rows: _Rows, line: int, cell: Any) -> float:
    found = float(cell) if _is_number(cell) else -1.0
    if not 0 <= found < 1e12:
        rows.refuse("counts.number", line, found=str(cell)[:60])
        return 0.0
    return found


def _time(rows: _Rows, line: int, cell: Any) -> datetime.datetime:
    """A time or day, of a spreadsheet or as written; slashes are taken for dashes."""
    if isinstance(cell, datetime.datetime):
        return _whole_minute(cell)
    if isinstance(cell, datetime.date):
        return datetime.datetime.combine(cell, datetime.time())
    try:
        return datetime.datetime.fromisoformat(str(cell).strip().replace("/", "-")).replace(tzinfo=None)
    except ValueError:
        rows.refuse("counts.time", line, found=str(cell)[:60])
        return datetime.datetime.min


def _whole_minute(time: datetime.datetime) -> datetime.datetime:
    """Times of a spreadsheet are parts of a day and may miss a minute by a fraction of a second."""
    return (time + datetime.timedelta(seconds=1)).replace(second=0, microsecond=0, tzinfo=None)


def _timed(rows: _Rows, values: tuple[float, ...], times: list[tuple[int, datetime.datetime]]) -> Counts:
    """Equal steps, told by the first two times; of steps at fault the first, since all others follow."""
    start = times[0][1]
    if len(times) < 2:
        return Counts(values, start, None)
    step = times[1][1] - start
    for place, (line, time) in enumerate(times):
        if time - start != place * step or (place and (step < _MINUTE or step % _MINUTE)):
            expected = _next(times[place - 1][1], step) if place else str(start)[:16]
            raise RefusedInput(
                "counts.step", file=rows.file, line=line, found=str(time)[:16], expected=expected
            )
    return Counts(values, start, round(step.total_seconds() / 60))


def _next(time: datetime.datetime, step: datetime.timedelta) -> str:
    """When the next interval begins, whole minutes later; the last of all times where there is none after."""
    step = max(_MINUTE, -(-step // _MINUTE) * _MINUTE)
    return (min(time, datetime.datetime.max - step) + step).isoformat(sep=" ", timespec="minutes")
