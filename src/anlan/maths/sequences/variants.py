"""Distinct sequences of activities, hashed over their names."""

import numpy as np
from numpy.typing import NDArray

from anlan.domain import log_summary
from anlan.domain.event_log import EventLog
from anlan.domain.log_summary import Variants
from anlan.domain.summary_merge import order_of_hashes
from anlan.maths.sequences.columns import Columns, columns_of
from anlan.maths.sequences.dictionary import Dictionary, dictionary_of
from anlan.maths.sequences.hashing_kernels import sequence_hashes
from anlan.maths.sequences.variants_kernels import copy_steps, distinct_hashes


def variants_of(log: EventLog) -> Variants:
    """Variants of a log of which nothing else is asked: the same as those of its summary."""
    columns, names = columns_of(log), dictionary_of(log)
    by_code = names.token_hi[names.activity_rank], names.token_lo[names.activity_rank]
    hash_hi, hash_lo = sequence_hashes(columns.activity, columns.case_offsets, *by_code)
    return distinct_variants(columns, names, hash_hi, hash_lo)


def distinct_variants(
    columns: Columns, names: Dictionary, hash_hi: NDArray[np.uint64], hash_lo: NDArray[np.uint64]
) -> Variants:
    """Variants of one part, steps as positions in the dictionary, in order of their hashes."""
    cases, counts = distinct_hashes(hash_hi, hash_lo)
    hash_hi, hash_lo = hash_hi[cases], hash_lo[cases]
    order = order_of_hashes(hash_hi, hash_lo)
    lengths = (columns.case_offsets[cases + 1] - columns.case_offsets[cases])[order]
    lengths[log_summary.VARIANT_STEPS_KEPT :] = 0
    offsets = np.zeros(len(order) + 1, dtype=np.int64)
    np.cumsum(lengths, out=offsets[1:])
    begins = np.empty(len(order), dtype=np.int64)
    begins[order] = offsets[:-1]
    kept = np.ones(len(order), dtype=np.bool_)
    kept[order[log_summary.VARIANT_STEPS_KEPT :]] = False
    steps = copy_steps(cases[kept], begins[kept], columns.case_offsets, columns.activity, names.activity_rank)
    return Variants(hash_hi[order], hash_lo[order], counts[order], offsets, steps, complete=bool(kept.all()))
