"""The counts-only pass that the fused summary is measured against."""

import numpy as np

from anlan.maths.compile import kernel


@kernel
def counts_only(activity, start, end, case_offsets, n_activities, case_limit_us):
    """Counts and plain sums in one walk: no histogram, no variant, no resource, no hour."""
    n = n_activities
    follows = np.zeros((n, n), dtype=np.int64)
    gaps = np.zeros((n, n), dtype=np.int64)
    per_activity = np.zeros((7, n), dtype=np.int64)
    last_case = np.full(n, -1, dtype=np.int64)
    lasted = np.int64(0)
    late = np.int64(0)
    for case in range(len(case_offsets) - 1):
        begin = case_offsets[case]
        stop = case_offsets[case + 1]
        previous = np.int64(-1)
        for i in range(begin, stop):
            current = activity[i]
            per_activity[0, current] += 1
            if last_case[current] == case:
                per_activity[1, current] += 1
            else:
                last_case[current] = case
                per_activity[2, current] += 1
            per_activity[3, current] += end[i] - start[i]
            if previous >= 0:
                follows[previous, current] += 1
                gaps[previous, current] += end[i] - end[i - 1]
                per_activity[4, current] += max(0, start[i] - end[i - 1])
            else:
                per_activity[5, current] += 1
            previous = np.int64(current)
        if previous >= 0:
            per_activity[6, previous] += 1
            duration = end[stop - 1] - start[begin]
            lasted += duration
            late += duration > case_limit_us
    return follows, gaps, per_activity, lasted, late
