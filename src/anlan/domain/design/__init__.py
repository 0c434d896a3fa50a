"""How a process is meant to run: its steps and links, edits, checks and what changed between two designs."""

from anlan.domain.design.changes import Change, changes_between
from anlan.domain.design.checks import Doubt, doubts_of
from anlan.domain.design.model import (
    FORMS,
    KINDS,
    LANES,
    MOST_LINKS,
    MOST_STEPS,
    Design,
    Link,
    Step,
    checked,
)

__all__ = [
    "FORMS",
    "KINDS",
    "LANES",
    "MOST_LINKS",
    "MOST_STEPS",
    "Change",
    "Design",
    "Doubt",
    "Link",
    "Step",
    "changes_between",
    "checked",
    "doubts_of",
]
