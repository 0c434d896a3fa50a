"""A stored log changed by a hand that computed every hash anew is refused, and nothing crashes on it."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from anlan.domain.errors import RefusedInput
from anlan.domain.event_log import CodedColumn
from anlan.formats.log_store import LogStore, Part
from anlan.formats.log_store.manifest import _checksum
from anlan.formats.messages import in_both_languages
from logs import random_log

PART = Part("tickets.csv", "ab" * 32, rows=4)
Content = dict[str, Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    log = random_log(seed=1, n_cases=200)
    channel = CodedColumn(np.zeros(log.n_events, np.int16), ("phone",))
    log = replace(log, attributes={"channel": channel})
    return LogStore(tmp_path / "logs").add(log, parts=(PART,), report={}).folder


def _rewrite(folder: Path, change: Callable[[Content], None]) -> None:
    """Change the manifest and give it the checksum of what it then says."""
    path = folder / "manifest.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content.pop("checksum")
    change(content)
    content["checksum"] = _checksum(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def _rewrite_table(folder: Path, name: str, change: Callable[[pa.Table], pa.Table]) -> None:
    """Change one file, and give the manifest its hash and size."""
    table = change(pq.read_table(folder / name))
    pq.write_table(table, folder / name)
    content = (folder / name).read_bytes()

    def enter(manifest: Content) -> None:
        (file,) = [file for file in manifest["files"] if file["name"] == name]
        file.update(sha256=hashlib.sha256(content).hexdigest(), size=len(content), rows=table.num_rows)

    _rewrite(folder, enter)


def _refused(folder: Path) -> RefusedInput:
    with pytest.raises(RefusedInput) as refused:
        LogStore(folder.parent).open(folder.name).load()
    assert refused.value.code == "store.damaged"
    assert len(in_both_languages("errors.store.damaged", **refused.value.parameters)) == 2
    return refused.value


def test_a_manifest_written_again_as_it_was_is_still_read(folder: Path) -> None:
    _rewrite(folder, lambda content: None)
    assert LogStore(folder.parent).open(folder.name).load().n_cases == 200


def _set(name: str, value: Any) -> Callable[[Content], None]:
    return lambda content: content.__setitem__(name, value)


@pytest.mark.parametrize(
    "change",
    [
        _set("n_events", 1),
        _set("n_cases", 201),
        _set("n_cases", True),
        _set("last_row", -1),
        _set("zone", 5),
        _set("zone", None),
        _set("has_cost", 1),
        _set("first_us", None),
        _set("last_us", 2**70),
        _set("report", []),
        _set("parts", []),
        _set("files", []),
        _set("dictionaries", []),
        _set("bucket_cases", [200]),
        _set("bucket_events", ["1"] * 64),
        _set("address", "0" * 64),
        lambda content: content.pop("version"),
        lambda content: content.update(more=1),
        lambda content: content["bucket_cases"].__setitem__(0, -1),
        lambda content: content["bucket_cases"].reverse(),
        lambda content: content["dictionaries"][0].update(count=1),
        lambda content: content["dictionaries"][0].update(count=-1),
        lambda content: content["dictionaries"][1].update(kind="activity"),
        lambda content: content["files"][0].update(name="../../etc/passwd"),
        lambda content: content["files"][0].update(rows=10**6),
        lambda content: content["files"].append(content["files"][0]),
        lambda content: content["parts"][0].update(rows="4"),
        lambda content: content["parts"][0].update(sha256="cd" * 32),
        lambda content: content["parts"][0].update(dropped="abc"),
    ],
)
def test_a_manifest_that_no_log_can_have_is_refused(folder: Path, change: Callable[[Content], None]) -> None:
    _rewrite(folder, change)
    _refused(folder)


def test_a_manifest_nested_without_end_is_refused(folder: Path) -> None:
    (folder / "manifest.json").write_text('{"format": ' + "[" * 100_000)
    _refused(folder)


def test_the_whole_log_of_another_address_is_refused(folder: Path) -> None:
    other = folder.with_name("0" * 64)
    folder.rename(other)
    assert _refused(other).parameters["files"] == ["manifest.json"]


def _table_of(folder: Path, kind: str) -> str:
    return sorted(path.name for path in folder.glob(f"b??.{kind}.parquet"))[0]


def _all(column: str, value: Any) -> Callable[[pa.Table], pa.Table]:
    def change(table: pa.Table) -> pa.Table:
        place = table.column_names.index(column)
        return table.set_column(place, column, pa.array([value] * table.num_rows))

    return change


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("events", _all("activity", 2_000_000_000)),
        ("events", _all("activity", -1)),
        ("events", _all("activity", "登记")),
        ("events", _all("activity", None)),
        ("events", _all("resource", 1_000_000)),
        ("events", _all("resource", -2)),
        ("events", _all("a0", 65_536)),
        ("events", _all("a0", -2)),
        ("events", lambda table: table.drop_columns(["activity"])),
        ("events", lambda table: table.drop_columns(["end"])),
        ("cases", _all("events", 1_000_000_000)),
        ("cases", _all("events", -5)),
        ("cases", _all("hash", 12345)),
        ("cases", _all("name", None)),
        ("cases", _all("name", 1)),
        ("cases", lambda table: table.drop_columns(["name"])),
    ],
)
def test_codes_and_counts_outside_the_log_are_refused_before_a_kernel_meets_them(
    folder: Path, kind: str, change: Callable[[pa.Table], pa.Table]
) -> None:
    name = _table_of(folder, kind)
    _rewrite_table(folder, name, change)
    assert _refused(folder).parameters["files"] == [name]


def test_a_dictionary_without_text_is_refused(folder: Path) -> None:
    _rewrite_table(folder, "names.parquet", _all("text", None))
    assert _refused(folder).parameters["files"] == ["names.parquet"]
