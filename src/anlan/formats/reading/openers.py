"""One door to the readers of all formats: a file becomes headings and an iterator of block makers.

A block maker is called, possibly on another thread, to get its `RawBlock`; the readers that work in one
stream hand out finished blocks.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

import pyarrow as pa

from anlan.formats.reading.blocks import RawBlock
from anlan.formats.reading.delimited import Shape, find_shape, iter_slices, parse_slice
from anlan.formats.reading.options import ReadOptions
from anlan.formats.reading.source import Source

BlockMaker = Callable[[], RawBlock]


@dataclass(frozen=True)
class OpenedFile:
    """`blocks()` starts reading from the beginning each time; there is always at least one block.

    columns: those of the first block. Every block has them in this order; of a stream that tells its
    columns as it goes (XES) a later block may have further ones behind them.
    """

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


def _open_xes(source: Source, options: ReadOptions) -> OpenedFile:
    """Columns are those of the first block; the whole file is searched for them only where the user
    names one that is not there. Later blocks may bring more (see `OpenedFile.columns`)."""
    from anlan.formats.reading.xes import CASE_COLUMN, iter_xes_blocks

    walk = partial(iter_xes_blocks, source.path, max_bytes=source.max_bytes)
    started = walk()
    first = next(started)
    needed = () if first.n_rows else (CASE_COLUMN, "concept:name", "time:timestamp")
    columns = tuple(dict.fromkeys((*first.columns, *needed)))
    begun = [chain([first], started)]

    def once() -> Iterator[RawBlock]:
        """The piece already scanned is not scanned again."""
        return begun.pop() if begun else walk()

    opened = OpenedFile(name=source.name, columns=columns, blocks=partial(_finished, once, columns))
    named_later = not set(options.mapping.values()) <= set(columns)
    return with_all_columns(source, opened) if named_later else opened


def with_all_columns(source: Source, opened: OpenedFile) -> OpenedFile:
    """An XES file whose columns are all known beforehand: those of its first block, then the others."""
    from anlan.formats.reading.xes import iter_xes_blocks, xes_columns

    found = xes_columns(source.path, max_bytes=source.max_bytes)
    columns = tuple(dict.fromkeys((*opened.columns, *found)))
    walk = partial(iter_xes_blocks, source.path, max_bytes=source.max_bytes)
    return replace(opened, columns=columns, blocks=partial(_finished, walk, columns))


def _finished(walk: Callable[[], Iterator[RawBlock]], columns: tuple[str, ...]) -> Iterator[BlockMaker]:
    for block in walk():
        yield partial(_with_columns, block, columns)


def _with_columns(block: RawBlock, columns: tuple[str, ...]) -> RawBlock:
    """The block with empty columns for those it lacks, and what it has beyond them after them."""
    if tuple(block.columns) == columns:
        return block
    nothing = pa.nulls(block.n_rows, pa.string())
    own = {name: block.columns.get(name, nothing) for name in columns}
    return replace(block, columns={**own, **block.columns})


def _open_workbook(source: Source, options: ReadOptions) -> OpenedFile:
    from anlan.formats.reading.workbook import open_table

    table = open_table(
        source.path,
        sheet=options.sheet,
        given=options.mapping,
        time_format=options.time_format,
        max_bytes=source.max_bytes,
    )
    return OpenedFile(
        name=source.name,
        columns=table.headings,
        blocks=partial(_finished, table.blocks, table.headings),
        sheet=table.sheet,
    )


def _open_columnar(source: Source, options: ReadOptions) -> OpenedFile:
    from anlan.formats.reading.columnar import open_columnar

    file = open_columnar(source.path)
    return OpenedFile(
        name=source.name, columns=file.headings, blocks=partial(_finished, file.blocks, file.headings)
    )


_OPENERS: dict[str, Callable[[Source, ReadOptions], OpenedFile]] = {
    "csv": _open_delimited,
    "xes": _open_xes,
    "xlsx": _open_workbook,
    "parquet": _open_columnar,
    "feather": _open_columnar,
}
