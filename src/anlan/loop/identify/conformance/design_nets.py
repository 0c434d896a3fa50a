"""A design as a Petri net.

1. Before every step but an AND join lies one place, to which all ways into the step lead. An AND join has a
   place for each way into it.
2. A step fires from the place before it. Several ways out of anything but an AND or OR gateway are a choice;
   an AND gateway goes all ways at once.
3. An OR gateway that splits, whose ways all meet in one OR gateway and are tied to nothing else, goes any of
   its ways, at least one: the ways not gone put their tokens straight before the join, which waits for all.
4. Another OR gateway is approximated: a split goes any of its ways, at least one, a join lets each token
   pass. `approximated` names them.
5. The net begins at any of the start events, or where nothing leads to, or at the first step; it ends where
   no way leads on. Tokens that end one after another are one end, as in BPMN 2.0 (13.5.6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations

from anlan.domain.design import Design
from anlan.domain.errors import UsageError
from anlan.maths.process_models.nets import Net, Transition

MOST_OR_WAYS = 8
"""An OR gateway with more ways out than this is refused: every set of them is a transition."""


@dataclass(frozen=True)
class DesignNet:
    """approximated: keys of the OR gateways whose meaning is only approximated."""

    net: Net
    approximated: tuple[str, ...]


def net_of_design(design: Design, labels: Mapping[str, str]) -> DesignNet:
    """labels: key -> what is seen when the step is done; steps without one pass in silence."""
    if not design.steps:
        raise UsageError("process_model.empty")
    return _Builder(design, labels).built()


class _Builder:
    def __init__(self, design: Design, labels: Mapping[str, str]) -> None:
        self.labels = labels
        self.steps = {step.key: step for step in design.steps}
        self.out: dict[str, list[str]] = {key: [] for key in self.steps}
        self.into: dict[str, list[str]] = {key: [] for key in self.steps}
        for link in design.links:
            self.out[link.source].append(link.target)
            self.into[link.target].append(link.source)
        self.join_of = {key: join for key in self.steps if (join := self._join_of(key)) is not None}
        self.waits = {key for key in self.steps if self._form(key) == "and"} | set(self.join_of.values())
        self.n_places = 2
        self.places: dict[tuple[str, str], int] = {}
        self.transitions: list[Transition] = []

    def built(self) -> DesignNet:
        for start in self._starts():
            self._fire(None, (0,), (self._before(start, ""),))
        for key in self.steps:
            self._add(key)
        ways = [key for key in self.steps if self._form(key) == "or" and self._is_open(key)]
        return DesignNet(Net(self.n_places, tuple(self.transitions)), tuple(ways))

    def _form(self, key: str) -> str:
        step = self.steps[key]
        return step.form if step.kind == "gateway" else ""

    def _is_open(self, key: str) -> bool:
        """An OR gateway that matters and whose partner was not found."""
        splits = len(self.out[key]) > 1 and key not in self.join_of
        joins = len(self.into[key]) > 1 and key not in self.waits
        return splits or joins

    def _starts(self) -> list[str]:
        named = [key for key, step in self.steps.items() if step.kind == "event" and step.form == "start"]
        return named or [key for key in self.steps if not self.into[key]] or [next(iter(self.steps))]

    def _before(self, key: str, source: str) -> int:
        """The place before a step, for what comes from `source`."""
        place = (key, source if key in self.waits else "")
        if place not in self.places:
            self.places[place] = self._place()
        return self.places[place]

    def _place(self) -> int:
        self.n_places += 1
        return self.n_places - 1

    def _fire(self, label: str | None, inputs: Sequence[int], outputs: Sequence[int], step: str = "") -> None:
        self.transitions.append(Transition(label, tuple(inputs), tuple(outputs), step))

    def _add(self, key: str) -> None:
        label, form = self.labels.get(key), self._form(key)
        inputs = self._inputs(key)
        onward = [self._before(target, key) for target in self.out[key]]
        if not onward:
            end = self._place()
            self._fire(label, inputs, (end,), key)
            self._fire(None, (end,), (1,))
            self._fire(None, (end, 1), (1,))
        elif form == "and" or len(onward) == 1:
            self._fire(label, inputs, onward, key)
        elif form == "or":
            self._split_any(key, inputs, onward)
        else:
            self._choose(key, inputs, onward)

    def _inputs(self, key: str) -> list[int]:
        if key not in self.waits:
            return [self._before(key, "")]
        begin = [""] if key in self._starts() or not self.into[key] else []
        return [self._before(key, source) for source in (*self.into[key], *begin)]

    def _choose(self, key: str, inputs: list[int], onward: list[int]) -> None:
        label = self.labels.get(key)
        if label is None and len(inputs) == 1:
            behind = inputs[0]
        else:
            behind = self._place()
            self._fire(label, inputs, (behind,), key)
        for place in onward:
            self._fire(None, (behind,), (place,), "" if label else key)

    def _split_any(self, key: str, inputs: list[int], onward: list[int]) -> None:
        """One transition for each set of ways that is not empty."""
        if len(onward) > MOST_OR_WAYS:
            raise UsageError("process_model.or_ways", step=self.steps[key].name[:80], found=len(onward),
                             most=MOST_OR_WAYS)  # fmt: skip
        join = self.join_of.get(key)
        last = {} if join is None else self._last_of_ways(key, join)
        n = len(onward)
        for gone in chain.from_iterable(combinations(range(n), size) for size in range(1, n + 1)):
            outputs = [onward[way] for way in gone]
            if join is not None:
                left = (self.out[key][way] for way in range(n) if way not in gone)
                outputs += [self._before(join, last[way]) for way in left]
            self._fire(None, inputs, outputs, key)

    def _join_of(self, key: str) -> str | None:
        """The OR gateway in which all ways out of this one meet, each by itself; None where there is none."""
        if self._form(key) != "or" or len(self.out[key]) < 2:
            return None
        joins = [other for other in self.steps if other != key and self._form(other) == "or"]
        return next((other for other in joins if self._is_block(key, other)), None)

    def _is_block(self, key: str, join: str) -> bool:
        if len(self.into[join]) != len(self.out[key]) or join in self.out[key]:
            return False
        regions = [self._region(way, join) for way in self.out[key]]
        members: set[str] = set()
        for way, region in zip(self.out[key], regions, strict=True):
            if members & region or key in region or not self._is_apart(region, way, key, join):
                return False
            members |= region
        return True

    def _region(self, first: str, join: str) -> set[str]:
        region, waiting = {first}, [first]
        while waiting:
            for target in self.out[waiting.pop()]:
                if target != join and target not in region:
                    region.add(target)
                    waiting.append(target)
        return region

    def _is_apart(self, region: set[str], first: str, key: str, join: str) -> bool:
        """Entered only from the split, left only into the join by one link."""
        entered = all(s in region or (m == first and s == key) for m in region for s in self.into[m])
        ends = sum(target == join for member in region for target in self.out[member])
        return entered and ends == 1 and all(self.out[member] for member in region)

    def _last_of_ways(self, key: str, join: str) -> dict[str, str]:
        """First step of each way -> the step from which it enters the join."""
        return {
            way: next(member for member in self._region(way, join) if join in self.out[member])
            for way in self.out[key]
        }
