"""Which operators apply at one node of a process, and the answers that the node gives to their questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from anlan.loop.improve.designs.drafts import Draft, joined, target
from anlan.loop.improve.designs.times import law
from anlan.loop.improve.twin.names import activity_of, is_wait
from anlan.loop.quantify.methods.process.process_fields import ENOUGH

_OF_WORK = ("remove", "automate", "standardise", "control", "prioritise", "batch")
_OF_WAITS = ("remove", "automate")
_OF_TWO = ("merge", "parallelise", "reorder")
_OF_PEOPLE = ("staff", "train", "dispatch")


@dataclass(frozen=True)
class Opening:
    """A change begun: its operator and what the node answers; the rest is for a person to say."""

    operator: str
    answers: Mapping[str, Any]


def openings(inputs: Mapping[str, Any], activity: str) -> tuple[Opening, ...]:
    """Operators that apply where the steps of the twin stand for `activity`; none where no step does.

    On its work; with the step before it; on its people; on the risks that strike it; on the delay before it,
    where that is a step of its own.
    """
    draft = Draft(inputs)
    draft.write_ways()
    mine = [
        row["name"] for row in draft.rows("steps")
        if activity_of(row["name"]) == activity and draft.kind(row["name"]) == "task"
    ]  # fmt: skip
    work, waits = [name for name in mine if not is_wait(name)], [name for name in mine if is_wait(name)]
    varying = [name for name in work if law(draft.row("steps", name, "steps")["time"]).variance > 0.0]
    answered = {operator: varying if operator == "standardise" else work for operator in _OF_WORK}
    found = [Opening(operator, {"steps": joined(steps)}) for operator, steps in answered.items() if steps]
    found += [Opening(operator, {"steps": joined(waits)}) for operator in _OF_WAITS if waits and not work]
    return tuple(found + _with_before(draft, work) + _of_people(draft, work) + _of_risks(draft, work))


def _with_before(draft: Draft, work: list[str]) -> list[Opening]:
    """With the first task that leads straight to it."""
    for name in work[:1]:
        before = [way["from"] for way in draft.rows("ways") if target(way) == name]
        other = next((each for each in before if each not in work and draft.kind(each) == "task"), None)
        if other is not None:
            return [Opening(operator, {"steps": joined([other, name])}) for operator in _OF_TWO]
    return []


def _of_people(draft: Draft, work: list[str]) -> list[Opening]:
    rows = [draft.row("steps", name, "steps") for name in work]
    pools = dict.fromkeys(pool for row in rows for pool in draft.pools_of(row))
    known = [draft.row("pools", pool, "pool") for pool in pools]
    teams = [row["name"] for row in known if row.get("people") != ENOUGH]
    found = [Opening(operator, {"pool": team}) for team in teams[:1] for operator in _OF_PEOPLE]
    others = [row["name"] for row in draft.rows("pools") if row.get("people") != ENOUGH]
    if teams and len(others) > 1:
        found.append(Opening("move_people", {"to_pool": teams[0]}))
        found.append(Opening("cross_train", {"steps": joined(work)}))
    return found


def _of_risks(draft: Draft, work: list[str]) -> list[Opening]:
    names = [risk["name"] for risk in draft.risks_at(work)]
    return [Opening("treat", {"risks": joined(names)})] if names else []
