"""The working memory of the XES scanner and the making of columns from what it found."""

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from anlan.formats.reading import xes_kernels as scanner
from anlan.formats.reading.xes_text_kernels import group_by_column, write_values


@dataclass
class Keys:
    """Every attribute key met so far; column numbers stay the same for the whole file."""

    capacity: int = 64
    hashes: NDArray[np.uint64] = field(init=False)
    starts: NDArray[np.int64] = field(init=False)
    sizes: NDArray[np.int64] = field(init=False)
    scopes: NDArray[np.int64] = field(init=False)
    types: NDArray[np.int64] = field(init=False)
    plain: NDArray[np.uint8] = field(init=False)
    content: NDArray[np.uint8] = field(init=False)

    def __post_init__(self) -> None:
        for name, kind in _KEY_ARRAYS.items():
            setattr(self, name, np.zeros(self.capacity, kind))
        self.content = np.zeros(8 * 1024, np.uint8)

    def grow(self) -> None:
        self.capacity *= 2
        for name in _KEY_ARRAYS:
            old = getattr(self, name)
            setattr(self, name, np.concatenate([old, np.zeros_like(old)]))

    def grow_content(self) -> None:
        self.content = np.concatenate([self.content, np.zeros_like(self.content)])

    def name(self, column: int) -> str:
        """The key itself; UnicodeDecodeError where it is no UTF-8."""
        start = int(self.starts[column])
        return self.content[start : start + int(self.sizes[column])].tobytes().decode()

    def is_trace(self, column: int) -> bool:
        return bool(self.scopes[column] == scanner.TRACE)


_KEY_ARRAYS = {
    "hashes": np.uint64,
    "starts": np.int64,
    "sizes": np.int64,
    "scopes": np.int64,
    "types": np.int64,
    "plain": np.uint8,
}


class Workspace:
    """Arrays one scan fills. They grow on demand and are used again for the next piece."""

    def __init__(self, *, slots: int = 1 << 17, entries: int = 1 << 18) -> None:
        self.keys = Keys()
        self.state = np.zeros(scanner.STATE_SIZE, np.int64)
        self.state[scanner.FIRST_TRACE] = -1
        self._slots, self._entries = slots, entries
        self._make_codes()
        self._make_entries()

    def _make_codes(self) -> None:
        self.codes = np.full((self.keys.capacity, self._slots), -1, np.int32)
        self.row_trace = np.zeros(self._slots, np.int32)
        self.n_entries = np.zeros(self.keys.capacity, np.int32)
        self.stretches = np.zeros((self.keys.capacity * scanner.N_WAYS, scanner.STRETCH_FIELDS), np.int64)

    def _make_entries(self) -> None:
        self.entry_column = np.empty(self._entries, np.int32)
        self.entry_place = np.empty(self._entries, np.int32)
        self.entry_start = np.empty(self._entries, np.int64)
        self.entry_size = np.empty(self._entries, np.int32)
        self.entry_hash = np.empty(self._entries, np.uint64)
        self.table = np.full(2 * self._entries, -1, np.int32)

    def grow_columns(self) -> None:
        """Twice the columns; the slots shrink where the codes would otherwise take too much memory."""
        self.keys.grow()
        self._slots = max(1 << 12, min(self._slots, (1 << 25) // self.keys.capacity))
        self._make_codes()

    def grow_slots(self) -> None:
        self._slots *= 2
        self._entries *= 2
        self._make_codes()
        self._make_entries()

    def scan(self, text: NDArray[np.uint8], n: int, at: int, *, longest: int) -> int:
        """One scan of text[at:n]; how it ended. Resets what the scan before left."""
        used = int(self.state[scanner.COLUMNS])
        self.codes[:used].fill(-1)
        self.n_entries.fill(0)
        self.stretches.fill(0)
        self.table.fill(-1)
        keys = self.keys
        self.state[scanner.NESTED] = 0
        return int(
            scanner.scan(
                text, n, at, self.state, keys.hashes, keys.starts, keys.sizes, keys.scopes, keys.content,
                keys.types, keys.plain, self.n_entries, self.codes, self.row_trace, self.entry_column,
                self.entry_place, self.entry_start, self.entry_size, self.entry_hash, self.table,
                self.stretches, longest,
            )
        )  # fmt: skip

    @property
    def n_columns(self) -> int:
        return int(self.state[scanner.COLUMNS])

    def found(self, text: NDArray[np.uint8]) -> "Found":
        """Columns of what lies before the border of the last scan."""
        rows, traces = int(self.state[scanner.BORDER_ROWS]), int(self.state[scanner.BORDER_TRACES])
        entries = int(self.state[scanner.ENTRIES])
        order, offsets = group_by_column(self.entry_column, entries, self.n_columns)
        row_trace = self.row_trace[:rows].copy()
        columns = {}
        for column in range(self.n_columns):
            chosen = order[offsets[column] : offsets[column + 1]]
            if len(chosen):
                values = self._values(text, chosen)
                slots = traces if self.keys.is_trace(column) else rows
                columns[column] = Coded(
                    values, self.codes[column, :slots].copy(), bool(self.keys.plain[column])
                )
        return Found(rows, traces, row_trace, columns, int(self.state[scanner.BORDER_NESTED]))

    def _values(self, text: NDArray[np.uint8], chosen: NDArray[np.int64]) -> pa.Array:
        """The chosen entries as strings; raises BadReference, or pyarrow's error for bad UTF-8."""
        size = int((self.entry_size[chosen] >> 1).sum())
        content = np.empty(size + 8, np.uint8)
        offsets = np.empty(len(chosen) + 1, np.int32)
        fault = write_values(text, chosen, self.entry_start, self.entry_size, content, offsets)
        if fault >= 0:
            raise BadReferenceError(int(fault))
        values = pa.Array.from_buffers(
            pa.string(), len(chosen), [None, pa.py_buffer(offsets), pa.py_buffer(content)]
        )
        try:
            values.validate(full=True)
        except pa.ArrowInvalid as invalid:
            raise BadTextError(_first_undecodable(text, chosen, self)) from invalid
        return values


class BadReferenceError(Exception):
    """An entity or character reference that means nothing, at a place of the text."""

    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


class BadTextError(BadReferenceError):
    """Bytes that are not UTF-8, at a place of the text."""


def _first_undecodable(text: NDArray[np.uint8], chosen: NDArray[np.int64], work: Workspace) -> int:
    for entry in chosen:
        start = int(work.entry_start[entry])
        end = start + (int(work.entry_size[entry]) >> 1)
        try:
            text[start:end].tobytes().decode()
        except UnicodeDecodeError as fault:
            return start + fault.start
    return int(work.entry_start[chosen[0]])


@dataclass(frozen=True)
class Coded:
    """Values and, per row or trace, the number of its value (-1: none)."""

    values: pa.Array
    codes: NDArray[np.int32]
    plain: bool

    def array(self, *, of: NDArray[np.int32] | None = None) -> pa.Array:
        """One value per slot, or per item of `of` (slot numbers): a dictionary, or plain strings.

        Near-unique values of events are plain; repeated per event, those of traces are a dictionary.
        """
        codes = self.codes if of is None else self.codes[of]
        if self.plain and of is None and len(codes) <= len(self.values) and _counts_up(codes):
            return self.values.slice(0, len(codes))
        known = codes >= 0
        indices = pa.array(codes, mask=None if known.all() else ~known)
        if self.plain and of is None:
            return self.values.take(indices)
        return pa.DictionaryArray.from_arrays(indices, self.values)


def _counts_up(codes: NDArray[np.int32]) -> bool:
    return bool((codes == np.arange(len(codes), dtype=np.int32)).all())


@dataclass(frozen=True)
class Found:
    """What one scan found: `columns` by column number, trace numbers counted from 0 in this piece."""

    n_rows: int
    n_traces: int
    row_trace: NDArray[np.int32]
    columns: dict[int, Coded]
    nested: int
