"""Which cells of a sheet nobody filled in by hand: formulas, their faults, cells that are merged away."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from defusedxml.ElementTree import fromstring, iterparse

Mark = Literal["formula", "error_cell", "merged"]
Marks = dict[tuple[int, int], Mark]

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ANY = re.compile(rb"[<:]f[\s>/]|\st\s*=\s*[\"']e[\"']|mergeCell\s")
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def marked_cells(path: Path, sheet: str, *, rows: int, columns: int) -> Marks:
    """(row, column), both from 1, -> `formula`; `error_cell`, as #N/A; or `merged`, for every cell of a
    merged area but its first, which alone has the value. rows, columns: how far the table reaches.

    Errors: BadZipFile, KeyError, ValueError or SyntaxError where the file is damaged.
    """
    with zipfile.ZipFile(path) as parts:
        part = _part_of(parts, sheet)
        cells = parts.read(part) if part is not None else b""
    found: Marks = {}
    if _ANY.search(cells) is None:
        return found
    for _, element in iterparse(io.BytesIO(cells)):
        if element.tag == f"{_MAIN}c":
            if element.find(f"{_MAIN}f") is not None:
                found[_place(element.get("r", ""))] = "formula"
            elif element.get("t") == "e":
                found[_place(element.get("r", ""))] = "error_cell"
        elif element.tag == f"{_MAIN}mergeCell":
            for place in _merged_away(element.get("ref", ""), rows=rows, columns=columns):
                if found.get(place) == "merged":
                    raise ValueError("cells are merged twice")
                found[place] = "merged"
        elif element.tag == f"{_MAIN}row":
            element.clear()
    return found


def _part_of(parts: zipfile.ZipFile, sheet: str) -> str | None:
    """The part of the archive that holds the sheet's cells."""
    book = fromstring(parts.read("xl/workbook.xml"))
    links = fromstring(parts.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): str(link.get("Target")) for link in links}
    for entry in book.iter(f"{_MAIN}sheet"):
        if entry.get("name") == sheet:
            target = targets[entry.get(_LINK)]
            return target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
    return None


def _merged_away(area: str, *, rows: int, columns: int) -> Iterator[tuple[int, int]]:
    """The cells of `B2:C4` without the first, as far as the table reaches."""
    start, _, end = area.partition(":")
    (top, left), (bottom, right) = _place(start), _place(end)
    for row in range(top, min(bottom, rows) + 1):
        for column in range(left, min(right, columns) + 1):
            if (row, column) != (top, left):
                yield row, column


def _place(reference: str) -> tuple[int, int]:
    """`C7` as (7, 3); (0, 0) where there is no such place."""
    match = _PLACE.fullmatch(reference)
    if match is None:
        return 0, 0
    column = 0
    for letter in match[1]:
        column = 26 * column + ord(letter) - 64
    return int(match[2]), column
