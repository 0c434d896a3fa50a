"""Read the event table out of an Excel workbook (XLSX).

1. The sheet: the one named, else the first visible one whose columns are recognised as a log's.
2. The heading row: among the first 40 rows the one whose columns are recognised best; rows above it
   (titles, notes, groups of columns) are skipped. A cell merged over several rows counts in each.
3. The cells: a column of nothing but dates and times stays times; every other column becomes texts,
   numbers as a person reads them (1001, not 1001.0), dates in ISO form, so that a column of half real
   dates and half typed ones is read alike.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from anlan.domain.errors import RefusedInput
from anlan.formats.reading.blocks import RawBlock
from anlan.formats.reading.columns import Recognition, recognise_columns
from anlan.formats.reading.workbook_parts import check_parts

HEADING_WITHIN = 40
"""The heading row is looked for in this many rows of a sheet."""

BLOCK_ROWS = 1 << 16
_SAMPLE_ROWS = 500
_EXCEL_EPOCH = dt.datetime(1899, 12, 30)

_PANIC = "PanicException"
"""How a fault inside the compiled reader shows: not an `Exception`, and of a class nobody exports."""

Row = Sequence[Any]


@dataclass(frozen=True)
class Table:
    """A sheet as an event table. `heading_row`: its row number, counted from 1 as Excel does."""

    sheet: str
    headings: tuple[str, ...]
    heading_row: int
    _places: tuple[int, ...]
    _rows: "list[Row]"

    def blocks(self, *, rows: int = BLOCK_ROWS) -> Iterator[RawBlock]:
        """The rows below the heading, blank ones left out and counted; at least one block."""
        timed = self._timed_columns()
        numbers = [n for n in range(self.heading_row, len(self._rows)) if not _is_blank(self._rows[n])]
        blank = len(self._rows) - self.heading_row - len(numbers)
        for start in range(0, max(len(numbers), 1), rows):
            chosen = numbers[start : start + rows]
            yield RawBlock(
                columns={
                    heading: _column([self._rows[n][place] for n in chosen], kind=timed[place])
                    for heading, place in zip(self.headings, self._places, strict=True)
                },
                first_row=(chosen[0] if chosen else self.heading_row) + 1,
                rows=np.array(chosen, np.int64) + 1,
                notes={"blank_rows": blank} if blank and start == 0 else {},
            )

    def _timed_columns(self) -> dict[int, str]:
        """Place -> `times` (all are), `some times` (half or more are) or `texts`."""
        kinds = {}
        for place in self._places:
            cells = [row[place] for row in self._rows[self.heading_row :] if row[place] != ""]
            times = sum(isinstance(cell, dt.date) for cell in cells)
            kinds[place] = "times" if cells and times == len(cells) else "texts"
            if kinds[place] == "texts" and times * 2 >= len(cells) > 0:
                kinds[place] = "some times"
        return kinds


@dataclass(frozen=True)
class _Asked:
    """What the user said of the columns: role -> column, and how times are written."""

    mapping: Mapping[str, str]
    time_format: str | None


def iter_workbook_blocks(path: Path, *, sheet: str | None = None) -> Iterator[RawBlock]:
    """Blocks of the event table of a workbook."""
    yield from open_table(path, sheet=sheet).blocks()


def open_table(
    path: Path,
    *,
    sheet: str | None = None,
    given: Mapping[str, str] | None = None,
    time_format: str | None = None,
    max_bytes: int | None = None,
) -> Table:
    """Find the event table. `given`: role -> column the user named, which the heading row must have;
    `time_format`: how times in text cells are written."""
    check_parts(path, max_bytes=max_bytes)
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            return _first_table(workbook, path, sheet=sheet, asked=_Asked(given or {}, time_format))
    except PasswordError as fault:
        raise RefusedInput("workbook.password", path=path.name) from fault
    except (CalamineError, OSError) as fault:
        raise RefusedInput("workbook.unreadable", path=path.name, found=str(fault)) from fault
    except BaseException as fault:
        if type(fault).__name__ != _PANIC:
            raise
        raise RefusedInput("workbook.unreadable", path=path.name, found=str(fault)[:200]) from fault


def _first_table(workbook: CalamineWorkbook, path: Path, *, sheet: str | None, asked: _Asked) -> Table:
    """The first table that is surely a log; else the best of the others, whose columns a refusal lists."""
    best: tuple[int, Table] | None = None
    for name in _sheet_names(workbook, path, sheet=sheet):
        rows = _filled_rows(workbook.get_sheet_by_name(name))
        found = _find_table(name, rows, asked)
        if found is None:
            continue
        if best is None or found[0] > best[0]:
            best = found
        if found[0] >= _SURE:
            break
    if best is None:
        raise RefusedInput("workbook.no_table", path=path.name, sheets=list(workbook.sheet_names))
    return best[1]


def _sheet_names(workbook: CalamineWorkbook, path: Path, *, sheet: str | None) -> list[str]:
    if sheet is not None and sheet not in workbook.sheet_names:
        sheets = list(workbook.sheet_names)
        raise RefusedInput("workbook.no_such_sheet", path=path.name, sheet=sheet, sheets=sheets)
    if sheet is not None:
        return [sheet]
    return [s.name for s in workbook.sheets_metadata if s.visible == SheetVisibleEnum.Visible]


def _filled_rows(sheet: CalamineSheet) -> list[Row]:
    """All rows from the sheet's first; cells merged over rows have their value in each row."""
    rows: list[Any] = [list(row) for row in sheet.iter_rows()]
    if not rows or sheet.start is None:
        return []
    left = sheet.start[1]
    for (top, first), (bottom, last) in sheet.merged_cell_ranges or ():
        if bottom == top or top >= len(rows) or not 0 <= first - left < len(rows[top]):
            continue
        value = rows[top][first - left]
        for row in rows[top : bottom + 1]:
            for place in range(first - left, min(last - left + 1, len(row))):
                row[place] = value
    return rows


_SURE = 1_000


def _find_table(name: str, rows: list[Row], asked: _Asked) -> tuple[int, Table] | None:
    """The best heading row of a sheet with its score; `_SURE` and more where nothing is in doubt."""
    best: tuple[int, Table] | None = None
    for number, row in enumerate(rows[:HEADING_WITHIN], start=1):
        places = _heading_places(row, rows[number : number + _SAMPLE_ROWS])
        if len(places) < 2:
            continue
        table = Table(name, _distinct([_text(row[place]) for place in places]), number, tuple(places), rows)
        score = _score(table, asked)
        if best is None or score > best[0]:
            best = score, table
    return best


def _heading_places(row: Row, below: list[Row]) -> list[int]:
    """Columns from the first to the last heading; one without heading counts if it has values."""
    named = [place for place, cell in enumerate(row) if _text(cell).strip()]
    if len(named) < 2 or any(isinstance(row[place], dt.date | float | int) for place in named):
        return []
    return [place for place in range(len(row)) if place in named or any(r[place] != "" for r in below)]


def _score(table: Table, asked: _Asked) -> int:
    """Roles recognised, plus `_SURE` where all required ones are; a given column must be there."""
    if any(column not in table.headings for column in asked.mapping.values()):
        return 0
    below = table._rows[table.heading_row : table.heading_row + _SAMPLE_ROWS]
    sample = {
        heading: [_text(row[place]) for row in below]
        for heading, place in zip(table.headings, table._places, strict=True)
    }
    recognition: Recognition = recognise_columns(
        table.headings, sample, given=asked.mapping, time_format=asked.time_format
    )
    return len(recognition.mapping()) + (0 if recognition.doubtful() else _SURE)


def _distinct(headings: Iterable[str]) -> tuple[str, ...]:
    """Trimmed, an empty one by its place, a repeated one numbered, as for every other format."""
    names: list[str] = []
    for place, heading in enumerate(headings, start=1):
        plain = " ".join(heading.split()) or f"column {place}"
        name, number = plain, 2
        while name in names:
            name, number = f"{plain} ({number})", number + 1
        names.append(name)
    return tuple(names)


def _is_blank(row: Row) -> bool:
    return all(cell == "" or (isinstance(cell, str) and not cell.strip()) for cell in row)


def _column(cells: list[Any], *, kind: str) -> pa.Array:
    if kind == "times":
        return pa.array([_moment(cell) if cell != "" else None for cell in cells], pa.timestamp("us"))
    if kind == "some times":
        cells = [_serial_moment(cell) for cell in cells]
    return pa.array([None if cell == "" else _text(cell) for cell in cells], pa.string())


def _moment(cell: dt.date) -> dt.datetime:
    return cell if isinstance(cell, dt.datetime) else dt.datetime(cell.year, cell.month, cell.day)


def _serial_moment(cell: Any) -> Any:
    """An unformatted Excel day among real dates is one of them."""
    if isinstance(cell, float) and 10_000 <= cell < 109_939:
        return _EXCEL_EPOCH + dt.timedelta(milliseconds=round(cell * 86_400_000))
    return cell


def _text(cell: Any) -> str:
    """A cell as a person reads it."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, dt.date):
        return _moment(cell).isoformat(sep=" ")
    if isinstance(cell, dt.time):
        return cell.isoformat()
    return str(cell)
