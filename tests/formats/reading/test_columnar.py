"""Parquet, Feather and Arrow files give their columns with their types, whole or not at all."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

from anlan.domain.errors import RefusedInput
from anlan.formats.messages import in_both_languages
from anlan.formats.reading import columnar
from anlan.formats.reading.columnar import iter_columnar_blocks, open_columnar

N = 10


def _table() -> pa.Table:
    times = [dt.datetime(2024, 1, 1) + dt.timedelta(hours=i) for i in range(N)]
    return pa.table(
        {
            "case": pa.array([f"c{i // 2}" for i in range(N)]),
            "activity": pa.array(["派单", "完工"] * 5).dictionary_encode(),
            "time": pa.array(times, pa.timestamp("ns", tz="Asia/Shanghai")),
            "day": pa.array([t.date() for t in times]),
            "cost": pa.array([Decimal("1.50")] * N),
            "n": pa.array([None, *range(1, N)], pa.int16()),
            "ok": pa.array([True] * N),
            "clock": pa.array([dt.time(1, 2)] * N),
            "empty": pa.nulls(N),
            "list": pa.array([[1]] * N),
            "bytes": pa.array([b"x"] * N),
        }
    )


def _write(path: Path, table: pa.Table) -> Path:
    if path.suffix == ".parquet":
        pq.write_table(table, path, row_group_size=4)
    else:
        pyarrow.feather.write_feather(table, path, chunksize=4)
    return path


@pytest.mark.parametrize("name", ["log.parquet", "log.feather"])
def test_columns_come_with_their_types(tmp_path: Path, name: str) -> None:
    blocks = list(iter_columnar_blocks(_write(tmp_path / name, _table())))
    assert [block.first_row for block in blocks] == [
        1 + sum(b.n_rows for b in blocks[:i]) for i in range(len(blocks))
    ]
    first = blocks[0].columns
    assert pa.types.is_timestamp(first["time"].type)
    assert first["time"].type.tz == "Asia/Shanghai"
    assert pa.types.is_date(first["day"].type)
    assert pa.types.is_decimal(first["cost"].type)
    assert first["clock"][0].as_py() == "01:02:00.000000"
    assert first["empty"].type == pa.string()
    assert not {"list", "bytes"} & set(first)
    assert blocks[0].notes == {"nested_columns": 2}
    for column in ("case", "activity", "n", "ok"):
        values = [value for block in blocks for value in block.columns[column].to_pylist()]
        assert values == _table()[column].to_pylist()


@pytest.mark.parametrize("name", ["log.parquet", "log.feather"])
def test_large_batches_are_cut(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columnar, "BLOCK_ROWS", 3)
    blocks = list(iter_columnar_blocks(_write(tmp_path / name, _table())))
    assert max(block.n_rows for block in blocks) == 3
    assert sum(block.n_rows for block in blocks) == N


@pytest.mark.parametrize("name", ["log.parquet", "log.feather"])
def test_no_rows_are_one_empty_block(tmp_path: Path, name: str) -> None:
    (block,) = iter_columnar_blocks(_write(tmp_path / name, _table().slice(0, 0)))
    assert block.n_rows == 0
    assert "case" in block.columns


@pytest.mark.parametrize("name", ["log.parquet", "log.feather"])
def test_damaged_files_are_refused(tmp_path: Path, name: str) -> None:
    content = _write(tmp_path / name, _table()).read_bytes()
    middle = len(content) // 2
    for damaged in (content[:middle], content[:4], content[:-40] + b"\xee" * 40):
        (tmp_path / name).write_bytes(damaged)
        with pytest.raises(RefusedInput) as refused:
            list(iter_columnar_blocks(tmp_path / name))
        assert refused.value.code == "columnar.damaged"
        assert all(in_both_languages("errors.columnar.damaged", **refused.value.parameters).values())


def test_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    table = pa.table([pa.array(["a"]), pa.array(["b"])], names=["case", "case"])
    with pytest.raises(RefusedInput) as refused:
        open_columnar(_write(tmp_path / "log.parquet", table))
    assert refused.value.parameters["columns"] == ["case"]
