"""Rows inside the row of a table as a box holds them: a line a row, commas between the cells.

`0.95, 0.05` is a row of a matrix, `cost, time, 3` a record in the order of its questions, `a + b, 0.6` one
whose first answer is a list. What does not fit such lines is written as a spec file writes it.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from anlan.domain.method import Field
from anlan.studies.methods.one_line import line_of, number_of
from anlan.web.common.texts import language

_LINES, _CELLS = re.compile(r"[\n;；]"), re.compile(r"[,，\t]")
_PLUS = " + "
_SPECIAL = re.compile(r"[\n;；,，\t+]")
_EMPTY = ("", "-", "—", "?")
_FLAGS = {
    "1": True,
    "true": True,
    "yes": True,
    "是": True,
    "0": False,
    "false": False,
    "no": False,
    "否": False,
}


def fits_lines(field: Field) -> bool:
    """Whether lines can hold every answer of this question: nothing in it is deeper than a list."""
    deeper = ("matrix", "grid", "table", "record", "spec")
    return field.kind in ("matrix", "grid") or (
        field.kind == "table" and not any(column.kind in deeper for column in field.columns)
    )


def written(field: Field, value: Any) -> str:
    """The box of an answer; empty without one."""
    if value is None:
        return ""
    lines = _rows(field, value) if fits_lines(field) and isinstance(value, list) else None
    return json.dumps(value, ensure_ascii=False) if lines is None else "\n".join(lines)


def _rows(field: Field, value: Sequence[Any]) -> list[str] | None:
    """The lines; None where one cannot be read back as it was."""
    lines = []
    for row in value:
        if field.kind == "table" and isinstance(row, Mapping):
            cells = [_cell(row.get(column.name)) for column in field.columns]
            known = set(row) <= {column.name for column in field.columns}
        elif field.kind != "table" and isinstance(row, list):
            cells, known = [_cell(each) or "-" for each in row], bool(row)
        else:
            return None
        texts = [cell for cell in cells if cell is not None]
        if not known or len(texts) < len(cells) or not any(texts):
            return None
        lines.append(", ".join(texts).rstrip(", ") if field.kind == "table" else ", ".join(texts))
    return None if lines and lines[0][0] in "[{" else lines


def _cell(value: Any) -> str | None:
    """A cell; None where it holds a sign that parts cells."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        parts = [str(each) for each in value]
        return None if any(_SPECIAL.search(part) for part in parts) else _PLUS.join(parts)
    text = line_of(value, language=language())
    plain = isinstance(value, int | float) or not _SPECIAL.search(text)
    return text if plain else None


def read_lines(field: Field, text: str, read: Callable[[Field, str], Any]) -> list[Any]:
    """The rows of a box. read: the answer in one cell. Cells beyond the questions keep their number as name,
    so that the method's check refuses them by name."""
    return [_row(field, line, read) for line in _LINES.split(text) if line.strip()]


def _row(field: Field, line: str, read: Callable[[Field, str], Any]) -> Any:
    cells = [cell.strip() for cell in _CELLS.split(line)]
    if field.kind == "grid":
        return [None if cell in _EMPTY else cell for cell in cells]
    if field.kind == "matrix":
        return [None if cell in _EMPTY else number_of(cell) for cell in cells]
    found: dict[str, Any] = {}
    for column, cell in zip(field.columns, cells, strict=False):
        value = _answer(column, cell, read)
        if value is not None:
            found[column.name] = value
    extra = enumerate(cells[len(field.columns) :], start=len(field.columns) + 1)
    return found | {str(number): cell for number, cell in extra if cell}


def _answer(column: Field, cell: str, read: Callable[[Field, str], Any]) -> Any:
    if column.kind == "flag":
        return _FLAGS.get(cell.lower(), cell or None)
    if column.kind == "texts":
        return [part.strip() for part in cell.split("+") if part.strip()] or None
    if column.kind == "numbers":
        return [number_of(part) for part in cell.split("+") if part.strip()] or None
    return read(column, cell)
