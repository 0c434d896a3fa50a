"""Which activities are done again inside a case."""

import numpy as np

from anlan.maths.compile import kernel


@kernel
def count_repeating_cases(activity, case, n_activities):
    """Number of cases that hold each activity more than once.

    One loop over all events, cases told apart by their number: a loop inside a loop over short cases is
    twice as slow, for the processor cannot guess where each ends.
    """
    repeating = np.zeros(n_activities, dtype=np.int64)
    stamp = np.full(n_activities, -1, dtype=np.int64)
    for i in range(len(activity)):
        at = np.uint64(i)
        code = np.uint64(activity[at])
        once = 2 * np.int64(case[at])
        seen = stamp[code] - once
        repeating[code] += seen == 0
        stamp[code] = once + (seen >= 0)
    return repeating
