"""From cells, as a form, a program or a workbook gives them, to the values of a row, or to faults.

1. A column that is not given keeps its value; an empty cell empties it.
2. A cell that says what is held, in either language, is no change.
3. Only a row that changes must be whole: required columns are filled, pairs are in order.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from anlan.formats.workbook_cells import safe_text
from anlan.loop.identify.worksheets import NODE, Column, WorksheetKind
from anlan.web.risks.exchange.values import BadCell, Fault, Lookup, decimal, plain_text, shown, text_of, whole
from anlan.web.risks.worksheets.nodes import NodeNames
from anlan.web.risks.worksheets.words import LANGUAGES, choice_word, heading, limits_of

Values = dict[str, Any]


@dataclass
class RowRead:
    """values: the whole row as it would be; changes: column -> (held, new)."""

    values: Values
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def faults_of(self, column: str) -> list[Fault]:
        return [fault for fault in self.faults if fault.parameters["column"] == column]


def read_cells(
    kind: WorksheetKind, cells: Mapping[str, Any], held: Mapping[str, Any], *, nodes: NodeNames, row: int,
    headings: Mapping[str, str] | None = None,
) -> RowRead:  # fmt: skip
    """row: its number as faults name it; headings: of a workbook, where they differ from the usual ones."""
    made, named = RowRead(dict(held)), headings or {}

    def fault(code: str, column: str, **more: Any) -> None:
        words = named.get(column) or both_headings(column)
        made.faults.append(Fault(f"sheet.{code}", {"row": row, "column": column, "heading": words} | more))

    for column in kind.columns:
        if column.code in cells:
            try:
                _take(made, column, read_cell(column, cells[column.code], nodes))
            except BadCell as bad:
                fault(bad.code, column.code, **bad.parameters)
    if made.changes or not held:
        _whole_row(kind, made, fault)
    return made


def both_headings(column: str) -> dict[str, str]:
    return {tongue: heading(column, tongue) for tongue in LANGUAGES}


def _take(made: RowRead, column: Column, value: Any) -> None:
    held = made.values.get(column.code)
    if value != held:
        made.changes[column.code] = (held, value)
    if value is None:
        made.values.pop(column.code, None)
    else:
        made.values[column.code] = value


def read_cell(column: Column, cell: Any, nodes: NodeNames) -> Any:
    """The value of a cell, None for an empty one; BadCell says what is wrong."""
    text = text_of(safe_text("" if cell is None else cell))
    if not text:
        return None
    return _node(text, column, nodes) if column.code == NODE else _READERS[column.kind](column, cell)


def _node(text: str, column: Column, nodes: NodeNames) -> str:
    if not nodes.stored:
        return _read_text(column, text)
    if text.lower() not in nodes.stored:
        raise BadCell("node", found=shown(text), accepted=list(nodes.names[:8]))
    return nodes.stored[text.lower()]


def _choice(column: Column, cell: Any) -> Any:
    known = Lookup()
    for choice in column.choices:
        known.add(choice, choice, [choice_word(column.code, choice, tongue) for tongue in LANGUAGES])
    try:
        return known.by_word(cell)
    except BadCell as bad:
        accepted = {t: [choice_word(column.code, c, t) for c in column.choices] for t in LANGUAGES}
        raise BadCell(bad.code, accepted=accepted, **bad.parameters) from None


def _number(column: Column, cell: Any) -> float:
    value = decimal(cell)
    if value is None or not _within(column, value):
        limits = limits_of(column)
        raise BadCell("number_within" if limits else "number", found=shown(cell), limits=limits)
    return value


def _within(column: Column, value: float) -> bool:
    return (column.low is None or value >= column.low) and (column.high is None or value <= column.high)


def _read_text(column: Column, cell: Any) -> str:
    """Without the characters that neither a workbook nor every database can hold."""
    return plain_text(safe_text(text_of(cell)), longest=column.longest)


def _whole(column: Column, cell: Any) -> int:
    least, most = (0 if column.low is None else int(column.low)), int(column.high or 10**9 - 1)
    return whole(cell, least=least, most=most)


_READERS: Mapping[str, Callable[[Column, Any], Any]] = {
    "text": _read_text, "choice": _choice, "integer": _whole, "number": _number,
}  # fmt: skip


def _whole_row(kind: WorksheetKind, made: RowRead, fault: Callable[..., None]) -> None:
    """What only the row as a whole can show."""
    wrong = {each.parameters["column"] for each in made.faults}
    for column in kind.columns:
        if column.required and column.code not in made.values and column.code not in wrong:
            fault("required", column.code)
    for lower, upper in kind.ordered:
        low, high = made.values.get(lower), made.values.get(upper)
        if not {lower, upper} & wrong and low is not None and high is not None and low > high:
            fault("above_other", lower, found=text_of(low), other=both_headings(upper), limit=text_of(high))
