"""Distinct sequences of activities, hashed over their names."""

import numpy as np
from numpy.typing import NDArray

from anlan.domain import log_summary
from anlan.domain.log_summary import Variants
from anlan.domain.summary_merge import order_of_hashes
from anlan.maths.sequences.columns import Columns
from anlan.maths.sequences.dictionary import Dictionary
from anlan.maths.sequences.variants_kernels import copy_steps, distinct_sequences, hash_sequences


def distinct_variants(columns: Columns, names: Dictionary, sequence: NDArray[np.uint64]) -> Variants:
    """Variants of one part, steps as positions in the dictionary, in order of their hashes."""
    cases, counts = distinct_sequences(sequence, columns.case_offsets, columns.activity)
    hash_hi, hash_lo = hash_sequences(
        cases, columns.case_offsets, columns.activity, names.activity_rank, names.token_hi, names.token_lo
    )
    order = order_of_hashes(hash_hi, hash_lo)
    kept = order[: log_summary.VARIANT_STEPS_KEPT]
    offsets, steps = copy_steps(cases[kept], columns.case_offsets, columns.activity, names.activity_rank)
    dropped = len(order) - len(kept)
    offsets = np.concatenate([offsets, np.full(dropped, offsets[-1])]) if dropped else offsets
    return Variants(hash_hi[order], hash_lo[order], counts[order], offsets, steps, complete=not dropped)
