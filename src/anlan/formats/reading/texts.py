"""Text columns seen as bytes, the distinct values of a block, and the growing table of a log's names.

Names are compared as users see them: after Unicode normal form C and trimming of blanks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from anlan.domain.errors import RefusedInput
from anlan.formats.reading.blocks import MAX_FIELD_BYTES
from anlan.formats.reading.encode_kernels import (
    are_among,
    distinct_codes,
    gathered,
    insert_names,
    needs_cleaning,
    refill,
    translated,
    without_missing,
)
from anlan.formats.reading.hashing_kernels import hash_strings
from anlan.formats.reading.memory import fresh_array

_NO_MASK = np.zeros(0, np.uint8)


def is_text(column: pa.Array) -> bool:
    return bool(pa.types.is_string(column.type) or pa.types.is_large_string(column.type))


def as_text(column: pa.Array) -> pa.Array:
    """Any column as large_string; a dictionary is decoded, a whole number has no decimals (7, not 7.0)."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_floating(column.type):
        return _number_texts(column.cast(pa.float64()))
    return column.cast(pa.large_string())


def _number_texts(column: pa.Array) -> pa.Array:
    known = pc.if_else(pc.is_nan(column), pa.scalar(None, pa.float64()), column)
    is_whole = pc.and_(pc.equal(pc.floor(known), known), pc.less(pc.abs(known), 2.0**53))
    whole = pc.if_else(is_whole, known, pa.scalar(None, pa.float64())).cast(pa.int64())
    return pc.coalesce(whole.cast(pa.large_string()), known.cast(pa.large_string()))


@dataclass(frozen=True)
class Texts:
    """The buffers of a string array: `offsets` (n + 1,), `data` (uint8), `valid` (n,) or empty."""

    offsets: NDArray[Any]
    data: NDArray[np.uint8]
    valid: NDArray[np.uint8]

    @property
    def n(self) -> int:
        return len(self.offsets) - 1


def texts_of(array: pa.Array) -> Texts:
    """Buffers of a `string` or `large_string` array, without a copy."""
    width = np.int64 if pa.types.is_large_string(array.type) else np.int32
    _, places, content = array.buffers()
    valid = _NO_MASK
    if array.null_count:
        valid = array.is_valid().to_numpy(zero_copy_only=False).view(np.uint8)
    if places is None or places.size == 0:
        return Texts(np.zeros(len(array) + 1, width), np.zeros(1, np.uint8), valid)
    offsets = np.frombuffer(places, width)[array.offset : array.offset + len(array) + 1]
    filled = content is not None and content.size
    return Texts(offsets, np.frombuffer(content, np.uint8) if filled else np.zeros(1, np.uint8), valid)


def string_array(offsets: NDArray[np.int64], data: NDArray[np.uint8]) -> pa.Array:
    """A large_string array over the given buffers."""
    return pa.Array.from_buffers(
        pa.large_string(), len(offsets) - 1, [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    )


def clean(texts: pa.Array) -> pa.Array:
    """Normal form C, trimmed."""
    return pc.utf8_trim_whitespace(pc.utf8_normalize(texts, form="NFC"))


def hash_of(texts: Iterable[str]) -> NDArray[np.uint64]:
    """XXH64 (seed 42) of each text after cleaning: how missing markers and column names are known."""
    views = texts_of(clean(pa.array(list(texts), pa.large_string())))
    out = np.empty(views.n, np.uint64)
    hash_strings(views.offsets, views.data, out)
    return out


@dataclass(frozen=True)
class Distinct:
    """One block's column as codes (int32, -1 missing) into its distinct, clean values."""

    codes: NDArray[np.int32]
    offsets: NDArray[np.int64]
    data: NDArray[np.uint8]
    hashes: NDArray[np.uint64]
    missing: NDArray[np.bool_]


def distinct_values(
    column: pa.Array, *, markers: NDArray[np.uint64], name: str, first_row: int = 1
) -> Distinct:
    """Code a column. `markers`: hashes of the texts that mean "missing"; `name` is for refusals."""
    if pa.types.is_dictionary(column.type):
        return _by_dictionary(column, markers=markers, name=name, first_row=first_row)
    if not is_text(column):
        column = as_text(column)
    views = texts_of(column)
    codes = np.empty(views.n, np.int32)
    first, hashes, longest = distinct_codes(views.offsets, views.data, views.valid, codes)
    if longest > MAX_FIELD_BYTES:
        _refuse_long_field(views, name=name, first_row=first_row)
    offsets, data = gathered(views.offsets, views.data, first)
    if needs_cleaning(offsets, data):
        cleaned = texts_of(clean(string_array(offsets, data)))
        offsets, data = cleaned.offsets.astype(np.int64), cleaned.data
        hash_strings(offsets, data, hashes)
    missing = are_among(hashes, markers)
    if missing.any():
        without_missing(codes, missing)
    return Distinct(codes, offsets, data, hashes, missing)


def _by_dictionary(
    column: pa.DictionaryArray, *, markers: NDArray[np.uint64], name: str, first_row: int
) -> Distinct:
    """Only the dictionary is coded; indices are looked up."""
    values = distinct_values(column.dictionary, markers=markers, name=name, first_row=first_row)
    codes = column.indices.cast(pa.int32()).fill_null(-1).to_numpy(zero_copy_only=False).copy()
    translated(codes, values.codes)
    return Distinct(codes, values.offsets, values.data, values.hashes, values.missing)


def _refuse_long_field(views: Texts, *, name: str, first_row: int) -> None:
    sizes = np.diff(views.offsets)
    row = int(np.argmax(sizes))
    raise RefusedInput(
        "reading.field_too_long",
        column=name,
        row=first_row + row,
        found=int(sizes[row]),
        limit=MAX_FIELD_BYTES,
    )


class NameTable:
    """All distinct names of one column of a log, coded 0, 1, 2 ... in order of first appearance."""

    def __init__(self) -> None:
        self._slots = np.full(4096, -1, np.int32)
        self._hashes = np.empty(2048, np.uint64)
        self._offsets = np.zeros(2049, np.int64)
        self._data = np.empty(1 << 16, np.uint8)
        self._n = 0

    def __len__(self) -> int:
        return self._n

    def insert(self, values: Distinct) -> NDArray[np.int32]:
        """Global code of each of the block's distinct values (-1 where missing)."""
        self._make_room(len(values.hashes), len(values.data))
        codes = np.empty(len(values.hashes), np.int32)
        self._n = insert_names(
            self._slots, self._hashes, self._offsets, self._data, self._n,
            values.hashes, values.offsets, values.data, values.missing, codes,
        )  # fmt: skip
        return codes

    def _make_room(self, names: int, size: int) -> None:
        used = int(self._offsets[self._n])
        if used + size > len(self._data):
            grown = fresh_array(max(2 * len(self._data), used + size), np.uint8)
            grown[:used] = self._data[:used]
            self._data = grown
        if self._n + names <= len(self._hashes):
            return
        capacity = 1 << (self._n + names - 1).bit_length()
        hashes, offsets = fresh_array(capacity, np.uint64), fresh_array(capacity + 1, np.int64)
        hashes[: self._n], offsets[: self._n + 1] = self._hashes[: self._n], self._offsets[: self._n + 1]
        self._hashes, self._offsets = hashes, offsets
        self._slots = fresh_array(2 * capacity, np.int32)
        refill(self._slots, self._hashes, self._n)

    @property
    def hashes(self) -> NDArray[np.uint64]:
        """XXH64 (seed 42) of each name."""
        return self._hashes[: self._n]

    def close(self) -> None:
        """Give the lookup table's memory back; nothing can be inserted any more."""
        self._slots = np.empty(0, np.int32)

    def forget(self) -> None:
        """Give all memory back; the table is empty and cannot be used any more."""
        self.close()
        self._n = 0
        self._hashes, self._offsets = np.empty(0, np.uint64), np.zeros(1, np.int64)
        self._data = np.empty(0, np.uint8)

    def array(self, chosen: NDArray[np.int64] | None = None) -> pa.Array:
        """The names, or the chosen ones, as an array of strings that owns its buffers."""
        if chosen is None:
            chosen = np.arange(self._n)
        return string_array(*gathered(self._offsets, self._data, chosen))

    def names(self) -> tuple[str, ...]:
        return tuple(self.array().to_pylist())
