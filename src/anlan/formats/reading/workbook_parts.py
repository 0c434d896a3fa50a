"""Is the zip inside an XLSX file safe to unpack? Sizes are measured, since a zip may lie about them."""

import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

from isal import isal_zlib

from anlan.domain.errors import RefusedInput

MAX_BYTES = 4 << 30
"""Most bytes the parts of a workbook may unpack to; a workbook is read into memory."""

MAX_RATIO = 200
FREE_BYTES = 256 << 20
_PIECE = 1 << 16
_START = 2_048


def check_parts(path: Path, *, max_bytes: int | None = None) -> None:
    """Refuse a file that is no zip, swells like a bomb, or holds a part with a document type."""
    size = path.stat().st_size
    limit = min(max_bytes or MAX_BYTES, MAX_BYTES, max(FREE_BYTES, MAX_RATIO * size))
    try:
        with zipfile.ZipFile(path) as parts, path.open("rb") as raw:
            left = limit
            for part in parts.infolist():
                left -= _check_part(raw, part, path, left=left, limit=limit)
    except (zipfile.BadZipFile, isal_zlib.error, zlib.error, EOFError, NotImplementedError) as fault:
        raise RefusedInput("workbook.unreadable", path=path.name, found=str(fault)) from fault


def _check_part(raw: BinaryIO, part: zipfile.ZipInfo, path: Path, *, left: int, limit: int) -> int:
    """Bytes the part unpacks to, measured up to `left`."""
    raw.seek(part.header_offset)
    header = raw.read(30)
    if len(header) < 30:
        raise zipfile.BadZipFile("a part is cut off")
    raw.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    if part.compress_type == zipfile.ZIP_STORED:
        start = raw.read(min(part.compress_size, _START))
        size = part.compress_size
    elif part.compress_type == zipfile.ZIP_DEFLATED:
        start, size = _inflate(raw, part.compress_size, left=left)
    else:
        raise zipfile.BadZipFile(f"packing method {part.compress_type}")
    if size > left:
        raise RefusedInput("workbook.too_large", path=path.name, limit=limit)
    if part.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in start.upper():
        raise RefusedInput("workbook.doctype", path=path.name, part=part.filename)
    return size


def _inflate(raw: BinaryIO, packed: int, *, left: int) -> tuple[bytes, int]:
    """First bytes and size of a deflated part; stops soon after `left`."""
    inflater = isal_zlib.decompressobj(wbits=-15)
    start, size = b"", 0
    while packed > 0 and size <= left and not inflater.eof:
        piece = raw.read(min(packed, _PIECE))
        if not piece:
            raise EOFError("a part is cut off")
        packed -= len(piece)
        out = inflater.decompress(piece)
        if len(start) < _START:
            start += out[:_START]
        size += len(out)
    return start, size
