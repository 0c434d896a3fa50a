"""Action priority of a failure mode: a table of areas of (severity, occurrence, detection), not a formula.

The table is data. An organisation that owns a published table enters it; `OWN_TABLE` is Anlan's, written for
services from one principle: severity decides first, then occurrence, then detection, and a priority never
falls where a score rises. It is not a table of any standard. Combinations no area holds are gaps: they are
reported as gaps and have no priority, since a rare failure of the gravest kind is for the organisation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]

PRIORITIES = ("L", "M", "H")
"""Priorities of the own table, lowest first."""
OWN_SCALE = 10


@dataclass(frozen=True)
class Area:
    """Scores (first, last) of severity, occurrence and detection that have one priority."""

    severity: tuple[int, int]
    occurrence: tuple[int, int]
    detection: tuple[int, int]
    priority: str


OWN_TABLE = (
    Area((9, 10), (7, 10), (1, 10), "H"),
    Area((9, 10), (4, 6), (4, 10), "H"),
    # Gaps on purpose: severity 9-10 with occurrence 1-3, or with occurrence 4-6 and detection 1-3.
    Area((7, 8), (7, 10), (1, 10), "H"),
    Area((7, 8), (4, 6), (4, 10), "H"),
    Area((7, 8), (4, 6), (1, 3), "M"),
    Area((7, 8), (1, 3), (4, 10), "M"),
    Area((7, 8), (1, 3), (1, 3), "L"),
    Area((4, 6), (7, 10), (4, 10), "H"),
    Area((4, 6), (7, 10), (1, 3), "M"),
    Area((4, 6), (4, 6), (4, 10), "M"),
    Area((4, 6), (4, 6), (1, 3), "L"),
    Area((4, 6), (1, 3), (1, 10), "L"),
    Area((1, 3), (7, 10), (7, 10), "M"),
    Area((1, 3), (7, 10), (1, 6), "L"),
    Area((1, 3), (1, 6), (1, 10), "L"),
)

GAP = -1


@dataclass(frozen=True)
class PriorityTable:
    """The place of the priority of every combination, GAP where none is given; shape (n, n, n).

    clashes: areas (counted from 0) that contradict an earlier one on some combination.
    """

    names: Sequence[str]
    places: Ints
    clashes: tuple[int, ...]

    def priority(self, scores: tuple[int, int, int]) -> str | None:
        place = int(self.places[scores[0] - 1, scores[1] - 1, scores[2] - 1])
        return None if place == GAP else self.names[place]

    @property
    def gap_share(self) -> float:
        """Share of all combinations without a priority."""
        return float((self.places == GAP).mean())

    @property
    def falls(self) -> int:
        """Neighbouring combinations where one score rises and the priority falls."""
        return sum(self._falls_along(axis) for axis in range(3))

    def _falls_along(self, axis: int) -> int:
        before = np.delete(self.places, -1, axis=axis)
        after = np.delete(self.places, 0, axis=axis)
        return int(((after < before) & (after != GAP)).sum())


def priority_table(areas: Sequence[Area], names: Sequence[str], *, scale: int) -> PriorityTable:
    """The table of all combinations of scores 1..scale."""
    place: Mapping[str, int] = {name: k for k, name in enumerate(names)}
    places = np.full((scale, scale, scale), GAP, dtype=np.int64)
    clashes = []
    for number, area in enumerate(areas):
        ranges = (area.severity, area.occurrence, area.detection)
        held = places[tuple(slice(first - 1, last) for first, last in ranges)]
        if ((held != GAP) & (held != place[area.priority])).any():
            clashes.append(number)
        held[held == GAP] = place[area.priority]
    return PriorityTable(tuple(names), places, tuple(clashes))
