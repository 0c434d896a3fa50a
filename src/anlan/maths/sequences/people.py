"""Who did what and who handed over to whom, as sparse counts."""

import numpy as np
from numpy.typing import NDArray

from anlan.maths.sequences.coded_summary import SparseCounts
from anlan.maths.sequences.columns import Columns
from anlan.maths.sequences.dictionary import Dictionary
from anlan.maths.sequences.people_kernels import count_pairs_hashed, count_people_dense

Counts = NDArray[np.int64]


def count_people(columns: Columns, dictionary: Dictionary) -> tuple[SparseCounts, SparseCounts]:
    """(activity x resource, from x to); unknown resources are left out and break the chain."""
    people = len(dictionary.resource_names)
    if not people:
        nothing = SparseCounts(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
        return nothing, nothing
    n, width = len(dictionary.activity_names), dictionary.resource_width
    if columns.pairs_fit(max(n, width) * width):
        tables = count_people_dense(
            columns.activity, dictionary.activity_rank, columns.resource, dictionary.resource_rank,
            columns.case_offsets, n, width,
        )  # fmt: skip
        done, handed = (_filled(table) for table in tables)
    else:
        done, handed = _done_hashed(columns, dictionary), _handed_hashed(columns, dictionary)
    known = done.keys % width < people
    giver, taker = np.divmod(handed.keys, width)
    passed = (giver != taker) & (giver < people) & (taker < people)
    return (
        SparseCounts(done.keys[known], done.counts[known]),
        SparseCounts(handed.keys[passed], handed.counts[passed]),
    )


def _done_hashed(columns: Columns, names: Dictionary) -> SparseCounts:
    keys, counts = count_pairs_hashed(
        columns.activity, names.activity_rank, 0, columns.resource, names.resource_rank, 1,
        names.resource_width, 0, columns.case_offsets,
    )  # fmt: skip
    return _sorted(keys, counts)


def _handed_hashed(columns: Columns, names: Dictionary) -> SparseCounts:
    keys, counts = count_pairs_hashed(
        columns.resource, names.resource_rank, 1, columns.resource, names.resource_rank, 1,
        names.resource_width, 1, columns.case_offsets,
    )  # fmt: skip
    return _sorted(keys, counts)


def _filled(table: Counts) -> SparseCounts:
    keys = np.flatnonzero(table)
    return SparseCounts(keys, table[keys])


def _sorted(keys: Counts, counts: Counts) -> SparseCounts:
    order = np.argsort(keys)
    return SparseCounts(keys[order], counts[order])
