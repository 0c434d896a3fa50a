"""Rows that were set aside, by reason, kept compactly and written as a table people can open."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from anlan.formats.reading.blocks import BadRow
from anlan.formats.reading.texts import as_text

REASONS = ("case", "activity", "time", "end", "duplicate", "columns")
"""Missing case, missing activity, time unreadable or out of range, end before start, a row equal to an
earlier one, wrong number of columns. A row is counted under the first that applies; `columns` first."""

MAX_TEXTS = 1_000_000
"""Beyond so many rejected rows only row number and reason are kept, not what the rows said."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class RejectedRows:
    """Rows of equal length arrays: source row number (int64), index into `REASONS` (uint8), and, for the
    first `len(details)` of them, what was found and the row as written."""

    rows: NDArray[np.int64]
    reasons: NDArray[np.uint8]
    details: pa.Array
    texts: pa.Array

    def __len__(self) -> int:
        return len(self.rows)

    def counts(self) -> dict[str, int]:
        """Reason -> number of rows, every reason present."""
        totals = np.bincount(self.reasons, minlength=len(REASONS))
        return {reason: int(totals[k]) for k, reason in enumerate(REASONS)}


def no_rows() -> RejectedRows:
    nothing = pa.array([], pa.large_string())
    return RejectedRows(np.empty(0, np.int64), np.empty(0, np.uint8), nothing, nothing)


def rejected_rows(
    rows: Sequence[int] | NDArray[np.int64],
    reasons: Sequence[int] | NDArray[np.uint8],
    details: Sequence[str] | pa.Array,
    texts: Sequence[str] | pa.Array,
) -> RejectedRows:
    return RejectedRows(
        np.asarray(rows, np.int64), np.asarray(reasons, np.uint8), _strings(details), _strings(texts)
    )


def from_bad_rows(bad_rows: Iterable[BadRow]) -> RejectedRows:
    """Rows the reader itself refused."""
    listed = list(bad_rows)
    return rejected_rows(
        [row.row for row in listed],
        [REASONS.index(row.reason) for row in listed],
        [row.detail for row in listed],
        [row.text for row in listed],
    )


def _strings(values: Sequence[str] | pa.Array) -> pa.Array:
    if isinstance(values, pa.Array):
        return values.cast(pa.large_string())
    return pa.array(list(values), pa.large_string())


@dataclass
class RejectPile:
    """Collects rejected rows block by block."""

    _parts: list[RejectedRows] = field(default_factory=list)
    _n_texts: int = 0
    n: int = 0

    def add(self, part: RejectedRows) -> None:
        if not len(part):
            return
        room = max(MAX_TEXTS - self._n_texts, 0)
        kept = RejectedRows(part.rows, part.reasons, part.details.slice(0, room), part.texts.slice(0, room))
        self._parts.append(kept)
        self._n_texts += len(kept.texts)
        self.n += len(part)

    def all_rows(self) -> RejectedRows:
        """All of them, by source row; rows without their text, if any, keep to the end."""
        if not self._parts:
            return no_rows()
        joined = RejectedRows(
            np.concatenate([part.rows for part in self._parts]),
            np.concatenate([part.reasons for part in self._parts]),
            pa.concat_arrays([part.details for part in self._parts]),
            pa.concat_arrays([part.texts for part in self._parts]),
        )
        order = np.argsort(joined.rows, kind="stable")
        if len(joined.texts) < len(joined):
            order = np.concatenate([order[order < len(joined.texts)], order[order >= len(joined.texts)]])
        with_text = pa.array(order[: len(joined.texts)])
        return RejectedRows(
            joined.rows[order],
            joined.reasons[order],
            joined.details.take(with_text),
            joined.texts.take(with_text),
        )


def row_texts(columns: Sequence[pa.Array], chosen: NDArray[np.int64]) -> pa.Array:
    """The chosen rows of a block as comma-separated records."""
    parts = [_quoted(as_text(column.take(pa.array(chosen)))) for column in columns]
    if len(parts) == 1:
        return parts[0]
    comma = pa.scalar(",", pa.large_string())
    return pc.binary_join_element_wise(*parts, comma, null_handling="replace", null_replacement="")


def _quoted(texts: pa.Array) -> pa.Array:
    special = pc.match_substring_regex(texts, pattern='[",\\r\\n]')
    if not pc.any(special).as_py():
        return texts
    doubled = pc.replace_substring(texts, pattern='"', replacement='""')
    mark, nothing = pa.scalar('"', pa.large_string()), pa.scalar("", pa.large_string())
    return pc.if_else(special, pc.binary_join_element_wise(mark, doubled, mark, nothing), texts)


def write_rejected_table(rejected: RejectedRows, path: Path) -> None:
    """Rejected rows as CSV: row, reason, found, text. UTF-8 with a byte order mark, so that spreadsheets
    read Chinese; a text that a spreadsheet would take for a formula gets an apostrophe in front."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["row", "reason", "found", "text"])
        n_texts = len(rejected.texts)
        for begin in range(0, len(rejected), 10_000):
            stop = min(begin + 10_000, len(rejected))
            details = rejected.details.slice(begin, stop - begin).to_pylist()
            texts = rejected.texts.slice(begin, stop - begin).to_pylist()
            for k in range(begin, stop):
                known = k < n_texts
                writer.writerow(
                    [
                        int(rejected.rows[k]),
                        REASONS[rejected.reasons[k]],
                        harmless(details[k - begin] or "") if known else "",
                        harmless(texts[k - begin] or "") if known else "",
                    ]
                )


def harmless(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would calculate it."""
    return "'" + text if text.lstrip().startswith(_FORMULA_STARTS) or text[:1] in ("\t", "\r") else text
