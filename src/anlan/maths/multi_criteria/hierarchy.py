"""Priorities of alternatives under a hierarchy of criteria, and which weights decide the winner.

distributive   local priorities sum to 1 under every criterion; a copy of an alternative can reverse ranks
ideal          local priorities are shares of the best one's; a copy changes nothing

Source: Saaty (1980). On rank reversal: Belton and Gear (1983), doi:10.1016/0305-0483(83)90047-6. On the
weight that changes the winner: Triantaphyllou and Sanchez (1997), doi:10.1111/j.1540-5915.1997.tb01306.x.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from anlan.maths.multi_criteria.reversals import Reversal, rank_reversals
from anlan.maths.multi_criteria.scaling import Floats

Mode = Literal["distributive", "ideal"]
_TIED = 1e-12


@dataclass(frozen=True)
class Hierarchy:
    """A tree of criteria. parts: criterion -> what it is made of, in order; local: criterion -> weights of
    its parts (sum 1). The parts of a lowest criterion are the alternatives; without alternatives the lowest
    criteria have no parts."""

    root: str
    parts: Mapping[str, tuple[str, ...]]
    local: Mapping[str, Floats]
    alternatives: tuple[str, ...] = ()

    def criteria(self) -> list[str]:
        """All criteria below the root, parents first."""
        return [name for name in self.global_weights() if name != self.root]

    def lowest(self, name: str) -> bool:
        return name not in self.parts or self.parts[name] == self.alternatives

    def global_weights(self) -> dict[str, float]:
        """Share of the whole of each criterion, parents first; the root has 1."""
        found, waiting = {self.root: 1.0}, [self.root]
        for name in waiting:
            if not self.lowest(name):
                for part, weight in zip(self.parts[name], self.local[name], strict=True):
                    found[part] = found[name] * float(weight)
                    waiting.append(part)
        return found

    def branch(self, name: str, mode: Mode) -> Floats:
        """Scores (m,) of the alternatives under one criterion alone."""
        local = self.local[name]
        if self.lowest(name):
            return local / local.max() if mode == "ideal" else local
        scores = np.array([self.branch(part, mode) for part in self.parts[name]])
        return np.asarray(local @ scores)

    def priorities(self, mode: Mode) -> Floats:
        """(m,), sum 1."""
        scores = self.branch(self.root, mode)
        return np.asarray(scores / scores.sum())


@dataclass(frozen=True)
class Turn:
    """At `weight` (among its siblings, who keep their proportions) of `criterion`, `winner` draws level and
    beyond it leads; both None where no weight in 0..1 changes the winner."""

    criterion: str
    current: float
    weight: float | None
    winner: str | None

    @property
    def change(self) -> float | None:
        return None if self.weight is None else self.weight - self.current


def turning_weights(of: Hierarchy, mode: Mode) -> list[Turn]:
    """For each criterion the smallest change of its weight that alters who is first."""
    share = of.global_weights()
    total = of.branch(of.root, mode)
    found = []
    for parent in share:
        if of.lowest(parent):
            continue
        below = np.array([of.branch(part, mode) for part in of.parts[parent]])
        outside = total - share[parent] * of.local[parent] @ below
        for place, part in enumerate(of.parts[parent]):
            current = float(of.local[parent][place])
            others = np.delete(of.local[parent], place) @ np.delete(below, place, axis=0) / (1 - current)
            ends = (outside + share[parent] * others, outside + share[parent] * below[place])
            weight, winner = _nearest_turn(total, ends, current)
            found.append(Turn(part, current, weight, None if winner is None else of.alternatives[winner]))
    return found


def _nearest_turn(
    total: Floats, ends: tuple[Floats, Floats], current: float
) -> tuple[float | None, int | None]:
    """Scores run straight from ends[0] at weight 0 to ends[1] at weight 1: the nearest weight at which a
    rival overtakes the first, and which one."""
    first = int(np.argmax(total))
    lead_0, lead_1 = ends[0][first] - ends[0], ends[1][first] - ends[1]
    best: tuple[float, int] | None = None
    for rival in range(len(total)):
        if rival != first and min(lead_0[rival], lead_1[rival]) < -_TIED:
            weight = float(np.clip(lead_0[rival] / (lead_0[rival] - lead_1[rival]), 0.0, 1.0))
            if best is None or abs(weight - current) < abs(best[0] - current):
                best = (weight, rival)
    return best if best is not None else (None, None)


def reversals(of: Hierarchy, mode: Mode) -> list[Reversal]:
    """What leaving out one alternative, its rivals' comparisons unchanged, does to the order of the rest."""
    return rank_reversals(of.priorities(mode), lambda kept: _without(of, kept).priorities(mode))


def _without(of: Hierarchy, kept: NDArray[np.int64]) -> Hierarchy:
    names = tuple(of.alternatives[i] for i in kept)
    lowest = [name for name in of.parts if of.lowest(name)]
    local = {name: of.local[name][kept] / of.local[name][kept].sum() for name in lowest}
    parts = dict.fromkeys(lowest, names)
    return replace(of, parts={**of.parts, **parts}, local={**of.local, **local}, alternatives=names)
