"""The inputs of a twin without what says nothing, so that the same process is written the same way."""

from collections.abc import Mapping
from typing import Any

from anlan.domain.method import Field, Required
from anlan.loop.quantify.methods.process.process_fields import FIELDS
from anlan.studies.methods.one_line import estimate_of, line_of


def plain_inputs(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs without empty answers and those that are the default; times as a form writes them.

    The process they describe is the same. What is no answer of the method is kept, so that its check says it.

    >>> plain_inputs({"steps": [{"name": "a", "time": {"kind": "constant", "value": 5}, "kind": "task"}]})
    {'steps': [{'name': 'a', 'time': {'kind': 'constant', 'value': 5}}]}
    """
    return _record(FIELDS, inputs)


def _record(fields: tuple[Field, ...], given: Mapping[str, Any]) -> dict[str, Any]:
    known = {each.name: each for each in fields}
    found = {name: _plain(known[name], value) if name in known else value for name, value in given.items()}
    return {name: value for name, value in found.items() if value is not None}


def _plain(of: Field, value: Any) -> Any:
    """None for an answer that says nothing."""
    if of.kind == "table" and isinstance(value, list | tuple):
        return [_record(of.columns, row) if isinstance(row, Mapping) else row for row in value] or None
    if of.kind == "record" and isinstance(value, Mapping):
        return _record(of.columns, value) or None
    if of.kind == "estimate" and isinstance(value, Mapping):
        return estimate_of(line_of(value, language="en"))
    if of.kind == "numbers" and isinstance(value, list | tuple):
        return list(value) or None
    is_default = not isinstance(of.default, Required) and value == of.default
    return None if is_default or value == "" else value
