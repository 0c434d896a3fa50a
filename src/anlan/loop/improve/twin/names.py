"""How the steps of a twin are called, so that the activity they stand for can be read from them again.

step_name("Check", 1) -> "Check"          step_name("Check", 3) -> "Check · 3"
step_name("Check", 0) -> "▸ Check"        wait_name("Check") -> "⏲ Check"
"""

import re

_LAP = re.compile(r"^(?P<activity>.+) · (?P<lap>[2-9])$", re.DOTALL)
_ARRIVES, _WAITS, _HOURS = "▸ ", "⏲ ", "⏰ "
START = "▸"
"""The step at which cases come in, where several steps can be the first."""


def step_name(activity: str, lap: int) -> str:
    """lap 0: the case comes with it; 1: the first time round; more: later ones."""
    if lap == 0:
        return f"{_ARRIVES}{activity}"
    return activity if lap == 1 else f"{activity} · {lap}"


def wait_name(step: str) -> str:
    """The delay before a step that nobody is busy with."""
    return f"{_WAITS}{step}"


def is_wait(step: str) -> bool:
    return step.startswith(_WAITS)


def hours_name(activity: str) -> str:
    """The opening hours of an activity that nobody is busy with: a pool of which there is always enough."""
    return f"{_HOURS}{activity}"


def activity_of(step: str) -> str:
    """The activity a step, or a delay before one, stands for."""
    name = step.removeprefix(_WAITS).removeprefix(_ARRIVES)
    found = _LAP.match(name)
    return found["activity"] if found else name
