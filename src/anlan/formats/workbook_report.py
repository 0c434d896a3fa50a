"""risks.xlsx: a first sheet that says what this is, then the whole result as sheets to count on with.

The same result gives the same bytes: no clock, no order of a set. Text is always written as text, so a
name that looks like a formula stays a name; it is also marked as quoted, so that it stays one after the
cell is edited. Values are those of the result in its units, to sixteen digits; rounding is only display.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from anlan.formats.report.words import Language, Words
from anlan.formats.workbook_about import About, about
from anlan.formats.workbook_cells import BOOK_OPTIONS, needs_quote, room, safe_text
from anlan.formats.workbook_tables import Table, tables_of

_MOST_ROWS = 1_048_575
_CREATED = datetime(2000, 1, 1)
_WHOLE = 1000.0
"""From here on a number is shown without decimals; the cell holds them."""

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
    words = Words.of_result(result, language)
    with xlsxwriter.Workbook(str(path), BOOK_OPTIONS) as book:
        book.set_properties({
            "title": words("title", process=safe_text(result["process"]["name"], limit=200)),
            "comments": f"anlan {result['provenance']['version']}, {result['schema']}",
            "created": _CREATED,
        })  # fmt: skip
        formats = _Formats(book)
        tables = list(tables_of(result, words))
        first = about(result, words, sheets=[(name, len(table.rows)) for name, table in tables])
        _write_about(book.add_worksheet(words("sheet_names.about")), first, formats, words)
        for name, table in tables:
            _write_table(book.add_worksheet(words(f"sheet_names.{name}")), table, formats, words)


class _Formats:
    """Cell formats, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        base = {"valign": "top"}
        self.title: Format = book.add_format({"bold": True, "font_size": 16, "font_color": "#14232B"})
        self.link: Format = book.add_format({**base, "font_color": "#0B6B74", "underline": 1})
        self.left: Format = book.add_format({**base, "num_format": "#,##0", "align": "left"})
        self.header: Format = book.add_format(_HEADER)
        self.number: Format = book.add_format({**base, "num_format": "#,##0.###"})
        self.small: Format = book.add_format({**base, "num_format": "0.000E+00"})
        self.integer: Format = book.add_format({**base, "num_format": "#,##0"})
        self.share: Format = book.add_format({**base, "num_format": "0.0#%"})
        self.text: Format = book.add_format({**base, "text_wrap": True})
        self.quoted: Format = book.add_format({**base, "text_wrap": True, "quote_prefix": True})

    def of(self, value: float, kind: str) -> Format:
        """The format a number is shown in; very small ones keep their digits."""
        if kind == "left":
            return self.left
        if kind == "share" and (value == 0 or abs(value) >= 0.0005):
            return self.share
        if isinstance(value, int) or abs(value) >= _WHOLE:
            return self.integer
        return self.small if 0 < abs(value) < 0.001 else self.number


def _write_about(sheet: Worksheet, first: About, formats: _Formats, words: Words) -> None:
    """Title and text, the blocks of terms and values, and the list of sheets with links to them."""
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 1, 72)
    sheet.set_column(2, 2, 10)
    sheet.write_string(0, 0, safe_text(first.title), formats.title)
    sheet.merge_range(1, 0, 1, 2, safe_text(first.text), formats.text)
    sheet.set_row(1, 48)
    row = 3
    for heading, entries in first.blocks:
        _write_headings(sheet, row, (heading, "", ""), formats)
        for row, (term, value) in enumerate(entries, start=row + 1):  # noqa: B020 the row goes on below
            sheet.write_string(row, 0, term, formats.text)
            _write_cell(sheet, row, 1, value, "left", formats, words)
        row += 2
    headings = (words("about.sheet"), words("about.holds"), words("quality.rows"))
    _write_headings(sheet, row, headings, formats)
    for name, holds, n in first.sheets:
        row += 1
        sheet.write_url(row, 0, f"internal:'{name}'!A1", formats.link, name)
        sheet.write_string(row, 1, holds, formats.text)
        sheet.write_number(row, 2, n, formats.integer)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _write_headings(sheet: Worksheet, row: int, headings: Sequence[str], formats: _Formats) -> None:
    for column, heading in enumerate(headings):
        sheet.write_string(row, column, heading, formats.header)


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
