"""Which cases walk the same sequence of activities."""

import numpy as np

from anlan.maths.compile import inline_kernel, kernel
from anlan.maths.sequences.pairs_kernels import longer

_MIX_HI = np.uint64(0xBF58476D1CE4E5B9)
_MIX_LO = np.uint64(0x94D049BB133111EB)
_START_HI = np.uint64(0x243F6A8885A308D3)
_START_LO = np.uint64(0x13198A2E03707344)


@inline_kernel
def same_steps(one, other, case_offsets, activity):
    """Whether two cases have the same activities in the same order."""
    begin = case_offsets[one]
    length = case_offsets[one + 1] - begin
    shift = case_offsets[other] - begin
    if case_offsets[other + 1] - case_offsets[other] != length:
        return False
    for i in range(begin, begin + length):
        if activity[i] != activity[i + shift]:
            return False
    return True


@kernel
def distinct_sequences(sequence, case_offsets, activity):
    """(A case of each distinct sequence, number of cases of each), in order of first appearance.

    sequence: a hash per case; equal hashes are told apart by comparing the steps.
    """
    table = np.zeros(1_024, dtype=np.int32)
    sample = np.zeros(512, dtype=np.int64)
    counts = np.zeros(512, dtype=np.int64)
    used = 0
    for case in range(len(sequence)):
        if used == len(sample):
            sample = longer(sample, used, used + 1)
            counts = longer(counts, used, used + 1)
            table = np.zeros(2 * len(table), dtype=np.int32)
            for number in range(used):
                place = np.int64(sequence[sample[number]]) & (len(table) - 1)
                while table[place] != 0:
                    place = (place + 1) & (len(table) - 1)
                table[place] = number + 1
        mask = len(table) - 1
        place = np.int64(sequence[case]) & mask
        while table[place] != 0:
            other = sample[table[place] - 1]
            if sequence[other] == sequence[case] and same_steps(case, other, case_offsets, activity):
                break
            place = (place + 1) & mask
        if table[place] == 0:
            sample[used] = case
            used += 1
            table[place] = used
        counts[table[place] - 1] += 1
    return sample[:used].copy(), counts[:used].copy()


@inline_kernel
def mixed(state, token, multiplier):
    """One step of a non-linear rolling hash: exclusive or, multiply, fold the high half down."""
    product = (state ^ token) * multiplier
    return product ^ (product >> np.uint64(31))


@kernel
def hash_sequences(cases, case_offsets, activity, rank, token_hi, token_lo):
    """128-bit hash of the name tokens along each of the given cases: high and low half."""
    hash_hi = np.empty(len(cases), dtype=np.uint64)
    hash_lo = np.empty(len(cases), dtype=np.uint64)
    for k in range(len(cases)):
        begin = case_offsets[cases[k]]
        end = case_offsets[cases[k] + 1]
        state_hi = _START_HI
        state_lo = _START_LO
        for i in range(begin, end):
            current = rank[activity[i]]
            state_hi = mixed(state_hi, token_hi[current], _MIX_HI)
            state_lo = mixed(state_lo, token_lo[current], _MIX_LO)
        hash_hi[k] = mixed(state_hi, np.uint64(end - begin), _MIX_LO)
        hash_lo[k] = mixed(state_lo, np.uint64(end - begin), _MIX_HI)
    return hash_hi, hash_lo


@kernel
def copy_steps(cases, case_offsets, activity, rank):
    """Positions of the activities of the given cases, one after the other: offsets and steps."""
    offsets = np.zeros(len(cases) + 1, dtype=np.int64)
    for k in range(len(cases)):
        offsets[k + 1] = offsets[k] + case_offsets[cases[k] + 1] - case_offsets[cases[k]]
    steps = np.empty(offsets[len(cases)], dtype=np.int32)
    for k in range(len(cases)):
        begin = case_offsets[cases[k]]
        for i in range(offsets[k + 1] - offsets[k]):
            steps[offsets[k] + i] = rank[activity[begin + i]]
    return offsets, steps
