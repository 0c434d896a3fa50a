"""Looking at new readings of a series: how its level moves, also where a reading is late or corrected.

    before = begin(rule, number)                     # of a series nobody has looked at
    after, moves = look(rule, before, readings, since=earliest_new)

State is kept twice: after the last reading, and as it was some readings earlier (`base`). A reading older
than the last one is looked at by going through the readings from the base again; the level that comes out
is compared with the level that stood. One older than the base is kept and drawn, but sets nothing off:
`too_late` counts those.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from anlan.maths.detection.verdicts import Detector, Reading, Verdict

KEPT = 64
"""The base moves on when so many readings have been looked at since."""


@dataclass(frozen=True)
class Watched:
    """at, base_at: microseconds of the last reading in each state; n: readings since the base; number: of
    the version of the definition the states belong to."""

    number: int
    at: int
    state: Mapping[str, Any]
    base_at: int
    base_state: Mapping[str, Any]
    n: int = 0
    too_late: int = 0

    @property
    def level(self) -> int:
        return int(self.state["level"])


@dataclass(frozen=True)
class Seen:
    """A reading. at: microseconds UTC."""

    at: int
    value: float | None
    n: int | None


@dataclass(frozen=True)
class Move:
    """The level of the series moved with this reading. verdict: of the reading, None where the level moved as
    an older one came or was corrected."""

    seen: Seen
    before: int
    level: int
    verdict: Verdict | None


def begin(rule: Detector, number: int) -> Watched:
    """A series of which nothing has been looked at."""
    return Watched(number, -1, rule.begin(), -1, rule.begin())


def first_needed(before: Watched, since: int) -> int:
    """Readings after this time are needed to look at those from `since`, the earliest new one, on."""
    return since - 1 if since > before.at else before.base_at


def look(
    rule: Detector, before: Watched, readings: Sequence[Seen], *, since: int
) -> tuple[Watched, list[Move]]:
    """The series after its readings, and where its level moved. readings: after `first_needed`, by time."""
    if since > before.at:
        return _on(rule, before, readings)
    if since <= before.base_at:
        newer = [each for each in readings if each.at > before.at]
        after, moves = _on(rule, before, newer)
        return replace(after, too_late=before.too_late + 1), moves
    again = replace(before, at=before.base_at, state=before.base_state, n=0)
    known = [each for each in readings if each.at <= before.at]
    mended, _ = _on(rule, again, known)
    moves = []
    if mended.level != before.level and known:
        moves.append(Move(known[-1], before.level, mended.level, None))
    after, later = _on(rule, mended, [each for each in readings if each.at > before.at])
    return after, moves + later


def _on(rule: Detector, before: Watched, readings: Sequence[Seen]) -> tuple[Watched, list[Move]]:
    at, state, n = before.at, before.state, before.n
    base_at, base_state = before.base_at, before.base_state
    moves: list[Move] = []
    for seen in readings:
        if n >= KEPT:
            base_at, base_state, n = at, state, 0
        was = int(state["level"])
        state, verdict = rule.step(dict(state), Reading(seen.at, seen.value, _size(seen.n)))
        if verdict.level != was:
            moves.append(Move(seen, was, verdict.level, verdict))
        at, n = seen.at, n + 1
    return Watched(before.number, at, state, base_at, base_state, n, before.too_late), moves


def _size(n: int | None) -> float:
    """A reading that is no sample counts whole; one of no case says nothing."""
    return 1.0 if n is None else float(n)
