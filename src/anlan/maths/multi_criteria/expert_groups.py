"""Several people's comparisons as one: by their judgements (AIJ) or by their priorities (AIP).

Only the geometric mean keeps comparisons reciprocal. With geometric mean weights both ways agree.

Source: Forman and Peniwati (1998), doi:10.1016/S0377-2217(97)00244-0.
"""

import numpy as np

from anlan.maths.multi_criteria.scaling import Floats


def joint_judgements(matrices: Floats, weights: Floats) -> Floats:
    """AIJ: weighted geometric mean (n, n) of matrices (people, n, n). weights: (people,), positive.

    A comparison that some did not make (0) is the mean of those who did; 0 where nobody did.
    """
    known = matrices > 0
    share = weights[:, None, None] * known
    total = share.sum(axis=0)
    logs = (share * np.log(np.where(known, matrices, 1.0))).sum(axis=0)
    return np.asarray(np.where(total > 0, np.exp(logs / np.where(total > 0, total, 1.0)), 0.0))


def joint_priorities(priorities: Floats, weights: Floats) -> Floats:
    """AIP: weighted geometric mean (n,), normalised, of positive priorities (people, n)."""
    logs = (weights / weights.sum()) @ np.log(priorities)
    means = np.exp(logs - logs.max())
    return np.asarray(means / means.sum())
