"""How often each resource does each thing, looked up for many pairs at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_DENSE = 5_000_000


@dataclass(frozen=True, eq=False)
class PairCounts:
    """Counts per (group, resource): dense where small, else sorted keys with a binary search."""

    n_resources: int
    counts: NDArray[np.int64]
    keys: NDArray[np.int64] | None = None
    n_groups: int = 0

    def totals(self) -> NDArray[np.int64]:
        """Counts of each group over all resources."""
        if self.keys is None:
            return np.asarray(self.counts.reshape(self.n_groups, self.n_resources).sum(axis=1))
        sums = np.zeros(self.n_groups, dtype=np.int64)
        np.add.at(sums, self.keys // self.n_resources, self.counts)
        return sums

    def of(self, group: NDArray[np.int64], resource: NDArray[np.int64]) -> NDArray[np.int64]:
        key = group * self.n_resources + resource
        if self.keys is None:
            return np.asarray(self.counts[key])
        place = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
        return np.where(self.keys[place] == key, self.counts[place], 0)


def count_pairs(group: NDArray, resource: NDArray, n_groups: int, n_resources: int) -> PairCounts:
    """Count pairs; entries with resource -1 are left out."""
    known = resource >= 0
    key = group[known].astype(np.int64) * n_resources + resource[known]
    if n_groups * n_resources <= _DENSE:
        counts = np.bincount(key, minlength=n_groups * n_resources)
        return PairCounts(n_resources, counts, n_groups=n_groups)
    keys, counts = np.unique(key, return_counts=True)
    return PairCounts(n_resources, counts, keys, n_groups)
