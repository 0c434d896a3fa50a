"""Pair the start and complete rows of each case, first in, first out."""

import numpy as np

from anlan.domain.event_log import NO_TIME
from anlan.maths.compile import kernel

COMPLETE, START, ENDED_OTHERWISE, OTHER = 0, 1, 2, 3


@kernel
def pair_rows(case_offsets, time_us, key, kind, start_us):
    """Fill `start_us` of complete rows with the time of the start they end.

    Rows are in order inside each case. `key` (int64): what must agree, activity and instance, as
    numbers 0, 1, 2 ...; `kind`: the constants above. A row that ended otherwise (aborted, withdrawn)
    takes the oldest open start away. Returns (starts without completion, other rows).
    """
    n_keys = (key.max() if len(key) else 0) + 1
    head, tail = np.full(n_keys, -1, np.int64), np.full(n_keys, -1, np.int64)
    following = np.full(len(key), -1, np.int64)
    starts_left, others = 0, 0
    for case in range(len(case_offsets) - 1):
        begin, stop = case_offsets[case], case_offsets[case + 1]
        for i in range(begin, stop):
            k = key[i]
            if kind[i] == START:
                if head[k] < 0:
                    head[k] = i
                else:
                    following[tail[k]] = i
                tail[k] = i
            elif kind[i] == OTHER:
                others += 1
            else:
                opened = head[k]
                if opened >= 0:
                    head[k] = following[opened]
                if kind[i] == COMPLETE:
                    if start_us[i] == NO_TIME and opened >= 0:
                        start_us[i] = time_us[opened]
                else:
                    others += 1
                    if opened >= 0:
                        starts_left += 1
        for i in range(begin, stop):
            opened = head[key[i]]
            while opened >= 0:
                starts_left += 1
                opened = following[opened]
            head[key[i]] = -1
    return starts_left, others
