"""Which cases walk the same sequence of activities."""

import numpy as np

from anlan.maths.compile import kernel


@kernel
def distinct_hashes(hash_hi, hash_lo):
    """(A case of each distinct 128-bit hash, number of cases of each), in order of first appearance."""
    n_cases = len(hash_hi)
    size = 1_024
    while size < 2 * n_cases:
        size *= 2
    mask = size - 1
    table = np.zeros(size, dtype=np.int32)
    sample = np.empty(n_cases, dtype=np.int64)
    counts = np.empty(n_cases, dtype=np.int64)
    used = 0
    for case in range(n_cases):
        high = hash_hi[case]
        low = hash_lo[case]
        place = np.int64(low) & mask
        number = np.int64(table[place]) - 1
        while number >= 0 and (hash_lo[sample[number]] != low or hash_hi[sample[number]] != high):
            place = (place + 1) & mask
            number = np.int64(table[place]) - 1
        if number < 0:
            sample[used] = case
            counts[used] = 1
            used += 1
            table[place] = used
        else:
            counts[number] += 1
    return sample[:used].copy(), counts[:used].copy()


@kernel
def copy_steps(cases, offsets, case_offsets, activity, rank):
    """Positions of the activities of each case k, written from `offsets[k]` on."""
    total = 0
    for k in range(len(cases)):
        total += case_offsets[cases[k] + 1] - case_offsets[cases[k]]
    steps = np.empty(total, dtype=np.int32)
    for k in range(len(cases)):
        at = offsets[k]
        begin = case_offsets[cases[k]]
        for i in range(case_offsets[cases[k] + 1] - begin):
            steps[at + i] = rank[activity[begin + i]]
    return steps
