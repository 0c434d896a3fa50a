"""How many tasks of one resource are open at once: a sweep over its sorted starts and ends."""

import numpy as np

from anlan.maths.compile import kernel
from anlan.maths.sequences.pairs_kernels import longer


@kernel
def sweep_levels(starts, ends, offsets):
    """Sparse (resource, tasks at once >= 1, microseconds at that level), by resource and level.

    starts, ends: ascending inside each resource's stretch `offsets[r]:offsets[r + 1]`; every task ends
    after it starts, so of equal times the end may go first.
    """
    resource = np.zeros(64, dtype=np.int64)
    level = np.zeros(64, dtype=np.int64)
    spent = np.zeros(64, dtype=np.int64)
    used = 0
    largest = 0
    for r in range(len(offsets) - 1):
        largest = max(largest, offsets[r + 1] - offsets[r])
    at_level = np.zeros(largest + 1, dtype=np.int64)
    for r in range(len(offsets) - 1):
        next_start = offsets[r]
        stop = offsets[r + 1]
        is_open = 0
        peak = 0
        since = np.int64(0)
        for next_end in range(offsets[r], stop):
            end = ends[next_end]
            while next_start < stop and starts[next_start] < end:
                at_level[is_open] += starts[next_start] - since if is_open else 0
                since = starts[next_start]
                is_open += 1
                peak = max(peak, is_open)
                next_start += 1
            at_level[is_open] += end - since
            since = end
            is_open -= 1
        if used + peak > len(resource):
            resource = longer(resource, used, used + peak)
            level = longer(level, used, used + peak)
            spent = longer(spent, used, used + peak)
        for tasks in range(1, peak + 1):
            if at_level[tasks]:
                resource[used] = r
                level[used] = tasks
                spent[used] = at_level[tasks]
                used += 1
            at_level[tasks] = 0
    return resource[:used].copy(), level[:used].copy(), spent[:used].copy()
