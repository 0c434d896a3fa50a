"""From inputs and a design to new inputs.

designs = read_designs({"schema": "anlan.design/1", "designs": [...]})
changed = apply(inputs, designs[0])
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.domain.errors import RefusedInput
from anlan.domain.method import Field
from anlan.loop.improve.designs import demand, people, scheduled, structure, work
from anlan.loop.improve.designs.drafts import Draft
from anlan.loop.improve.designs.fields import CHANGE, DESIGN, MOST_DESIGNS, OPERATORS, SCHEMA
from anlan.loop.quantify.methods.faults import Faults
from anlan.loop.quantify.methods.reading import read_inputs

_ALWAYS = {"operator", "once", "yearly"}
_DEFAULTS = {field.name: field.default for field in CHANGE}
_CARRY_OUT: Mapping[str, Callable[[Draft, Mapping[str, Any]], None]] = {
    "remove": structure.remove,
    "merge": structure.merge,
    "reorder": structure.reorder,
    "parallelise": structure.parallelise,
    "control": structure.control,
    "standardise": work.standardise,
    "automate": work.automate,
    "batch": work.batch,
    "prioritise": work.prioritise,
    "staff": people.staff,
    "move_people": people.move_people,
    "schedule": scheduled.schedule,
    "cross_train": people.cross_train,
    "train": people.train,
    "dispatch": people.dispatch,
    "smooth": demand.smooth,
    "divert": demand.divert,
    "treat": demand.treat,
}


@dataclass(frozen=True)
class Design:
    """changes: rows of `fields.CHANGE` as they were given, each with an operator and its answers."""

    name: str
    changes: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Cost:
    """once: to bring it about; yearly: every year after; untold: numbers (from 1) of changes of which no
    cost is known, counted as nothing."""

    once: float
    yearly: float
    untold: tuple[int, ...]


def read_designs(document: Mapping[str, Any]) -> tuple[Design, ...]:
    """The designs of a document. Errors: RefusedInputs with every fault, each at its place."""
    schema = document.get("schema")
    if schema != SCHEMA:
        raise RefusedInput("designs.schema", where="schema", found=schema, accepted=SCHEMA)
    rest = {name: value for name, value in document.items() if name != "schema"}
    read = read_inputs((Field("designs", "table", columns=DESIGN, most=MOST_DESIGNS),), rest)
    faults = Faults()
    names = [row["name"] for row in read["designs"]]
    for number, row in enumerate(read["designs"], start=1):
        if row["name"] in names[: number - 1]:
            faults.add("method.twice", where=f"designs[{number}].name", found=row["name"])
        for place, change in enumerate(row["changes"], start=1):
            _check(change, f"designs[{number}].changes[{place}]", faults)
    faults.raise_any()
    return tuple(
        Design(str(given["name"]).strip(), tuple(dict(change) for change in given["changes"]))
        for given in document["designs"]
    )


def document_of(designs: Sequence[Design]) -> dict[str, Any]:
    """The designs as a document that `read_designs` reads."""
    rows = [{"name": each.name, "changes": [dict(change) for change in each.changes]} for each in designs]
    return {"schema": SCHEMA, "designs": rows}


def design(name: str, *changes: Mapping[str, Any]) -> Design:
    """One design, checked."""
    (found,) = read_designs(document_of([Design(name, changes)]))
    return found


def _check(change: Mapping[str, Any], where: str, faults: Faults) -> None:
    """Nothing that the operator has no use for, and all it needs."""
    operator = OPERATORS.get(change["operator"])
    if operator is None:
        return
    for name in operator.needs:
        if change[name] in (None, "", ()):
            faults.add("method.missing_input", where=f"{where}.{name}")
    accepted = (*operator.needs, *operator.takes)
    for name, value in change.items():
        if name not in accepted and name not in _ALWAYS and value not in (None, "", _DEFAULTS[name]):
            faults.add(
                "designs.not_asked", where=f"{where}.{name}", operator=operator.code, accepted=accepted
            )


def answers(change: Mapping[str, Any]) -> dict[str, Any]:
    """The change with all its answers, times as they were written."""
    given = {name: value for name, value in change.items() if value not in (None, "")}
    read = read_inputs(CHANGE, change)
    return {**read, "time": given.get("time")}


def apply(inputs: Mapping[str, Any], asked: Design) -> dict[str, Any]:
    """The inputs with every change made, in its order. What is given is not touched.

    Errors: RefusedInput `designs.*` or `method.not_a_choice` for a change that cannot be made, with the place
    `name: changes[2].steps`.
    """
    now = Draft(inputs).inputs
    for number, change in enumerate(asked.changes, start=1):
        draft = Draft(now, f"{asked.name}: changes[{number}]")
        _CARRY_OUT[change["operator"]](draft, answers(change))
        draft.drop_idle_skills()
        now = draft.inputs
    return {name: value for name, value in now.items() if value != [] or name in inputs}


def cost_of(inputs: Mapping[str, Any], asked: Design) -> Cost:
    """What the design costs, each change on what those before it left."""
    once, yearly, untold, now = 0.0, 0.0, [], inputs
    for number, change in enumerate(asked.changes, start=1):
        full = answers(change)
        derived = people.yearly_of(now, full)
        if full["operator"] == "schedule":
            derived = scheduled.yearly_of(now, full)
        told = full["yearly"] if full["yearly"] is not None else derived
        if told is None and not full["once"]:
            untold.append(number)
        once, yearly = once + full["once"], yearly + (told or 0.0)
        now = apply(now, Design(asked.name, (change,)))
    return Cost(once, yearly, tuple(untold))
