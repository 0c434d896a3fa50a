"""Which activities follow each other: pairs in order of their names, with room laid out for durations."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.maths.sequences.columns import Columns
from anlan.maths.sequences.dictionary import Dictionary
from anlan.maths.sequences.follows_kernels import follow_dense, follow_hashed

Counts = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Flow:
    """Pairs of activities of one part.

    edge      int32 per event: number of the pair that ends in it, -1 for the first of a case
    keys      ascending, source * a + target; counts of each
    place     by number: how many durations lie before those of the pair, pairs in order of keys
    tallies   (4, a) cases with an activity, cases with it more than once, cases it begins, it ends
    count     (a,) events of each activity
    hash_hi, hash_lo  128-bit hash of the names along each case
    """

    edge: NDArray[np.int32]
    keys: Counts
    counts: Counts
    place: Counts
    tallies: Counts
    count: Counts
    hash_hi: NDArray[np.uint64]
    hash_lo: NDArray[np.uint64]


def flow_of(columns: Columns, dictionary: Dictionary) -> Flow:
    n = len(dictionary.activity_names)
    names = (dictionary.activity_rank, columns.case_offsets, dictionary.token_hi, dictionary.token_lo)
    edge = np.empty(len(columns.activity), dtype=np.int32)
    if columns.pairs_fit(n * n):
        counts, tallies, *hashes = follow_dense(columns.activity, *names, edge)
        numbers = keys = np.flatnonzero(counts)
    else:
        counts, tallies, *hashes, keys = follow_hashed(columns.activity, *names, edge)
        numbers = np.argsort(keys)
        keys = keys[numbers]
    place = np.zeros(len(counts), dtype=np.int64)
    counts = counts[numbers]
    place[numbers] = np.cumsum(counts) - counts
    count = tallies[2].copy()
    np.add.at(count, keys % max(n, 1), counts)
    return Flow(edge, keys, counts, place, tallies, count, *hashes)
