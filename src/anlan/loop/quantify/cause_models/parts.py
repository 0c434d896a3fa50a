"""Parts of a model: the rows of its tables, and the model itself. References from one to another by name."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.domain.method import Field, Method

Inputs = Mapping[str, Any]
_WRITTEN = re.compile(r"([a-z_]{1,40})-([1-9][0-9]{0,6})", re.ASCII)
_PLACE = re.compile(r"([a-z_]+)\[([0-9]+)\](?:\.(.*))?", re.ASCII | re.DOTALL)
MUST_BE_USED = ("gates", "events", "houses", "barriers")
"""Tables whose rows are there for others to stand on."""


@dataclass(frozen=True, order=True)
class Part:
    """A row of a table, from 1; without a table everything about the model that is no row."""

    table: str = ""
    number: int = 0

    def __str__(self) -> str:
        return f"{self.table}-{self.number}" if self.table else "model"


MODEL = Part()


def part_of(written: str) -> Part:
    """`gates-3` as a part; the model where nothing else is meant."""
    found = _WRITTEN.fullmatch(written)
    return Part(found[1], int(found[2])) if found else MODEL


def place_of(where: str) -> tuple[Part, str]:
    """`gates[3].inputs[2]` -> the part and the place inside it: `inputs[2]`."""
    found = _PLACE.fullmatch(where)
    return (Part(found[1], int(found[2])), found[3] or "") if found else (MODEL, where)


def tables_of(of: Method) -> tuple[Field, ...]:
    return tuple(field for field in of.fields if field.kind == "table")


def rows_of(inputs: Inputs, table: str) -> Sequence[Mapping[str, Any]]:
    """The rows of a table; none where it is empty."""
    found = inputs.get(table)
    return found if isinstance(found, list | tuple) else ()


def row_of(inputs: Inputs, part: Part) -> Mapping[str, Any]:
    """The answers of a part: its row, or everything that is no table. Errors: IndexError."""
    if not part.table:
        return {name: value for name, value in inputs.items() if not isinstance(value, list | tuple)}
    return rows_of(inputs, part.table)[part.number - 1]


def is_part(of: Method, inputs: Inputs, part: Part) -> bool:
    known = {field.name for field in tables_of(of)}
    return not part.table or (part.table in known and part.number <= len(rows_of(inputs, part.table)))


def name_of(row: Mapping[str, Any]) -> str:
    name = row.get("name")
    return "" if name is None else str(name).strip()


def parts_of(of: Method, inputs: Inputs) -> Iterator[tuple[Part, Mapping[str, Any]]]:
    """Every row of every table, in the method's order."""
    for table in tables_of(of):
        for number, row in enumerate(rows_of(inputs, table.name), start=1):
            yield Part(table.name, number), row


def named(of: Method, inputs: Inputs, tables: Sequence[str]) -> dict[str, Part]:
    """Name -> the first part of these tables that carries it."""
    found: dict[str, Part] = {}
    for part, row in parts_of(of, inputs):
        if part.table in tables and name_of(row):
            found.setdefault(name_of(row), part)
    return found


def references(fields: Sequence[Field], answers: Mapping[str, Any]) -> Iterator[tuple[Field, str]]:
    """Each name of another part that these answers hold, with the question it answers."""
    for field in fields:
        value = answers.get(field.name)
        if field.kind == "record" and isinstance(value, Mapping):
            yield from references(field.columns, value)
        elif field.kind == "table" and isinstance(value, list | tuple):
            for row in value:
                yield from references(field.columns, row)
        elif field.names and field.kind == "texts" and isinstance(value, list | tuple):
            yield from ((field, str(each).strip()) for each in value if each is not None)
        elif field.names and value not in (None, ""):
            yield field, str(value).strip()


def users(of: Method, inputs: Inputs) -> dict[Part, list[Part]]:
    """Part -> the parts that name it, each once; the model itself may be one of them."""
    tables = {field.name: field for field in tables_of(of)}
    by_name = {names: named(of, inputs, names) for names in named_together(of.fields)}
    found: dict[Part, list[Part]] = {}
    singles = [field for field in of.fields if field.kind != "table"]
    naming: list[tuple[Part, Sequence[Field], Inputs]] = [(MODEL, singles, inputs)]
    naming += [(part, tables[part.table].columns, row) for part, row in parts_of(of, inputs)]
    for part, fields, answers in naming:
        for field, name in references(fields, answers):
            target = by_name[field.names].get(name)
            if target is not None and part not in found.setdefault(target, []):
                found[target].append(part)
    return found


def unused(of: Method, inputs: Inputs) -> list[Part]:
    """Parts that are there to be used and that nothing names."""
    known = users(of, inputs)
    return [part for part, _ in parts_of(of, inputs) if part.table in MUST_BE_USED and part not in known]


def changed_names(
    fields: Sequence[Field], answers: Mapping[str, Any], change: Callable[[Field, str], str | None]
) -> dict[str, Any]:
    """The answers with every name of a part as `change` makes it; None takes it out of a list."""
    made = dict(answers)
    for field in fields:
        value = answers.get(field.name)
        if field.kind == "record" and isinstance(value, Mapping):
            made[field.name] = changed_names(field.columns, value, change)
        elif field.kind == "table" and isinstance(value, list | tuple):
            made[field.name] = [changed_names(field.columns, row, change) for row in value]
        elif field.names and field.kind == "texts" and isinstance(value, list | tuple):
            new = [change(field, str(each).strip()) for each in value]
            made[field.name] = [each for each in new if each is not None]
        elif field.names and value not in (None, ""):
            made[field.name] = change(field, str(value).strip())
    return made


def named_together(fields: Sequence[Field]) -> set[tuple[str, ...]]:
    """Tables that one question may name, for every such question."""
    found = {field.names for field in fields if field.names}
    return found.union(*(named_together(field.columns) for field in fields))
