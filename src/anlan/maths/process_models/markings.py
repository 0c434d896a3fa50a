"""The markings a net can reach: found as far as they are asked for, never more than a stated number.

Sound (van der Aalst 1998, J. Circuits Syst. Comput. 8:21, definition 7): from every marking that can be
reached the end can be reached, it is reached with nothing left over, and every transition can fire somewhere.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import UsageError
from anlan.maths.process_models import marking_kernels as kernels
from anlan.maths.process_models.nets import Net

MOST_MARKINGS = 100_000
_FIRST_MARKINGS = 1024
UNLIMITED = np.int16(30_000)


class Markings:
    """The store of one net. Marking 0 is the beginning, 1 the end.

    tokens  uint8 (capacity, n_places)      first_edge int64, n_out int32 (capacity,)
    edge_transition, edge_target int32 (edge capacity,)
    """

    def __init__(self, net: Net, *, most: int = MOST_MARKINGS) -> None:
        self.net, self.most = net, most
        self.arcs = (
            *_flat([t.inputs for t in net.transitions]),
            *_flat([t.outputs for t in net.transitions]),
        )
        self.labels = net.labels
        code = {label: number for number, label in enumerate(self.labels)}
        self.label_of_transition = np.array(
            [-1 if t.label is None else code[t.label] for t in net.transitions], dtype=np.int32
        )
        capacity = _FIRST_MARKINGS + len(net.transitions)
        self.tokens = np.zeros((capacity, net.n_places), dtype=np.uint8)
        self.first_edge, self.n_out = np.full(capacity, -1, np.int64), np.zeros(capacity, np.int32)
        self.edge_transition, self.edge_target = (np.zeros(4 * capacity, np.int32) for _ in range(2))
        self.tokens[0, net.source], self.tokens[1, net.sink] = 1, 1
        self.counters = np.array([2, 0], dtype=np.int64)
        self.table = kernels.rebuilt_table(self.tokens, 2, _table_size(capacity))

    @property
    def n(self) -> int:
        """Markings found so far."""
        return int(self.counters[0])

    @property
    def store(self) -> tuple[NDArray, ...]:
        """What the kernels grow in, in their order."""
        return (self.tokens, self.table, self.counters, self.first_edge, self.n_out, self.edge_transition,
                self.edge_target)  # fmt: skip

    def grow(self) -> bool:
        """Double the room; False where more markings were found than may be."""
        if self.n >= self.most:
            return False
        capacity = 2 * len(self.tokens)
        self.tokens = _longer(self.tokens, capacity)
        self.first_edge = np.concatenate([self.first_edge, np.full(len(self.first_edge), -1, np.int64)])
        self.n_out = _longer(self.n_out, capacity)
        needed = max(4 * capacity, 4 * int(self.counters[1]))
        self.edge_transition, self.edge_target = (
            _longer(edges, needed) for edges in (self.edge_transition, self.edge_target)
        )
        self.table = kernels.rebuilt_table(self.tokens, self.n, _table_size(capacity))
        return True

    @cached_property
    def whole(self) -> bool:
        """Find all markings; False where there are more than `most`."""
        begin = 0
        while True:
            begin = kernels.expand_all(self.arcs, *self.store, begin)
            if begin == self.n:
                return True
            if not self.grow():
                return False

    @cached_property
    def ways_on(self) -> "WaysOn":
        """How far the end is from each marking; UsageError where the net is too large to be found whole."""
        if not self.whole:
            raise UsageError("process_model.too_many_markings", most=self.most)
        return _ways_on(self)

    @property
    def edges(self) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
        """(source, transition, target) of all edges found."""
        known = np.flatnonzero(self.first_edge[: self.n] >= 0)
        known = known[np.argsort(self.first_edge[known], kind="stable")]
        used = int(self.counters[1])
        return np.repeat(known, self.n_out[known]), self.edge_transition[:used], self.edge_target[:used]


@dataclass(frozen=True, eq=False)
class WaysOn:
    """Per marking of a net that was found whole:

    distance   int32 (n,) fewest visible firings to the end, -1 where the end cannot be reached
    way        int64 (n,) first edge of such a way, -1 at the end
    fewest, most  int16 (n, n_labels) how often each label is seen at least and at most on the ways to the
               end; `UNLIMITED` where a loop allows any number
    """

    distance: NDArray[np.int32]
    way: NDArray[np.int64]
    fewest: NDArray[np.int16]
    most: NDArray[np.int16]


def _ways_on(markings: Markings) -> WaysOn:
    n, n_labels = markings.n, len(markings.labels)
    source, _, target = markings.edges
    order = np.argsort(target, kind="stable")
    offsets = np.searchsorted(target[order], np.arange(n + 1))
    labels = markings.label_of_transition
    way = np.full(n, -1, dtype=np.int64)

    def fewest(weights: NDArray, first: NDArray[np.int64]) -> NDArray[np.int32]:
        found: NDArray[np.int32] = kernels.fewest_to_final(
            n, 1, weights.astype(np.int32), offsets, source[order], order, markings.edge_transition, first
        )
        return found

    distance = fewest(labels >= 0, way)
    at_least = np.zeros((n, n_labels), dtype=np.int16)
    for label in range(n_labels):
        at_least[:, label] = np.clip(fewest(labels == label, np.empty(n, np.int64)), 0, UNLIMITED)
    alive = distance >= 0
    block, n_blocks = kernels.connected_blocks(n, markings.first_edge, markings.n_out, markings.edge_target)
    most = np.zeros((n_blocks, n_labels), dtype=np.int16)
    edge_label = labels[markings.edge_transition[: int(markings.counters[1])]]
    living = np.flatnonzero(alive)
    kernels.most_to_final(
        living[np.argsort(block[living], kind="stable")], block, n_blocks, markings.first_edge,
        markings.n_out, markings.edge_target, edge_label, alive, most, UNLIMITED,
    )  # fmt: skip
    return WaysOn(distance, way, at_least, most[block])


@dataclass(frozen=True)
class Soundness:
    """verdict: `sound`, `unsound`, or `unknown` where the net has more markings than were looked at.

    stuck      markings from which the end cannot be reached (0 where not known)
    left_over  markings that hold the end and something more
    dead       transitions that never fire, as numbers
    n_markings looked at
    """

    verdict: str
    stuck: int
    left_over: int
    dead: tuple[int, ...]
    n_markings: int


def soundness(markings: Markings) -> Soundness:
    """By looking at every marking, up to `markings.most` of them. What is found wrong before is wrong."""
    whole, n = markings.whole, markings.n
    tokens = markings.tokens[:n]
    above = (tokens[:, markings.net.sink] > 0) & (tokens.sum(axis=1, dtype=np.int64) > 1)
    left_over = int(np.count_nonzero(above))
    if not whole:
        return Soundness("unsound" if left_over else "unknown", 0, left_over, (), n)
    reached = np.ones(n, dtype=np.bool_)
    reached[1] = bool((markings.edges[2] == 1).any())
    stuck = int(np.count_nonzero((markings.ways_on.distance < 0) & reached))
    fired = np.bincount(markings.edges[1], minlength=len(markings.net.transitions))
    dead = tuple(int(number) for number in np.flatnonzero(fired == 0))
    verdict = "unsound" if stuck or left_over or dead else "sound"
    return Soundness(verdict, stuck, left_over, dead, n)


def _flat(lists: list[tuple[int, ...]]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    offsets = np.zeros(len(lists) + 1, dtype=np.int64)
    np.cumsum([len(part) for part in lists], out=offsets[1:])
    return offsets, np.array([place for part in lists for place in part], dtype=np.int32)


def _longer(array: NDArray, length: int) -> NDArray:
    longer = np.zeros((length, *array.shape[1:]), dtype=array.dtype)
    longer[: len(array)] = array
    return longer


def _table_size(capacity: int) -> int:
    return 1 << int(4 * capacity).bit_length()
