"""A tree of named items as rows of name and parent, checked: criteria to weigh, indicators to judge."""

from collections.abc import Mapping, Sequence
from typing import Any

from anlan.loop.quantify.elicitation.sheet import check_lengths
from anlan.loop.quantify.methods.faults import Faults

MOST_IN_A_GROUP = 9
"""More items at once people hardly keep apart (Miller 1956); larger sets are made into groups of groups."""


def children_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """Parent ("" for the top) -> names below it, top first, each level in the order of the rows."""
    found: dict[str, tuple[str, ...]] = {}
    waiting = [""]
    for parent in waiting:
        below = tuple(row["name"] for row in rows if row["parent"] == parent)
        if below:
            found[parent] = below
            waiting += [name for name in below if name not in waiting]
    return found


def from_the_top(rows: Sequence[Mapping[str, Any]], parent: str = "") -> list[Mapping[str, Any]]:
    """The rows with each item's parts right after it."""
    below = [row for row in rows if row["parent"] == parent]
    return [each for row in below for each in (row, *from_the_top(rows, row["name"]))]


def leaves_of(rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Items without parts, in the order of the rows."""
    parents = {row["parent"] for row in rows}
    return tuple(row["name"] for row in rows if row["name"] not in parents)


def check_tree(rows: Sequence[Mapping[str, Any]], where: str, faults: Faults, *, fewest: int) -> None:
    """Each name once, each parent a name, no ring, groups of `fewest` to nine items."""
    names = [row["name"] for row in rows]
    check_lengths(names, f"{where}[{{}}].name", faults)
    for place, row in enumerate(rows, start=1):
        if names.index(row["name"]) < place - 1:
            faults.add("method.twice", where=f"{where}[{place}].name", found=row["name"])
        if row["parent"] and row["parent"] not in names:
            here, known = f"{where}[{place}].parent", tuple(names)
            faults.add("method.not_a_choice", where=here, found=row["parent"], known=known)
    if faults:
        return
    groups = children_of(rows)
    reached = {name for below in groups.values() for name in below}
    for place, row in enumerate(rows, start=1):
        if row["name"] not in reached:
            faults.add("elicitation.ring", where=f"{where}[{place}].parent", found=row["name"])
    for parent, below in groups.items():
        if not fewest <= len(below) <= MOST_IN_A_GROUP:
            faults.add(
                "elicitation.group_size", where=where, of=parent or "—", found=len(below), least=fewest,
                most=MOST_IN_A_GROUP,
            )  # fmt: skip
