"""The line on which those sign by hand who answer for a report."""

from anlan.formats.messages import messages
from anlan.formats.printing.document import Lines
from anlan.formats.report.words import Language


def signature_lines(language: Language) -> Lines:
    """Prepared, reviewed and approved by, each with a blank, and the day."""
    words = messages(language)
    names = ("prepared", "reviewed", "approved", "date")
    return Lines(tuple(words.text(f"web.reports.sign.{name}") for name in names))
