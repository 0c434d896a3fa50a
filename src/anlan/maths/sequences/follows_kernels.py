"""What follows what inside a case: pairs of activities, first and last steps, rework."""

import numpy as np

from anlan.maths.compile import kernel
from anlan.maths.sequences.pairs_kernels import longer, place_of, rehashed

_STEP = np.uint64(0x9E3779B97F4A7C15)


@kernel
def follow(activity, rank, case_offsets, n_activities, dense):
    """Number the pairs of activities that follow each other, and count them, in one walk.

    activity: codes per event; rank: code -> position among the sorted names; dense: the number of a
    pair is its key source * a + target, else pairs are numbered in order of first appearance.
    The sequence of a case gets a 64-bit polynomial hash; whoever groups by it compares the steps.

    Returns (number of the pair that ends in each event, -1 for the first of a case; keys by number,
    empty if dense; counts by number; per activity int64 (4, a): cases with it, cases with it more than
    once, cases it begins, cases it ends; sequence hash per case).
    """
    n_cases = len(case_offsets) - 1
    edge = np.empty(len(activity), dtype=np.int32)
    keys = np.zeros(0 if dense else 64, dtype=np.int64)
    counts = np.zeros(n_activities * n_activities if dense else 64, dtype=np.int64)
    table = np.zeros(1 if dense else 1_024, dtype=np.int32)
    used = 0
    tallies = np.zeros((4, n_activities), dtype=np.int64)
    stamp = np.full(n_activities, -1, dtype=np.int64)
    sequence = np.empty(n_cases, dtype=np.uint64)
    for case in range(n_cases):
        begin = case_offsets[case]
        end = case_offsets[case + 1]
        state = np.uint64(end - begin)
        if begin < end:
            if not dense and used + end - begin > len(keys):
                keys = longer(keys, used, used + end - begin)
                counts = longer(counts, used, used + end - begin)
            if not dense and 2 * (used + end - begin) > len(table):
                table = rehashed(table, keys, used, used + end - begin)
            previous = np.int64(rank[activity[begin]])
            edge[begin] = -1
            state = (state ^ np.uint64(previous)) * _STEP
            stamp[previous] = 2 * case
            tallies[0, previous] += 1
            tallies[2, previous] += 1
            for i in range(begin + 1, end):
                current = np.int64(rank[activity[i]])
                state = state * _STEP + np.uint64(current)
                seen = stamp[current] - 2 * case
                tallies[0, current] += seen < 0
                tallies[1, current] += seen == 0
                stamp[current] = 2 * case + (seen >= 0)
                number = previous * n_activities + current
                if not dense:
                    key = number
                    place = place_of(key, table, keys)
                    if table[place] == 0:
                        keys[used] = key
                        used += 1
                        table[place] = used
                    number = np.int64(table[place]) - 1
                counts[number] += 1
                edge[i] = number
                previous = current
            tallies[3, previous] += 1
        sequence[case] = state ^ (state >> np.uint64(32))
    if not dense:
        keys = keys[:used].copy()
        counts = counts[:used].copy()
    return edge, keys, counts, tallies, sequence
