"""One visit of a case to a node: the place of its draws, times by their laws, and whether it is counted.

Draws are keyed by case, node and visit, so that designs differ by what was changed alone.
"""

import numpy as np

from anlan.maths.compile import part_kernel
from anlan.maths.simulation.arrays import TOO_MANY_VISITS
from anlan.maths.simulation.laws_kernels import time_of
from anlan.maths.simulation.places_kernels import stop

VISIT, PATIENCE, WAYS, RISK, OUTAGE, ORDER_DRAW, HANDS = (np.int64(purpose) for purpose in range(1, 8))
"""Purposes of draws. VISIT: time of a visit and the way on, as in the lean kernel; RISK: draw r of risk r."""
_MOST_VISITS = 65_535


@part_kernel
def time_by_law(model, u, law):
    """Quantile of a law of the model, in seconds."""
    return time_of(u, law, model.law_code, model.law_numbers, model.law_first, model.law_values)


@part_kernel
def new_visit(model, state, case, node):
    """Count a visit; the place of its draws."""
    state.visits[case, node] += 1
    if state.visits[case, node] == _MOST_VISITS:
        stop(state, TOO_MANY_VISITS, node)
    return model.luck[node] + state.visits[case, node]


@part_kernel
def is_counted(tally, run, number):
    """Whether the tallies of nodes look at this case: it arrived in the window."""
    return tally.window[0] <= run.arrivals[number] < tally.window[1]
