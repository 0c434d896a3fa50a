"""Names of a calibrated twin in words: its signs for clocks, waits and forks are in few fonts."""

from anlan.loop.improve.twin.names import MANNERS, WORKED, parts_of
from anlan.loop.quantify.methods.process.process_fields import ENOUGH
from anlan.web.common.texts import text

_DEEP = ("wait", "arrival", "hours")


def name_said(name: str) -> str:
    """`⏰ Check` -> `clock of Check`; a name that people gave is said as it is."""
    parts = parts_of(name)
    if parts.kind == "work":
        if parts.manner == WORKED:
            return parts.of
        return text(f"studio.names.{MANNERS[parts.manner]}", name=parts.of)
    inner = name_said(parts.of) if parts.kind in _DEEP else parts.of
    return text(f"studio.names.{parts.kind}", name=inner)


def names_said(names: str) -> str:
    """Several names, as a step names its teams: `A、⏰ B`."""
    return "、".join(name_said(each) for each in names.split("、"))


def is_unlimited(people: object) -> bool:
    """Whether so many people stand for as many as it takes."""
    return people == ENOUGH
