"""Where an error of a twin or a design is, in the words of the page instead of those of a program.

designs[1].changes[2].people   ->  change 2 (add people), people
加人: changes[2].steps          ->  design 加人, change 2 (remove), steps
steps[3].time                  ->  Steps, row 3 (Check), work time
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from anlan.domain.errors import AnlanError, Several
from anlan.formats.nearest import nearest
from anlan.web.common.texts import error_text, has_text, text
from anlan.web.studio.answers_said import TABLES, column_word, field_word
from anlan.web.studio.designing import operator_word
from anlan.web.studio.names_said import name_said

_OF_DOCUMENT = re.compile(r"^designs\[\d+\](?:\.changes\[(?P<change>\d+)\])?(?:\.(?P<field>\w+))?")
_OF_APPLYING = re.compile(r"^(?P<name>.*): changes\[(?P<change>\d+)\](?:\.(?P<field>\w+))?$", re.DOTALL)
_OF_ROWS = re.compile(r"^(?:inputs\.)?(?P<table>\w+)\[(?P<row>\d+)\](?:\.(?P<field>\w+))?")
_OF_WHOLE = re.compile(r"^(?:inputs\.)?(?P<field>\w+)(?:\.(?P<inner>\w+))?")
_LONGEST, _MOST_NAMES = 60, 9
Rows = Mapping[str, Any]
Changes = Sequence[Mapping[str, Any]]


def faults_said(
    fault: AnlanError | None, *, changes: Changes = (), name: str = "", inputs: Rows | None = None,
    most: int = 60,
) -> list[str]:  # fmt: skip
    """A fault, or all that it stands for, in sentences. changes, name: of the design it is about; inputs: of
    the twin it is about, whose rows are called by their names."""
    if fault is None:
        return []
    faults = (fault.several or (fault,))[:most]
    return [fault_said(each, changes=changes, name=name, inputs=inputs) for each in faults]


def fault_said(
    fault: AnlanError, *, changes: Changes = (), name: str = "", inputs: Rows | None = None
) -> str:
    """One fault in a sentence; several as one text."""
    return error_text(_placed(fault, changes, name, inputs or {}))


def _placed(fault: AnlanError, changes: Changes, name: str, inputs: Rows) -> AnlanError:
    if fault.several:
        return Several(fault.code, tuple(_placed(each, changes, name, inputs) for each in fault.several))
    where = fault.parameters.get("where")
    if not isinstance(where, str):
        return fault
    parameters = dict(fault.parameters) | _shortened(fault)
    parameters["where"] = place_said(where, changes=changes, name=name, inputs=inputs)
    return type(fault)(fault.code, **parameters)


def _shortened(fault: AnlanError) -> dict[str, Any]:
    """The first of many names that could be chosen, with the one that was most likely meant."""
    known = fault.parameters.get("known")
    if not isinstance(known, list | tuple) or len(known) <= _MOST_NAMES:
        return {}
    meant = nearest(str(fault.parameters.get("found", "")), [str(each) for each in known])
    first = [name_said(str(each)) for each in known if each != meant][: _MOST_NAMES - 1]
    return {"known": ([meant] if meant else []) + first + ["…"]}


def place_said(where: str, *, changes: Changes = (), name: str = "", inputs: Rows) -> str:
    """The place in words; one that is no place of a design or a twin stays as it is."""
    if found := _OF_DOCUMENT.match(where):
        return _in_design(found, name, changes)
    if found := _OF_APPLYING.match(where):
        return _in_design(found, found["name"], changes)
    if (found := _OF_ROWS.match(where)) and found["table"] in TABLES:
        return _in_row(found, inputs)
    found = _OF_WHOLE.match(where)
    if found and has_text(f"studio.fields.{found['field']}"):
        inner = column_word(found["field"], found["inner"]) if found["inner"] else ""
        return _joined(field_word(found["field"]), inner)
    return where


def _in_design(found: re.Match[str], name: str, changes: Changes) -> str:
    design = text("studio.places.design", name=name[:_LONGEST]) if name else ""
    number, field = found["change"], found["field"] or ""
    if number is None:
        return _joined(design, _answer_word("", field))
    row = changes[int(number) - 1] if int(number) <= len(changes) else {}
    operator = str(row.get("operator") or "")
    said = text("studio.places.change", n=int(number), operator=operator_word(operator)) if operator else (
        text("studio.places.change_alone", n=int(number))
    )  # fmt: skip
    return _joined(design, said, _answer_word(operator, field))


def _answer_word(operator: str, field: str) -> str:
    """The label of a box of the form of a change."""
    keys = (f"studio.answers.{operator}.{field}", f"studio.answers.{field}", f"studio.places.{field}")
    return next((text(key) for key in keys if field and has_text(key)), field)


def _in_row(found: re.Match[str], inputs: Rows) -> str:
    table, number = found["table"], int(found["row"])
    rows = inputs.get(table)
    row = rows[number - 1] if isinstance(rows, list | tuple) and number <= len(rows) else {}
    called = _called(table, row) if isinstance(row, Mapping) else ""
    key = "row_named" if called else "row"
    said = text(f"studio.places.{key}", table=text(f"studio.tables.{table}"), n=number, name=called)
    return _joined(said, column_word(table, found["field"]) if found["field"] else "")


def _called(table: str, row: Mapping[str, Any]) -> str:
    if table == "ways" and row.get("from"):
        return name_said(str(row["from"]))[:_LONGEST]
    given = row.get("name") or row.get("pool") or ""
    return name_said(str(given))[:_LONGEST] if given else ""


def _joined(*parts: str) -> str:
    return text("common.comma").join(part for part in parts if part)
