"""Counts by interval from a text table: one number a line, with or without the time its interval begins."""

import csv
import datetime
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from anlan.domain.errors import RefusedInput
from anlan.formats.settings_bytes import read_once

DAY_MIN = 1440
_MINUTE = datetime.timedelta(minutes=1)
_MOST_BYTES = 4_000_000


@dataclass(frozen=True)
class Counts:
    """values, one an interval; start: when the first begins, None where the table has no times; minutes:
    length of an interval, None where no times tell it."""

    values: tuple[float, ...]
    start: datetime.datetime | None
    minutes: int | None


def read_counts(path: Path) -> Counts:
    """The last column as counts, the first one as times where there are several; a heading is passed over.

    Errors: RefusedInput `counts.*` with the line: no number, no time, times that are not at equal steps.
    """
    read = read_once(path, kind="settings", largest=_MOST_BYTES)
    text = read.content.decode("utf-8-sig", errors="replace")
    delimiter = next((sign for sign in (",", ";", "\t") if sign in text), ",")
    lines = [
        (n, [cell.strip() for cell in row])
        for n, row in enumerate(_split(text, delimiter, path), start=1)
        if any(cell.strip() for cell in row)
    ]
    if lines and not _is_number(lines[0][1][-1]):
        lines = lines[1:]
    if not lines:
        raise RefusedInput("counts.empty", file=path.name)
    values = tuple(_value(path, n, row[-1]) for n, row in lines)
    if len(lines[0][1]) < 2:
        return Counts(values, None, None)
    return _timed(path, values, [(n, _time(path, n, row[0])) for n, row in lines])


def _split(text: str, delimiter: str, path: Path) -> Iterator[list[str]]:
    """Rows of cells. Errors: RefusedInput `counts.number` for a line that is no row of a table."""
    rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        yield from rows
    except csv.Error:
        raise RefusedInput("counts.number", file=path.name, line=rows.line_num, found="…") from None


def _is_number(text: str) -> bool:
    """Whether a cell is a number at all: one that is no count is a fault, not a heading."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if 0 <= found < 1e12 else None


def _value(path: Path, line: int, text: str) -> float:
    found = _number(text)
    if found is None:
        raise RefusedInput("counts.number", file=path.name, line=line, found=text[:60])
    return found


def _time(path: Path, line: int, text: str) -> datetime.datetime:
    try:
        return datetime.datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        raise RefusedInput("counts.time", file=path.name, line=line, found=text[:60]) from None


def _timed(path: Path, values: tuple[float, ...], times: list[tuple[int, datetime.datetime]]) -> Counts:
    """Equal steps, told by the first two times."""
    start = times[0][1]
    if len(times) < 2:
        return Counts(values, start, None)
    step = times[1][1] - start
    for place, (line, time) in enumerate(times):
        if time - start != place * step or (place and (step < _MINUTE or step % _MINUTE)):
            expected = _next(times[place - 1][1], step) if place else str(start)[:16]
            raise RefusedInput(
                "counts.step", file=path.name, line=line, found=str(time)[:16], expected=expected
            )
    return Counts(values, start, round(step.total_seconds() / 60))


def _next(time: datetime.datetime, step: datetime.timedelta) -> str:
    """When the next interval begins, whole minutes later; the last of all times where there is none after."""
    step = max(_MINUTE, -(-step // _MINUTE) * _MINUTE)
    return (min(time, datetime.datetime.max - step) + step).isoformat(sep=" ", timespec="minutes")
