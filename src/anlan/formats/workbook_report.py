"""risks.xlsx: the whole result as sheets, for people who count on in a spreadsheet.

The same result gives the same bytes: no clock, no order of a set. Text is always written as text, so a
name that looks like a formula stays a name; it is also marked as quoted, so that it stays one after the
cell is edited. Values are those of the result in its units, to sixteen digits; rounding is only display.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from anlan.formats.report.words import Language, Words
from anlan.formats.workbook_cells import BOOK_OPTIONS, needs_quote, room, safe_text
from anlan.formats.workbook_tables import Table, tables_of

_MOST_ROWS = 1_048_575
_CREATED = datetime(2000, 1, 1)
_HEADER = {
    "bold": True,
    "font_color": "#3E515B",
    "bg_color": "#F5F7F8",
    "bottom": 1,
    "bottom_color": "#C8D1D6",
    "valign": "top",
    "text_wrap": True,
}


def write_workbook(result: Mapping[str, Any], path: Path | str, *, language: Language) -> None:
    """Write the sheets of one `anlan.assess/1` result to `path`."""
    words = Words(language)
    with xlsxwriter.Workbook(str(path), BOOK_OPTIONS) as book:
        book.set_properties({
            "title": words("title", process=safe_text(result["process"]["name"], limit=200)),
            "comments": f"anlan {result['provenance']['version']}, {result['schema']}",
            "created": _CREATED,
        })  # fmt: skip
        formats = _Formats(book)
        for name, table in tables_of(result, words):
            _write_table(book.add_worksheet(words(f"sheet_names.{name}")), table, formats, words)


class _Formats:
    """Cell formats, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        base = {"valign": "top"}
        self.header: Format = book.add_format(_HEADER)
        self.number: Format = book.add_format({**base, "num_format": "#,##0.###"})
        self.small: Format = book.add_format({**base, "num_format": "0.000E+00"})
        self.integer: Format = book.add_format({**base, "num_format": "#,##0"})
        self.share: Format = book.add_format({**base, "num_format": "0.0#%"})
        self.text: Format = book.add_format({**base, "text_wrap": True})
        self.quoted: Format = book.add_format({**base, "text_wrap": True, "quote_prefix": True})

    def of(self, value: float, kind: str) -> Format:
        """The format a number is shown in; very small ones keep their digits."""
        if kind == "share" and (value == 0 or abs(value) >= 0.0005):
            return self.share
        if isinstance(value, int):
            return self.integer
        return self.small if 0 < abs(value) < 0.001 else self.number


def _write_table(sheet: Worksheet, table: Table, formats: _Formats, words: Words) -> None:
    """Heading frozen and filterable, columns as wide as their content needs up to a limit."""
    for j, column in enumerate(table.columns):
        sheet.write_string(0, j, safe_text(column.heading), formats.header)
    for i, row in enumerate(table.rows[:_MOST_ROWS], start=1):
        for j, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            _write_cell(sheet, i, j, value, column.kind, formats, words)
    sheet.freeze_panes(1, table.frozen)
    if table.rows and table.columns:
        sheet.autofilter(0, 0, min(len(table.rows), _MOST_ROWS), len(table.columns) - 1)
    for j, width in enumerate(_widths(table)):
        sheet.set_column(j, j, width)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _write_cell(
    sheet: Worksheet, i: int, j: int, value: Any, kind: str, formats: _Formats, words: Words
) -> None:
    """None stays an empty cell: there is no value, which is not zero."""
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_string(i, j, words("yes" if value else "no"), formats.text)
    elif isinstance(value, int | float):
        sheet.write_number(i, j, value, formats.of(value, kind))
    else:
        text = safe_text(value)
        sheet.write_string(i, j, text, formats.quoted if needs_quote(text) else formats.text)


def _widths(table: Table) -> Iterable[float]:
    for j, column in enumerate(table.columns):
        longest = max((room(row[j]) for row in table.rows[:500]), default=0.0)
        yield min(max(longest + 2, room(column.heading) * 0.75 + 2, 9), 60 if column.kind == "text" else 18)
