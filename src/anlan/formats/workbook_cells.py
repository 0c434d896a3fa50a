"""How values stand in the cells of any workbook we write: text stays text, whatever it looks like."""

from typing import Any

from anlan.formats.report.markup import clean

LONGEST = 32_767
"""Characters a cell can hold."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet would take text that starts so for a formula once the cell is edited; it is quoted."""

BOOK_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
"""Nothing is guessed from a text: no formula, no link, no number."""


def safe_text(value: object, *, limit: int = LONGEST) -> str:
    """Text without characters a workbook must not carry, cut with an ellipsis where no cell could hold it."""
    text = clean(str(value))
    return text if len(text) <= limit else text[: limit - 1] + "…"


def needs_quote(text: str) -> bool:
    """Whether the text must be marked as quoted so that editing its cell makes no formula of it."""
    return text.startswith(FORMULA_STARTS)


def room(value: Any) -> float:
    """Width of a value in characters; Chinese characters take two."""
    if value is None:
        return 0.0
    text = f"{value:,.3f}" if isinstance(value, float) else str(value)[:200]
    return sum(2.0 if ord(character) > 0x2E7F else 1.0 for character in text)
