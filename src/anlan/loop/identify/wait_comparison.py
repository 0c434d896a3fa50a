"""Are some visits to one step longer than visits like them? As `comparison`, for waits at a step."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from anlan.loop.identify.comparison import Slower, choose_strata, compare_ascending
from anlan.loop.identify.context import IdentifyContext


def longer_waits_than_peers(
    context: IdentifyContext, visits: NDArray[np.int64], marked: NDArray[np.bool_]
) -> Slower | None:
    """Compare the waits of marked visits of one activity with those of its other visits.

    A case has one visit to an activity, so the items are independent cases. Cases need not be
    finished: the wait at the step is. No visit claims more than its time beyond the normal of the step.
    """
    waits = context.visit_wait_us[visits]
    order = np.lexsort((context.log.case_hash[context.visits.case[visits]], waits))
    cases = context.visits.case[visits[order]]
    chosen = choose_strata(context, cases, marked[order])
    slower = compare_ascending(context, waits[order], cases, marked[order], chosen)
    if slower is None:
        return None
    beyond_min = np.zeros(context.log.n_cases)
    beyond_min[cases] = context.visit_excess_us[visits[order]] / 60e6
    return replace(slower, delay_min=np.minimum(slower.delay_min, beyond_min[slower.cases]))
