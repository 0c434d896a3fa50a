"""rejected.csv for people: the rows set aside with headings and reasons in one language.

The rows are kept beside the stored log by code (`reading.rejects`); this turns a kept table into the one
that is handed out. The code keeps a column of its own.
"""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from anlan.formats.messages import Messages

COLUMNS = ("row", "reason", "code", "found", "text")
_LARGEST_FIELD = 2**31 - 1


def write_rejected_rows(kept: Sequence[Path], path: Path, *, words: Messages) -> None:
    """Write the rows of all `kept` tables, one after the other, to `path` (UTF-8 with byte order mark)."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([words.text(f"report.rejected_columns.{column}") for column in COLUMNS])
        for source in kept:
            writer.writerows(_translated(source, words))


def _translated(source: Path, words: Messages) -> Iterator[list[str]]:
    """A row as many fields as a log allows can be longer than the csv module reads by default."""
    csv.field_size_limit(_LARGEST_FIELD)
    with source.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.reader(stream)
        next(rows)
        for row, reason, found, text in rows:
            if reason == "duplicate":
                found = words.text("report.rejected_columns.same_as", row=found)
            yield [row, words.text(f"report.rejected.{reason}"), reason, found, text]
