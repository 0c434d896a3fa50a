"""Where a directly-follows graph falls into blocks: choice, sequence, parallel and loop cuts.

A cut is an operator and the parts of the alphabet in order; None where there is none. The conditions
are those of Leemans, Fahland and van der Aalst 2013, Petri Nets 2013, LNCS 7927:311, definition 3.
Sets of activities are bits of whole numbers.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from anlan.maths.process_models.trees import CHOICE, LOOP, PARALLEL, SEQUENCE

Variants = Mapping[tuple[str, ...], int]
Part = frozenset[str]


@dataclass(frozen=True)
class Cut:
    operator: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class FollowsGraph:
    """How often each activity is directly followed by each, begins and ends a sequence."""

    activities: tuple[str, ...]
    edges: Mapping[tuple[str, str], int]
    starts: Mapping[str, int]
    ends: Mapping[str, int]

    @staticmethod
    def of(variants: Variants) -> "FollowsGraph":
        """Sequences without events are passed over."""
        edges: Counter[tuple[str, str]] = Counter()
        starts: Counter[str] = Counter()
        ends: Counter[str] = Counter()
        activities: dict[str, None] = {}
        for trace, count in variants.items():
            if not trace:
                continue
            activities.update(dict.fromkeys(trace))
            starts[trace[0]] += count
            ends[trace[-1]] += count
            for pair in pairwise(trace):
                edges[pair] += count
        return FollowsGraph(tuple(sorted(activities)), edges, starts, ends)

    def without_infrequent(self, noise: float) -> "FollowsGraph":
        """Ways out of an activity, its ending among them, that are taken less than `noise` times as often as
        its commonest one are left out; beginnings likewise."""
        most: Counter[str] = Counter(self.ends)
        for (source, _), count in self.edges.items():
            most[source] = max(most[source], count)
        first = max(self.starts.values())
        kept = {a: n for a, n in self.ends.items() if n >= noise * most[a]}
        last = max(self.ends.values())
        return FollowsGraph(
            self.activities,
            {pair: n for pair, n in self.edges.items() if n >= noise * most[pair[0]]},
            {a: n for a, n in self.starts.items() if n >= noise * first},
            kept or {a: n for a, n in self.ends.items() if n == last},
        )

    @cached_property
    def bit(self) -> dict[str, int]:
        return {activity: 1 << place for place, activity in enumerate(self.activities)}

    @cached_property
    def after(self) -> dict[str, int]:
        """Activities that directly follow each."""
        return self._joined((source, target) for source, target in self.edges)

    @cached_property
    def beside(self) -> dict[str, int]:
        """Neighbours of each in either direction."""
        return self._joined(pair for u, v in self.edges for pair in ((u, v), (v, u)))

    @cached_property
    def reached(self) -> dict[str, int]:
        """Activities that follow each at some distance."""
        reached = dict(self.after)
        for via in self.activities:
            bit, onward = self.bit[via], reached[via]
            for source, known in reached.items():
                if known & bit:
                    reached[source] = known | onward
        return reached

    def _joined(self, pairs: Iterable[tuple[str, str]]) -> dict[str, int]:
        joined = dict.fromkeys(self.activities, 0)
        for source, target in pairs:
            joined[source] |= self.bit[target]
        return joined

    def components(self, neighbours: Mapping[str, int], among: int) -> list[int]:
        """Connected sets of the activities in `among`, in the order of their first activity."""
        components, left = [], among
        for activity in self.activities:
            if not left & self.bit[activity]:
                continue
            found, edge = 0, self.bit[activity]
            while edge:
                found |= edge
                onward = 0
                for member in self.members(edge):
                    onward |= neighbours[member]
                edge = onward & among & ~found
            components.append(found)
            left &= ~found
        return components

    def members(self, mask: int) -> list[str]:
        members = []
        while mask:
            low = mask & -mask
            members.append(self.activities[low.bit_length() - 1])
            mask ^= low
        return members

    def part(self, mask: int) -> Part:
        return frozenset(self.members(mask))

    @property
    def everything(self) -> int:
        return (1 << len(self.activities)) - 1


def cut_of(graph: FollowsGraph) -> Cut | None:
    """The first that applies of: choice, sequence, parallel, loop."""
    for operator, found in (
        (CHOICE, _choice), (SEQUENCE, _sequence), (PARALLEL, _parallel), (LOOP, _loop),
    ):  # fmt: skip
        masks = found(graph)
        if len(masks) > 1:
            return Cut(operator, tuple(graph.part(mask) for mask in masks))
    return None


def _choice(graph: FollowsGraph) -> list[int]:
    return graph.components(graph.beside, graph.everything)


def _sequence(graph: FollowsGraph) -> list[int]:
    """Parts of which each reaches all of the next and is reached by none of it; joined until that holds."""
    groups = [graph.bit[activity] for activity in graph.activities]
    while True:
        reaches = [_reach(graph, group) for group in groups]
        joined = _first_tied(groups, reaches)
        if joined is None:
            break
        first, ties = joined
        tied = set(ties)
        merged = groups[first]
        for other in ties:
            merged |= groups[other]
        groups = [merged if i == first else g for i, g in enumerate(groups) if i not in tied]
    return sorted(groups, key=lambda g: (_reach(graph, g)[1] & ~g).bit_count(), reverse=True)


def _reach(graph: FollowsGraph, group: int) -> tuple[int, int]:
    """Activities reached from every member, and from any."""
    every, any_of = graph.everything, 0
    for member in graph.members(group):
        every &= graph.reached[member]
        any_of |= graph.reached[member]
    return every, any_of


def _first_tied(groups: list[int], reaches: list[tuple[int, int]]) -> tuple[int, list[int]] | None:
    """A group and those it has no order with."""
    for i, (group, (every, any_of)) in enumerate(zip(groups, reaches, strict=True)):
        ties = []
        for j in range(i + 1, len(groups)):
            other, (other_every, other_any) = groups[j], reaches[j]
            before = not other & ~every and not group & other_any
            behind = not group & ~other_every and not other & any_of
            if not before and not behind:
                ties.append(j)
        if ties:
            return i, ties
    return None


def _parallel(graph: FollowsGraph) -> list[int]:
    """Parts whose activities all follow each other directly both ways; each begins and ends sequences, those
    that do not are joined to the first that does."""
    back = dict.fromkeys(graph.activities, 0)
    for source, target in graph.edges:
        back[target] |= graph.bit[source]
    apart = {a: graph.everything & ~(graph.after[a] & back[a]) & ~graph.bit[a] for a in graph.activities}
    components = graph.components(apart, graph.everything)
    starts, ends = _mask(graph, graph.starts), _mask(graph, graph.ends)
    whole = [c for c in components if c & starts and c & ends]
    if len(whole) < 2:
        return []
    for component in components:
        if component not in whole:
            whole[0] |= component
    return whole


def _loop(graph: FollowsGraph) -> list[int]:
    """The body, then the ways back: parts entered from every end, left to every start, not otherwise."""
    starts, ends = _mask(graph, graph.starts), _mask(graph, graph.ends)
    body = starts | ends
    back_parts = []
    for component in graph.components(graph.beside, graph.everything & ~body):
        if _leads_back(graph, component, starts, ends):
            back_parts.append(component)
        else:
            body |= component
    return [body, *back_parts] if back_parts else []


def _leads_back(graph: FollowsGraph, component: int, starts: int, ends: int) -> bool:
    entered = dict.fromkeys(graph.members(component), 0)
    for source in graph.members(starts | ends):
        into = graph.after[source] & component
        if into and not graph.bit[source] & ends:
            return False
        for target in graph.members(into):
            entered[target] |= graph.bit[source]
    left = {a: graph.after[a] & (starts | ends) for a in entered}
    if any(mask not in (0, ends) for mask in entered.values()):
        return False
    return all(mask in (0, starts) for mask in left.values()) and any(left.values()) and any(entered.values())


def _mask(graph: FollowsGraph, activities: Iterable[str]) -> int:
    mask = 0
    for activity in activities:
        mask |= graph.bit[activity]
    return mask
