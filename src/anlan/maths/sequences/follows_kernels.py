"""What follows what inside a case: pairs of activities, rework, first and last steps, variants."""

import numpy as np

from anlan.maths.compile import inline_kernel, kernel
from anlan.maths.sequences.pairs_kernels import clear_pairs, longer, place_of, rehashed

_MIX_HI = np.uint64(0xBF58476D1CE4E5B9)
_MIX_LO = np.uint64(0x94D049BB133111EB)
_START_HI = np.uint64(0x243F6A8885A308D3)
_START_LO = np.uint64(0x13198A2E03707344)


@inline_kernel
def mixed(state, token, multiplier):
    """One step of a non-linear rolling hash: exclusive or, multiply, fold the high half down."""
    product = (state ^ token) * multiplier
    return product ^ (product >> np.uint64(31))


@kernel
def follow(activity, rank, case_offsets, token_hi, token_lo, dense, table):
    """One pass over the cases.

    activity: codes per event; rank: code -> position among the sorted names; token_hi, token_lo:
    128-bit token of the name at each position; table: zeros, see `pairs_kernels`.

    Returns (number of the edge that ends in each event, -1 for the first of a case; edge keys;
    edge counts; per activity int64 (5, a): cases, rework events, rework cases, starts, ends;
    variant hash per case, high and low half; the table, zeros again).
    """
    n_activities = len(token_hi)
    n_cases = len(case_offsets) - 1
    edge = np.empty(len(activity), dtype=np.int32)
    keys = np.empty(64, dtype=np.int64)
    counts = np.zeros(64, dtype=np.int64)
    used = 0
    tallies = np.zeros((5, n_activities), dtype=np.int64)
    last_case = np.full(n_activities, -1, dtype=np.int64)
    times = np.zeros(n_activities, dtype=np.int64)
    hash_hi = np.empty(n_cases, dtype=np.uint64)
    hash_lo = np.empty(n_cases, dtype=np.uint64)
    for case in range(n_cases):
        begin = case_offsets[case]
        end = case_offsets[case + 1]
        if used + end - begin > len(keys):
            keys = longer(keys, used, used + end - begin)
            counts = longer(counts, used, used + end - begin)
        if not dense and 2 * (used + end - begin) > len(table):
            table = rehashed(table, keys, used, used + end - begin)
        state_hi = _START_HI
        state_lo = _START_LO
        previous = np.int64(-1)
        for i in range(begin, end):
            current = np.int64(rank[activity[i]])
            state_hi = mixed(state_hi, token_hi[current], _MIX_HI)
            state_lo = mixed(state_lo, token_lo[current], _MIX_LO)
            if last_case[current] != case:
                last_case[current] = case
                times[current] = 1
                tallies[0, current] += 1
            else:
                times[current] += 1
                tallies[1, current] += 1
                if times[current] == 2:
                    tallies[2, current] += 1
            if previous >= 0:
                key = previous * n_activities + current
                place = place_of(key, dense, table, keys)
                number = table[place]
                if number == 0:
                    keys[used] = key
                    used += 1
                    number = np.int32(used)
                    table[place] = number
                counts[number - 1] += 1
                edge[i] = number - 1
            else:
                edge[i] = -1
                tallies[3, current] += 1
            previous = current
        if previous >= 0:
            tallies[4, previous] += 1
        hash_hi[case] = mixed(state_hi, np.uint64(end - begin), _MIX_LO)
        hash_lo[case] = mixed(state_lo, np.uint64(end - begin), _MIX_HI)
    clear_pairs(dense, table, keys, used)
    return edge, keys[:used].copy(), counts[:used].copy(), tallies, hash_hi, hash_lo, table


@kernel
def count_pairs(activity, activity_rank, resource, resource_rank, case_offsets, widths, dense, done, handed):
    """Who did what, and who handed a case to whom.

    widths: number of resources; dense: (2,) whether the tables `done` (activity x resource) and
    `handed` (resource x resource) are dense. Events without a resource count for neither, and break
    the chain of hand-overs.

    Returns keys and counts of (activity, resource), keys and counts of (from, to), both tables.
    """
    done_keys = np.empty(64, dtype=np.int64)
    done_counts = np.zeros(64, dtype=np.int64)
    done_used = 0
    handed_keys = np.empty(64, dtype=np.int64)
    handed_counts = np.zeros(64, dtype=np.int64)
    handed_used = 0
    for case in range(len(case_offsets) - 1):
        begin = case_offsets[case]
        end = case_offsets[case + 1]
        length = end - begin
        if done_used + length > len(done_keys):
            done_keys = longer(done_keys, done_used, done_used + length)
            done_counts = longer(done_counts, done_used, done_used + length)
        if not dense[0] and 2 * (done_used + length) > len(done):
            done = rehashed(done, done_keys, done_used, done_used + length)
        if handed_used + length > len(handed_keys):
            handed_keys = longer(handed_keys, handed_used, handed_used + length)
            handed_counts = longer(handed_counts, handed_used, handed_used + length)
        if not dense[1] and 2 * (handed_used + length) > len(handed):
            handed = rehashed(handed, handed_keys, handed_used, handed_used + length)
        previous = np.int64(-1)
        for i in range(begin, end):
            code = resource[i]
            current = np.int64(-1)
            if code >= 0:
                current = np.int64(resource_rank[code])
                key = np.int64(activity_rank[activity[i]]) * widths + current
                place = place_of(key, dense[0], done, done_keys)
                number = done[place]
                if number == 0:
                    done_keys[done_used] = key
                    done_used += 1
                    number = np.int32(done_used)
                    done[place] = number
                done_counts[number - 1] += 1
                if previous >= 0 and previous != current:
                    key = previous * widths + current
                    place = place_of(key, dense[1], handed, handed_keys)
                    number = handed[place]
                    if number == 0:
                        handed_keys[handed_used] = key
                        handed_used += 1
                        number = np.int32(handed_used)
                        handed[place] = number
                    handed_counts[number - 1] += 1
            previous = current
    clear_pairs(dense[0], done, done_keys, done_used)
    clear_pairs(dense[1], handed, handed_keys, handed_used)
    return (
        done_keys[:done_used].copy(),
        done_counts[:done_used].copy(),
        handed_keys[:handed_used].copy(),
        handed_counts[:handed_used].copy(),
        done,
        handed,
    )


@kernel
def distinct_variants(hash_hi, hash_lo):
    """Distinct pairs of hashes: (a case of each, number of cases of each), unordered."""
    n = len(hash_hi)
    table = np.zeros(1_024, dtype=np.int32)
    sample = np.empty(256, dtype=np.int64)
    counts = np.zeros(256, dtype=np.int64)
    used = 0
    for case in range(n):
        if 2 * used >= len(table):
            grown = np.zeros(2 * len(table), dtype=np.int32)
            for number in range(used):
                place = np.int64(hash_lo[sample[number]]) & (len(grown) - 1)
                while grown[place] != 0:
                    place = (place + 1) & (len(grown) - 1)
                grown[place] = number + 1
            table = grown
        if used == len(sample):
            sample = longer(sample, used, used + 1)
            counts = longer(counts, used, used + 1)
        mask = len(table) - 1
        place = np.int64(hash_lo[case]) & mask
        while table[place] != 0:
            other = sample[table[place] - 1]
            if hash_lo[other] == hash_lo[case] and hash_hi[other] == hash_hi[case]:
                break
            place = (place + 1) & mask
        if table[place] == 0:
            sample[used] = case
            used += 1
            table[place] = used
        counts[table[place] - 1] += 1
    return sample[:used].copy(), counts[:used].copy()


@kernel
def copy_steps(cases, case_offsets, activity, rank):
    """Positions of the activities of the given cases, one after the other, and their offsets."""
    offsets = np.zeros(len(cases) + 1, dtype=np.int64)
    for k in range(len(cases)):
        offsets[k + 1] = offsets[k] + case_offsets[cases[k] + 1] - case_offsets[cases[k]]
    steps = np.empty(offsets[len(cases)], dtype=np.int32)
    for k in range(len(cases)):
        begin = case_offsets[cases[k]]
        for i in range(offsets[k + 1] - offsets[k]):
            steps[offsets[k] + i] = rank[activity[begin + i]]
    return offsets, steps
