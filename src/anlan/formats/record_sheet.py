"""Records as a sheet that people change in a spreadsheet and hand back.

content = write_records(columns, rows, book)            # bytes of an .xlsx
sheet = read_records(Path("register.xlsx"), columns)    # rows by column code, in either language

A heading is recognised by its Chinese or English words or by the column's code, so that an export in
one language can be read where the other is spoken. Text is written and read to the character; what
looks like a formula stays text on the way out; on the way in real formulas, their faults (#N/A) and cells
that are merged away are reported, since nobody filled them in.
"""

import datetime as dt
import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, Literal

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook, PasswordError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from anlan.domain.errors import RefusedInput
from anlan.formats.reading.workbook_parts import check_parts
from anlan.formats.workbook_cells import BOOK_OPTIONS, needs_quote, room, safe_text
from anlan.formats.workbook_marks import Mark, marked_cells

Kind = Literal["text", "whole", "number", "date", "exact"]
"""exact: a number to its last digit, or a text; what a cell's 16 digits cannot hold is written as a text."""
_CREATED = dt.datetime(2000, 1, 1)
_HEADING_WITHIN = 20
_LEGACY = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # an .xls file, or an .xlsx encrypted with a password
_DAMAGED = (CalamineError, OSError, zipfile.BadZipFile, LookupError, ValueError, SyntaxError, EOFError,
            NotImplementedError, zlib.error)  # fmt: skip
"""What readers of archives, of XML and of cells raise about a file that is not what it should be."""
_PANIC = "PanicException"
"""Name of the fault inside the compiled reader, which is no Exception."""
_MOST_CELLS = 1 << 25
"""Of the rectangle that is read into memory: 32 columns of full length, where a format strayed to the end."""
_LISTED = 255  # characters a list of choices may take inside a cell's rule


@dataclass(frozen=True)
class SheetColumn:
    """A column: stable `code`, its heading in both languages, what it holds, whether import reads it.

    `choices`: words a cell may hold, offered as a list; `help`: what to write, in the book's language.
    """

    code: str
    zh: str
    en: str
    kind: Kind = "text"
    read: bool = True
    choices: tuple[str, ...] = ()
    help: str = ""


@dataclass(frozen=True)
class Book:
    """Words of the workbook: language, title, names of the two sheets, headings and lines of the guide."""

    language: Literal["zh", "en"]
    title: str
    sheet: str
    guide: str
    guide_headings: tuple[str, str, str, str]
    yes: str
    no: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class SheetRow:
    """A row: its number as the spreadsheet counts, cells by column code, what is odd about some of them."""

    number: int
    cells: Mapping[str, Any]
    marks: Mapping[str, Mark] = field(default_factory=dict)


@dataclass(frozen=True)
class RecordSheet:
    """What was read: rows that are not blank, the heading each column was found under, headings unknown.

    places: the column of each code as the spreadsheet counts, from 1.
    """

    sheet: str
    rows: tuple[SheetRow, ...]
    headings: Mapping[str, str]
    unknown: tuple[str, ...] = field(default=())
    places: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class BookSheet:
    """One of several sheets of a workbook: stable `code`, its names in both languages, its columns."""

    code: str
    zh: str
    en: str
    columns: tuple[SheetColumn, ...]


def write_records(columns: Sequence[SheetColumn], rows: Sequence[Mapping[str, Any]], book: Book) -> bytes:
    """The records as a workbook: a sheet to change and a guide. The same input gives the same bytes."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, BOOK_OPTIONS) as made:
        made.set_properties({"title": safe_text(book.title, limit=200), "created": _CREATED})
        formats = _Formats(made)
        _write_rows(made.add_worksheet(book.sheet), columns, rows, book, formats)
        _write_guide(made.add_worksheet(book.guide), columns, book, formats)
    return out.getvalue()


def write_sheets(sheets: Sequence[tuple[BookSheet, Sequence[Mapping[str, Any]]]], book: Book) -> bytes:
    """Several sheets and one guide to all their columns; `book.sheet` is not used."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, BOOK_OPTIONS) as made:
        made.set_properties({"title": safe_text(book.title, limit=200), "created": _CREATED})
        formats = _Formats(made)
        for sheet, rows in sheets:
            page = made.add_worksheet(getattr(sheet, book.language))
            _write_rows(page, sheet.columns, rows, book, formats)
        columns = [_of_sheet(sheet, column) for sheet, _ in sheets for column in sheet.columns]
        _write_guide(made.add_worksheet(book.guide), columns, book, formats)
    return out.getvalue()


def _of_sheet(sheet: BookSheet, column: SheetColumn) -> SheetColumn:
    """The column as the guide to several sheets names it."""
    zh, en = f"{sheet.zh} · {column.zh}", f"{sheet.en} · {column.en}"
    return replace(column, code=f"{sheet.code}.{column.code}", zh=zh, en=en)


class _Formats:
    """Cell formats, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        base = {"valign": "top"}
        head = base | {"bold": True, "text_wrap": True, "bottom": 1, "bottom_color": "#C8D1D6"}
        self.heading: Format = book.add_format(head | {"font_color": "#14232B", "bg_color": "#E1F0F1"})
        self.shown: Format = book.add_format(
            head | {"font_color": "#5B6D77", "bg_color": "#F5F7F8", "bold": False}
        )
        self.text: Format = book.add_format(base | {"text_wrap": True, "num_format": "@"})
        self.quoted: Format = book.add_format(
            base | {"text_wrap": True, "num_format": "@", "quote_prefix": True}
        )
        self.whole: Format = book.add_format(base | {"num_format": "0"})
        self.number: Format = book.add_format(base | {"num_format": "#,##0.###"})
        self.date: Format = book.add_format(base | {"num_format": "yyyy-mm-dd"})
        self.exact: Format = book.add_format(base | {"text_wrap": True})

    def of_kind(self, kind: Kind) -> Format:
        known = {"text": self.text, "whole": self.whole, "number": self.number, "date": self.date}
        return known.get(kind, self.exact)


def _write_rows(
    sheet: Worksheet, columns: Sequence[SheetColumn], rows: Sequence[Mapping[str, Any]], book: Book,
    formats: _Formats,
) -> None:  # fmt: skip
    for j, column in enumerate(columns):
        heading = getattr(column, book.language)
        sheet.write_string(0, j, heading, formats.heading if column.read else formats.shown)
        widest = max((room(row.get(column.code)) for row in rows[:300]), default=0.0)
        sheet.set_column(j, j, min(max(room(heading) + 2, widest + 2, 8), 44), formats.of_kind(column.kind))
        _offer(sheet, j, column, n_rows=len(rows))
        for i, row in enumerate(rows, start=1):
            _write_cell(sheet, i, j, row.get(column.code), column.kind, formats)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(len(rows), 1), len(columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _offer(sheet: Worksheet, j: int, column: SheetColumn, *, n_rows: int) -> None:
    """A list of the words a column takes; a word outside it is still let in, the import explains it."""
    if column.choices and len(",".join(column.choices)) <= _LISTED:
        rule = {"validate": "list", "source": list(column.choices), "error_type": "warning"}
        sheet.data_validation(1, j, n_rows + 1_000, j, rule)


def _write_cell(sheet: Worksheet, i: int, j: int, value: Any, kind: Kind, formats: _Formats) -> None:
    if value is None or value == "":
        return
    if kind == "date":
        sheet.write_datetime(i, j, dt.datetime.combine(value, dt.time()), formats.date)
    elif kind in ("whole", "number"):
        sheet.write_number(i, j, value, formats.of_kind(kind))
    elif kind == "exact" and not isinstance(value, str) and float(f"{value:.16g}") == value:
        sheet.write_number(i, j, value, formats.exact)
    else:
        text = safe_text(value)
        sheet.write_string(i, j, text, formats.quoted if needs_quote(text) else formats.text)


def _write_guide(sheet: Worksheet, columns: Sequence[SheetColumn], book: Book, formats: _Formats) -> None:
    """What each column is and whether the import reads it."""
    lines = (book.title, *book.lines, "")
    for i, line in enumerate(lines):
        sheet.write_string(i, 0, safe_text(line))
    top = len(lines)
    for j, heading in enumerate(book.guide_headings):
        sheet.write_string(top, j, heading, formats.heading)
    for i, column in enumerate(columns, start=top + 1):
        words = (
            getattr(column, book.language),
            column.code,
            book.yes if column.read else book.no,
            column.help,
        )
        for j, word in enumerate(words):
            sheet.write_string(i, j, word, formats.text)
    for j, width in enumerate((26, 24, 10, 90)):
        sheet.set_column(j, j, width)


def read_records(path: Path, columns: Sequence[SheetColumn], *, most_rows: int = 20_000) -> RecordSheet:
    """The first sheet whose headings are known. RefusedInput says why a file cannot be used at all."""
    with opened_workbook(path) as workbook:
        return _first_known(workbook, workbook.sheet_names, path, columns, most_rows)


def read_sheets(
    path: Path, wanted: Sequence[BookSheet], *, most_rows: int = 20_000
) -> dict[str, RecordSheet]:
    """The sheets of a workbook that bear a wanted name, in either language or the code, by code.

    Sheets of other names are left alone. RefusedInput as of `read_records`.
    """
    found = {}
    with opened_workbook(path) as workbook:
        for sheet in wanted:
            words = {_plain(word) for word in (sheet.code, sheet.zh, sheet.en)}
            names = [name for name in workbook.sheet_names if _plain(name) in words]
            if names:
                found[sheet.code] = _first_known(workbook, names, path, sheet.columns, most_rows)
    return found


@contextmanager
def opened_workbook(path: Path, *, most_cells: int = _MOST_CELLS) -> Iterator[CalamineWorkbook]:
    """The workbook; what its readers raise about a damaged one is said as RefusedInput.

    most_cells: of the rectangle up to the farthest cell of a sheet, which is read into memory whole.
    """
    with path.open("rb") as stream:
        if stream.read(8) == _LEGACY:
            raise RefusedInput("sheet.protected", name=path.name)
    check_parts(path, most_cells=most_cells)
    try:
        with CalamineWorkbook.from_path(path) as workbook:
            yield workbook
    except RefusedInput:
        raise
    except PasswordError as fault:
        raise RefusedInput("sheet.protected", name=path.name) from fault
    except BaseException as fault:
        if not isinstance(fault, _DAMAGED) and type(fault).__name__ != _PANIC:
            raise
        raise RefusedInput("workbook.unreadable", path=path.name, found=str(fault)[:200]) from fault


def _first_known(
    workbook: CalamineWorkbook, names: Sequence[str], path: Path, columns: Sequence[SheetColumn],
    most_rows: int,
) -> RecordSheet:  # fmt: skip
    known = {_plain(word): c for c in columns for word in (c.code, c.zh, c.en)}
    for name in names:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.start is None:
            continue
        for at, row in enumerate(islice(sheet.iter_rows(), _HEADING_WITHIN)):
            found = [known.get(_plain(cell)) for cell in row]
            if sum(column is not None for column in found) >= 2:
                below = sheet.end[0] - at
                if below > most_rows:
                    raise RefusedInput("sheet.too_long", name=path.name, n=below, limit=most_rows)
                rows = [list(cells) for cells in sheet.iter_rows()]
                return _read_below(path, name, rows, at, sheet.start[1], found)
    accepted = [f"{column.zh} / {column.en}" for column in columns if column.read][:8]
    raise RefusedInput("sheet.no_headings", name=path.name, accepted=accepted)


def _read_below(
    path: Path, name: str, rows: list[list[Any]], at: int, left: int, found: list[SheetColumn | None]
) -> RecordSheet:
    """The rows below the heading row. `at`: its place among the rows; `left`: empty columns before it."""
    places: dict[str, int] = {}
    for place, column in enumerate(found):
        if column is not None and column.code in places:
            heading = str(rows[at][place]).strip()
            raise RefusedInput("sheet.heading_twice", name=path.name, heading=heading)
        if column is not None:
            places[column.code] = place
    marked = marked_cells(path, name, rows=len(rows), columns=left + max(places.values()) + 1)
    read = []
    for number, cells in enumerate(rows[at + 1 :], start=at + 2):
        if any(cell != "" and str(cell).strip() for cell in cells):
            values = {code: cells[place] for code, place in places.items()}
            marks = {code: marked.get((number, left + place + 1)) for code, place in places.items()}
            read.append(SheetRow(number, values, {code: mark for code, mark in marks.items() if mark}))
    headings = {code: str(rows[at][place]).strip() for code, place in places.items()}
    unknown = (str(cell).strip() for cell, column in zip(rows[at], found, strict=True) if column is None)
    numbers = {code: left + place + 1 for code, place in places.items()}
    return RecordSheet(name, tuple(read), headings, tuple(word for word in unknown if word), numbers)


def _plain(heading: Any) -> str:
    """A heading without case and blanks, so that small changes do not hide a column."""
    return "".join(str(heading).split()).lower()
