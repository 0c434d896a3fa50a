"""How much a model permits that never happens: escaping edges of the aligned sequences.

1. Every variant is taken as its optimal alignment says the model ran: the visible firings in their order.
2. After each beginning of these, weighted by the cases that pass it, the model permits some activities
   (through silent firings too) and some of them follow in the log.
3. Precision = sum of weight x followed / sum of weight x permitted: 1 where everything permitted happens.

An activity permitted that never follows is an escaping edge. The share falls where a log is small for its
model: not everything permitted was seen yet. It depends on which of several optimal alignments was taken.

Source: Munoz-Gama and Carmona 2010, BPM 2010, LNCS 6336:211, doi:10.1007/978-3-642-15618-2_16; on alignments:
Adriansyah et al. 2015, Inf. Syst. E-Bus. Manage. 13:37, doi:10.1007/s10257-014-0234-7.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from anlan.maths.process_models.markings import Markings


@dataclass(frozen=True)
class Precision:
    """value: 0 to 1, 1 where nothing is permitted anywhere. escapes: label -> cases that passed a point where
    it was permitted and never followed."""

    value: float
    permitted: int
    followed: int
    escapes: Mapping[str, int]


def escaping_edges(markings: Markings, runs: Iterable[tuple[Sequence[int], int]]) -> Precision | None:
    """runs: (transitions of the net in the order of an alignment, those of events left out as -1; cases).

    None where the net has more markings than may be looked at.
    """
    if not markings.whole:
        return None
    trie = _Trie(_Permitted(markings))
    labels = markings.label_of_transition
    for transitions, cases in runs:
        known = [t for t in transitions if t >= 0]
        trie.add([int(labels[t]) for t in known if labels[t] >= 0], cases)
    return trie.precision()


class _Permitted:
    """Sets of markings the net may be in after some labels, as numbers; the labels permitted in each.

    Ways out from which the end cannot be reached any more are no ways.
    """

    def __init__(self, markings: Markings) -> None:
        self.names = markings.labels
        self._silent, self._visible = _ways_of(markings)
        self._numbers: dict[frozenset[int], int] = {}
        self._sets: list[frozenset[int]] = []
        self._labels: list[frozenset[int]] = []
        self._onward: dict[tuple[int, int], int] = {}
        self._closures: dict[int, frozenset[int]] = {}
        self.first = self._number({0})

    def labels(self, number: int) -> frozenset[int]:
        return self._labels[number]

    def after(self, number: int, label: int) -> int:
        found = self._onward.get((number, label))
        if found is None:
            targets = {t for m in self._sets[number] for seen, t in self._visible[m] if seen == label}
            found = self._onward[number, label] = self._number(targets)
        return found

    def _number(self, markings: set[int]) -> int:
        """Of the set with all that silent firings lead to from it."""
        key = frozenset().union(*(self._closure(marking) for marking in markings))
        if key not in self._numbers:
            self._numbers[key] = len(self._sets)
            self._sets.append(key)
            self._labels.append(frozenset(label for m in key for label, _ in self._visible[m]))
        return self._numbers[key]

    def _closure(self, marking: int) -> frozenset[int]:
        if marking not in self._closures:
            waiting, closed = [marking], {marking}
            while waiting:
                fresh = [t for t in self._silent[waiting.pop()] if t not in closed]
                closed.update(fresh)
                waiting += fresh
            self._closures[marking] = frozenset(closed)
        return self._closures[marking]


def _ways_of(markings: Markings) -> tuple[list[list[int]], list[list[tuple[int, int]]]]:
    """Per marking: targets of silent firings, and (label, target) of visible ones."""
    source, transition, target = markings.edges
    kept = markings.ways_on.distance[target] >= 0
    label = markings.label_of_transition[transition]
    silent: list[list[int]] = [[] for _ in range(markings.n)]
    visible: list[list[tuple[int, int]]] = [[] for _ in range(markings.n)]
    for begin, seen, end in zip(
        source[kept].tolist(), label[kept].tolist(), target[kept].tolist(), strict=True
    ):
        if seen < 0:
            silent[begin].append(end)
        else:
            visible[begin].append((seen, end))
    return silent, visible


class _Trie:
    """Beginnings of the runs: per node the cases that pass it, its set of markings and what follows."""

    def __init__(self, permitted: _Permitted) -> None:
        self._permitted = permitted
        self._cases, self._state = [0], [permitted.first]
        self._next: list[dict[int, int]] = [{}]

    def add(self, labels: Sequence[int], cases: int) -> None:
        node = 0
        self._cases[0] += cases
        for label in labels:
            onward = self._next[node].get(label)
            if onward is None:
                onward = self._next[node][label] = len(self._cases)
                self._cases.append(0)
                self._state.append(self._permitted.after(self._state[node], label))
                self._next.append({})
            node = onward
            self._cases[node] += cases

    def precision(self) -> Precision:
        permitted = followed = 0
        escapes: Counter[str] = Counter()
        names = self._permitted.names
        for cases, state, following in zip(self._cases, self._state, self._next, strict=True):
            labels = self._permitted.labels(state)
            permitted += cases * len(labels)
            followed += cases * len(following)
            for label in labels - following.keys():
                escapes[names[label]] += cases
        value = followed / permitted if permitted else 1.0
        return Precision(value, permitted, followed, dict(escapes.most_common()))
