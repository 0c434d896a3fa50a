"""A report as a workbook: a sheet a page, numbers as numbers, text as text."""

import datetime as dt
import io
import math
import re
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from anlan.formats.printing.document import (
    Amount,
    Block,
    Document,
    Headline,
    Lines,
    Mark,
    Page,
    Pairs,
    Picture,
    Prose,
    Value,
)
from anlan.formats.printing.png import scale_of, size_of, to_png
from anlan.formats.report.tokens import LIGHT
from anlan.formats.workbook_cells import BOOK_OPTIONS, needs_quote, room, safe_text

_CREATED = dt.datetime(2000, 1, 1)
_ROW_PX, _ALT_TEXT = 20, 255
_NO_NAME = re.compile(r"[\[\]:*?/\\']")


def to_workbook(document: Document) -> bytes:
    """The report as .xlsx; equal documents give equal bytes."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, BOOK_OPTIONS) as book:
        book.set_properties({"title": safe_text(document.title, limit=200), "created": _CREATED})
        names: set[str] = set()
        for page in document.pages:
            name = _sheet_name(page.heading or document.title, names)
            _Sheet(book, book.add_worksheet(name), document).write(page)
    return out.getvalue()


def _sheet_name(heading: str, taken: set[str]) -> str:
    """At most 31 characters, none that a sheet's name must not have, each once."""
    plain = _NO_NAME.sub(" ", safe_text(heading)).strip()[:28] or "1"
    name, n = plain, 2
    while name.lower() in taken:
        name, n = f"{plain[:26]} {n}", n + 1
    taken.add(name.lower())
    return name


class _Sheet:
    """Writes one page from top to bottom; `at` is the next free row."""

    def __init__(self, book: xlsxwriter.Workbook, sheet: Worksheet, document: Document) -> None:
        self.book, self.sheet, self.document, self.at = book, sheet, document, 0
        self.widths: dict[int, float] = {}
        base: dict[str, Any] = {"valign": "top", "text_wrap": True}
        self.text = book.add_format(base)
        self.quoted = book.add_format(base | {"quote_prefix": True})
        self.number = book.add_format(base | {"num_format": "#,##0.###"})
        self.bold = book.add_format({"bold": True, "valign": "top"})
        self.large = book.add_format({"bold": True, "font_size": 14})
        self.head = book.add_format(base | {"bold": True, "bottom": 1, "bg_color": LIGHT["sunken"]})

    def write(self, page: Page) -> None:
        for words, form in (
            (self.document.title, self.large), (self.document.subtitle, None), (page.heading, self.bold),
            (page.note, None),
        ):  # fmt: skip
            if words:
                self.sheet.write_string(self.at, 0, safe_text(words), form)
                self.at += 1
        for block in page.blocks:
            self.at += 1
            self.block(block)
        self.sheet.write_string(self.at + 1, 0, safe_text(self.document.footer))
        for j, width in self.widths.items():
            self.sheet.set_column(j, j, min(max(width + 2, 9), 44))
        if self.document.wide:
            self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)

    def block(self, block: Block) -> None:
        if isinstance(block, Headline):
            self.row((block.title, block.value, block.unit))
            self.row((block.limits, block.level))
        elif isinstance(block, Pairs):
            for label, value in block.rows:
                self.row((label, value))
        elif isinstance(block, Prose):
            self.row((block.title, block.text))
        elif isinstance(block, Picture):
            self.picture(block)
        elif isinstance(block, Lines):
            for label in block.labels:
                self.row((label, ""))
        else:
            if block.title:
                self.sheet.write_string(self.at, 0, safe_text(block.title), self.bold)
                self.at += 1
            if block.rows:
                self.row(block.headings, self.head)
            for row in block.rows:
                self.row(row)
            for words in (block.note, "" if block.rows else block.empty):
                if words:
                    self.sheet.write_string(self.at, 0, safe_text(words))
                    self.at += 1

    def picture(self, block: Picture) -> None:
        """Title, the drawing over as many rows as it is high, the sentence that stands for it."""
        self.sheet.write_string(self.at, 0, safe_text(block.title), self.bold)
        share, image = 1 / scale_of(block.svg), io.BytesIO(to_png(block.svg))
        place = {"image_data": image, "description": safe_text(block.text)[:_ALT_TEXT],
                 "x_scale": share, "y_scale": share, "object_position": 3}  # fmt: skip
        self.sheet.insert_image(self.at + 1, 0, "drawing.png", place)
        self.at += 2 + math.ceil(size_of(block.svg)[1] / _ROW_PX)
        self.sheet.write_string(self.at, 0, safe_text(block.text))
        self.at += 1

    def row(self, values: tuple[Value, ...], form: Any = None) -> None:
        for j, value in enumerate(values):
            self.cell(j, value, form)
        self.at += 1

    def cell(self, j: int, value: Value, form: Any) -> None:
        if isinstance(value, Amount):
            self.sheet.write_number(self.at, j, value.value, self.number)
            return
        text = safe_text(value.shown if isinstance(value, Mark) else value)
        self.widths[j] = max(self.widths.get(j, 0), max((room(line) for line in text.split("\n")), default=0))
        if isinstance(value, Mark):
            colours = {"font_color": LIGHT[f"{value.colour}-ink"], "bg_color": LIGHT[f"{value.colour}-soft"]}
            form = self.book.add_format({"valign": "top", "bold": True} | colours)
        self.sheet.write_string(self.at, j, text, form or (self.quoted if needs_quote(text) else self.text))
