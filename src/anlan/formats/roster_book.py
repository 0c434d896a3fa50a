"""People, shifts, wishes and need of a roster as a workbook that a shift leader fills in and hands back.

content = roster_template("zh", start=date(2026, 11, 30), days=7)     # bytes of an .xlsx
inputs = read_roster_book(Path("roster.xlsx"), start=..., days=7)     # inputs of `shift_roster`
"""

import csv
import datetime
import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from anlan.domain.errors import RefusedInput, Several
from anlan.formats.messages import LANGUAGES, in_both_languages, messages
from anlan.formats.record_sheet import (
    Book,
    BookSheet,
    Kind,
    RecordSheet,
    SheetColumn,
    SheetRow,
    read_sheets,
    write_sheets,
)
from anlan.formats.settings_bytes import read_once

_SHEETS: Mapping[str, Mapping[str, tuple[str, bool]]] = {
    "people": {
        "name": ("text", True), "skills": ("text", False), "least_hours": ("number", False),
        "most_hours": ("number", True), "overtime": ("number", False), "days_in_row": ("whole", False),
        "free_days": ("whole", False), "hour_cost": ("number", False),
    },
    "shifts": {
        "name": ("text", True), "from_hour": ("whole", True), "to_hour": ("whole", True),
        "break_at": ("whole", False), "break_min": ("number", False), "unsocial": ("flag", False),
        "cost": ("number", False),
    },
    "wishes": {
        "person": ("text", True), "date": ("date", True), "wish": ("wish", True), "shift": ("text", False),
        "weight": ("number", False),
    },
    "need": {
        "skill": ("text", False), "first_day": ("date", False), "last_day": ("date", False),
        "from_hour": ("whole", True), "to_hour": ("whole", True), "people": ("whole", True),
    },
}  # fmt: skip
"""Sheet -> column -> what a cell holds, and whether it must be filled."""
_WISHES: Mapping[str, Mapping[str, Any]] = {
    "free": {"wish": "free"},
    "work": {"wish": "work"},
    "leave": {"wish": "free", "firm": True},
    "must": {"wish": "work", "firm": True},
}
"""Word of a wish -> what it is in the spec: leave and duty are firm."""
MOST_FAULTS, _MOST_ROWS, _MOST_BYTES = 60, 5_000, 4_000_000


class RefusedBook(Several, RefusedInput):
    """A workbook of a roster is not acceptable: one error for each cell at fault."""


def roster_template(
    language: Literal["zh", "en"], *, start: datetime.date, inputs: Mapping[str, Any]
) -> bytes:
    """The workbook to fill in, begun with the people, shifts, wishes and need of these inputs."""
    words = messages(language)
    column, code, read, written = (
        words.text(f"roster_book.guide_{part}") for part in ("column", "code", "read", "help")
    )
    book = Book(
        language, words.text("roster_book.title"), "", words.text("roster_book.guide"),
        (column, code, read, written),
        words.text("roster_book.yes"), words.text("roster_book.no"),
        (words.text("roster_book.line", start=start.isoformat()),),
    )  # fmt: skip
    return write_sheets(
        [(sheet, _rows_out(sheet.code, inputs, start, language)) for sheet in _sheets(language)], book
    )


def read_roster_book(path: Path, *, start: datetime.date, days: int) -> dict[str, Any]:
    """Inputs of `shift_roster` of the sheets that are there; a CSV file holds people alone.

    start, days: what dates are counted from, and how many there are. Errors: RefusedBook with every cell at
    fault; RefusedInput `roster_book.nothing` where no sheet is known, else as of `record_sheet`.
    """
    if path.suffix.lower() == ".csv":
        found = {"people": _people_of_text(path)}
    else:
        found = read_sheets(path, _sheets("zh"), most_rows=_MOST_ROWS)
    if not found:
        raise RefusedInput("roster_book.nothing", file=path.name, sheets=tuple(_names()))
    reading = _Reading(start, days)
    inputs: dict[str, Any] = {}
    for code, sheet in found.items():
        rows = [reading.row(code, sheet.sheet, sheet.headings, row) for row in sheet.rows]
        inputs[code] = [row for row in rows if row]
    reading.raise_any()
    return inputs


def _people_of_text(path: Path) -> RecordSheet:
    """The people of a CSV file. Errors: RefusedInput `sheet.no_headings`."""
    read = read_once(path, kind="settings", largest=_MOST_BYTES)
    rows = list(csv.reader(io.StringIO(read.content.decode("utf-8-sig", errors="replace"))))
    columns = _sheets("zh")[0].columns
    known = {word.strip().lower(): each.code for each in columns for word in (each.code, each.zh, each.en)}
    heads = [known.get(cell.strip().lower()) for cell in rows[0]] if rows else []
    if sum(code is not None for code in heads) < 2:
        accepted = [f"{each.zh} / {each.en}" for each in columns]
        raise RefusedInput("sheet.no_headings", name=path.name, accepted=accepted)
    return RecordSheet(
        path.name,
        tuple(
            SheetRow(number, {code: cell for code, cell in zip(heads, row, strict=False) if code})
            for number, row in enumerate(rows[1 : _MOST_ROWS + 1], start=2)
            if any(cell.strip() for cell in row)
        ),
        {code: rows[0][place].strip() for place, code in enumerate(heads) if code},
    )


def _names() -> Iterator[str]:
    for code in _SHEETS:
        said = in_both_languages(f"roster_book.sheets.{code}")
        yield f"{said['zh']} / {said['en']}"


def _sheets(language: str) -> list[BookSheet]:
    def column(sheet: str, code: str, kind: str) -> SheetColumn:
        said = in_both_languages(f"roster_book.columns.{sheet}.{code}")
        plain: Kind = kind if kind in ("text", "whole", "number", "date") else "text"  # type: ignore[assignment]
        return SheetColumn(
            code, said["zh"], said["en"], plain, choices=_choices(kind, language),
            help=messages(language).text(f"roster_book.help.{sheet}.{code}"),
        )  # fmt: skip

    made = []
    for sheet, columns in _SHEETS.items():
        said = in_both_languages(f"roster_book.sheets.{sheet}")
        held = tuple(column(sheet, code, kind) for code, (kind, _) in columns.items())
        made.append(BookSheet(sheet, said["zh"], said["en"], held))
    return made


def _choices(kind: str, language: str) -> tuple[str, ...]:
    words = messages(language)
    if kind == "flag":
        return (words.text("roster_book.yes"), words.text("roster_book.no"))
    return tuple(words.text(f"roster_book.wishes.{each}") for each in _WISHES) if kind == "wish" else ()


def _rows_out(
    sheet: str, inputs: Mapping[str, Any], start: datetime.date, language: str
) -> list[dict[str, Any]]:
    """Rows of the inputs as the sheet writes them: days as dates, wishes and flags as words."""
    words = messages(language)
    rows = []
    for row in inputs.get(sheet) or ():
        shown = dict(row)
        for day in ("first_day", "last_day"):
            if shown.get(day) is not None:
                shown[day] = start + datetime.timedelta(days=int(shown[day]) - 1)
        if sheet == "wishes":
            kind = next(code for code, said in _WISHES.items() if _is_wish(row, said))
            shown |= {"date": start + datetime.timedelta(days=int(row["day"]) - 1),
                      "wish": words.text(f"roster_book.wishes.{kind}")}  # fmt: skip
        if sheet == "shifts" and row.get("unsocial"):
            shown["unsocial"] = words.text("roster_book.yes")
        rows.append(shown)
    return rows


def _is_wish(row: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    return row.get("wish", "free") == said["wish"] and bool(row.get("firm")) == bool(said.get("firm"))


class _Reading:
    """Cells into inputs, every fault at its sheet, row and column."""

    def __init__(self, start: datetime.date, days: int) -> None:
        self.start, self.days = start, days
        self.faults: list[RefusedInput] = []
        self._read: Mapping[str, Callable[[Any], Any]] = {
            "text": lambda cell: str(cell).strip(), "number": _number, "whole": _whole, "flag": _flag,
            "wish": _wish, "date": self._day,
        }  # fmt: skip

    def raise_any(self) -> None:
        """Errors: RefusedBook with all faults."""
        if self.faults:
            raise RefusedBook("method.inputs", tuple(self.faults))

    def row(self, sheet: str, name: str, headings: Mapping[str, str], row: SheetRow) -> dict[str, Any]:
        made: dict[str, Any] = {}
        for code, (kind, needed) in _SHEETS[sheet].items():
            cell = row.cells.get(code, "")
            if code in row.marks or str(cell).strip() == "":
                if needed:
                    self._refuse("roster_book.empty", name, row, headings.get(code, code), kind, cell)
                continue
            value = self._read[kind](cell)
            if value is None:
                self._refuse(f"roster_book.{kind}", name, row, headings.get(code, code), kind, cell)
            elif kind == "wish":
                made |= value
            else:
                made["day" if code == "date" else code] = value
        return made

    def _refuse(self, code: str, sheet: str, row: SheetRow, column: str, kind: str, cell: Any) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(RefusedInput(
                code, sheet=sheet, row=row.number, column=column, found=str(cell)[:60],
                first=self.start.isoformat(), days=self.days, accepted=tuple(_words_of(kind)),
            ))  # fmt: skip

    def _day(self, cell: Any) -> int | None:
        """The number of the day from 1: of a date, or as a number."""
        if isinstance(cell, datetime.datetime):
            cell = cell.date()
        if isinstance(cell, str):
            try:
                cell = datetime.date.fromisoformat(cell.strip().replace("/", "-"))
            except ValueError:
                cell = _whole(cell)
        if isinstance(cell, int | float):
            cell = self.start + datetime.timedelta(days=int(cell) - 1) if cell < 400 else None
        if cell is None:
            return None
        day = (cell - self.start).days + 1
        return day if 1 <= day <= self.days else None


def _words_of(kind: str) -> Iterator[str]:
    for language in LANGUAGES:
        yield from _choices(kind, language)


def _number(cell: Any) -> float | None:
    try:
        found = float(cell)
    except (TypeError, ValueError):
        return None
    return found if 0 <= found < 1e6 else None


def _whole(cell: Any) -> int | None:
    found = _number(cell)
    return int(found) if found is not None and found == int(found) else None


def _flag(cell: Any) -> bool | None:
    if isinstance(cell, bool):
        return cell
    yes, no = ({messages(each).text(f"roster_book.{word}") for each in LANGUAGES} for word in ("yes", "no"))
    said = str(cell).strip().lower()
    return True if said in yes | {"1", "1.0", "√", "x"} else False if said in no | {"0", "0.0"} else None


def _wish(cell: Any) -> dict[str, Any] | None:
    said = str(cell).strip().lower()
    for code, meant in _WISHES.items():
        if said in {code, *(messages(each).text(f"roster_book.wishes.{code}").lower() for each in LANGUAGES)}:
            return dict(meant)
    return None
