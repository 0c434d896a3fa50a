"""The inductive miner with its filter of infrequent behaviour: from variants to a sound process tree.

1. No event at all: nothing. One activity, once in each sequence: that activity.
2. Where some sequences are empty: a choice of nothing and what the others give; where those are fewer than
   `noise` of all, they are passed over.
3. A cut of the directly-follows graph; the variants are split along it and each part is mined again.
4. Where there is none, a cut of the graph without its infrequent edges; events against it are left out.
5. Where there is none either: an activity seen once in each sequence, or whose removal leaves a cut, goes
   beside the rest; or the sequences are cut into repetitions of a loop.
6. What is left gives a flower: every order of its activities. `Discovered.flowers` names them; a model with a
   flower says little there.

With noise 0 the tree replays every variant. Time: one pass over the variants per block.

Source: Leemans, Fahland and van der Aalst 2013, LNCS 7927:311, doi:10.1007/978-3-642-38697-8_17; with
infrequent behaviour: 2014, LNBIP 171:66, doi:10.1007/978-3-319-06257-0_6.
"""

from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise

from anlan.domain.errors import UsageError
from anlan.maths.process_models.cuts import Cut, FollowsGraph, Variants, cut_of
from anlan.maths.process_models.trees import (
    CHOICE,
    LOOP,
    PARALLEL,
    SEQUENCE,
    SILENT,
    Tree,
    block,
    choice,
    flower,
    loop,
    parallel,
    task,
)
from anlan.maths.progress import tell

MOST_NOISE = 0.9
MOST_LEFT_OUT_IN_TURN = 40
"""Step 5 leaves each activity out in turn only where there are no more than this many."""

Trace = tuple[str, ...]


@dataclass(frozen=True)
class Discovered:
    """flowers: the activities of each flower in the tree; events_left_out: events that contradicted a cut of
    the filtered graph and were passed over; n_events: of all."""

    tree: Tree
    noise: float
    flowers: tuple[tuple[str, ...], ...]
    events_left_out: int
    n_events: int


def discover(variants: Variants, *, noise: float = 0.0) -> Discovered:
    """variants: sequences of activities with the number of cases of each. noise: 0 to 0.9.

    >>> from anlan.maths.process_models.trees import shown
    >>> shown(discover({("a", "b", "c"): 3, ("a", "c", "b"): 2, ("a", "d"): 1}).tree)
    "→( 'a', ×( ∧( 'b', 'c' ), 'd' ) )"
    """
    if not 0.0 <= noise <= MOST_NOISE:
        raise UsageError("process_model.noise", found=noise, most=MOST_NOISE)
    n_events = sum(len(trace) * count for trace, count in variants.items())
    miner = _Miner(noise, max(n_events, 1))
    tree = miner.mine(dict(sorted(variants.items())))
    return Discovered(tree, noise, tuple(miner.flowers), miner.left_out, n_events)


@dataclass
class _Miner:
    noise: float
    n_events: int
    flowers: list[tuple[str, ...]] = field(default_factory=list)
    left_out: int = 0
    settled: int = 0

    def mine(self, variants: Variants) -> Tree:
        n_empty, n = variants.get((), 0), sum(variants.values())
        if n_empty == n:
            return SILENT
        if n_empty:
            rest = {trace: count for trace, count in variants.items() if trace}
            few = n_empty < self.noise * n
            return self.mine(rest) if few else choice(SILENT, self.mine(rest))
        graph = FollowsGraph.of(variants)
        if len(graph.activities) == 1 and self._is_once(variants, n):
            self.settled += n
            tell(min(self.settled / self.n_events, 1.0))
            return task(graph.activities[0])
        cut = cut_of(graph)
        if cut is None and self.noise > 0:
            cut = cut_of(graph.without_infrequent(self.noise))
        if cut is not None:
            return self._split(cut, variants)
        return self._fall_through(graph, variants)

    def _is_once(self, variants: Variants, n: int) -> bool:
        repeated = sum(count for trace, count in variants.items() if len(trace) > 1)
        if repeated and repeated >= self.noise * n:
            return False
        self.left_out += sum((len(trace) - 1) * count for trace, count in variants.items())
        return True

    def _split(self, cut: Cut, variants: Variants) -> Tree:
        split = {CHOICE: _by_choice, SEQUENCE: _by_sequence, PARALLEL: _by_projection, LOOP: _by_loop}
        logs = split[cut.operator](cut, variants)
        before, after = _events(variants), sum(map(_events, logs))
        self.left_out += before - after
        return block(cut.operator, *(self.mine(log) for log in logs))

    def _fall_through(self, graph: FollowsGraph, variants: Variants) -> Tree:
        for activity in graph.activities:
            if len(graph.activities) > 1 and all(trace.count(activity) == 1 for trace in variants):
                return parallel(task(activity), self.mine(_without(variants, activity)))
        if 1 < len(graph.activities) <= MOST_LEFT_OUT_IN_TURN:
            for activity in graph.activities:
                rest = _without(variants, activity)
                if cut_of(FollowsGraph.of(rest)) is not None:
                    own = _by_projection(Cut(PARALLEL, (frozenset({activity}),)), variants)[0]
                    return parallel(self.mine(own), self.mine(rest))
        for only_after_end in (True, False):
            parts = _repetitions(graph, variants, only_after_end=only_after_end)
            if sum(parts.values()) > sum(variants.values()):
                return loop(self.mine(parts), SILENT)
        self.flowers.append(graph.activities)
        return flower(graph.activities)


def _events(variants: Variants) -> int:
    return sum(len(trace) * count for trace, count in variants.items())


def _by_choice(cut: Cut, variants: Variants) -> list[Counter[Trace]]:
    """Each sequence goes to the part that most of its events belong to, the first of equals."""
    logs: list[Counter[Trace]] = [Counter() for _ in cut.parts]
    for trace, count in variants.items():
        own = [tuple(a for a in trace if a in part) for part in cut.parts]
        chosen = max(range(len(own)), key=lambda i: (len(own[i]), -i))
        logs[chosen][own[chosen]] += count
    return logs


def _by_sequence(cut: Cut, variants: Variants) -> list[Counter[Trace]]:
    """Each sequence is cut where most events stand in their part; the others are left out."""
    logs: list[Counter[Trace]] = [Counter() for _ in cut.parts]
    part_of = {activity: i for i, part in enumerate(cut.parts) for activity in part}
    for trace, count in variants.items():
        places = [part_of[activity] for activity in trace]
        if any(later < before for before, later in pairwise(places)):
            assigned = _rising(places, len(cut.parts))
        else:
            assigned = places
        own: list[list[str]] = [[] for _ in cut.parts]
        for activity, place, given in zip(trace, places, assigned, strict=True):
            if place == given:
                own[place].append(activity)
        for log, events in zip(logs, own, strict=True):
            log[tuple(events)] += count
    return logs


def _rising(places: list[int], n: int) -> list[int]:
    """The parts of the events where parts only go on, with fewest events outside their own."""
    cost, came = [0] * n, []
    for place in places:
        best, choices, new = 0, [], []
        for part in range(n):
            if cost[part] < cost[best]:
                best = part
            choices.append(best)
            new.append(cost[best] + (place != part))
        cost = new
        came.append(choices)
    part = min(range(n), key=lambda i: cost[i])
    assigned = []
    for choices in reversed(came):
        assigned.append(part)
        part = choices[part]
    return assigned[::-1]


def _by_projection(cut: Cut, variants: Variants) -> list[Counter[Trace]]:
    logs: list[Counter[Trace]] = [Counter() for _ in cut.parts]
    for trace, count in variants.items():
        for log, part in zip(logs, cut.parts, strict=True):
            log[tuple(a for a in trace if a in part)] += count
    return logs


def _by_loop(cut: Cut, variants: Variants) -> list[Counter[Trace]]:
    """Each run of events of one part is a sequence of it; where two ways back meet, or a sequence begins or
    ends with one, the body between was empty."""
    logs: list[Counter[Trace]] = [Counter() for _ in cut.parts]
    part_of = {activity: i for i, part in enumerate(cut.parts) for activity in part}
    for trace, count in variants.items():
        last, begin = 1, 0
        for end in range(1, len(trace) + 1):
            part = part_of[trace[begin]]
            if end < len(trace) and part_of[trace[end]] == part:
                continue
            if part > 0 and last > 0:
                logs[0][()] += count
            logs[part][trace[begin:end]] += count
            last, begin = part, end
        if last > 0:
            logs[0][()] += count
    return logs


def _without(variants: Variants, activity: str) -> Counter[Trace]:
    rest: Counter[Trace] = Counter()
    for trace, count in variants.items():
        rest[tuple(a for a in trace if a != activity)] += count
    return rest


def _repetitions(graph: FollowsGraph, variants: Variants, *, only_after_end: bool) -> Counter[Trace]:
    """The sequences cut before every start activity (that comes after an end activity)."""
    parts: Counter[Trace] = Counter()
    for trace, count in variants.items():
        begin = 0
        for place in range(1, len(trace) + 1):
            if place < len(trace) and (
                trace[place] not in graph.starts or (only_after_end and trace[place - 1] not in graph.ends)
            ):
                continue
            parts[trace[begin:place]] += count
            begin = place
    return parts
