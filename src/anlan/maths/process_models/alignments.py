"""Optimal alignments: the cheapest way to explain a sequence of activities by a run of a model.

Each event is matched by a firing of the same label (free) or is not in the model (`log` move, cost 1); each
visible firing without an event is a step that was left out (`model` move, cost 1); silent firings are free.
Optimal alignments are many; the one given is the same on every machine.

The search is A* with a bound that counts labels (see `alignment_kernels.bound`); it is consistent, so the
first alignment found is optimal. A search that would need more states than its budget gives the cheapest
alignment it can finish and the largest cost below which it has shown that there is none.

Source: Adriansyah, van Dongen and van der Aalst 2011, EDOC 2011:55, doi:10.1109/EDOC.2011.12; van der
Aalst, Adriansyah and van Dongen 2012, WIREs Data Min. Knowl. Discov. 2:182, doi:10.1002/widm.1045.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from anlan.domain.errors import UsageError
from anlan.maths.process_models import alignment_kernels as kernels
from anlan.maths.process_models.markings import UNLIMITED, Markings
from anlan.maths.progress import tell

UNKNOWN = -1


@dataclass(frozen=True)
class SearchBudget:
    """States a search may make: for one variant and for all of them. A state is a pair of events explained
    and marking; a million take about half a second and 60 MB."""

    per_variant: int = 1_000_000
    total: int = 100_000_000


DEFAULT_BUDGET = SearchBudget()


@dataclass(frozen=True, eq=False)
class Alignment:
    """cost: of the moves. lower_bound: no alignment costs less; the cost itself where it is optimal.

    transitions  int32 (n_moves,) of the net, -1 where an event is not in the model
    positions    int32 (n_moves,) of the sequence, -1 where the model moves alone
    """

    cost: int
    lower_bound: int
    transitions: NDArray[np.int32]
    positions: NDArray[np.int32]

    @property
    def is_optimal(self) -> bool:
        return self.cost == self.lower_bound


class Aligner:
    """Aligns sequences of label codes to one net; what was found of the net serves all of them."""

    def __init__(self, markings: Markings, budget: SearchBudget = DEFAULT_BUDGET) -> None:
        """UsageError where the end of the net cannot be reached, or was not within the budget."""
        self.markings, self.budget, self._run = markings, budget, 0
        self.states_left = budget.total
        """Of the budget for all sequences."""
        self._search, self._queue = _room_for(budget.per_variant)
        self.whole = markings.whole
        none16 = np.zeros((1, 1), dtype=np.int16)
        self._ways = (False, np.zeros(1, np.int32), none16, none16)
        if self.whole:
            on = markings.ways_on
            self._ways = (True, on.distance, on.fewest, on.most)
            if on.distance[0] < 0:
                raise UsageError("process_model.no_end", markings=markings.n)
        self.shortest = self._shortest()
        """The cheapest run of the model on its own: its visible firings."""

    def _shortest(self) -> Alignment:
        self._bound_on_cost = int(self._ways[1][0]) if self.whole else 4 * len(self.markings.net.transitions)
        found = self._found(np.zeros(0, dtype=np.int32), self.budget.per_variant)
        if found is None:
            raise UsageError("process_model.end_not_found", markings=self.markings.n,
                             states=self.budget.per_variant)  # fmt: skip
        self._bound_on_cost = found.cost
        return found

    def align(self, trace: Sequence[int] | NDArray[np.int32]) -> Alignment:
        """trace: codes into `markings.labels`, `UNKNOWN` for what the net does not have."""
        codes = np.asarray(trace, dtype=np.int32)
        found = self._found(codes, min(self.budget.per_variant, self.states_left))
        self.states_left = max(self.states_left - int(self._outcome[2]), 0)
        return self._finished(codes) if found is None else found

    def _found(self, codes: NDArray[np.int32], budget: int) -> Alignment | None:
        n_unknown, remaining = _rest_of(codes, len(self.markings.labels))
        stacks = np.empty(len(codes) + self._bound_on_cost + 1, dtype=np.int32)
        while True:
            self._run += 1
            self._outcome = np.zeros(6, dtype=np.int64)
            kernels.align(
                codes, n_unknown, remaining, self._run, budget, self.markings.arcs,
                self.markings.label_of_transition, self.markings.store, self._ways, self._search,
                self._queue, stacks, self._outcome,
            )  # fmt: skip
            status, state = self._outcome[0], self._outcome[1]
            if status != kernels.STORE_FULL or not self.markings.grow():
                break
        if status != kernels.FOUND:
            return None
        cost = int(self._search[2][state])
        return Alignment(cost, cost, *self._moves_to(int(state), len(codes)))

    def _moves_to(self, state: int, length: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        room = int(self._outcome[2]) + length + 1
        transitions, positions = np.empty(room, np.int32), np.empty(room, np.int32)
        n = kernels.path_to(state, self._search, self.markings.edge_transition, transitions, positions)
        return transitions[:n].copy(), positions[:n].copy()

    def _finished(self, codes: NDArray[np.int32]) -> Alignment:
        """What can be said within the budget: the best state goes on one-sidedly, events first."""
        lower, state = int(self._outcome[3]), int(self._outcome[4])
        alone = np.arange(len(codes), dtype=np.int32)
        if state < 0:
            moves = self.shortest.transitions
            cost = len(codes) + self.shortest.cost
            return Alignment(cost, lower, _joined(np.full(len(codes), -1, np.int32), moves),
                             _joined(alone, np.full(len(moves), -1, np.int32)))  # fmt: skip
        transitions, positions = self._moves_to(state, len(codes))
        rest = alone[int(self._search[0][state]) :]
        onward = self._way_from(int(self._search[1][state]))
        return Alignment(
            int(self._outcome[5]), lower,
            _joined(transitions, np.full(len(rest), -1, np.int32), onward),
            _joined(positions, rest, np.full(len(onward), -1, np.int32)),
        )  # fmt: skip

    def _way_from(self, marking: int) -> NDArray[np.int32]:
        way, transitions = self.markings.ways_on.way, []
        while way[marking] >= 0:
            edge = way[marking]
            transitions.append(self.markings.edge_transition[edge])
            marking = int(self.markings.edge_target[edge])
        return np.array(transitions, dtype=np.int32)


def align_all(
    aligner: Aligner, traces: Iterable[Sequence[int] | NDArray[np.int32]], *, n: int
) -> list[Alignment]:
    """One alignment for each of `n` sequences, telling progress."""
    alignments = []
    for done, trace in enumerate(traces):
        alignments.append(aligner.align(trace))
        if done % 64 == 0:
            tell(done / max(n, 1))
    return alignments


def _rest_of(codes: NDArray[np.int32], n_labels: int) -> tuple[NDArray[np.int32], NDArray[np.int16]]:
    """Per position: events from there on that the model does not have, and of each label.

    Of a label at most `UNLIMITED` are told: with more, one that the model takes any number of times would
    count as seen too often. The bound stays one, only lower.
    """
    ones = np.zeros((len(codes) + 1, n_labels), dtype=np.int32)
    known = np.flatnonzero(codes >= 0)
    ones[known, codes[known]] = 1
    unknown = np.concatenate([codes < 0, [False]])
    rest = np.cumsum(unknown[::-1], dtype=np.int32)[::-1]
    seen = np.cumsum(ones[::-1], axis=0, dtype=np.int32)[::-1]
    return np.ascontiguousarray(rest), np.ascontiguousarray(np.minimum(seen, UNLIMITED).astype(np.int16))


def _room_for(states: int) -> tuple[tuple[NDArray, ...], tuple[NDArray, NDArray]]:
    size = 1 << int(2 * states).bit_length()
    search = (*(np.empty(states, np.int32) for _ in range(5)), np.empty(states, np.bool_),
              np.empty(size, np.int32), np.zeros(size, np.int32))  # fmt: skip
    return search, (np.empty(2 * states, np.int32), np.empty(2 * states, np.int32))


def _joined(*parts: NDArray[np.int32]) -> NDArray[np.int32]:
    return np.concatenate(parts).astype(np.int32)
