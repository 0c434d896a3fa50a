"""Rows in file order into cases grouped by bucket, one column at a time so that memory stays low.

The place of every row is worked out once, in the memory of its case code; then each column's pieces
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

Rows = NDArray[np.int64] | range
"""Source row numbers of one block; a range where they are consecutive."""


@dataclass(frozen=True)
class Placement:
    """Where the rows of each block go.

    `chosen` (int64): table codes of the log's cases in their new order. `places`: per block, int32.
    """

    chosen: NDArray[np.int64]
    case_offsets: NDArray[np.int64]
    bucket_offsets: NDArray[np.int64]
    places: list[NDArray[np.int32]]

    @property
    def n_rows(self) -> int:
        return int(self.case_offsets[-1])


def place(
    case_codes: list[NDArray[np.int32]],
    *,
    counts: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    announced: NDArray[np.bool_],
) -> Placement:
    """Order of cases: bucket, then first appearance. A case without rows stays if it was announced.

    `case_codes` are overwritten and become the places.
    """
    alive = np.flatnonzero((counts > 0) | announced)
    buckets = bucket_of(hashes[alive]).astype(np.uint8)
    chosen = alive[np.argsort(buckets, kind="stable")]
    case_offsets = np.zeros(len(chosen) + 1, np.int64)
    np.cumsum(counts[chosen], out=case_offsets[1:])
    cursors = np.zeros(len(counts), np.int64)
    cursors[chosen] = case_offsets[:-1]
    for codes in case_codes:
        place_rows(codes, cursors)
    per_bucket = np.bincount(buckets, minlength=N_BUCKETS)
    bucket_offsets = np.concatenate([[0], np.cumsum(per_bucket)]).astype(np.int64)
    return Placement(chosen, case_offsets, bucket_offsets, case_codes)


def gather_column(
    pieces: list[NDArray[Any]], placement: Placement, *, kind: type[np.generic], pool: Executor
) -> NDArray[Any]:
    """One column in case order; `pieces` is emptied."""
    out = np.empty(placement.n_rows, kind)
    waiting = []
    for piece, places in zip(_taken(pieces), placement.places, strict=True):
        waiting.append(pool.submit(scatter, piece, places, out))
    for done in waiting:
        done.result()
    return out


def gather_rows(pieces: list[Rows], placement: Placement) -> NDArray[np.int64]:
    """Source row numbers in case order; `pieces` is emptied."""
    out = np.empty(placement.n_rows, np.int64)
    for piece, places in zip(_taken(pieces), placement.places, strict=True):
        if isinstance(piece, range):
            scatter_range(piece.start, places, out)
        else:
            scatter(piece, places, out)
    return out


def _taken(pieces: list[Any]) -> Iterator[Any]:
    pieces.reverse()
    while pieces:
        yield pieces.pop()


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
