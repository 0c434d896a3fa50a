"""One door to the readers of all formats: a file becomes headings and an iterator of block makers.

A block maker is called, possibly on another thread, to get its `RawBlock`; the readers that work in one
stream hand out finished blocks.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import pyarrow as pa

from anlan.formats.reading.blocks import RawBlock
from anlan.formats.reading.delimited import Shape, find_shape, iter_slices, parse_slice
from anlan.formats.reading.options import ReadOptions
from anlan.formats.reading.source import Source

BlockMaker = Callable[[], RawBlock]


@dataclass(frozen=True)
class OpenedFile:
    """`blocks()` starts reading from the beginning each time; there is always at least one block."""

    name: str
    columns: tuple[str, ...]
    blocks: Callable[[], Iterator[BlockMaker]]
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


def open_log_file(source: Source, options: ReadOptions) -> OpenedFile:
    """Open a file by its format."""
    return _OPENERS[source.format](source, options)


def _open_delimited(source: Source, options: ReadOptions) -> OpenedFile:
    shape = find_shape(source)
    return OpenedFile(
        name=source.name,
        columns=shape.headings,
        blocks=partial(_delimited_blocks, source, shape),
        encoding=source.encoding.label,
        delimiter=shape.delimiter,
    )


def _delimited_blocks(source: Source, shape: Shape) -> Iterator[BlockMaker]:
    empty = True
    for piece in iter_slices(source, shape):
        empty = False
        yield partial(parse_slice, piece, shape, name=source.name)
    if empty:
        yield partial(RawBlock, {name: pa.array([], pa.string()) for name in shape.headings}, shape.first_row)


_OPENERS: dict[str, Callable[[Source, ReadOptions], OpenedFile]] = {"csv": _open_delimited}
