"""Tables and lines for a terminal, with Chinese characters counted as two columns wide."""

import unicodedata
from collections.abc import Sequence


def width(text: str) -> int:
    """Columns a text takes on a terminal."""
    return sum(
        2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text
    )


def table(headings: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """Columns aligned by display width; those numbered in `right` are aligned to the right."""
    columns = range(len(headings))
    widths = [max(width(row[c]) for row in [headings, *rows]) for c in columns]
    lines = []
    for row in [headings, ["─" * w for w in widths], *rows]:
        cells = [_padded(row[c], widths[c], c in right) for c in columns]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _padded(text: str, columns: int, right: bool) -> str:
    space = " " * (columns - width(text))
    return space + text if right else text + space
