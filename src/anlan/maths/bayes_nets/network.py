"""A discrete Bayesian network as arrays: who the parents of a node are, and its table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import RefusedInput

_SUM_TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class Network:
    """parents[i]: numbers of the parents of node i. tables[i]: (states of each parent ..., states of i),
    the probability of each state of i given its parents; the last axis sums to 1.

    Errors: RefusedInput `bayes.cycle`, `bayes.table_shape`, `bayes.table_sum` with the node's number.
    """

    parents: tuple[tuple[int, ...], ...]
    tables: tuple[NDArray[np.float64], ...]

    def __post_init__(self) -> None:
        circle = cycle_in(self.parents)
        if circle:
            raise RefusedInput("bayes.cycle", where="nodes", nodes=circle)
        for node, (parents, table) in enumerate(zip(self.parents, self.tables, strict=True)):
            if table.shape[:-1] != tuple(self.tables[each].shape[-1] for each in parents):
                raise RefusedInput("bayes.table_shape", where=f"nodes[{node + 1}]", found=table.shape)
            if np.any(table < 0) or np.any(np.abs(table.sum(axis=-1) - 1.0) > _SUM_TOLERANCE):
                raise RefusedInput("bayes.table_sum", where=f"nodes[{node + 1}]", found=table.sum(axis=-1))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Number of states of each node."""
        return tuple(table.shape[-1] for table in self.tables)

    def family(self, node: int) -> tuple[int, ...]:
        """The node's parents and itself: the axes of its table."""
        return (*self.parents[node], node)

    def ancestors(self, nodes: Iterable[int]) -> list[int]:
        """The nodes and all that lie above them, ascending; nothing else can change what is asked of them."""
        seen: set[int] = set()
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                waiting += self.parents[node]
        return sorted(seen)


def cycle_in(parents: Sequence[Sequence[int]]) -> list[int]:
    """Nodes of one circle in the order of its arrows, the first again at the end; empty without one."""
    try:
        TopologicalSorter(dict(enumerate(parents))).prepare()
    except CycleError as found:
        circle: list[int] = found.args[1]
        return circle
    return []
