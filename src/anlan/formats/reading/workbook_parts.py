"""Is the zip inside an XLSX file safe to unpack? Sizes are measured, since a zip may lie about them, and
so is how far the cells of a sheet reach: a sheet is read as a full rectangle."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from isal import isal_zlib

from anlan.domain.errors import RefusedInput
from anlan.formats.reading.workbook_cells_kernels import farthest_cell

MAX_BYTES = 4 << 30
"""Most bytes the parts of a workbook may unpack to; a workbook is read into memory."""

MAX_RATIO = 200
FREE_BYTES = 256 << 20

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""The last cell Excel knows: XFD1048576."""

MOST_CELLS = 1 << 26
"""Most cells of the rectangle from A1 to the farthest row and column: 64 columns of full length."""

_PIECE = 1 << 16
_START = 2_048
_OVERLAP = 64
"""Longer than any reference of a cell, so that none is lost between two pieces."""

_STRINGS = "sharedStrings.xml"
_COUNT = re.compile(rb"niqueCount\s{0,9}=\s{0,9}[\"']\s{0,9}(?:\+?(\d{1,30})|[^\"'<>]{0,99}&)")
_HIDDEN = 10**30
"""Stands for a number written with signs that no program writes it with."""

_LEAST_TEXT = 5
"""Bytes of the shortest entry of a list of texts, `<si/>`. Readers make room for as many as are announced."""


def check_parts(path: Path, *, max_bytes: int | None = None, most_cells: int = MOST_CELLS) -> None:
    """Refuse a file that is no zip, swells like a bomb, holds a part with a document type, announces more
    texts than it holds, or cells so far away that the rectangle up to them is no table."""
    size = path.stat().st_size
    limit = min(max_bytes or MAX_BYTES, MAX_BYTES, max(FREE_BYTES, MAX_RATIO * size))
    try:
        with zipfile.ZipFile(path) as parts, path.open("rb") as raw:
            left = limit
            for part in parts.infolist():
                seen = _read_part(raw, part, path, left=left, limit=limit)
                _check_reach(seen, part, path, most_cells)
                left -= seen.size
    except (zipfile.BadZipFile, isal_zlib.error, zlib.error, EOFError, NotImplementedError) as fault:
        raise RefusedInput("workbook.unreadable", path=path.name, found=str(fault)) from fault


@dataclass
class _Seen:
    """What was seen of a part while it was unpacked."""

    size: int = 0
    start: bytes = b""
    end: bytes = b""
    row: int = 0
    column: int = 0
    texts: int = 0

    def take(self, piece: bytes, *, cells: bool) -> None:
        self.size += len(piece)
        if len(self.start) < _START:
            self.start += piece[:_START]
        content = self.end + piece
        self.end = content[-_OVERLAP:]
        if cells:
            row, column = farthest_cell(np.frombuffer(content, dtype=np.uint8))
            self.row, self.column = max(self.row, row), max(self.column, column)
        if b"niqueCount" in content:
            self.texts = max(self.texts, *(int(n or _HIDDEN) for n in _COUNT.findall(content)), 0)


def _read_part(raw: BinaryIO, part: zipfile.ZipInfo, path: Path, *, left: int, limit: int) -> _Seen:
    """The part unpacked, up to `left` bytes."""
    seen = _Seen()
    is_xml = part.filename.endswith((".xml", ".rels"))
    for piece in _unpacked(raw, part):
        seen.take(piece, cells=is_xml and not part.filename.endswith(_STRINGS))
        if seen.size > left:
            raise RefusedInput("workbook.too_large", path=path.name, limit=limit)
    if is_xml and b"<!DOCTYPE" in seen.start.upper():
        raise RefusedInput("workbook.doctype", path=path.name, part=part.filename)
    if seen.texts * _LEAST_TEXT > seen.size:
        raise zipfile.BadZipFile(f"{part.filename} announces {seen.texts} texts")
    return seen


def _check_reach(seen: _Seen, part: zipfile.ZipInfo, path: Path, most_cells: int) -> None:
    """Refuse cells outside of what Excel knows, or too far away for a table."""
    beyond = seen.row > LAST_ROW or seen.column > LAST_COLUMN
    if beyond or seen.row * seen.column > most_cells:
        raise RefusedInput(
            "workbook.too_far",
            path=path.name,
            part=part.filename,
            rows=min(seen.row, 10**9),
            columns=min(seen.column, 10**9),
            limit=most_cells,
        )


def _unpacked(raw: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of a part, piece by piece."""
    raw.seek(part.header_offset)
    header = raw.read(30)
    if len(header) < 30:
        raise zipfile.BadZipFile("a part is cut off")
    raw.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    if part.compress_type == zipfile.ZIP_STORED:
        yield from _pieces(raw, part.compress_size)
    elif part.compress_type == zipfile.ZIP_DEFLATED:
        inflater = isal_zlib.decompressobj(wbits=-15)
        for piece in _pieces(raw, part.compress_size):
            yield inflater.decompress(piece)
            if inflater.eof:
                return
    else:
        raise zipfile.BadZipFile(f"packing method {part.compress_type}")


def _pieces(raw: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0:
        piece = raw.read(min(size, _PIECE))
        if not piece:
            raise EOFError("a part is cut off")
        size -= len(piece)
        yield piece
