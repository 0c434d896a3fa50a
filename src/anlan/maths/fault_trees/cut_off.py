"""What a cut-off of minimal cut sets leaves out, proven."""

import numpy as np
from numpy.typing import ArrayLike

from anlan.maths.fault_trees.cut_sets import CutSets
from anlan.maths.fault_trees.diagram_tables import Tables, TooLarge
from anlan.maths.fault_trees.probability_kernels import upwards

MOST_NODES = 5_000_000


def union_probability(sets: CutSets, p: ArrayLike, *, most_nodes: int = MOST_NODES) -> float | None:
    """Exact probability that all events of at least one of the sets happen; None where the diagram of that
    union needs more than `most_nodes`."""
    if len(sets.low) <= 2:
        return float(len(sets.low) - 1)
    tables = Tables(int(sets.level.max()) + 1, most_nodes)
    edges = [0, 1]
    try:
        for i in range(2, len(sets.low)):
            low = edges[sets.low[i]]
            either = tables.ite(edges[sets.high[i]], 1, low)
            edges.append(tables.ite(tables.variable(int(sets.level[i])), either, low))
    except TooLarge:
        return None
    n = tables.made
    asked = np.zeros(len(tables.nodes), dtype=np.int64)
    asked[sets.level[2:]] = sets.event[2:]
    level, low_edge, high_edge = (np.ascontiguousarray(tables.nodes[:n, j]) for j in range(3))
    yes, no = np.empty(n), np.empty(n)
    given = np.ascontiguousarray(p, dtype=np.float64)
    upwards(level, low_edge, high_edge, asked, np.zeros(0, dtype=np.int64), given, yes, no)
    return float((no if edges[-1] & 1 else yes)[edges[-1] >> 1])


def left_out(sets: CutSets, p: ArrayLike, exact: float) -> float:
    """An upper bound of what a coherent top with probability `exact` gets from sets that are not among these.

    Exact where the union of the sets can be computed, else what the largest set leaves.
    """
    union = union_probability(sets, p)
    if union is None:
        first = sets.listed(p, most=1)
        union = first[0].probability if first else 0.0
    return max(exact - union, 0.0)
