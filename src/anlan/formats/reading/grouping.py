"""Rows in file order into cases grouped by bucket, one column at a time so that memory stays low.

The place of every row is worked out once, in the memory of its case code; then each column's chunks
are scattered into the final array and given back as they go.
"""

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import N_BUCKETS, bucket_of
from anlan.formats.reading.grouping_kernels import (
    cases_out_of_order,
    order_inside,
    place_rows,
    reorder,
    scatter,
    scatter_range,
)
from anlan.formats.reading.memory import fresh_array

FIRST_ROWS, CHUNK_ROWS = 1 << 12, 1 << 21
"""Chunks double from the first to the largest size, so that a short log of many columns stays small."""


class Pieces:
    """One column while its log is being read: values appended block by block, taken back chunk by chunk."""

    def __init__(self, kind: type[np.generic]) -> None:
        self.kind = kind
        self._chunks: list[NDArray[Any]] = []
        self._room = 0

    def append(self, values: NDArray[Any], kind: type[np.generic] | None = None) -> None:
        """Keep more values, from here on as `kind`; it may only grow."""
        if kind not in (None, self.kind):
            self.kind = kind
            self._chunks[-1:] = [self._widened(chunk) for chunk in self._chunks[-1:]]
        done = 0
        while done < len(values):
            if not self._room:
                self._room = min(FIRST_ROWS << len(self._chunks), CHUNK_ROWS)
                self._chunks.append(fresh_array(self._room, self.kind))
            step = min(self._room, len(values) - done)
            begin = len(self._chunks[-1]) - self._room
            self._chunks[-1][begin : begin + step] = values[done : done + step]
            self._room -= step
            done += step

    def _widened(self, chunk: NDArray[Any]) -> NDArray[Any]:
        wide = fresh_array(len(chunk), self.kind)
        wide[:] = chunk
        return wide

    def chunks(self) -> list[NDArray[Any]]:
        """All values so far, as views."""
        full = self._chunks[:-1]
        return [*full, self._chunks[-1][: len(self._chunks[-1]) - self._room]] if self._chunks else []

    def take(self) -> Iterator[NDArray[Any]]:
        """The chunks in order; each is given up when the next is asked for."""
        waiting = self.chunks()[::-1]
        self._chunks.clear()
        while waiting:
            yield waiting.pop()


def missing_codes(n: int, kind: type[np.generic]) -> Pieces:
    """The pieces of a column that was met only after `n` rows without it."""
    pieces = Pieces(kind)
    for done in range(0, n, CHUNK_ROWS):
        pieces.append(np.full(min(CHUNK_ROWS, n - done), -1, kind))
    return pieces


class RowNumbers:
    """Source row numbers while reading: mostly consecutive, so kept as stretches."""

    def __init__(self) -> None:
        self._stretches: list[NDArray[np.int64] | range] = []

    def append(self, rows: NDArray[np.int64]) -> None:
        if len(rows) and rows[-1] - rows[0] == len(rows) - 1:
            self._stretches.append(range(int(rows[0]), int(rows[-1]) + 1))
        else:
            self._stretches.append(rows)

    def gather(self, placement: "Placement") -> NDArray[np.int64]:
        """The row numbers in case order."""
        out = np.empty(placement.n_rows, np.int64)
        places = _Reel(placement.places)
        for stretch in self._stretches:
            for part, at in places.next(len(stretch)):
                if isinstance(stretch, range):
                    scatter_range(stretch.start + at, part, out)
                else:
                    scatter(stretch[at : at + len(part)], part, out)
        return out


class _Reel:
    """Walk over chunks in steps that do not fit them."""

    def __init__(self, chunks: list[NDArray[Any]]) -> None:
        self._chunks, self._chunk, self._at = chunks, 0, 0

    def next(self, n: int) -> Iterator[tuple[NDArray[Any], int]]:
        """The next `n` values as (part of a chunk, how many of the `n` came before it)."""
        done = 0
        while done < n:
            part = self._chunks[self._chunk][self._at : self._at + n - done]
            yield part, done
            done += len(part)
            self._at += len(part)
            if self._at == len(self._chunks[self._chunk]):
                self._chunk, self._at = self._chunk + 1, 0


@dataclass(frozen=True)
class Placement:
    """Where the rows go.

    `chosen` (int64): table codes of the log's cases in their new order. `places`: per chunk, int32.
    """

    chosen: NDArray[np.int64]
    case_offsets: NDArray[np.int64]
    bucket_offsets: NDArray[np.int64]
    places: list[NDArray[np.int32]]

    @property
    def n_rows(self) -> int:
        return int(self.case_offsets[-1])


def place(
    case_codes: Pieces,
    *,
    counts: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    announced: NDArray[np.bool_],
) -> Placement:
    """Order of cases: bucket, then first appearance. A case without rows stays if it was announced.

    The chunks of `case_codes` are overwritten and become the places.
    """
    alive = np.flatnonzero((counts > 0) | announced)
    buckets = bucket_of(hashes[alive]).astype(np.uint8)
    chosen = alive[np.argsort(buckets, kind="stable")]
    case_offsets = np.zeros(len(chosen) + 1, np.int64)
    np.cumsum(counts[chosen], out=case_offsets[1:])
    cursors = np.zeros(len(counts), np.int64)
    cursors[chosen] = case_offsets[:-1]
    places = list(case_codes.take())
    for codes in places:
        place_rows(codes, cursors)
    per_bucket = np.bincount(buckets, minlength=N_BUCKETS)
    bucket_offsets = np.concatenate([[0], np.cumsum(per_bucket)]).astype(np.int64)
    return Placement(chosen, case_offsets, bucket_offsets, places)


def gather_column(
    pieces: Pieces, placement: Placement, *, pool: Executor, kind: type[np.generic] | None = None
) -> NDArray[Any]:
    """One column in case order, as `kind` (by default its own); `pieces` is emptied. Two threads write to
    places of their own."""
    out = np.empty(placement.n_rows, kind or pieces.kind)
    for chunk, places in zip(pieces.take(), placement.places, strict=True):
        half = len(chunk) // 2
        other = pool.submit(scatter, chunk[:half], places[:half], out)
        scatter(chunk[half:], places[half:], out)
        other.result()
    return out


@dataclass(frozen=True)
class TimeOrder:
    """How the rows of the cases that were not in order of time must move; empty where all were."""

    case_offsets: NDArray[np.int64]
    cases: NDArray[np.int64]
    order_offsets: NDArray[np.int64]
    order: NDArray[np.int32]

    def apply(self, values: NDArray[Any]) -> None:
        """Put one column into order of time inside each case, in place."""
        if len(self.cases):
            reorder(values, self.case_offsets, self.cases, self.order_offsets, self.order)


def time_order(end_us: NDArray[np.int64], case_offsets: NDArray[np.int64]) -> TimeOrder:
    """The order (completion, source row) inside cases; rows come in source order."""
    cases = cases_out_of_order(end_us, case_offsets)
    sizes = case_offsets[cases + 1] - case_offsets[cases]
    order_offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    order = np.empty(int(order_offsets[-1]), np.int32)
    order_inside(end_us, case_offsets, cases, order_offsets, order)
    return TimeOrder(case_offsets, cases, order_offsets, order)


def offsets_of_kept(keep: NDArray[np.bool_], case_offsets: NDArray[np.int64]) -> NDArray[np.int64]:
    """Case offsets after only the kept rows remain."""
    before = np.concatenate([[0], np.cumsum(keep, dtype=np.int64)])
    return before[case_offsets]
