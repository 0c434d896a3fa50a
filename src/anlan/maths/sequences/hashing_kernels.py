"""The 128-bit hash of the names along a case: two cases are one variant when it is the same."""

import numpy as np

from anlan.maths.compile import inline_kernel, kernel

MIX_HI = np.uint64(0xBF58476D1CE4E5B9)
MIX_LO = np.uint64(0x94D049BB133111EB)
START_HI = np.uint64(0x243F6A8885A308D3)
START_LO = np.uint64(0x13198A2E03707344)


@inline_kernel
def mixed(state, token, multiplier):
    """One step of a non-linear rolling hash: exclusive or, multiply, fold the high half down."""
    product = (state ^ token) * multiplier
    return product ^ (product >> np.uint64(31))


@kernel
def sequence_hashes(activity, case_offsets, token_hi, token_lo):
    """High and low halves of each case's hash; token_hi, token_lo: of the name of each code."""
    n_cases = len(case_offsets) - 1
    hash_hi = np.empty(n_cases, dtype=np.uint64)
    hash_lo = np.empty(n_cases, dtype=np.uint64)
    for case in range(n_cases):
        begin = case_offsets[case]
        end = case_offsets[case + 1]
        state_hi = START_HI
        state_lo = START_LO
        for i in range(begin, end):
            code = np.uint64(activity[np.uint64(i)])
            state_hi = mixed(state_hi, token_hi[code], MIX_HI)
            state_lo = mixed(state_lo, token_lo[code], MIX_LO)
        hash_hi[case] = mixed(state_hi, np.uint64(end - begin), MIX_LO)
        hash_lo[case] = mixed(state_lo, np.uint64(end - begin), MIX_HI)
    return hash_hi, hash_lo
