"""What a form sent, as the spec file would hold it.

A question is named by its place: `in.events.0.probability`. Lists take a line or a comma an entry, or a box
an entry (`in.inputs.2`), tables a row of boxes an entry, rows left empty do not count. Rows inside a table
row are boxes again, or lines of one box, or written as in the spec file: `[[0.9, 0.1], [0.2, 0.8]]`. What
cannot be understood stays as written; the method's own check then says what is wrong with it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from anlan.domain.errors import RefusedInput
from anlan.domain.method import Field
from anlan.formats.spec_file import read_flow
from anlan.studies.methods.one_line import estimate_of, number_of
from anlan.web.runs.methods.lines import fits_lines, read_lines

PREFIX = "in"
_SPLIT = re.compile(r"[\n,，、;；\t]+")
_MOST = 2000


def given_of(fields: Sequence[Field], sent: Mapping[str, str], prefix: str = PREFIX) -> dict[str, Any]:
    """The answers of a record; questions left empty are left out."""
    found = {field.name: _given(field, sent, f"{prefix}.{field.name}") for field in fields}
    return {name: value for name, value in found.items() if value is not None}


def _given(field: Field, sent: Mapping[str, str], name: str) -> Any:
    if name in sent:
        return value_of(field, sent[name])
    if field.kind == "table":
        return _rows(field, sent, name)
    if field.kind == "record":
        return given_of(field.columns, sent, name) or None
    if field.kind in ("matrix", "grid"):
        return _cells(field, sent, name)
    if field.kind == "texts":
        return _listed(sent, name)
    return value_of(field, "", sent=False)


def value_of(field: Field, text: str, *, sent: bool = True) -> Any:
    """The answer in one box."""
    if field.kind == "flag":
        return True if text else (False if sent or field.default is not False else None)
    text = text.strip()
    if not text:
        return None
    if field.kind in ("number", "integer"):
        return number_of(text)
    if field.kind == "estimate":
        return estimate_of(text)
    if field.kind in ("numbers", "texts"):
        return _entries(field, text)
    if field.kind in ("matrix", "grid", "table", "record"):
        as_lines = fits_lines(field) and text[0] not in "[{"
        return read_lines(field, text, value_of) if as_lines else _flow(text)
    return text


def _entries(field: Field, text: str) -> list[Any]:
    parts = [part.strip() for part in _SPLIT.split(text.strip())]
    if field.kind == "texts":
        return [part for part in parts if part]
    if len(parts) == 1:
        parts = text.split()
    return [None if part in ("", "-", "—", "?") else number_of(part) for part in parts]


def _flow(text: str) -> Any:
    try:
        return read_flow(text)
    except RefusedInput:
        return text


def places(sent: Mapping[str, str], name: str) -> list[int]:
    """The numbers of the rows that were sent below a name, ascending."""
    pattern = re.compile(rf"{re.escape(name)}\.([0-9]{{1,4}})\.")
    found = {int(match[1]) for key in sent if (match := pattern.match(key))}
    return sorted(found)[:_MOST]


def _listed(sent: Mapping[str, str], name: str) -> list[str] | None:
    """A list with a box for each entry; empty ones are left out. None where nothing is in any."""
    pattern = re.compile(rf"{re.escape(name)}\.([0-9]{{1,4}})")
    found = sorted((int(match[1]), text) for key, text in sent.items() if (match := pattern.fullmatch(key)))
    return [text.strip() for _, text in found if text.strip()] or None


def _rows(field: Field, sent: Mapping[str, str], name: str) -> list[dict[str, Any]] | None:
    below = [f"{name}.{place}" for place in places(sent, name)]
    return [given_of(field.columns, sent, row) for row in below if _is_filled(field, sent, row)] or None


def _is_filled(field: Field, sent: Mapping[str, str], row: str) -> bool:
    """Whether anything was written in a row; a choice or a flag beside empty boxes says nothing."""
    typed = [column for column in field.columns if column.kind not in ("choice", "flag")] or field.columns
    names = {f"{row}.{column.name}": column for column in typed}
    if any(sent.get(each, "").strip() for each in names):
        return True
    return any(
        _is_filled(column, sent, f"{each}.{place}")
        for each, column in names.items()
        if column.kind == "table"
        for place in places(sent, each)
    )


def _cells(field: Field, sent: Mapping[str, str], name: str) -> list[list[Any]] | None:
    """Boxes `name.row.column` as rows; empty rows and columns at the end are left out."""
    found = _filled(sent, name)
    if not found:
        return None
    one = number_of if field.kind == "matrix" else str
    height, width = (1 + max(place[axis] for place in found) for axis in (0, 1))
    if height * width > 2 * sum(key.startswith(f"{name}.") for key in sent):  # no grid of boxes sends this
        rows = sorted({row for row, _ in found})
        return [[one(text) for (at, _), text in found.items() if at == row] for row in rows[:_MOST]]
    return [[one(found[r, c]) if (r, c) in found else None for c in range(width)] for r in range(height)]


def _filled(sent: Mapping[str, str], name: str) -> dict[tuple[int, int], str]:
    """(row, column) -> the text of each box that is not empty."""
    pattern = re.compile(rf"{re.escape(name)}\.([0-9]{{1,4}})\.([0-9]{{1,4}})")
    boxes = ((pattern.fullmatch(key), text.strip()) for key, text in sent.items())
    return {(int(box[1]), int(box[2])): text for box, text in boxes if box and text}
