"""Names that the rows of a table carry and other answers refer to."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.loop.quantify.methods.faults import Faults


def numbered(rows: Sequence[Mapping[str, Any]], table: str, faults: Faults) -> dict[str, int]:
    """Name of each row -> its place from 0; a name that occurs again is a fault."""
    places: dict[str, int] = {}
    for number, row in enumerate(rows):
        if row["name"] in places:
            faults.add("method.twice", where=f"{table}[{number + 1}].name", found=row["name"])
        places.setdefault(row["name"], number)
    return places


def place(name: str, places: Mapping[str, int], where: str, faults: Faults) -> int | None:
    """The place of a name; a name that nothing carries is a fault, and None."""
    found = places.get(name)
    if found is None:
        faults.add("method.not_a_choice", where=where, found=name, known=tuple(places))
    return found
