"""Which cells of a sheet hold a formula: what such a cell shows was computed elsewhere, nobody typed it."""

import io
import posixpath
import re
import zipfile
from pathlib import Path

from defusedxml.ElementTree import fromstring, iterparse

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_ANY = re.compile(rb"[<:]f[\s>/]")
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


def formula_cells(path: Path, sheet: str) -> frozenset[tuple[int, int]]:
    """(row, column), both from 1, of the cells of the sheet that hold a formula."""
    with zipfile.ZipFile(path) as parts:
        part = _part_of(parts, sheet)
        if part is None:
            return frozenset()
        cells = parts.read(part)
    if _ANY.search(cells) is None:
        return frozenset()
    found = set()
    for _, element in iterparse(io.BytesIO(cells)):
        if element.tag == f"{_MAIN}c":
            if element.find(f"{_MAIN}f") is not None:
                found.add(_place(element.get("r", "")))
        elif element.tag == f"{_MAIN}row":
            element.clear()
    return frozenset(found)


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


def _place(reference: str) -> tuple[int, int]:
    """`C7` as (7, 3); (0, 0) where there is no such place."""
    match = _PLACE.fullmatch(reference)
    if match is None:
        return 0, 0
    column = 0
    for letter in match[1]:
        column = 26 * column + ord(letter) - 64
    return int(match[2]), column
