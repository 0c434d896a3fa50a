"""A whole XES log as its blocks come out one after the other, with what the scan knows of it."""

from dataclasses import dataclass
from pathlib import Path

from anlan.formats.reading import xes_kernels as scanner
from anlan.formats.reading.blocks import RawBlock
from anlan.formats.reading.xes import _Reader, iter_xes_blocks
from anlan.formats.reading.xes_header import XesHeader
from anlan.formats.reading.xes_stream import MAX_BYTES, XesStream

_TYPES = (
    (scanner.STRING, "string"),
    (scanner.DATE, "date"),
    (scanner.INT, "int"),
    (scanner.FLOAT, "float"),
    (scanner.BOOLEAN, "boolean"),
    (scanner.ID, "id"),
    (scanner.COLLECTION, "list"),
)


@dataclass(frozen=True)
class XesLog:
    """types: column -> string, date, int, float, boolean or id; `string` where a key has several."""

    blocks: list[RawBlock]
    header: XesHeader
    types: dict[str, str]
    n_events: int
    n_traces: int


def read_xes(path: Path, *, max_bytes: int = MAX_BYTES, piece_bytes: int | None = None) -> XesLog:
    blocks = list(iter_xes_blocks(path, max_bytes=max_bytes, piece_bytes=piece_bytes))
    with XesStream(path, max_bytes=max_bytes) as stream:
        reader = _Reader(stream, piece_bytes=piece_bytes)
        n_events = sum(found.n_rows for found in reader.pieces())
        types = {name: _type(int(reader._work.keys.types[n])) for n, name in reader.names().items()}
        assert reader.header is not None
        return XesLog(blocks, reader.header, types, n_events, reader.n_traces)


def _type(bits: int) -> str:
    named = [name for bit, name in _TYPES if bits & bit]
    return named[0] if len(named) == 1 else "string"
