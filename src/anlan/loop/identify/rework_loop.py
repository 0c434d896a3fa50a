"""Rework loop: a case comes back to a step it had left.

Finds: activities executed again after other activities in between.
Evidence: finished cases that came back last longer than finished cases with the same activity that
did not, compared inside strata of the column most associated with coming back (van Elteren).
Effect: ratio of median case durations (`median_ratio`), at least 1.2; at least 1 % of the cases.
Delay: on the way from the earlier execution to the repeated one what lies beyond the normal of the
steps, summed over the loops of a case. A detour of quick steps counts nothing.
Misleads: loops by design (several visits, one order with several parts) look the same as failures;
nested loops count their time at each activity that is repeated, so loops over the same cases are
merged into the one that costs most.
"""

import numpy as np

from anlan.loop.identify.context import IdentifyContext
from anlan.loop.identify.evidence import Candidates
from anlan.loop.identify.repeats import repeats_that_cost_time

CODE = "rework_loop"
CATEGORY = "process"
MINIMUM = 1.2


def find(context: IdentifyContext) -> Candidates:
    previous = context.visits.previous
    came_back = (previous >= 0) & (previous < np.arange(len(previous)) - 1)
    return repeats_that_cost_time(context, came_back, code=CODE, category=CATEGORY, minimum=MINIMUM)
