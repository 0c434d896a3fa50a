"""The main path through a design: the order in which a blueprint sets its columns.

1. Begin at the start event; without one, where most cases began; unmeasured, at the first step that no link
   leads to, else at the first step.
2. At each step follow the link most work takes, among those that still lead to an end by steps not yet
   passed; so a loop back is never the way onward. Where no weight is known, the link drawn first. Stop where
   more cases ended than went onward that way.
3. A parallel gateway takes all its ways: one after the other up to where they meet.

Steps off the path are alternatives. Each stands under the step of the path that leads to it first; one that
no link leads to, under the step most measured work came from.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from anlan.domain.design.model import Design, Link, Step

Weights = Mapping[tuple[str, str], float]
"""(key of source, key of target) -> share of the work that leaves the source, 0 to 1."""


@dataclass(frozen=True)
class MainPath:
    """columns: keys of the steps of the path that are work (no gateways, no start or end), in order.

    under: column -> keys of the alternatives that stand under it. back: column -> columns before it or
    itself to which work returns from it (through gateways). loose: keys that nothing on the path leads to.
    """

    columns: tuple[str, ...]
    under: Mapping[str, tuple[str, ...]]
    back: Mapping[str, tuple[str, ...]]
    loose: tuple[str, ...]


def is_work(step: Step) -> bool:
    """Whether a step is one that somebody does or waits at, and not a sign in the drawing."""
    return step.kind != "gateway" and step.form not in ("start", "end")


@dataclass(frozen=True)
class Traffic:
    """Of the work that leaves a step the share that takes each link and the share that ends there; starts:
    how many cases begin at a step. A link that is not in it has its own probability for a weight. passages:
    how often work went from a step to another, whether a link is drawn for it or not."""

    links: Weights = field(default_factory=dict)
    starts: Mapping[str, float] = field(default_factory=dict)
    ends: Mapping[str, float] = field(default_factory=dict)
    passages: Weights = field(default_factory=dict)


def main_path(design: Design, traffic: Traffic | None = None) -> MainPath:
    """traffic: as measured; None where nothing was."""
    if not design.steps:
        return MainPath((), {}, {}, ())
    ways = _Ways(design, traffic or Traffic())
    path = ways.walk()
    work = {step.key for step in design.steps if is_work(step)}
    columns = tuple(key for key in path if key in work)
    anchors = ways.anchors(path, columns)
    order = {step.key: place for place, step in enumerate(design.steps)}
    rest = sorted(work - set(columns), key=order.__getitem__)
    under = {column: tuple(k for k in rest if anchors.get(k) == column) for column in columns}
    loose = tuple(key for key in rest if key not in anchors)
    return MainPath(columns, under, _returns(columns, ways, work), loose)


class _Ways:
    def __init__(self, design: Design, traffic: Traffic) -> None:
        self.steps = {step.key: step for step in design.steps}
        self.onward: dict[str, list[Link]] = {key: [] for key in self.steps}
        self.entered = {link.target for link in design.links if link.source != link.target}
        self.traffic = traffic
        for link in design.links:
            if link.source != link.target:
                self.onward[link.source].append(link)

    def walk(self) -> list[str]:
        """Keys of the path, each once; `waiting` holds where to begin next and where that way ends."""
        seen: dict[str, None] = {}
        waiting: list[tuple[str, str | None]] = [(self._start(), None)]
        while waiting:
            key, until = waiting.pop()
            while key != until and key not in seen:
                seen[key] = None
                targets = [link.target for link in self.onward[key]]
                if self.steps[key].form == "and" and len(targets) > 1:
                    meeting = self._meeting(targets)
                    waiting += [(meeting, until)] if meeting else []
                    waiting += [(target, meeting or until) for target in reversed(targets)]
                    break
                following = self._next(key, seen, until)
                if following is None:
                    break
                key = following
        return list(seen)

    def _start(self) -> str:
        keys = list(self.steps)
        started = [key for key in keys if self.steps[key].form == "start"]
        begun = {key: n for key in keys if (n := self.traffic.starts.get(key, 0.0)) > 0}
        if not started and begun:
            started = [max(begun, key=begun.__getitem__)]
        return next(iter(started or [key for key in keys if key not in self.entered] or keys))

    def _next(self, key: str, seen: Mapping[str, None], until: str | None) -> str | None:
        links = [link for link in self.onward[key] if link.target not in seen]
        if until is None:
            finishing = [link for link in links if self._finishes(link.target, seen)]
        else:
            finishing = [link for link in links if until in self._reached(link.target, seen)]
        choice = max(finishing or links, key=self._weight, default=None)
        if choice is None or (until is None and self.traffic.ends.get(key, 0.0) > self._weight(choice)):
            return None
        return choice.target

    def _weight(self, link: Link) -> float:
        given = self.traffic.links.get((link.source, link.target), link.probability)
        return 0.0 if given is None else given

    def _finishes(self, key: str, seen: Mapping[str, None]) -> bool:
        ends = self.traffic.ends
        return any(not self.onward[r] or ends.get(r, 0.0) > 0 for r in self._reached(key, seen))

    def _reached(self, key: str, seen: Mapping[str, None]) -> set[str]:
        found, waiting = {key}, [key]
        while waiting:
            for link in self.onward[waiting.pop()]:
                if link.target not in found and link.target not in seen:
                    found.add(link.target)
                    waiting.append(link.target)
        return found

    def _meeting(self, targets: list[str]) -> str | None:
        """The nearest step that all ways reach; None where they stay apart."""
        common = set.intersection(*(self._reached(target, {}) for target in targets))
        return next((key for key in self._nearest_first(targets[0]) if key in common), None)

    def _nearest_first(self, key: str) -> list[str]:
        found, waiting = {key: None}, deque([key])
        while waiting:
            for link in self.onward[waiting.popleft()]:
                if link.target not in found:
                    found[link.target] = None
                    waiting.append(link.target)
        return list(found)

    def anchors(self, path: list[str], columns: tuple[str, ...]) -> dict[str, str]:
        """Step off the path -> the column by which it is reached first; gateways pass the column on."""
        column, at = (columns[0] if columns else ""), {}
        for key in path:
            column = key if key in columns else column
            at[key] = column
        waiting = deque(path)
        while waiting:
            key = waiting.popleft()
            for link in self.onward[key]:
                if link.target not in at:
                    at[link.target] = at[key]
                    waiting.append(link.target)
        self._anchor_measured(at)
        return {key: column for key, column in at.items() if column}

    def _anchor_measured(self, at: dict[str, str]) -> None:
        """Steps that no link leads to, the ones most work came to first."""
        into: dict[str, list[tuple[float, str]]] = {}
        for (source, target), n in self.traffic.passages.items():
            if target in self.steps and target not in at and n > 0:
                into.setdefault(target, []).append((n, source))
        while ready := [
            (n, key, u) for key, ways in into.items() for n, u in ways if u in at and key not in at
        ]:
            _, key, source = max(ready)
            at[key] = at[source]


def _returns(columns: tuple[str, ...], ways: _Ways, work: set[str]) -> dict[str, tuple[str, ...]]:
    """By column the earlier columns that its links, through gateways, lead back to."""
    place = {key: i for i, key in enumerate(columns)}
    found = {}
    for key in columns:
        targets, waiting, passed = [], [key], {key}
        while waiting:
            for link in ways.onward[waiting.pop()]:
                if link.target in work:
                    targets.append(link.target)
                elif link.target not in passed:
                    passed.add(link.target)
                    waiting.append(link.target)
        back = sorted({t for t in targets if t in place and place[t] < place[key]}, key=place.__getitem__)
        if back:
            found[key] = tuple(back)
    return found
