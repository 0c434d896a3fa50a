"""Who did what, and who handed a case to whom."""

import numpy as np

from anlan.maths.compile import kernel
from anlan.maths.sequences.pairs_kernels import first_place, longer, rehashed

_U = np.uint64
"""Unsigned positions spare the test for negative ones at every access."""


@kernel
def count_people_dense(activity, activity_rank, resource, resource_rank, case_offsets, n_activities, width):
    """Counts (a * width) of activity x resource, and (width * width) of consecutive resources in a case,
    also of one with itself.

    resource_rank: code + 1 -> position, the missing resource (code -1) being the last of `width`.
    """
    done = np.zeros(n_activities * width, dtype=np.int64)
    handed = np.zeros(width * width, dtype=np.int64)
    row = _U(width)
    for case in range(len(case_offsets) - 1):
        begin = case_offsets[case]
        end = case_offsets[case + 1]
        if begin == end:
            continue
        previous = _U(resource_rank[resource[begin] + 1])
        done[_U(activity_rank[activity[begin]]) * row + previous] += 1
        for i in range(begin + 1, end):
            at = _U(i)
            current = _U(resource_rank[_U(resource[at] + 1)])
            done[_U(activity_rank[_U(activity[at])]) * row + current] += 1
            handed[previous * row + current] += 1
            previous = current
    return done, handed


@kernel
def count_pairs_hashed(left, left_rank, left_shift, right, right_rank, right_shift, width, follows, offsets):
    """Keys and counts, in order of first appearance, of pairs of codes of the same events.

    The position of a code is `rank[code + shift]`; the key is left * width + right. Where `follows`,
    the left is taken from the event before in the same case, else from the event itself.
    """
    keys = np.zeros(64, dtype=np.int64)
    counts = np.zeros(64, dtype=np.int64)
    table = np.zeros(1_024, dtype=np.int32)
    used = 0
    for case in range(len(offsets) - 1):
        begin = offsets[case]
        end = offsets[case + 1]
        if used + end - begin > len(keys):
            keys = longer(keys, used, used + end - begin)
            counts = longer(counts, used, used + end - begin)
        if 2 * (used + end - begin) > len(table):
            table = rehashed(table, keys, used, used + end - begin)
        mask = len(table) - 1
        for i in range(begin + follows, end):
            before = np.int64(left_rank[left[i - follows] + left_shift])
            key = before * width + right_rank[right[i] + right_shift]
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
            counts[number] += 1
    return keys[:used].copy(), counts[:used].copy()
