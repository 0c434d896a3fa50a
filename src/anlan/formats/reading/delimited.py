"""CSV, TSV and their relatives: find the delimiter, then cut the text into slices that are parsed apart.

Slices end at the end of a record, so they can be parsed by several threads and in any order. All columns
are read as texts. A record with another number of fields than the heading is set aside.
"""

import csv
import io
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

from anlan.domain.errors import RefusedInput
from anlan.formats.reading.blocks import MAX_FIELD_BYTES, BadRow, RawBlock
from anlan.formats.reading.delimited_kernels import (
    CR,
    LF,
    QUOTE,
    after_last_line,
    count_byte,
    count_line_ends,
    is_ascii,
    scan_records,
)
from anlan.formats.reading.source import Source
from anlan.maths.read_only import constant

DELIMITERS = (",", "\t", ";", "|")
SLICE_BYTES = 2 << 20
_MAX_CARRY = 64 << 20
_SAMPLE_RECORDS = 200
_ALL = 2**62
_NO_BLANKS = np.zeros(0, np.uint8)

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Shape:
    """How a delimited file is laid out. `first_row`: row number of the first record after the heading;
    `skip`: bytes of UTF-8 text up to there."""

    delimiter: str
    headings: tuple[str, ...]
    skip: int
    first_row: int


def find_shape(source: Source) -> Shape:
    """Delimiter and headings, from the first records."""
    with source.utf8() as stream:
        head = stream.read(len(source.sample)).decode("utf-8", errors="ignore").rstrip("\ufffd")
    prefix, delimiter, head = _declared_delimiter(head)
    delimiter = delimiter or _best_delimiter(head, name=source.name)
    blank_lines = len(head) - len(head.lstrip("\r\n"))
    skipped = head[:blank_lines].replace("\r\n", "\n").replace("\r", "\n").count("\n")
    body = head[blank_lines:]
    length = _first_record_length(body, delimiter)
    heading = next(csv.reader(io.StringIO(body[:length], newline=""), delimiter=delimiter), [])
    if len(heading) < 2:
        raise RefusedInput("reading.no_delimiter", name=source.name, accepted=list(DELIMITERS))
    skip = len((prefix + head[: blank_lines + length]).encode("utf-8"))
    return Shape(delimiter, _distinct_headings(heading), skip, first_row=2 + skipped + bool(prefix))


def _declared_delimiter(head: str) -> tuple[str, str, str]:
    """Excel's first line `sep=;`: (that line, its delimiter, the rest)."""
    line, newline, rest = head.partition("\n")
    text = line.rstrip("\r")
    if newline and text.lower().startswith("sep=") and len(text) == 5:
        return line + newline, text[4], rest
    return "", "", head


def _best_delimiter(head: str, *, name: str) -> str:
    """The delimiter that gives most records the same number of fields, at least two."""
    scores = []
    for place, delimiter in enumerate(DELIMITERS):
        counts = _field_counts(head, delimiter)
        usual = counts[0] if counts else 1
        if usual >= 2:
            agreeing = sum(count == usual for count in counts) / len(counts)
            scores.append((round(agreeing, 1), usual, -place, delimiter))
    if not scores:
        raise RefusedInput("reading.no_delimiter", name=name, accepted=list(DELIMITERS))
    return max(scores)[3]


def _field_counts(head: str, delimiter: str) -> list[int]:
    counts: list[int] = []
    try:
        for record in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter):
            if record:
                counts.append(len(record))
            if len(counts) > _SAMPLE_RECORDS:
                break
    except csv.Error:
        return counts
    return counts[:-1] if 1 < len(counts) <= _SAMPLE_RECORDS and not head.endswith("\n") else counts


def _first_record_length(text: str, delimiter: str) -> int:
    """Characters of the first record with its line end."""
    data = text.encode("utf-8")
    end, _ = scan_records(np.frombuffer(data, np.uint8), ord(delimiter), True, _NO_BLANKS, 1)
    return len(data[:end].decode("utf-8"))


def _distinct_headings(heading: Sequence[str]) -> tuple[str, ...]:
    """Trimmed; an empty one becomes `column 3`, a repeated one `name (2)`."""
    names: dict[str, None] = {}
    next_number: dict[str, int] = {}
    for place, text in enumerate(heading, start=1):
        name = candidate = text.strip() or f"column {place}"
        number = next_number.get(name, 2)
        while candidate in names:
            candidate = f"{name} ({number})"
            number += 1
        names[candidate] = None
        next_number[name] = number
    return tuple(names)


class _Buffers:
    """Room for slices, used again once a slice is parsed: new memory costs more than reading into it.

    Taken by the thread that reads, given back by those that parse.
    """

    def __init__(self) -> None:
        self._free: deque[Bytes] = deque()

    def take(self, size: int) -> Bytes:
        buffer = self._free.popleft() if self._free else np.empty(size, np.uint8)
        return buffer if len(buffer) >= size else np.empty(size, np.uint8)

    def give_back(self, buffer: Bytes) -> None:
        self._free.append(buffer)


@dataclass(frozen=True)
class Slice:
    """Whole records of UTF-8 text. `first_row`: number of the first; `n_records` counts blank ones.

    `parsed` is called when the text is not needed any more: its memory will be overwritten.
    """

    text: Bytes
    first_row: int
    n_records: int
    has_quotes: bool
    parsed: Callable[[], None]


def iter_slices(source: Source, shape: Shape, *, size: int = SLICE_BYTES) -> Iterator[Slice]:
    """Cut the text after the heading into slices of about `size` bytes."""
    buffers = _Buffers()
    with source.utf8() as stream:
        carry = _after_heading(stream.read, shape.skip)
        row, final = shape.first_row, False
        while not final:
            buffer, known = buffers.take(len(carry) + size), len(carry)
            buffer[:known] = carry
            end = known + stream.readinto(buffer[known : known + size].data)
            text, final = constant(buffer[:end]), end == known
            _refuse_zero_bytes(text[known:], source, row)
            cut, records, quotes = _cut(text, shape.delimiter, final=final)
            if not cut and len(text) > _MAX_CARRY:
                raise RefusedInput(
                    "reading.field_too_long", column="?", row=row, found=len(text), limit=MAX_FIELD_BYTES
                )
            carry = text[cut:].copy()
            if cut:
                yield Slice(text[:cut], row, records, quotes, partial(buffers.give_back, buffer))
                row += records
            else:
                buffers.give_back(buffer)


def _after_heading(read: Callable[[int], bytes], skip: int) -> Bytes:
    data = b""
    while len(data) < skip:
        piece = read(skip - len(data))
        if not piece:
            break
        data += piece
    return np.frombuffer(data[skip:], np.uint8)


def _refuse_zero_bytes(piece: Bytes, source: Source, row: int) -> None:
    if count_byte(piece, 0):
        before = piece[: int(np.argmin(piece))]
        raise RefusedInput("reading.zero_bytes", name=source.name, row=row + int(count_byte(before, LF)))


def _cut(text: Bytes, delimiter: str, *, final: bool) -> tuple[int, int, bool]:
    """(end of the last whole record, number of records up to there, whether there are quotes)."""
    quotes, returns = bool(count_byte(text, QUOTE)), count_byte(text, CR)
    if not quotes and (not returns or returns == count_line_ends(text)):
        cut = len(text) if final else int(after_last_line(text))
        unfinished = final and len(text) > 0 and text[-1] != LF
        return cut, int(count_byte(text[:cut], LF)) + bool(unfinished), False
    cut, records = scan_records(text, ord(delimiter), final, _NO_BLANKS, _ALL)
    return int(cut), int(records), quotes


def parse_slice(piece: Slice, shape: Shape, *, name: str) -> RawBlock:
    """One slice as columns of texts, with the numbers of its rows."""
    invalid: list[pa.csv.InvalidRow] = []

    def set_aside(row: pa.csv.InvalidRow) -> str:
        invalid.append(row)
        return "skip"

    table = _parsed(piece, shape, set_aside, name=name)
    rows = _row_numbers(piece, shape, n_good=table.num_rows, invalid=[row.number for row in invalid])
    bad_rows = tuple(
        BadRow(int(number), "columns", f"{row.actual_columns} ≠ {row.expected_columns}", row.text)
        for number, row in zip(rows.invalid, invalid, strict=True)
    )
    columns = {heading: _one_chunk(table.column(place)) for place, heading in enumerate(shape.headings)}
    piece.parsed()
    return RawBlock(columns, piece.first_row, rows=rows.good, bad_rows=bad_rows)


def _parsed(
    piece: Slice, shape: Shape, set_aside: Callable[[pa.csv.InvalidRow], str], *, name: str
) -> pa.Table:
    texts = {heading: pa.string() for heading in shape.headings}
    if piece.text[0] in (LF, CR) and not piece.text.tobytes().strip(b"\r\n"):
        return pa.table({heading: pa.array([], pa.string()) for heading in shape.headings})
    try:
        return pyarrow.csv.read_csv(
            pa.BufferReader(piece.text),
            read_options=pyarrow.csv.ReadOptions(
                use_threads=False, column_names=list(shape.headings), block_size=len(piece.text) + 1
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=shape.delimiter,
                newlines_in_values=piece.has_quotes,
                invalid_row_handler=set_aside,
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=texts, strings_can_be_null=False, check_utf8=not is_ascii(piece.text)
            ),
            memory_pool=pa.default_memory_pool(),
        )
    except pa.ArrowInvalid as fault:
        if "UTF8" in str(fault):
            raise NotUtf8(str(fault)) from fault
        raise RefusedInput("reading.csv_damaged", name=name, found=str(fault).splitlines()[0]) from fault


class NotUtf8(Exception):  # noqa: N818
    """A slice is not valid UTF-8; the caller knows whether another encoding may be tried."""


def _one_chunk(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


@dataclass(frozen=True)
class _Numbers:
    good: NDArray[np.int64] | None
    invalid: NDArray[np.int64]


def _row_numbers(piece: Slice, shape: Shape, *, n_good: int, invalid: list[int]) -> _Numbers:
    """Row numbers in the file: of the parsed rows (None: consecutive) and of those set aside.

    The parser skips blank lines and numbers the others from 1; only where the counts differ have
    blank lines to be found.
    """
    n_seen = n_good + len(invalid)
    if n_seen == piece.n_records and not invalid:
        return _Numbers(None, np.empty(0, np.int64))
    if n_seen == piece.n_records:
        numbers = np.arange(n_seen, dtype=np.int64)
    else:
        blank = np.zeros(piece.n_records, np.uint8)
        scan_records(piece.text, ord(shape.delimiter), True, blank, _ALL)
        numbers = np.flatnonzero(blank == 0).astype(np.int64)
    numbers = numbers[:n_seen] + piece.first_row
    is_invalid = np.zeros(n_seen, np.bool_)
    is_invalid[np.array(invalid, np.int64) - 1] = True
    return _Numbers(numbers[~is_invalid], numbers[is_invalid])
