"""How often each resource does each activity, looked up for many pairs at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.loop.identify.context import IdentifyContext

_DENSE = 5_000_000


@dataclass(frozen=True, eq=False)
class PairCounts:
    """Counts per (group, resource): dense where small, else sorted keys with a binary search."""

    n_resources: int
    counts: NDArray[np.int64]
    keys: NDArray[np.int64] | None = None

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
        return PairCounts(n_resources, np.bincount(key, minlength=n_groups * n_resources))
    keys, counts = np.unique(key, return_counts=True)
    return PairCounts(n_resources, counts, keys)


def chance_to_meet(
    context: IdentifyContext,
    activity: NDArray[np.int64],
    wanted: NDArray[np.int64],
    excluded: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Chance that a step falls to the resource `wanted` when it is drawn from those who do the
    activity, in proportion to how often, but is not `excluded`."""
    log = context.log
    pairs = count_pairs(log.activity, log.resource, context.n_activities, len(log.resource_names))
    total = np.bincount(log.activity[log.resource >= 0], minlength=context.n_activities)[activity]
    left = total - pairs.of(activity, excluded)
    return np.where(left > 0, pairs.of(activity, wanted) / np.maximum(left, 1), 1.0)
