"""A report to print, laid out once and written as a page, as PDF or as a workbook."""

from anlan.formats.printing.document import (
    Amount,
    Block,
    Document,
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
from anlan.formats.printing.workbook import to_workbook

__all__ = [
    "Amount", "Block", "Document", "Lines", "Mark", "Page", "Pairs", "Picture", "Prose", "Table", "Value",
    "to_html", "to_pdf", "to_workbook", "visible_texts",
]  # fmt: skip
