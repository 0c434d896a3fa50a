"""A first look at a log file before it is read: columns, what each seems to be for, a few rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anlan.domain.errors import AnlanError
from anlan.formats.reading.columns import REQUIRED, recognise_columns
from anlan.formats.reading.openers import open_log_file
from anlan.formats.reading.options import ReadOptions
from anlan.formats.reading.planning import plan_reading
from anlan.formats.reading.source import inspect
from anlan.formats.reading.texts import as_text

SAMPLE_ROWS = 8
_LONGEST = 120


@dataclass(frozen=True)
class Preview:
    """What a file seems to be.

    roles    role -> (column or None, confidence 0..1, reason); every role is there
    sample   rows of texts in the order of `columns`
    refusal  why the file could not be read as it is: code and parameters; None where it can
    missing  required roles without a column that is sure enough
    """

    format: str
    columns: tuple[str, ...]
    roles: Mapping[str, tuple[str | None, float, str]]
    sample: tuple[tuple[str, ...], ...]
    refusal: tuple[str, Mapping[str, Any]] | None
    missing: tuple[str, ...]


def preview_file(path: Path, options: ReadOptions) -> Preview:
    """Look at the first block of a file. Raises RefusedInput where it is no log file at all."""
    source = inspect(path, max_bytes=options.max_bytes)
    opened = open_log_file(source, options)
    first = next(opened.blocks())()
    texts = {
        name: as_text(column.slice(0, 1_000)).fill_null("").to_pylist()
        for name, column in first.columns.items()
    }
    found = recognise_columns(opened.columns, texts, given=options.mapping, time_format=options.time_format)
    roles = {role: (c.column, float(c.confidence), c.reason) for role, c in found.choices.items()}
    refusal = None
    try:
        plan_reading(first, opened, options)
    except AnlanError as fault:
        refusal = (fault.code, fault.parameters)
    rows = zip(*(texts[name][:SAMPLE_ROWS] for name in opened.columns), strict=True)
    return Preview(
        format=source.format,
        columns=tuple(opened.columns),
        roles=roles,
        sample=tuple(tuple(value[:_LONGEST] for value in row) for row in rows),
        refusal=refusal,
        missing=tuple(r for r in REQUIRED if not roles[r][0] or roles[r][1] < options.min_confidence),
    )
