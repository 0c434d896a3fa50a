"""Which sequence of activities each case walks."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from anlan.domain.event_log import EventLog
from anlan.maths.sequences.columns import columns_of
from anlan.maths.sequences.dictionary import dictionary_of
from anlan.maths.sequences.hashing_kernels import sequence_hashes


@dataclass(frozen=True, eq=False)
class CaseVariants:
    """cases int64 (n,): numbers of the cases looked at; of_case int64 (n,): variant of each.
    samples int64 (n_variants,): a case of each variant, the commonest variant first."""

    log: EventLog
    cases: NDArray[np.int64]
    of_case: NDArray[np.int64]
    samples: NDArray[np.int64]

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """Cases of each variant."""
        return np.bincount(self.of_case, minlength=len(self.samples))

    def codes(self, variant: int) -> NDArray[np.int32]:
        """Activity codes of the log along a variant."""
        case = int(self.samples[variant])
        begin, end = self.log.case_offsets[case], self.log.case_offsets[case + 1]
        return np.asarray(self.log.activity[begin:end], dtype=np.int32)

    def sequences(self) -> Mapping[tuple[str, ...], int]:
        """Names along each variant, with its cases."""
        names = self.log.activity_names
        return {
            tuple(names[code] for code in self.codes(variant)): int(self.counts[variant])
            for variant in range(len(self.samples))
        }


def case_variants(log: EventLog, among: NDArray[np.bool_] | None = None) -> CaseVariants:
    """Of the cases with an event, or of those of them in `among` (bool per case)."""
    present = np.diff(log.case_offsets) > 0
    cases = np.flatnonzero(present if among is None else present & among)
    names, columns = dictionary_of(log), columns_of(log)
    rank = names.activity_rank
    hash_hi, hash_lo = sequence_hashes(
        columns.activity, columns.case_offsets, names.token_hi[rank], names.token_lo[rank]
    )
    pairs = np.empty(len(cases), dtype=[("hi", np.uint64), ("lo", np.uint64)])
    pairs["hi"], pairs["lo"] = hash_hi[cases], hash_lo[cases]
    _, first, inverse, counts = np.unique(pairs, return_index=True, return_inverse=True, return_counts=True)
    order = np.lexsort((first, -counts))
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return CaseVariants(log, cases, place[inverse.reshape(-1)], cases[first[order]])
