"""What is different between a drawing and the version that somebody else kept meanwhile."""

from dataclasses import dataclass

from anlan.loop.quantify.cause_models.parts import name_of, parts_of
from anlan.web.causes.editing import Board
from anlan.web.causes.models import CauseModel
from anlan.web.common.texts import text

MOST = 20
_FACTS = {"title": "causes.name", "source": "causes.source", "note": "causes.note"}


@dataclass(frozen=True)
class Difference:
    """table, name: the part. how: `mine` only here, `theirs` only there, `other` not the same."""

    table: str
    name: str
    how: str


def differences(mine: Board, theirs: CauseModel) -> list[Difference]:
    """Parts by kind and name that are not the same in both."""
    here, there = (
        {(part.table, name_of(row)): row for part, row in parts_of(mine.of, inputs)}
        for inputs in (mine.inputs, theirs.inputs)
    )
    found = [
        Difference("model", text(label), "other")
        for name, label in _FACTS.items()
        if getattr(mine.facts, name) != getattr(theirs, name)
    ]
    for table, name in {**there, **here}:
        if here.get((table, name)) == there.get((table, name)):
            continue
        how = "mine" if (table, name) not in there else "theirs" if (table, name) not in here else "other"
        found.append(Difference(table, name, how))
    return found[:MOST]
