"""Waits that are over, counted."""

from anlan.maths.compile import part_kernel
from anlan.maths.simulation.arrays import LONGEST, WAITED, WAITED_SQUARED
from anlan.maths.simulation.visit_kernels import is_counted


@part_kernel
def count_wait(state, tally, run, now, token):
    """The time since it was last served or came; for each member of a batch."""
    while token >= 0:
        case, node, wait = state.case[token], state.at[token], now - state.idle[token]
        state.waits[case] += wait
        if wait > 0.0 and is_counted(tally, run, state.number[case]):
            tally.node[node, WAITED] += wait
            tally.node[node, WAITED_SQUARED] += wait * wait
            tally.node[node, LONGEST] = max(tally.node[node, LONGEST], wait)
        token = state.member[token]
