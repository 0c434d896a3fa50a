"""Who did what and who handed over to whom, as sparse counts."""

import numpy as np
from numpy.typing import NDArray

from anlan.maths.sequences.coded_summary import SparseCounts
from anlan.maths.sequences.columns import Columns
from anlan.maths.sequences.dictionary import Dictionary
from anlan.maths.sequences.people_kernels import count_done_dense, count_handed_dense, count_pairs_hashed

Counts = NDArray[np.int64]


def count_people(columns: Columns, dictionary: Dictionary) -> tuple[SparseCounts, SparseCounts]:
    """(activity x resource, from x to); unknown resources are left out and break the chain."""
    people = len(dictionary.resource_names)
    if not people:
        nothing = SparseCounts(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
        return nothing, nothing
    width = dictionary.resource_width
    done, handed = _done(columns, dictionary), _handed(columns, dictionary)
    known = done.keys % width < people
    giver, taker = np.divmod(handed.keys, width)
    passed = (giver != taker) & (giver < people) & (taker < people)
    return (
        SparseCounts(done.keys[known], done.counts[known]),
        SparseCounts(handed.keys[passed], handed.counts[passed]),
    )


def _done(columns: Columns, names: Dictionary) -> SparseCounts:
    n, width = len(names.activity_names), names.resource_width
    if columns.pairs_fit(n * width):
        return _filled(
            count_done_dense(
                columns.activity, names.activity_rank, columns.resource, names.resource_rank, n, width
            )
        )
    return _sorted(
        *count_pairs_hashed(
            columns.activity, names.activity_rank, 0, columns.resource, names.resource_rank, 1, width, 0,
            columns.case_offsets,
        )
    )  # fmt: skip


def _handed(columns: Columns, names: Dictionary) -> SparseCounts:
    width, rank = names.resource_width, names.resource_rank
    if columns.pairs_fit(width * width):
        return _filled(count_handed_dense(columns.resource, rank, columns.case_offsets, width))
    return _sorted(
        *count_pairs_hashed(
            columns.resource, rank, 1, columns.resource, rank, 1, width, 1, columns.case_offsets
        )
    )


def _filled(table: Counts) -> SparseCounts:
    keys = np.flatnonzero(table)
    return SparseCounts(keys, table[keys])


def _sorted(keys: Counts, counts: Counts) -> SparseCounts:
    order = np.argsort(keys)
    return SparseCounts(keys[order], counts[order])
