"""How the steps of a twin are called, so that the activity they stand for can be read from them again.

step_name("Check", 1) -> "Check"          step_name("Check", 3) -> "Check · 3"
step_name("Check", 0) -> "▸ Check"        wait_name("Check") -> "⏲ Check"
step_name("Check", 1, CLOSED) -> "Check ∅"
split_name(["A", "B"]) -> "⇉ A ∥ B"    join_name("⇉ A ∥ B") -> "⇇ A ∥ B"
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_LAP = re.compile(r"^(?P<activity>.+) · (?P<lap>[2-9])$", re.DOTALL)
_ARRIVES, _WAITS, _HOURS = "▸ ", "⏲ ", "⏰ "
_SPLITS, _JOINS, _BESIDE = "⇉ ", "⇇ ", " ∥ "
WORKED, CLOSED, LEFT_OPEN, TIMED = range(4)
"""How an execution came about: somebody worked on it; closed without a start; begun and left open; by a time
limit."""
MANNERS = ("worked", "closed", "left_open", "timed")
"""Their codes in results."""
_MARKS = ("", " ∅", " ⏸", " ⏱")
START = "▸"
"""The step at which cases come in, where several steps can be the first."""


def step_name(activity: str, lap: int, manner: int = WORKED) -> str:
    """lap 0: the case comes with it; 1: the first time round; more: later ones."""
    end = _MARKS[manner]
    if lap == 0:
        return f"{_ARRIVES}{activity}{end}"
    return f"{activity}{end}" if lap == 1 else f"{activity} · {lap}{end}"


def is_unworked(step: str) -> bool:
    """Whether nobody works on it, though its activity holds people."""
    return step.endswith((_MARKS[CLOSED], _MARKS[LEFT_OPEN]))


def wait_name(step: str) -> str:
    """The delay before a step that nobody is busy with."""
    return f"{_WAITS}{step}"


def is_wait(step: str) -> bool:
    return step.startswith(_WAITS)


def split_name(activities: Sequence[str]) -> str:
    """Where a case goes on to several activities at once."""
    return _SPLITS + _BESIDE.join(activities)


def join_name(split: str) -> str:
    """Where a case goes on when all of them are done."""
    return _JOINS + split.removeprefix(_SPLITS)


def hours_name(activity: str, manner: int = WORKED) -> str:
    """The hours in which the time before an activity goes on: a pool of which there is always enough."""
    return f"{_HOURS}{activity}{_MARKS[manner]}"


def is_hours(pool: str) -> bool:
    """Whether a pool stands for opening hours alone."""
    return pool.startswith(_HOURS)


def activity_of(step: str) -> str:
    """The activity a step, or a delay before one, stands for."""
    name = step.removeprefix(_WAITS).removeprefix(_ARRIVES)
    for end in _MARKS:
        name = name.removesuffix(end)
    found = _LAP.match(name)
    return found["activity"] if found else name


@dataclass(frozen=True)
class NameParts:
    """What a name stands for. kind: work, arrival, wait, hours, split, join or start; of: what it is before,
    of or between, a name again for a wait; manner: how an execution came about."""

    kind: str
    of: str
    manner: int = WORKED


def parts_of(name: str) -> NameParts:
    """What a step or a pool of a twin stands for; a name that says nothing of its own is work."""
    if name == START:
        return NameParts("start", "")
    for sign, kind in _KINDS.items():
        if name.startswith(sign) and len(name) > len(sign):
            return NameParts(kind, name.removeprefix(sign))
    manner = next((n for n, mark in enumerate(_MARKS) if mark and name.endswith(mark)), WORKED)
    return NameParts("work", name.removesuffix(_MARKS[manner]), manner)


_KINDS = {_ARRIVES: "arrival", _WAITS: "wait", _HOURS: "hours", _SPLITS: "split", _JOINS: "join"}
