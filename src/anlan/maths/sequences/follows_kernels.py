"""What follows what inside a case: pairs of activities, first and last steps, rework, the whole sequence.

Two kernels for one answer: with a table of all pairs where it is small beside the log (arrays that never
grow keep the loop in registers: half the time), and with hashed pairs where there are many activities.
Positions are unsigned where time matters: it spares the test for negative ones at every access, a third
of the time again.
"""

import numpy as np

from anlan.maths.compile import kernel
from anlan.maths.sequences.hashing_kernels import MIX_HI, MIX_LO, START_HI, START_LO, mixed
from anlan.maths.sequences.pairs_kernels import first_place, longer, rehashed

_U = np.uint64


@kernel
def follow_dense(activity, rank, case_offsets, token_hi, token_lo, edge):
    """Number and count the pairs of activities that follow each other in one walk.

    activity: codes per event; rank: code -> position among the sorted names; token_hi, token_lo: the
    128-bit token of the name at each position. The number of a pair is source * a + target.

    Fills edge: number of the pair that ends in each event, -1 for the first of a case.
    Returns (counts by number; per activity int64 (4, a): cases with it, cases with it more than once,
    cases it begins, cases it ends; 128-bit hash of the names along each case, high and low half).
    """
    n_activities = len(token_hi)
    n_cases = len(case_offsets) - 1
    counts = np.zeros(n_activities * n_activities, dtype=np.int64)
    cases = np.zeros(n_activities, dtype=np.int64)
    repeated = np.zeros(n_activities, dtype=np.int64)
    starts = np.zeros(n_activities, dtype=np.int64)
    ends = np.zeros(n_activities, dtype=np.int64)
    stamp = np.full(n_activities, -1, dtype=np.int64)
    hash_hi = np.empty(n_cases, dtype=np.uint64)
    hash_lo = np.empty(n_cases, dtype=np.uint64)
    width = _U(n_activities)
    for case in range(n_cases):
        begin = case_offsets[case]
        end = case_offsets[case + 1]
        state_hi = START_HI
        state_lo = START_LO
        if begin < end:
            once = 2 * case
            previous = _U(rank[activity[begin]])
            edge[begin] = -1
            state_hi = mixed(state_hi, token_hi[previous], MIX_HI)
            state_lo = mixed(state_lo, token_lo[previous], MIX_LO)
            stamp[previous] = once
            cases[previous] += 1
            starts[previous] += 1
            for i in range(begin + 1, end):
                at = _U(i)
                current = _U(rank[_U(activity[at])])
                state_hi = mixed(state_hi, token_hi[current], MIX_HI)
                state_lo = mixed(state_lo, token_lo[current], MIX_LO)
                seen = stamp[current] - once
                cases[current] += seen < 0
                repeated[current] += seen == 0
                stamp[current] = once + (seen >= 0)
                number = previous * width + current
                counts[number] += 1
                edge[at] = np.int32(number)
                previous = current
            ends[previous] += 1
        hash_hi[case] = mixed(state_hi, _U(end - begin), MIX_LO)
        hash_lo[case] = mixed(state_lo, _U(end - begin), MIX_HI)
    return counts, np.stack((cases, repeated, starts, ends)), hash_hi, hash_lo


@kernel
def follow_hashed(activity, rank, case_offsets, token_hi, token_lo, edge):
    """As `follow_dense`, pairs numbered in order of first appearance; also returns their keys."""
    n_activities = len(token_hi)
    n_cases = len(case_offsets) - 1
    keys = np.zeros(64, dtype=np.int64)
    counts = np.zeros(64, dtype=np.int64)
    table = np.zeros(1_024, dtype=np.int32)
    used = 0
    tallies = np.zeros((4, n_activities), dtype=np.int64)
    stamp = np.full(n_activities, -1, dtype=np.int64)
    hash_hi = np.empty(n_cases, dtype=np.uint64)
    hash_lo = np.empty(n_cases, dtype=np.uint64)
    for case in range(n_cases):
        begin = case_offsets[case]
        end = case_offsets[case + 1]
        if used + end - begin > len(keys):
            keys = longer(keys, used, used + end - begin)
            counts = longer(counts, used, used + end - begin)
        if 2 * (used + end - begin) > len(table):
            table = rehashed(table, keys, used, used + end - begin)
        mask = len(table) - 1
        state_hi = START_HI
        state_lo = START_LO
        previous = np.int64(-1)
        for i in range(begin, end):
            current = np.int64(rank[activity[i]])
            state_hi = mixed(state_hi, token_hi[current], MIX_HI)
            state_lo = mixed(state_lo, token_lo[current], MIX_LO)
            seen = stamp[current] - 2 * case
            tallies[0, current] += seen < 0
            tallies[1, current] += seen == 0
            stamp[current] = 2 * case + (seen >= 0)
            edge[i] = -1
            if previous >= 0:
                key = previous * n_activities + current
                place = first_place(key, mask)
                number = np.int64(table[place]) - 1
                while number >= 0 and keys[number] != key:
                    place = (place + 1) & mask
                    number = np.int64(table[place]) - 1
                if number < 0:
                    number = np.int64(used)
                    keys[used] = key
                    used += 1
                    table[place] = used
                edge[i] = number
                counts[number] += 1
            previous = current
        if begin < end:
            tallies[2, rank[activity[begin]]] += 1
            tallies[3, previous] += 1
        hash_hi[case] = mixed(state_hi, np.uint64(end - begin), MIX_LO)
        hash_lo[case] = mixed(state_lo, np.uint64(end - begin), MIX_HI)
    return counts[:used].copy(), tallies, hash_hi, hash_lo, keys[:used].copy()
