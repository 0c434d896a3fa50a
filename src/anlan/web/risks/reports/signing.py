"""The line on which those sign by hand who answer for a report."""

from anlan.formats.printing import Lines
from anlan.web.common.texts import text


def signatures() -> Lines:
    """Prepared, reviewed and approved by, each with a blank, and the day."""
    return Lines(tuple(text(f"reports.sign.{name}") for name in ("prepared", "reviewed", "approved", "date")))
