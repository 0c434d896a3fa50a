"""Raw blocks: what every reader yields, whatever the file's format."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

CASE_PREFIX = "case:"
"""Columns whose name starts so belong to the case (the trace attributes of XES)."""

MAX_FIELD_BYTES = 65_536
"""A field of more bytes is refused; readers and the encoder use the same limit."""


@dataclass(frozen=True)
class BadRow:
    """A row the reader itself cannot turn into columns, such as one with too many fields.

    `reason` is one of `case, activity, time, end, duplicate, columns`; `text` is the row as written.
    """

    row: int
    reason: str
    detail: str
    text: str


@dataclass(frozen=True)
class RawBlock:
    """Some consecutive rows of a file, as named columns of equal length.

    A column is an array of `string` or `large_string` as written (not trimmed, no missing marker
    applied), a `dictionary` of strings, or a native array (timestamp, date, integer, float, boolean,
    decimal) where the format has types. Nulls mean missing. All blocks of a file have the same column
    names in the same order, but for XES, where a block has those met so far; a name may not occur twice
    (readers append ` (2)` to a repeated heading).

    first_row      source row number of the first row, counted from 1 as the format counts (a CSV's
                   heading is row 1, so its data start at 2; a sheet's own row numbers; events of XES)
    rows           int64 source row numbers, where they are not consecutive; else None
    bad_rows       rows between these that could not be turned into columns
    cases_only     cases that have no event in this block: a table with the column that holds the case
                   and any case attributes, named as in `columns`
    offset_minutes offset from UTC written in the file, where native times came already in UTC
    """

    columns: Mapping[str, pa.Array]
    first_row: int
    rows: NDArray[np.int64] | None = None
    bad_rows: tuple[BadRow, ...] = ()
    cases_only: pa.Table | None = None
    offset_minutes: int | None = None
    notes: Mapping[str, int] = field(default_factory=dict)
    """Counters of the reader itself, added up over blocks (`nested_attributes`, `blank_rows`)."""

    @property
    def n_rows(self) -> int:
        return len(next(iter(self.columns.values()))) if self.columns else 0
