"""Open a log file: find out from its first bytes what it is, refuse what is no log, and read it as UTF-8.

Content decides; a name that says otherwise is refused, since one of the two is a mistake. Compressed and
differently encoded text is turned into UTF-8 piece by piece, so a file is never in memory as a whole.
"""

import codecs
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from isal import igzip

from anlan.domain.errors import RefusedInput
from anlan.formats.reading.encodings import ACCEPTED_ENCODINGS, Encoding, find_encoding

DEFAULT_MAX_BYTES = 64 << 30
"""A file of more bytes after decompression is refused unless the caller allows it."""

SAMPLE_BYTES = 1 << 18
_BOMB_RATIO, _BOMB_FLOOR = 200, 256 << 20
_GZIP = b"\x1f\x8b"

_KNOWN = (
    (b"PK\x03\x04", "xlsx"),
    (b"PAR1", "parquet"),
    (b"ARROW1", "feather"),
    (b"FEA1", "feather"),
    (b"\xd0\xcf\x11\xe0", "old Excel (xls)"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"SQLite format 3", "SQLite"),
    (b"\x7fELF", "ELF"),
)
_BINARY_FORMATS = ("xlsx", "parquet", "feather")

_FORMATS_OF_NAME = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".tab": "csv", ".xes": "xes", ".xml": "xes",
    ".xlsx": "xlsx", ".xlsm": "xlsx", ".parquet": "parquet", ".pq": "parquet",
    ".feather": "feather", ".arrow": "feather",
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """A file that may be a log. `format` is csv, xes, xlsx, parquet or feather.

    `size` is that of the file as stored. `sample` holds the first bytes after decompression, as stored.
    """

    path: Path
    format: str
    gzipped: bool
    size: int
    sample: bytes
    encoding: Encoding
    max_bytes: int = DEFAULT_MAX_BYTES

    @property
    def is_text(self) -> bool:
        return self.format in ("csv", "xes")

    @property
    def name(self) -> str:
        return self.path.name

    @contextmanager
    def bytes_as_stored(self) -> Iterator[IO[bytes]]:
        """The file's bytes, decompressed, within the limits."""
        with self.path.open("rb") as raw:
            yield _Inflated(raw, self) if self.gzipped else raw  # type: ignore[misc]

    @contextmanager
    def utf8(self) -> Iterator["Utf8Stream"]:
        """The text as UTF-8 without a byte order mark."""
        with self.bytes_as_stored() as stream:
            yield Utf8Stream(stream, self)


def inspect(path: Path | str, *, max_bytes: int | None = None) -> Source:
    """Look at a file's first bytes and its name; refuse what cannot be an event log."""
    path = Path(path)
    limit = max_bytes or DEFAULT_MAX_BYTES
    size = _size(path, limit)
    with path.open("rb") as stream:
        head = stream.read(SAMPLE_BYTES)
    gzipped = head.startswith(_GZIP)
    named_gz = path.suffix.lower() == ".gz"
    if gzipped != named_gz:
        _refuse_name(path, "gzip" if gzipped else _kind_of(head, path))
    draft = Source(path, "csv", gzipped, size, head, Encoding("utf-8", 0, sure=False), limit)
    sample = _inflated_sample(draft) if gzipped else head
    found = _kind_of(sample, path)
    inner = Path(path.stem) if named_gz else path
    expected = _FORMATS_OF_NAME.get(inner.suffix.lower(), found)
    if found != expected:
        _refuse_name(path, found)
    if gzipped and found in _BINARY_FORMATS:
        raise RefusedInput("reading.not_a_log", name=path.name, found=f"{found}.gz")
    encoding = find_encoding(sample, name=path.name) if found == "csv" else Encoding("utf-8", 0, sure=False)
    return Source(path, found, gzipped, size, sample, encoding, limit)


def _size(path: Path, limit: int) -> int:
    if not path.exists():
        raise RefusedInput("log.not_found", path=str(path))
    if not path.is_file():
        raise RefusedInput("reading.not_a_file", path=str(path))
    size = path.stat().st_size
    if size == 0:
        raise RefusedInput("reading.empty_file", name=path.name)
    if size > limit:
        raise RefusedInput("reading.too_large", name=path.name, found=size, limit=limit)
    return size


def _inflated_sample(source: Source) -> bytes:
    with source.bytes_as_stored() as stream:
        sample = stream.read(SAMPLE_BYTES)
    if not sample:
        raise RefusedInput("reading.empty_file", name=source.name)
    return sample


def _refuse_name(path: Path, found: str) -> None:
    raise RefusedInput("reading.name_contradicts", name=path.name, found=found)


def _kind_of(sample: bytes, path: Path) -> str:
    """csv, xes, xlsx, parquet or feather; anything else is refused."""
    for mark, kind in _KNOWN:
        if sample.startswith(mark):
            if kind not in _BINARY_FORMATS:
                raise RefusedInput("reading.not_a_log", name=path.name, found=kind)
            return kind
    start = _first_text(sample)
    if start.startswith(("<!doctype html", "<html")):
        raise RefusedInput("reading.not_a_log", name=path.name, found="HTML")
    if start.startswith("<"):
        return "xes"
    if start.startswith(("{", "[")):
        raise RefusedInput("reading.not_a_log", name=path.name, found="JSON")
    return "csv"


def _first_text(sample: bytes) -> str:
    """The first characters, lower case, whatever the encoding: enough to see markup."""
    head = sample[:400].removeprefix(codecs.BOM_UTF8).replace(b"\x00", b"")
    head = head.removeprefix(codecs.BOM_UTF16_LE).removeprefix(codecs.BOM_UTF16_BE)
    return head.decode("latin-1").lstrip().lower()


class _Inflated:
    """A gzip file read piece by piece, refused when damaged or when it swells like a bomb."""

    def __init__(self, raw: IO[bytes], source: Source) -> None:
        self._raw, self._source = raw, source
        self._stream = igzip.IGzipFile(fileobj=raw, mode="rb")
        self._out = 0

    def read(self, size: int = -1) -> bytes:
        try:
            data = bytes(self._stream.read(size))
        except (EOFError, OSError, igzip.isal_zlib.error) as fault:
            raise RefusedInput("reading.gz_damaged", name=self._source.name) from fault
        self._out += len(data)
        self._check()
        return data

    def readinto(self, room: memoryview) -> int:
        data = self.read(len(room))
        room[: len(data)] = data
        return len(data)

    def _check(self) -> None:
        if self._out > self._source.max_bytes:
            raise RefusedInput(
                "reading.too_large", name=self._source.name, found=self._out, limit=self._source.max_bytes
            )
        if self._out > _BOMB_FLOOR and self._out > _BOMB_RATIO * max(self._raw.tell(), 1):
            raise RefusedInput("reading.gz_bomb", name=self._source.name, ratio=_BOMB_RATIO)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class Utf8Stream:
    """UTF-8 bytes of a text file in whatever accepted encoding, without its byte order mark."""

    def __init__(self, stream: IO[bytes], source: Source) -> None:
        self._stream, self._source = stream, source
        self._decoder = None
        self._left_over = b""
        stream.read(source.encoding.mark_bytes)
        if source.encoding.name != "utf-8":
            self._decoder = codecs.getincrementaldecoder(source.encoding.name)("strict")

    def read(self, size: int) -> bytes:
        """About `size` bytes; empty only at the end."""
        data = self._stream.read(size)
        if self._decoder is None:
            return data
        try:
            text = self._decoder.decode(data, final=not data)
        except UnicodeDecodeError as fault:
            raise RefusedInput(
                "reading.encoding_broken",
                name=self._source.name,
                encoding=self._source.encoding.name,
                accepted=list(ACCEPTED_ENCODINGS),
            ) from fault
        return text.encode("utf-8") if text or not data else self.read(size)

    def readinto(self, room: memoryview) -> int:
        """Fill the beginning of `room`; returns how many bytes, 0 only at the end."""
        if self._decoder is None:
            return int(self._stream.readinto(room))  # type: ignore[attr-defined]
        data = self._left_over or self.read(len(room))
        n = min(len(data), len(room))
        room[:n], self._left_over = data[:n], data[n:]
        return n


def file_sha256(path: Path) -> str:
    """Hex digest of a file as stored."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
