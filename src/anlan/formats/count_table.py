"""Counts by interval from a text table: one number a line, with or without the time its interval begins."""

import csv
import datetime
import io
from dataclasses import dataclass
from pathlib import Path

from anlan.domain.errors import RefusedInput
from anlan.formats.settings_bytes import read_once

DAY_MIN = 1440
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
        for n, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), start=1)
        if any(cell.strip() for cell in row)
    ]
    if lines and _number(lines[0][1][-1]) is None:
        lines = lines[1:]
    if not lines:
        raise RefusedInput("counts.empty", file=path.name)
    values = tuple(_value(path, n, row[-1]) for n, row in lines)
    if len(lines[0][1]) < 2:
        return Counts(values, None, None)
    return _timed(path, values, [(n, _time(path, n, row[0])) for n, row in lines])


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
        if time != start + place * step or step <= datetime.timedelta(0):
            expected = (start + place * step).isoformat(sep=" ", timespec="minutes")
            raise RefusedInput(
                "counts.step", file=path.name, line=line, found=str(time)[:16], expected=expected
            )
    return Counts(values, start, round(step.total_seconds() / 60))
