"""Read XES logs (IEEE 1849), plain or gzip, in any declared encoding, with or without a namespace.

An event is a row; its attributes are columns named by their keys. Attributes of the trace are columns
`case:KEY`, repeated on each event (an event attribute whose own key starts so becomes `event:KEY`).
Values stay texts, with their types known; attributes inside attributes are counted, not kept. A trace
without events is announced as a case. The file is refused as a whole when it is cut off, no XES, not
well-formed, or has a document type (no XES needs one, and entities can hide anything).

Not checked, since no log is misread by it: names of XML attributes that occur twice on elements other
than key and value, and well-formedness inside text between elements.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anlan.domain.errors import RefusedInput
from anlan.formats.reading import xes_kernels as scanner
from anlan.formats.reading.blocks import CASE_PREFIX, MAX_FIELD_BYTES, RawBlock
from anlan.formats.reading.xes_header import EPILOG, LONGEST_PROLOG, Root, XesHeader, find_root, read_header
from anlan.formats.reading.xes_scan import BadReferenceError, BadTextError, Found, Workspace
from anlan.formats.reading.xes_stream import MAX_BYTES, XesStream

CASE_COLUMN = "case:concept:name"
PIECE_BYTES = 1 << 24
LARGEST_TRACE = 1 << 30
_EVENT_PREFIX = "event:"
CASE_NAME = CASE_PREFIX + "concept:name"
_MOST_COLUMNS = 4_096


def iter_xes_blocks(
    path: Path, *, max_bytes: int = MAX_BYTES, piece_bytes: int | None = None
) -> Iterator[RawBlock]:
    """Blocks of an XES file as they are scanned, at least one, also for a log without traces; only one
    piece is in memory at a time. A block has the columns met so far: a later one may have more."""
    first = 1
    with XesStream(path, max_bytes=max_bytes) as stream:
        reader = _Reader(stream, piece_bytes=piece_bytes)
        with _naming_the_place(reader, path, max_bytes=max_bytes):
            for found in reader.pieces():
                yield _block(found, reader.names(), first_row=first)
                first += found.n_rows
            if not reader.n_traces:
                yield RawBlock(columns={}, first_row=1)


def xes_columns(path: Path, *, max_bytes: int = MAX_BYTES) -> tuple[str, ...]:
    """Names of all columns of a file, by a pass over it that keeps nothing else."""
    with XesStream(path, max_bytes=max_bytes) as stream:
        reader = _Reader(stream)
        with _naming_the_place(reader, path, max_bytes=max_bytes):
            for _ in reader.pieces():
                pass
        return tuple(reader.names().values())


@contextmanager
def _naming_the_place(reader: "_Reader", path: Path, *, max_bytes: int) -> Iterator[None]:
    """A fault in the buffer as the refusal of a place in the file."""
    try:
        yield
    except _FaultError as fault:
        place = reader.base + fault.place
        line = _line_of(path, place, max_bytes=max_bytes)
        raise RefusedInput(fault.code, path=path.name, position=place, line=line, **fault.details) from fault


class _FaultError(Exception):
    """A refusal at a place of the current buffer."""

    def __init__(self, code: str, place: int, **details: object) -> None:
        super().__init__(code)
        self.code, self.place, self.details = code, place, details


_FAULTS = {
    scanner.BAD_TAG: "xes.not_well_formed",
    scanner.BAD_CLOSE: "xes.wrong_closing_tag",
    scanner.DOCTYPE: "xes.doctype",
    scanner.BAD_VALUE: "xes.not_well_formed",
    scanner.TOO_DEEP: "xes.too_deep",
    scanner.LONG_VALUE: "xes.value_too_long",
    scanner.BAD_KEY: "xes.bad_reference",
}


class _Reader:
    """Moves a buffer along the stream and scans it piece by piece, cut between traces."""

    def __init__(self, stream: XesStream, *, piece_bytes: int | None = None) -> None:
        self._stream = stream
        self._buffer = np.zeros((piece_bytes or PIECE_BYTES) + scanner.PADDING, np.uint8)
        self._n = 0
        self._ended = False
        self.base = 0  # bytes of the text before the buffer
        self._work = Workspace()
        self.n_traces = 0
        self.header: XesHeader | None = None

    def pieces(self) -> Iterator[Found]:
        """What each piece with traces holds, in file order; the header is known once the first is out."""
        self._fill()
        root = self._root()
        at = root.end
        if root.is_empty:
            self._check_epilog(root.end)
            tag = self._bytes(root.start, root.end)
            self.header = read_header(tag[:-2] + b">", b"", name=root.name, path=self._stream.path.name)
            return
        while True:
            ended = self._scan(at)
            first = int(self._work.state[scanner.FIRST_TRACE])
            border = int(self._work.state[scanner.BORDER])
            if self.header is None and (first >= 0 or ended == scanner.CLOSED):
                self.header = self._header(
                    root, first if first >= 0 else int(self._work.state[scanner.FAULT_AT]) - 2
                )
            found = self._found()
            if found.n_traces:
                self.n_traces += found.n_traces
                yield found
            if ended == scanner.CLOSED:
                closing = int(self._work.state[scanner.FAULT_AT])
                if self._bytes(closing, closing + len(root.name)) != root.name:
                    raise _FaultError("xes.wrong_closing_tag", closing - 2)
                self._check_epilog(border)
                return
            at = self._advance(at, border, ended)

    def _scan(self, at: int) -> int:
        """Scan from `at`, with more room as long as columns are new; raises what is refused."""
        while True:
            ended = self._work.scan(self._buffer, self._n, at, longest=MAX_FIELD_BYTES)
            if ended == scanner.NEED_COLUMNS:
                if self._work.keys.capacity >= _MOST_COLUMNS:
                    raise _FaultError("xes.too_many_keys", at, limit=_MOST_COLUMNS)
                self._work.grow_columns()
            elif ended == scanner.NEED_KEY_BYTES:
                self._work.keys.grow_content()
            elif ended in _FAULTS:
                raise _FaultError(_FAULTS[ended], int(self._work.state[scanner.FAULT_AT]))
            elif ended == scanner.FULL and int(self._work.state[scanner.BORDER]) == at:
                self._work.grow_slots()
            else:
                return ended

    def _found(self) -> Found:
        try:
            return self._work.found(self._buffer)
        except BadTextError as fault:
            raise _FaultError("xes.not_utf8", fault.place) from fault
        except BadReferenceError as fault:
            raise _FaultError("xes.bad_reference", fault.place) from fault

    def names(self) -> dict[int, str]:
        """Column number -> name of all columns met so far."""
        return _column_names(self._work)

    def _advance(self, at: int, border: int, ended: int) -> int:
        """Where the next scan starts: on in the same buffer, or after more bytes were read."""
        if ended == scanner.FULL:
            return border
        if self._ended:
            raise _FaultError("xes.cut_off", self._n)
        started = int(self._work.state[scanner.FIRST_TRACE]) >= 0
        keep_from = border if started else 0
        if keep_from == 0 or self._n - keep_from > (len(self._buffer) - scanner.PADDING) // 2:
            self._grow()
        rest = self._n - keep_from
        self._buffer[:rest] = self._buffer[keep_from : self._n].copy()
        self._n = rest
        self.base += keep_from
        self._fill()
        return at if not started else 0

    def _grow(self) -> None:
        size = 2 * (len(self._buffer) - scanner.PADDING)
        if size > LARGEST_TRACE:
            raise _FaultError("xes.trace_too_long", 0, limit=LARGEST_TRACE)
        grown = np.zeros(size + scanner.PADDING, np.uint8)
        grown[: self._n] = self._buffer[: self._n]
        self._buffer = grown

    def _fill(self) -> None:
        room = self._buffer.data[: len(self._buffer) - scanner.PADDING]
        while self._n < len(room):
            size = self._stream.readinto(room[self._n :])
            if not size:
                self._ended = True
                return
            self._n += size

    def _bytes(self, start: int, end: int) -> bytes:
        return self._buffer[start:end].tobytes()

    def _root(self) -> Root:
        start = self._bytes(0, min(self._n, LONGEST_PROLOG))
        if not start.strip():
            raise RefusedInput("xes.empty", path=self._stream.path.name)
        return find_root(start, path=self._stream.path.name)

    def _header(self, root: Root, end: int) -> XesHeader:
        tag, content = self._bytes(root.start, root.end), self._bytes(root.end, end)
        return read_header(tag, content, name=root.name, path=self._stream.path.name)

    def _check_epilog(self, at: int) -> None:
        """After the log only blanks, comments and instructions may follow."""
        rest = self._bytes(at, self._n)
        if not EPILOG.match(rest) or (not self._ended and self._stream.readinto(memoryview(bytearray(1)))):
            raise _FaultError("xes.content_after_log", at)


def _column_names(work: Workspace) -> dict[int, str]:
    """Column number -> name, the case first, then trace columns, then event columns, as first met."""
    keys = work.keys
    columns = sorted(range(work.n_columns), key=lambda column: not keys.is_trace(column))
    names = {}
    for column in columns:
        try:
            key = keys.name(column)
        except UnicodeDecodeError as fault:
            raise RefusedInput("xes.bad_key", key=repr(fault.object)) from fault
        if keys.is_trace(column):
            names[column] = CASE_PREFIX + key
        else:
            names[column] = _EVENT_PREFIX + key if key.startswith(CASE_PREFIX) else key
    return names


def _block(found: Found, names: dict[int, str], *, first_row: int) -> RawBlock:
    """One piece as columns."""
    columns: dict[str, pa.Array] = {}
    for column, name in names.items():
        of = found.row_trace if name.startswith(CASE_PREFIX) else None
        columns[name] = _array(found, column, n=found.n_rows, of=of)
    if not columns:  # events before any attribute: rows all the same, of cases without a name
        columns[CASE_NAME] = pa.nulls(found.n_rows, pa.string())
    return RawBlock(
        columns=columns,
        first_row=first_row,
        cases_only=_traces_without_events(found, names),
        notes={"nested_attributes": found.nested} if found.nested else {},
    )


def _array(found: Found, column: int, *, n: int, of: NDArray[np.int32] | None) -> pa.Array:
    coded = found.columns.get(column)
    return pa.nulls(n, pa.string()) if coded is None else coded.array(of=of)


def _traces_without_events(found: Found, names: dict[int, str]) -> pa.Table | None:
    has_events = np.zeros(found.n_traces, np.bool_)
    has_events[found.row_trace] = True
    empty = np.flatnonzero(~has_events).astype(np.int32)
    if not len(empty):
        return None
    columns: dict[str, pa.Array] = {}
    for column, name in names.items():
        if name.startswith(CASE_PREFIX):
            columns[name] = _array(found, column, n=len(empty), of=empty)
    return pa.table(columns or {CASE_NAME: pa.nulls(len(empty), pa.string())})


def _line_of(path: Path, place: int, *, max_bytes: int) -> int:
    """Line (from 1) of a byte of the text, found by reading it again."""
    lines, left = 1, place
    room = bytearray(1 << 20)
    with XesStream(path, max_bytes=max_bytes) as stream:
        while left > 0:
            size = stream.readinto(memoryview(room)[: min(left, len(room))])
            if not size:
                break
            lines += room[:size].count(b"\n")
            left -= size
    return lines
