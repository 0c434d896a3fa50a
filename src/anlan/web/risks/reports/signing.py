"""The line on which those sign by hand who answer for a report."""

from anlan.formats.printing import Lines
from anlan.formats.printing.signing import signature_lines
from anlan.web.common.texts import language


def signatures() -> Lines:
    """The line in the language of the request."""
    return signature_lines(language())
