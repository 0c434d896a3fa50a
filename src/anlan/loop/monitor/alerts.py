"""The life of an alert: which deed leads from which state to which, and by when it must be done.

firing -> acknowledged -> assigned -> handling -> resolved -> closed. A stream that is back within its limit
resolves the alert of itself; closing needs a person, who says what it was and why it came.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from anlan.domain.errors import UsageError

FIRING, ACKNOWLEDGED, ASSIGNED, HANDLING = "firing", "acknowledged", "assigned", "handling"
RESOLVED, CLOSED, SUPPRESSED, FALSE_POSITIVE = "resolved", "closed", "suppressed", "false_positive"
STATES = (FIRING, ACKNOWLEDGED, ASSIGNED, HANDLING, RESOLVED, CLOSED, SUPPRESSED, FALSE_POSITIVE)
OPEN = (FIRING, ACKNOWLEDGED, ASSIGNED, HANDLING, RESOLVED, SUPPRESSED)
"""States in which somebody has still to do something."""
ACTIVE = (FIRING, ACKNOWLEDGED, ASSIGNED, HANDLING, SUPPRESSED)
"""States of an episode that has not recovered."""

DISPOSITIONS = ("true", "expected", "duplicate", "data_fault")
"""What a closed alert was; a false alarm ends in a state of its own."""
CAUSES = (
    "demand",
    "staff",
    "skill",
    "equipment",
    "system",
    "procedure",
    "supplier",
    "outside",
    "data",
    "unknown",
)


@dataclass(frozen=True)
class Deed:
    """What a person does with an alert. needs: what must be said with it."""

    code: str
    come_from: tuple[str, ...]
    leads_to: str
    needs: tuple[str, ...] = ()


DEEDS: Mapping[str, Deed] = {
    deed.code: deed
    for deed in (
        Deed("acknowledge", (FIRING, SUPPRESSED), ACKNOWLEDGED),
        Deed("assign", (FIRING, ACKNOWLEDGED, ASSIGNED, HANDLING, SUPPRESSED), ASSIGNED, ("assignee",)),
        Deed("handle", (FIRING, ACKNOWLEDGED, ASSIGNED), HANDLING),
        Deed("resolve", (ACKNOWLEDGED, ASSIGNED, HANDLING), RESOLVED, ("note",)),
        Deed("close", (RESOLVED,), CLOSED, ("disposition", "cause")),
        Deed("false_alarm", (FIRING, ACKNOWLEDGED, ASSIGNED, HANDLING, RESOLVED), FALSE_POSITIVE, ("note",)),
        Deed("reopen", (RESOLVED, CLOSED, FALSE_POSITIVE), HANDLING, ("note",)),
    )
}


def led_to(deed: str, state: str) -> str:
    """The state after a deed. Errors: UsageError `alerts.deed`, `alerts.state`."""
    if deed not in DEEDS:
        raise UsageError("alerts.deed", found=deed[:40], accepted=tuple(DEEDS))
    found = DEEDS[deed]
    if state not in found.come_from:
        raise UsageError("alerts.state", deed=deed, state=state, accepted=found.come_from)
    return found.leads_to


def possible(state: str) -> tuple[str, ...]:
    """Deeds that may be done with an alert in a state."""
    return tuple(code for code, deed in DEEDS.items() if state in deed.come_from)


@dataclass(frozen=True)
class Deadlines:
    """Seconds from the first reading that fired: to acknowledge, to have it resolved, to close."""

    acknowledge: int
    resolve: int
    close: int


DEADLINES: Mapping[str, Deadlines] = {
    "blue": Deadlines(24 * 3600, 5 * 86_400, 10 * 86_400),
    "yellow": Deadlines(4 * 3600, 2 * 86_400, 5 * 86_400),
    "orange": Deadlines(3600, 8 * 3600, 3 * 86_400),
    "red": Deadlines(30 * 60, 4 * 3600, 86_400),
}
"""Used where the organisation has set none of its own."""
