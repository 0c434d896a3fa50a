"""What follows where nobody acts on an alert in time: a reminder, then one step up after the other.

remind      the time to acknowledge has passed: those who were told hear of it again
role steps  the next in line hears of it, each some time later, while nobody has acknowledged
supervise   an orange or red alert is not resolved in time: followed up from above 督办
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from anlan.loop.monitor.alerts import ACKNOWLEDGED, ASSIGNED, DEADLINES, FIRING, HANDLING
from anlan.loop.monitor.asking import LEVELS

SUPERVISED_FROM = LEVELS.index("orange")
UNHANDLED = (ACKNOWLEDGED, ASSIGNED)
"""States in which somebody said they would act and has not begun."""


@dataclass(frozen=True)
class Rung:
    """A step of the chain. role: whom it goes to, empty for those who were told before; late: times the
    time to acknowledge, after its deadline; supervises: counts from the deadline to resolve instead."""

    code: str
    role: str
    late: float = 0.0
    supervises: bool = False


LADDER = (
    Rung("remind", ""),
    Rung("risk_manager", "risk_manager", 0.5),
    Rung("executive", "executive", 1.0),
    Rung("supervise", "executive", supervises=True),
)


@dataclass(frozen=True)
class Due:
    """A step and when it is due unless somebody acts before."""

    rung: Rung
    at: datetime


def ladder(level: int, *, acknowledge_by: datetime, resolve_by: datetime) -> tuple[Due, ...]:
    """The steps of an alert of a level, in order of time."""
    whole = DEADLINES[LEVELS[level]].acknowledge
    found = [
        Due(rung, resolve_by if rung.supervises else acknowledge_by + timedelta(seconds=rung.late * whole))
        for rung in LADDER
        if not rung.supervises or level >= SUPERVISED_FROM
    ]
    return tuple(sorted(found, key=lambda due: due.at))


def due_now(
    state: str, level: int, *, acknowledge_by: datetime, resolve_by: datetime, now: datetime
) -> Sequence[Rung]:
    """Steps whose time has come and that the state still asks for."""
    taken = dict.fromkeys((ACKNOWLEDGED, ASSIGNED, HANDLING), (True,))
    asked = (False, True) if state == FIRING else taken.get(state, ())
    plan = ladder(level, acknowledge_by=acknowledge_by, resolve_by=resolve_by)
    return [due.rung for due in plan if due.at <= now and due.rung.supervises in asked]


def key_of(rung: Rung, round_: int) -> str:
    """Names a step of an alert: a follow-up from above comes once, the others once each time it lapses."""
    return rung.code if rung.supervises else f"{round_}:{rung.code}"


def lapses_at(level: int, *, resolve_by: datetime, acknowledged_at: datetime) -> datetime:
    """When an acknowledgement that nobody follows up stops counting."""
    return max(resolve_by, acknowledged_at + timedelta(seconds=DEADLINES[LEVELS[level]].resolve))
