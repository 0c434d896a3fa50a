"""The tables of a diagram in the making: they grow as it does, up to a limit."""

import numpy as np

from anlan.maths.fault_trees import diagram_kernels as kernels
from anlan.maths.fault_trees.node_table_kernels import FULL, rehash
from anlan.maths.progress import tell

_FIRST_SIZE = 1 << 14
_MOST_CACHE = 1 << 22
BLOCK = 1 << 20
"""Nodes that are made between two words about progress."""


class TooLarge(Exception):  # noqa: N818 - a turn of the search, never seen outside
    """The nodes allowed are used up."""


class Tables:
    """Nodes over `levels` variables, at most `limit` of them; see `diagram_kernels`."""

    def __init__(self, levels: int, limit: int) -> None:
        self.nodes = np.zeros((min(_FIRST_SIZE, limit), 3), dtype=np.int32)
        self.nodes[0, 0] = levels
        self._table = np.zeros(2 * _FIRST_SIZE, dtype=np.int32)
        self._cache = np.full((_FIRST_SIZE, 4), -1, dtype=np.int32)
        self._stack = np.zeros((levels + 4, 8), dtype=np.int32)
        self._limit = limit
        self._count = np.array([1, min(limit, BLOCK), -1, 0], dtype=np.int64)

    @property
    def made(self) -> int:
        """Nodes so far, the constant among them."""
        return int(self._count[0])

    def variable(self, level: int) -> int:
        """The edge of one variable. Errors: TooLarge."""
        while True:
            edge = int(kernels.node_of(level, 0, 1, self.nodes, self._table, self._count))
            if edge != FULL:
                return edge
            self._grow()

    def ite(self, f: int, g: int, h: int) -> int:
        """The edge of (f and g) or (not f and h). Errors: TooLarge."""
        while True:
            edge = int(kernels.ite(f, g, h, self.nodes, self._table, self._cache, self._stack, self._count))
            if edge != FULL:
                return edge
            self._grow()

    def _grow(self) -> None:
        """Room for more nodes: a word about progress after each block of them, larger tables when full."""
        n, limit = int(self._count[0]), self._limit
        if n >= limit:
            raise TooLarge
        if n >= self._count[1]:
            tell(n / limit)
            self._count[1] = min(limit, n + BLOCK)
        if n < len(self.nodes):
            return
        larger = np.zeros((min(2 * len(self.nodes), limit), 3), dtype=np.int32)
        larger[:n] = self.nodes[:n]
        self.nodes, self._table = larger, np.zeros(2 * len(self._table), dtype=np.int32)
        rehash(self.nodes, 1, n, self._table)
        if len(self._cache) < min(len(self.nodes), _MOST_CACHE):
            self._cache = np.full((2 * len(self._cache), 4), -1, dtype=np.int32)
