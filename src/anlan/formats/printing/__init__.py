"""A report to print, laid out once and written as a page, as PDF or as a workbook."""

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
    Table,
    Value,
    visible_texts,
)
from anlan.formats.printing.page import to_html
from anlan.formats.printing.pdf import to_pdf
from anlan.formats.printing.png import to_png
from anlan.formats.printing.workbook import to_workbook

__all__ = [
    "Amount", "Block", "Document", "Headline", "Lines", "Mark", "Page", "Pairs", "Picture", "Prose", "Table",
    "Value", "to_html", "to_pdf", "to_png", "to_workbook", "visible_texts",
]  # fmt: skip
