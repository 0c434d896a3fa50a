"""Minimal cut sets of a gate, kept as a diagram: counted and summed without listing them.

A minimal cut set is a smallest set of events that makes the gate happen while no other event does. Of a
tree with negation these are the positive parts of its prime implicants; the sums below then speak of the
coherent tree above it, whose probability is at least as large.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from anlan.domain.errors import NotEnoughData
from anlan.maths.fault_trees import cut_sets_kernels as kernels
from anlan.maths.fault_trees import families_kernels as making
from anlan.maths.fault_trees.diagram import Diagram
from anlan.maths.fault_trees.diagram_tables import BLOCK
from anlan.maths.fault_trees.effort import within
from anlan.maths.fault_trees.node_table_kernels import FULL, rehash
from anlan.maths.progress import tell

MOST_NODES = 20_000_000
MOST_WALKED = 20_000_000
"""Sets that are visited one by one for the upper bound; beyond, it is summed as a series."""
_FIRST_SIZE = 1 << 14
_MOST_CACHE = 1 << 22
_MOST_TERMS = 400
_WHOLE, _FEW = 2_000_000, 4
"""The whole family is often smaller than a part of it, and the part is then cut from it: tried up to so many
nodes, unless only sets of a few events are asked for."""


@dataclass(frozen=True)
class CutSet:
    """One minimal cut set, its events in the order of the diagram."""

    events: tuple[str, ...]
    probability: float


@dataclass(frozen=True, eq=False)
class CutSets:
    """The family of the last node. Node 0 has no set, node 1 the empty set; low and high are nodes, level
    ascends on the way to both.

    most_order: sets of more events were not made; None where all are there.
    """

    events: tuple[str, ...]
    level: NDArray[np.int64]
    event: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]
    most_order: int | None

    def counts(self) -> dict[int, int]:
        """Order -> number of sets, exact up to 2^53."""
        n = self._by_order(np.ones(len(self.events)))
        return {order: int(value) for order, value in enumerate(n) if value}

    def sums_by_order(self, p: ArrayLike) -> dict[int, float]:
        """Order -> sum of the probabilities of its sets."""
        found = self._by_order(np.asarray(p, dtype=np.float64))
        return {order: float(found[order]) for order in self.counts()}

    def rare_event_sum(self, p: ArrayLike) -> float:
        """Sum of the probabilities of all sets, not capped: above 1 it says nothing."""
        return float(self._sums(np.asarray(p, dtype=np.float64))[-1])

    def upper_bound(self, p: ArrayLike) -> float:
        """Min-cut upper bound 1 - prod(1 - P(set)) over all sets; J. Esary, F. Proschan (1963).

        Where the sets are too many to visit: ln(1 - x) = -(x + x^2/2 + ...), each power one walk over the
        diagram, since the powers of a product are products of powers.
        """
        given = np.asarray(p, dtype=np.float64)
        if sum(self.counts().values()) <= MOST_WALKED:
            log = float(kernels.log_survival(*self._parts, given, len(self.events)))
            return -math.expm1(log)
        total = 0.0
        for power in range(1, _MOST_TERMS + 1):
            term = float(self._sums(given**power)[-1]) / power
            total += term
            if total > 745 or term < 1e-17 * total:
                break
        return -math.expm1(-total)

    def shares(self, p: ArrayLike) -> NDArray[np.float64]:
        """Share of the rare-event sum in sets that hold each event (n_events,): the reading of
        Fussell-Vesely by cut sets."""
        given = np.asarray(p, dtype=np.float64)
        below = self._sums(given)
        held = np.zeros(len(self.events))
        if below[-1] > 0:
            kernels.sums_with(*self._parts, given, below, held)
            held /= below[-1]
        return held

    def listed(
        self, p: ArrayLike, *, most: int = 1000, least: float = 0.0, most_order: int | None = None
    ) -> list[CutSet]:
        """The most probable sets, largest first."""
        given = np.asarray(p, dtype=np.float64)
        limit = len(self.events) + 1 if most_order is None else most_order
        n, starts, members, found = kernels.best_first(
            *self._parts, given, most, float(least), limit, len(self.events)
        )
        return [
            CutSet(tuple(self.events[each] for each in members[starts[i] : starts[i + 1]]), float(found[i]))
            for i in range(int(n))
        ]

    @property
    def _parts(self) -> tuple[NDArray[np.int64], ...]:
        return self.low, self.high, self.event

    def _sums(self, p: NDArray[np.float64]) -> NDArray[np.float64]:
        found = np.empty(len(self.low))
        if len(found) == 1:
            return np.zeros(1)
        kernels.sums(*self._parts, p, found)
        return found

    def _by_order(self, p: NDArray[np.float64]) -> NDArray[np.float64]:
        if len(self.low) == 1:
            return np.zeros(1)
        n_orders = int(kernels.largest_order(self.low, self.high)) + 1
        return np.asarray(kernels.by_order(*self._parts, p, n_orders))


def cut_sets_of(
    diagram: Diagram, root: str, *, most_order: int | None = None, most_nodes: int = MOST_NODES
) -> CutSets:
    """The minimal cut sets of a root. most_order: only those of at most so many events, which are found
    without making the others.

    Errors: NotEnoughData `fault_tree.too_many_sets` where their diagram needs more than `most_nodes`.
    """
    most_nodes = within(most_nodes)
    if most_order is None or most_order > _FEW:
        try:
            return _Maker(diagram, min(most_nodes, _WHOLE)).cut_sets(root, None, most_order)
        except NotEnoughData:
            if most_order is None and most_nodes <= _WHOLE:
                raise
    return _Maker(diagram, most_nodes).cut_sets(root, most_order, most_order)


class _Maker:
    """The tables while cut sets are made."""

    def __init__(self, diagram: Diagram, limit: int) -> None:
        self.diagram = diagram
        depth = len(diagram.asked) + 4
        self.nodes = np.zeros((min(_FIRST_SIZE, limit), 3), dtype=np.int32)
        self.nodes[:2, 0] = len(diagram.asked)
        self.table = np.zeros(2 * _FIRST_SIZE, dtype=np.int32)
        size = _FIRST_SIZE
        while size < min(2 * diagram.n_nodes, _MOST_CACHE):
            size *= 2
        self.caches = [np.full((size, 4), -7, dtype=np.int32) for _ in range(3)]
        self.stacks = [np.zeros((2 * depth, 5), dtype=np.int32) for _ in range(2)]
        self.limit = limit
        self.count = np.array([2, min(limit, BLOCK), -1, 0], dtype=np.int64)
        self.extremes = making.extremes(diagram.low, diagram.high)

    def cut_sets(self, root: str, most: int | None, kept: int | None) -> CutSets:
        """Made with at most `most` events each, of which those with at most `kept` stay."""
        diagram, n_levels = self.diagram, len(self.diagram.asked)
        family = self._minimal(diagram.roots[root], most)
        if len(diagram.modules):
            families = np.array([self._minimal(int(edge), most) for edge in diagram.modules], dtype=np.int64)
            family = self._expanded(family, families)
        if kept is not None:
            at = (making.under(family, self.nodes), family, min(kept, n_levels))
            family = self._grown(lambda: making.at_most(*at, self.nodes, self.table, self.count))
        return self._kept(family, kept)

    def _minimal(self, edge: int, most: int | None) -> int:
        of = self.diagram
        return self._grown(
            lambda: making.minimal(
                edge, -1 if most is None else most, *self.extremes, of.level, of.low, of.high,
                self.nodes, self.table,
                self.caches[0], self.caches[1], *self.stacks, self.count,
            )
        )  # fmt: skip

    def _expanded(self, family: int, families: NDArray[np.int64]) -> int:
        return self._grown(
            lambda: making.expanded(
                family, families, self.diagram.asked, self.nodes, self.table, self.caches[2],
                self.stacks[0], self.count,
            )
        )  # fmt: skip

    def _grown(self, make: Callable[[], int]) -> int:
        """What `make` answers once the tables are large enough."""
        while True:
            family = int(make())
            if family != FULL:
                return family
            n, limit = int(self.count[0]), self.limit
            if n >= limit:
                raise NotEnoughData("fault_tree.too_many_sets", most=limit)
            if n >= self.count[1]:
                tell(n / limit)
                self.count[1] = min(limit, n + BLOCK)
            if n < len(self.nodes):
                continue
            larger = np.zeros((min(2 * len(self.nodes), limit), 3), dtype=np.int32)
            larger[:n] = self.nodes[:n]
            self.nodes, self.table = larger, np.zeros(2 * len(self.table), dtype=np.int32)
            rehash(self.nodes, 2, n, self.table)
            if len(self.caches[0]) < min(len(self.nodes), _MOST_CACHE):
                size = 2 * len(self.caches[0])
                self.caches = [np.full((size, 4), -7, dtype=np.int32) for _ in self.caches]

    def _kept(self, family: int, most_order: int | None) -> CutSets:
        """The family alone, its nodes numbered anew."""
        part = np.asarray(making.under(family, self.nodes)) if family > 1 else np.zeros(0, dtype=np.int64)
        new = np.zeros(family + 2, dtype=np.int64)
        new[1] = 1
        new[part] = np.arange(2, len(part) + 2)
        rows = self.nodes[part]
        constants = np.zeros(min(family + 1, 2), dtype=np.int64)
        return CutSets(
            self.diagram.events,
            np.concatenate([constants, rows[:, 0]]).astype(np.int64),
            np.concatenate([constants, self.diagram.asked[rows[:, 0]]]),
            np.concatenate([constants, new[rows[:, 1]]]),
            np.concatenate([constants, new[rows[:, 2]]]),
            most_order,
        )
