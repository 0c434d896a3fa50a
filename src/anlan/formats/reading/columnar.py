"""Read Parquet, Feather and Arrow files: the columns as the file has them, types kept.

Texts stay texts or dictionaries of texts; times, dates, numbers and flags stay native. Times of day and
lengths of time become texts. Lists, structures, maps and raw bytes cannot be an attribute of an event:
they are left out and counted (`nested_columns`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet as pq

from anlan.domain.errors import RefusedInput
from anlan.formats.reading.blocks import RawBlock

BLOCK_ROWS = 1 << 17


@dataclass(frozen=True)
class ColumnarFile:
    """`headings` are the columns that can be read; `left_out` how many cannot."""

    path: Path
    headings: tuple[str, ...]
    left_out: int
    _batches: Callable[[], Iterator[pa.RecordBatch]]

    def blocks(self) -> Iterator[RawBlock]:
        """The rows in file order; at least one block."""
        first = 1
        with _refusing(self.path):
            for batch in self._batches():
                for start in range(0, max(batch.num_rows, 1), BLOCK_ROWS):
                    piece = batch.slice(start, BLOCK_ROWS)
                    if piece.num_rows:
                        yield self._block(piece, first)
                        first += piece.num_rows
            if first == 1:
                yield RawBlock({name: pa.nulls(0, pa.string()) for name in self.headings}, first_row=1)

    def _block(self, batch: pa.RecordBatch, first: int) -> RawBlock:
        batch.validate(full=True)
        return RawBlock(
            columns={name: _readable(batch.column(name)) for name in self.headings},
            first_row=first,
            notes={"nested_columns": self.left_out} if self.left_out and first == 1 else {},
        )


def iter_columnar_blocks(path: Path) -> Iterator[RawBlock]:
    """Blocks of a Parquet, Feather or Arrow file."""
    yield from open_columnar(path).blocks()


def open_columnar(path: Path) -> ColumnarFile:
    """Look at the columns of a Parquet file (it starts with PAR1) or an Arrow one."""
    with path.open("rb") as stream:
        mark = stream.read(4)
    with _refusing(path):
        if mark == b"PAR1":
            schema, batches = _open_parquet(path)
        elif mark == b"FEA1":
            table = pyarrow.feather.read_table(path)
            schema, batches = table.schema, lambda: iter(table.to_batches())
        else:
            schema, batches = _open_arrow(path)
    if len(set(schema.names)) < len(schema.names):
        repeated = sorted({name for name in schema.names if schema.names.count(name) > 1})
        raise RefusedInput("columnar.repeated_columns", path=path.name, columns=repeated)
    headings = tuple(field.name for field in schema if _is_readable(field.type))
    return ColumnarFile(path, headings, len(schema) - len(headings), batches)


_Opened = tuple[pa.Schema, Callable[[], Iterator[pa.RecordBatch]]]


def _open_parquet(path: Path) -> _Opened:
    schema = pq.read_schema(path)
    columns = [field.name for field in schema if _is_readable(field.type)]

    def batches() -> Iterator[pa.RecordBatch]:
        with pq.ParquetFile(path) as file:
            yield from file.iter_batches(batch_size=BLOCK_ROWS, columns=columns)

    return schema, batches


def _open_arrow(path: Path) -> _Opened:
    def batches() -> Iterator[pa.RecordBatch]:
        with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as file:
            for number in range(file.num_record_batches):
                yield file.get_batch(number)

    with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as file:
        return file.schema, batches


@contextmanager
def _refusing(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError) as fault:
        raise RefusedInput("columnar.damaged", path=path.name, found=str(fault)[:200]) from fault


def _is_readable(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_readable(kind.value_type)
    return not (pa.types.is_nested(kind) or _is_bytes(kind))


def _is_bytes(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_binary(kind)
        or pa.types.is_large_binary(kind)
        or pa.types.is_fixed_size_binary(kind)
        or pa.types.is_binary_view(kind)
    )


def _readable(column: pa.Array) -> pa.Array:
    """The column in one of the types a raw block may have."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return column if pa.types.is_string(kind.value_type) else _readable(column.dictionary_decode())
    if pa.types.is_null(kind) or pa.types.is_string_view(kind) or pa.types.is_time(kind):
        return column.cast(pa.string())
    if pa.types.is_duration(kind) or pa.types.is_interval(kind):
        return pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())
    return column
