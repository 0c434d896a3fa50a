"""A batch of readings as it comes over HTTP: JSON, JSON lines, or CSV."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from anlan.domain.errors import RefusedInput
from anlan.web.readings.taking import MOST_ROWS

KINDS = ("application/json", "application/x-ndjson", "text/csv")
_DIMENSION = "dimension."


def rows_of(body: bytes, kind: str, *, most: int | None = MOST_ROWS) -> list[Any]:
    """The rows as they came; of a longer CSV a little more than `most`, so that it is seen to be too long.

    Errors: RefusedInput `monitor.batch.*` for what cannot be read at all.
    """
    plain = kind.partition(";")[0].strip().lower() or KINDS[0]
    if plain not in KINDS:
        raise RefusedInput("monitor.batch.kind", found=plain[:60], accepted=KINDS)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise RefusedInput("monitor.batch.encoding", at=fault.start) from fault
    if plain == "text/csv":
        return list(_from_csv(text, most))
    return _from_lines(text) if plain == "application/x-ndjson" else _from_json(text)


def _from_json(text: str) -> list[Any]:
    try:
        found = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as fault:
        raise RefusedInput("monitor.batch.json", line=getattr(fault, "lineno", 1)) from fault
    rows = found.get("readings") if isinstance(found, dict) else found
    if not isinstance(rows, list):
        raise RefusedInput("monitor.batch.shape")
    return rows


def _from_lines(text: str) -> list[Any]:
    """One object a line; a line that is none stands as its text, so that it is refused by itself."""
    rows: list[Any] = []
    for line in text.split("\n"):
        if line.strip():
            try:
                rows.append(json.loads(line, parse_constant=_refuse))
            except (ValueError, RecursionError):
                rows.append(line)
    return rows


def _from_csv(text: str, most: int | None) -> Iterator[dict[str, Any]]:
    """Columns named as the fields, dimensions as `dimension.<name>`; an empty cell is no value."""
    try:
        reader = csv.DictReader(io.StringIO(text), strict=True)
        for number, row in enumerate(reader, start=2):
            if most is not None and number > most + 2:
                return
            yield plain_row(row)
    except csv.Error as fault:
        raise RefusedInput("monitor.batch.csv", line=reader.line_num) from fault


def table_rows(cells: Sequence[Sequence[Any]]) -> list[dict[Any, Any]]:
    """Rows of a table whose first row names the columns; a cell beyond them is no field."""
    if not cells:
        return []
    names = [str(name).strip() for name in cells[0]]
    return [
        {names[at] if at < len(names) and names[at] else None: cell for at, cell in enumerate(row)}
        for row in cells[1:]
    ]


def plain_row(row: Mapping[str | None, Any]) -> dict[str, Any]:
    """A row of a table as a reading: columns named as the fields, dimensions as `dimension.<name>`, numbers
    also where they are written as text; an empty cell is no value."""
    found: dict[str, Any] = {}
    dimensions: dict[str, str] = {}
    for name, value in row.items():
        if name is None:
            found["?"] = value
        elif name in ("value", "n"):
            found[name] = _cell(value, whole=name == "n")
        elif name == "dimensions" and isinstance(value, Mapping):
            found[name] = value
        elif value is not None and value != "":
            written = value if name == "at" and not isinstance(value, str) else _word(value)
            if name.startswith(_DIMENSION):
                dimensions[name.removeprefix(_DIMENSION)] = str(written)
            else:
                found[name] = written
    if dimensions:
        found["dimensions"] = dimensions
    return found


def _cell(value: Any, *, whole: bool) -> Any:
    if isinstance(value, str):
        return _number(value.strip(), whole=whole)
    return int(value) if whole and isinstance(value, float) and value.is_integer() else value


def _word(value: Any) -> str:
    """A code as text; spreadsheets and databases keep codes of digits as numbers."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def _number(written: str, *, whole: bool) -> Any:
    """The number, None for an empty cell, or what stands there where it is none."""
    if not written:
        return None
    try:
        return int(written) if whole else float(written)
    except ValueError:
        return written


def _refuse(word: str) -> float:
    raise ValueError(word)
