"""One change to a model at a time. Each takes the inputs as they are and gives new ones; nothing is written
into what was given, so that every state before can be gone back to."""

from collections.abc import Mapping
from typing import Any

from anlan.domain.errors import RefusedInput
from anlan.domain.method import Field, Method
from anlan.loop.quantify.cause_models.parts import (
    MODEL,
    Inputs,
    Part,
    changed_names,
    is_part,
    name_of,
    named_together,
    parts_of,
    row_of,
    rows_of,
    tables_of,
)

_BEGUN: Mapping[str, Mapping[str, Any]] = {
    "gates": {"kind": "or", "inputs": []},
    "houses": {"happens": False},
    "common_causes": {"model": "beta", "members": []},
}
"""What a new row holds beside its name."""


def put(of: Method, inputs: Inputs, part: Part, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The part with these answers. Where its name is another now, whatever named it names it still.

    Errors: RefusedInput `cause_model.no_part`.
    """
    _check(of, inputs, part)
    if part == MODEL:
        tables = {field.name for field in tables_of(of)}
        kept = {name: value for name, value in inputs.items() if name in tables}
        return {field.name: (kept | dict(answers))[field.name] for field in of.fields
                if field.name in kept or field.name in answers}  # fmt: skip
    before, after = name_of(row_of(inputs, part)), name_of(answers)
    made = _with_row(inputs, part, dict(answers))
    if not before or not after or before == after or _carriers(of, inputs, part.table, before) > 1:
        return made

    def renamed(field: Field, name: str) -> str:
        return after if name == before and part.table in field.names else name

    return changed_names(of.fields, made, renamed)


def add(
    of: Method, inputs: Inputs, table: str, name: str, *, below: Part = MODEL, column: str = ""
) -> tuple[dict[str, Any], Part]:
    """A new row, and the part it is. below, column: the part that shall name it, and in which list.

    Errors: RefusedInput `cause_model.no_part`; `method.length` where the table is full.
    """
    field = next((each for each in tables_of(of) if each.name == table), None)
    if field is None:
        raise RefusedInput("cause_model.no_part", found=table[:60])
    rows = rows_of(inputs, table)
    if len(rows) >= field.most:
        raise RefusedInput("method.length", where=table, found=len(rows) + 1, least=0, most=field.most)
    fresh = fresh_name(of, inputs, name)
    made = {**inputs, table: [*rows, {"name": fresh, **_BEGUN.get(table, {})}]}
    if column:
        made = link(of, made, below, column, fresh)
    return made, Part(table, len(rows) + 1)


def link(of: Method, inputs: Inputs, part: Part, column: str, name: str) -> dict[str, Any]:
    """The part names one more, at the end of a list; one that is there already is not named twice."""
    _check(of, inputs, part)
    row = row_of(inputs, part)
    fields = next((each.columns for each in tables_of(of) if each.name == part.table), ())
    if not any(field.name == column and field.kind == "texts" and field.names for field in fields):
        raise RefusedInput("cause_model.no_part", found=column[:60])
    listed = [str(each) for each in row.get(column) or ()]
    return _with_row(inputs, part, {**row, column: listed if name in listed else [*listed, name]})


def remove(of: Method, inputs: Inputs, part: Part) -> dict[str, Any]:
    """Without the part, and without its name in lists. Where a single answer names it, the name stays, so
    that the fault is seen there."""
    _check(of, inputs, part)
    if part == MODEL:
        raise RefusedInput("cause_model.no_part", found=str(part))
    name = name_of(row_of(inputs, part))
    rows = [row for number, row in enumerate(rows_of(inputs, part.table), start=1) if number != part.number]
    made = {**inputs, part.table: rows}
    if not name or _carriers(of, inputs, part.table, name) > 1:
        return made

    def left(field: Field, each: str) -> str | None:
        gone = each == name and part.table in field.names and field.kind == "texts"
        return None if gone else each

    return changed_names(of.fields, made, left)


def move(of: Method, inputs: Inputs, part: Part, by: int) -> tuple[dict[str, Any], Part]:
    """The row one place up (-1) or down (1), where there is room; the part it is then."""
    _check(of, inputs, part)
    rows = list(rows_of(inputs, part.table))
    here, there = part.number - 1, part.number - 1 + by
    if not part.table or not 0 <= there < len(rows):
        return dict(inputs), part
    rows[here], rows[there] = rows[there], rows[here]
    return {**inputs, part.table: rows}, Part(part.table, there + 1)


def fresh_name(of: Method, inputs: Inputs, name: str) -> str:
    """The name with the first number that makes it one of a kind."""
    taken = {name_of(row) for _, row in parts_of(of, inputs)}
    number = 1
    while f"{name} {number}" in taken:
        number += 1
    return f"{name} {number}"


def _check(of: Method, inputs: Inputs, part: Part) -> None:
    if not is_part(of, inputs, part):
        raise RefusedInput("cause_model.no_part", found=str(part))


def _with_row(inputs: Inputs, part: Part, row: Mapping[str, Any]) -> dict[str, Any]:
    rows = list(rows_of(inputs, part.table))
    rows[part.number - 1] = dict(row)
    return {**inputs, part.table: rows}


def _carriers(of: Method, inputs: Inputs, table: str, name: str) -> int:
    """Rows that carry a name, among tables that are named together with this one."""
    together = {table}.union(*(names for names in named_together(of.fields) if table in names))
    return sum(name_of(row) == name for part, row in parts_of(of, inputs) if part.table in together)
