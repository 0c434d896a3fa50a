"""Whether the same people moved their answers: the exact signed-rank test, ties and unmoved answers allowed.

Wilcoxon (1945). Under no movement every change is as likely up as down; given the sizes of the changes
(midranks, unmoved left out) the sum of the ranks that went up has an exact distribution, found by counting.
"""

from collections.abc import Sequence

import numpy as np
from scipy.stats import rankdata

from anlan.maths.rates import normal_upper

LARGEST_EXACT = 200


def signed_rank_p(changes: Sequence[float]) -> float | None:
    """Two-sided p value; None where nobody moved. Beyond 200 movers by the normal limit.

    >>> signed_rank_p([1.0, 2.0, 3.0])
    0.25
    """
    moved = np.asarray([each for each in changes if each != 0], dtype=np.float64)
    if not len(moved):
        return None
    doubled = np.rint(2 * rankdata(np.abs(moved))).astype(np.int64)
    up = int(doubled[moved > 0].sum())
    total = int(doubled.sum())
    extreme = min(up, total - up)
    if len(moved) > LARGEST_EXACT:
        spread = float(np.sqrt((doubled.astype(np.float64) ** 2).sum())) / 2
        return min(1.0, 2 * normal_upper((total / 2 - extreme) / spread))
    ways = np.zeros(total + 1)
    ways[0] = 1.0
    for rank in doubled:
        shifted = np.zeros_like(ways)
        shifted[rank:] = ways[:-rank]
        ways = (ways + shifted) / 2
    return float(min(1.0, 2 * ways[: extreme + 1].sum()))
