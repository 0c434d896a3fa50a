"""A batch of readings as it comes over HTTP: JSON, JSON lines, or CSV."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from anlan.domain.errors import RefusedInput
from anlan.web.readings.taking import MOST_ROWS

KINDS = ("application/json", "application/x-ndjson", "text/csv")
_DIMENSION = "dimension."


def rows_of(body: bytes, kind: str) -> list[Any]:
    """The rows as they came. Errors: RefusedInput `monitor.batch.*` for what cannot be read at all."""
    plain = kind.partition(";")[0].strip().lower() or KINDS[0]
    if plain not in KINDS:
        raise RefusedInput("monitor.batch.kind", found=plain[:60], accepted=KINDS)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise RefusedInput("monitor.batch.encoding", at=fault.start) from fault
    if plain == "text/csv":
        return list(_from_csv(text))
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


def _from_csv(text: str) -> Iterator[dict[str, Any]]:
    """Columns named as the fields, dimensions as `dimension.<name>`; an empty cell is no value."""
    try:
        reader = csv.DictReader(io.StringIO(text), strict=True)
        for number, row in enumerate(reader, start=2):
            if number > MOST_ROWS + 2:
                return
            yield _plain_row(row)
    except csv.Error as fault:
        raise RefusedInput("monitor.batch.csv", line=reader.line_num) from fault


def _plain_row(row: dict[str | None, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    dimensions: dict[str, str] = {}
    for name, value in row.items():
        if name is None:
            found["?"] = value
        elif name.startswith(_DIMENSION):
            if value:
                dimensions[name.removeprefix(_DIMENSION)] = value
        elif name in ("value", "n") and value is not None:
            found[name] = _number(value.strip(), whole=name == "n")
        elif value:
            found[name] = value.strip()
    if dimensions:
        found["dimensions"] = dimensions
    return found


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
