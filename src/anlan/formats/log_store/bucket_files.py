"""One bucket of a log as two Parquet files: its cases and its events.

Events are stored in case order without a case column (the case table says how many each case has).
Integers are packed as deltas; no dictionary page, no statistics; hashes, which nothing can press,
stay as they are. Columns the log does not have are not written: they come back as missing.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from anlan.domain.errors import RefusedInput
from anlan.domain.event_log import NO_TIME, CodedColumn, EventLog
from anlan.domain.lifecycle_rows import LifecycleRows
from anlan.formats.log_store.manifest import StoredFile

_INCOMPRESSIBLE = ("row_hash", "hash")
_PLAIN = (*_INCOMPRESSIBLE, "instance")

_WIDE_COLUMNS, _WIDE_ROWS = 500, 64
"""Columns of so few rows are no smaller when pressed, and thousands of them take twice as long."""


def events_name(bucket: int) -> str:
    return f"b{bucket:02}.events.parquet"


def cases_name(bucket: int) -> str:
    return f"b{bucket:02}.cases.parquet"


def lifecycle_name(bucket: int) -> str:
    return f"b{bucket:02}.lifecycle.parquet"


def write_bucket(folder: Path, bucket: int, log: EventLog) -> list[StoredFile]:
    """Write one bucket (a log of its own); an empty bucket has no files."""
    files = []
    if log.n_cases:
        files.append(write_table(folder / cases_name(bucket), _case_columns(log)))
    if log.n_events:
        files.append(write_table(folder / events_name(bucket), _event_columns(log)))
    if log.lifecycle is not None and log.lifecycle.n_rows:
        files.append(write_table(folder / lifecycle_name(bucket), _lifecycle_columns(log.lifecycle)))
    return files


def write_table(path: Path, columns: Mapping[str, pa.Array]) -> StoredFile:
    """Write columns as one Parquet file and say its hash and size."""
    names = list(columns)
    table = pa.Table.from_arrays(list(columns.values()), names=names)
    stream = pa.BufferOutputStream()
    pq.write_table(
        table,
        stream,
        row_group_size=max(table.num_rows, 1),
        use_dictionary=False,
        column_encoding={name: _encoding(name, table.schema.field(name).type) for name in names},
        compression="NONE" if _is_wide(table) else _compression(names),
        write_statistics=False,
        store_schema=False,
    )
    content = stream.getvalue()
    with path.open("xb") as file:
        file.write(content)
    return StoredFile(path.name, hashlib.sha256(content).hexdigest(), content.size, table.num_rows)


def read_table(folder: Path, file: StoredFile, *, columns: Sequence[str] | None = None) -> pa.Table:
    """Read one file, or those of `columns` it has; RefusedInput where it is missing, unreadable or has
    another number of rows."""
    path = folder / file.name
    try:
        with pq.ParquetFile(path, memory_map=True) as parquet:
            table = parquet.read(columns=None if columns is None else list(columns), use_threads=False)
    except (OSError, pa.ArrowException) as error:
        raise RefusedInput("store.damaged", folder=str(folder), files=[file.name]) from error
    if table.num_rows != file.rows:
        raise RefusedInput("store.damaged", folder=str(folder), files=[file.name])
    return table


def column(table: pa.Table, name: str, dtype: type, *, absent: int) -> NDArray[Any]:
    """A column as a NumPy array; `absent` where the column or a value of it does not exist. A number
    beyond `dtype` is an `ArrowInvalid`."""
    if name not in table.column_names:
        return np.full(table.num_rows, absent, dtype=dtype)
    values = table.column(name).combine_chunks()
    if values.null_count:
        values = values.fill_null(absent)
    if dtype is np.int16:
        values = values.cast(pa.int16())
    array: NDArray[Any] = values.to_numpy(zero_copy_only=False).astype(dtype, copy=False)
    return array


def is_names(column: pa.ChunkedArray) -> bool:
    """Whether a column holds a text in every row."""
    kind = column.type
    return bool(column.null_count == 0 and (pa.types.is_string(kind) or pa.types.is_large_string(kind)))


def _case_columns(log: EventLog) -> dict[str, pa.Array]:
    columns = {
        "name": log.case_names,
        "hash": pa.array(log.case_hash),
        "events": pa.array(np.diff(log.case_offsets).astype(np.int32)),
    }
    for number, coded in enumerate(log.case_attributes.values()):
        columns[f"c{number}"] = _codes(coded)
    return columns


def _event_columns(log: EventLog) -> dict[str, pa.Array]:
    columns = {
        "activity": pa.array(log.activity),
        "end": pa.array(log.end_us),
        "resource": pa.array(log.resource),
        "row": pa.array(log.row),
        "row_hash": pa.array(log.row_hash),
    }
    if log.has_start:
        columns["start"] = _times(log.start_us)
    if log.cost is not None:
        columns["cost"] = pa.array(log.cost)
    if log.lifecycle is not None:
        columns["instance"] = pa.array(log.lifecycle.event_instance)
        columns["own_start"] = _times(log.lifecycle.event_own_start_us)
    for number, coded in enumerate(log.attributes.values()):
        columns[f"a{number}"] = _codes(coded)
    return columns


def _lifecycle_columns(rows: LifecycleRows) -> dict[str, pa.Array]:
    return {
        "case": pa.array(rows.case),
        "activity": pa.array(rows.activity),
        "kind": pa.array(rows.kind.astype(np.int32)),
        "time": pa.array(rows.time_us),
        "row": pa.array(rows.row),
        "row_hash": pa.array(rows.row_hash),
        "instance": pa.array(rows.instance),
    }


def _is_wide(table: pa.Table) -> bool:
    return bool(table.num_columns >= _WIDE_COLUMNS and table.num_rows < _WIDE_ROWS)


def _compression(names: Sequence[str]) -> dict[str, str]:
    return {name: "NONE" if name in _INCOMPRESSIBLE else "ZSTD" for name in names}


def _codes(column: CodedColumn) -> pa.Array:
    """In the one type of the files, whatever they take in memory."""
    return pa.array(column.codes.astype(np.int32, copy=False))


def _times(values: NDArray[np.int64]) -> pa.Array:
    """Missing times as nulls, which cost nothing and leave the deltas small."""
    return pa.array(values, mask=values == NO_TIME)


def _encoding(name: str, kind: pa.DataType) -> str:
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return "DELTA_LENGTH_BYTE_ARRAY"
    return "PLAIN" if name in _PLAIN else "DELTA_BINARY_PACKED"
