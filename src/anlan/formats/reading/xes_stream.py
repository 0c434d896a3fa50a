"""The bytes of an XES file as UTF-8, whatever its packing and declared encoding, within limits."""

import codecs
import re
from pathlib import Path
from typing import BinaryIO

from isal import igzip, isal_zlib

from anlan.domain.errors import RefusedInput

MAX_BYTES = 1 << 40
"""Most bytes a file may unpack to."""

MAX_RATIO = 250
"""Most bytes unpacked per packed byte, once `FREE_BYTES` are unpacked; event logs reach 10 to 60."""

FREE_BYTES = 1 << 28
PIECE = 1 << 20

_ENCODINGS = re.compile(
    r"^(utf-?8|us-?ascii|utf-?16(-?[lb]e)?|gb18030|gbk|gb2312|big5(-?hkscs)?|iso-?8859-?\d{1,2}|latin-?1"
    r"|windows-?125\d|cp125\d|shift-?jis|euc-(jp|kr|cn))$"
)
_DECLARED = re.compile(rb"""^\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._\-]{1,40})["']""")


class XesStream:
    """Reads UTF-8 bytes into a buffer; refuses damaged packing, bombs and undecodable text."""

    def __init__(self, path: Path, *, max_bytes: int = MAX_BYTES) -> None:
        self.path = path
        self._max_bytes = max_bytes
        self._packed_size = path.stat().st_size
        self._file: BinaryIO = path.open("rb", buffering=0)
        self._packed = self._file.read(2) == b"\x1f\x8b"
        self._file.seek(0)
        self._source = igzip.open(self._file, "rb") if self._packed else self._file
        self._unpacked = 0
        self._start = self._take(PIECE)
        self._decoder: codecs.IncrementalDecoder | None = None
        self._ended = False
        self.encoding = "utf-8"
        self._find_encoding()

    def __enter__(self) -> "XesStream":
        return self

    def __exit__(self, *_: object) -> None:
        self._source.close()
        self._file.close()

    def readinto(self, room: memoryview) -> int:
        """Fill `room` from the front; 0 only at the end."""
        if self._decoder is not None:
            return self._decode_into(room)
        if self._start:
            return self._hand_out(room)
        return self._read_raw(room)

    def _hand_out(self, room: memoryview) -> int:
        piece, self._start = self._start[: len(room)], self._start[len(room) :]
        room[: len(piece)] = piece
        return len(piece)

    def _decode_into(self, room: memoryview) -> int:
        assert self._decoder is not None
        while not self._start and not self._ended:
            piece = self._take(PIECE)
            self._start = self._decoded(piece)
        return self._hand_out(room)

    def _decoded(self, piece: bytes) -> bytes:
        assert self._decoder is not None
        self._ended = not piece
        try:
            return self._decoder.decode(piece, final=self._ended).encode()
        except UnicodeError as fault:
            raise RefusedInput("xes.encoding", path=self.path.name, encoding=self.encoding) from fault

    def _take(self, size: int) -> bytes:
        piece = bytearray(size)
        return bytes(piece[: self._read_raw(memoryview(piece))])

    def _read_raw(self, room: memoryview) -> int:
        try:
            size: int = self._source.readinto(room) or 0
        except (EOFError, OSError, isal_zlib.error) as fault:
            raise RefusedInput("xes.damaged_gzip", path=self.path.name, position=self._unpacked) from fault
        self._unpacked += size
        bomb = self._packed and self._unpacked > max(FREE_BYTES, MAX_RATIO * self._packed_size)
        if bomb or self._unpacked > self._max_bytes:
            limit = self._max_bytes if not bomb else max(FREE_BYTES, MAX_RATIO * self._packed_size)
            raise RefusedInput("xes.too_large", path=self.path.name, limit=limit)
        return size

    def _find_encoding(self) -> None:
        """Encoding by byte order mark, else as declared, else UTF-8; other than UTF-8 is transcoded."""
        start = self._start
        if start.startswith(codecs.BOM_UTF8):
            self._start = start[3:]
            return
        if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            encoding = "utf-16"
        elif start.startswith((b"<\0", b"\0<")):
            encoding = "utf-16-le" if start[0] else "utf-16-be"
        else:
            declared = _DECLARED.match(start)
            encoding = declared[1].decode().lower() if declared else "utf-8"
        self.encoding = encoding
        if not _ENCODINGS.match(encoding) or (b"\0" not in start[:4] and "16" in encoding):
            raise RefusedInput("xes.encoding", path=self.path.name, encoding=encoding)
        if codecs.lookup(encoding).name not in ("utf-8", "ascii"):
            name = "gb18030" if encoding in ("gbk", "gb2312", "euc-cn") else encoding
            self._decoder = codecs.getincrementaldecoder(name)()
            self._start = self._decoded(start)
