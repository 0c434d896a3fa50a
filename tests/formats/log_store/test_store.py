"""A stored log comes back as it was; it is found by its address, and damage is found by its hashes."""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.errors import RefusedInput, UsageError
from anlan.domain.event_log import EventLog
from anlan.formats.log_store import LogStore, Part
from formats.log_store.same_log import assert_same_log
from logs import make_log, random_log

PART = Part("tickets.csv", "ab" * 32, rows=4)


@pytest.fixture
def store(tmp_path: Path) -> LogStore:
    return LogStore(tmp_path / "logs", wait_s=1.0)


def _rich_log() -> EventLog:
    return make_log(
        [
            ("一号", "登记", "2024-01-01 09:00", "安", "2024-01-01 08:50"),
            ("一号", "办结", "2024-01-02 09:00", None, None),
            ("b", "登记", "2024-01-01 09:00", "li", "1969-12-31 23:00"),
            ("c", 'close, "it"\n', "2024-01-01 09:00", "安", None),
        ],
        zone="Asia/Shanghai",
        attributes={"channel": ["web", None, "phone", "web"], "../x": [None, None, None, "1"]},
        case_attributes={"region": {"b": "north"}, "名": {"一号": "值"}},
        costs=[1.5, None, -3.25, 0],
    )


def test_a_log_comes_back_as_it_was_stored(store: LogStore) -> None:
    log = _rich_log()
    stored = store.add(log, parts=(PART,), report={"rejected": {"time": 2}})
    assert_same_log(stored.load(), log)
    again = store.open(stored.address)
    assert_same_log(again.load(), log)
    assert again.manifest.report == {"rejected": {"time": 2}}
    assert again.manifest.parts == (PART,)
    assert (again.manifest.n_events, again.manifest.n_cases) == (4, 3)
    assert again.verify() == ()


@pytest.mark.parametrize(
    "rows", [[], [("a", "x", "2024-01-01")], [("a", "x", "2024-01-01"), ("a", "x", "2024-01-01")]]
)
def test_the_smallest_logs_come_back_too(store: LogStore, rows: list) -> None:
    log = make_log(rows)
    assert_same_log(store.add(log, parts=(PART,), report={}).load(), log)


def test_a_case_without_events_stays_a_case(store: LogStore) -> None:
    log = make_log([("a", "x", "2024-01-01"), ("b", "x", "2024-01-01")])
    bare = replace(
        log.cases(0, 0),
        case_offsets=np.zeros(3, dtype=np.int64),
        case_names=log.case_names,
        case_hash=log.case_hash,
        bucket_offsets=log.bucket_offsets,
    )
    stored = store.add(bare, parts=(PART,), report={})
    assert stored.load().case_names.to_pylist() == log.case_names.to_pylist()
    assert stored.load().n_events == 0


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sets(st.integers(0, 63), max_size=5))
def test_chosen_buckets_come_back_as_the_same_cases(tmp_path_factory, seed: int, buckets: set[int]) -> None:  # type: ignore[no-untyped-def]
    log = random_log(seed=seed, n_cases=60, attributes={"channel": ["web", "phone"]})
    stored = LogStore(tmp_path_factory.mktemp("s")).add(log, parts=(PART,), report={})
    loaded = stored.load(buckets)
    for number in range(64):
        expected = log.bucket(number) if number in buckets else log.cases(0, 0)
        assert loaded.bucket(number).case_names.to_pylist() == expected.case_names.to_pylist()
        np.testing.assert_array_equal(loaded.bucket(number).end_us, expected.end_us)
        np.testing.assert_array_equal(loaded.bucket(number).case, expected.case)


def test_a_bucket_that_does_not_exist_is_an_error(store: LogStore) -> None:
    stored = store.add(_rich_log(), parts=(PART,), report={})
    with pytest.raises(UsageError, match="no_such_bucket"):
        stored.load([64])


def test_times_have_delta_packing_and_no_column_has_a_dictionary_page(store: LogStore) -> None:
    stored = store.add(random_log(seed=1), parts=(PART,), report={})
    file = next(path for path in sorted(stored.folder.iterdir()) if path.name.endswith(".events.parquet"))
    group = pq.ParquetFile(file).metadata.row_group(0)
    columns = {group.column(k).path_in_schema: group.column(k) for k in range(group.num_columns)}
    assert "DELTA_BINARY_PACKED" in columns["end"].encodings
    assert columns["end"].compression == "ZSTD"
    assert not any(column.has_dictionary_page for column in columns.values())
    assert "start" not in columns


def test_storing_the_same_parts_again_writes_nothing(store: LogStore) -> None:
    first = store.add(_rich_log(), parts=(PART,), report={})
    before = {path.name: path.stat().st_mtime_ns for path in first.folder.iterdir()}
    second = store.add(_rich_log(), parts=(replace(PART, name="copy.csv"),), report={})
    assert second.address == first.address
    assert before == {path.name: path.stat().st_mtime_ns for path in first.folder.iterdir()}
    assert len(store.list()) == 1
    assert store.holds((PART,))


def test_content_options_and_order_of_parts_make_the_address(store: LogStore) -> None:
    other = Part("b.csv", "cd" * 32)
    addresses = {
        store.add(_rich_log(), parts=parts, report={}).address
        for parts in (
            (PART,),
            (other,),
            (PART, other),
            (other, PART),
            (replace(PART, options={"tz": "UTC"}),),
        )
    }
    assert len(addresses) == 5


def test_a_log_is_found_by_the_start_of_its_address(store: LogStore) -> None:
    stored = store.add(_rich_log(), parts=(PART,), report={})
    assert store.open(stored.address[:6]).address == stored.address
    (store.folder / (stored.address[:8] + "0" * 56)).mkdir()
    with pytest.raises(UsageError, match="ambiguous_address"):
        store.open(stored.address[:6])
    with pytest.raises(UsageError, match="unknown_address"):
        store.open("0" * 6 if not stored.address.startswith("000000") else "f" * 6)


@pytest.mark.parametrize(
    "trick", ["..", "../../etc", "/etc/passwd", "a/b", "ABCDEF", "", "ab", "a" * 65, "*", "abcde\n"]
)
def test_what_is_no_address_is_refused(store: LogStore, trick: str) -> None:
    store.add(_rich_log(), parts=(PART,), report={})
    with pytest.raises(UsageError, match="bad_address"):
        store.open(trick)


def test_a_store_that_is_not_there_holds_nothing(store: LogStore) -> None:
    assert store.list() == ()
    with pytest.raises(UsageError, match="unknown_address"):
        store.open("abcdef")


def test_every_kind_of_damage_is_found(store: LogStore) -> None:
    stored = store.add(random_log(seed=2), parts=(PART,), report={})
    files = sorted(file.name for file in stored.manifest.files)
    changed, missing = files[3], files[5]
    content = bytearray((stored.folder / changed).read_bytes())
    content[len(content) // 2] ^= 1
    (stored.folder / changed).write_bytes(content)
    (stored.folder / missing).unlink()
    (stored.folder / "zz.txt").write_text("who am I")
    found = {(damage.file, damage.problem) for damage in stored.verify()}
    assert found == {(changed, "changed"), (missing, "missing"), ("zz.txt", "foreign")}
    with pytest.raises(RefusedInput, match="damaged"):
        stored.load()


def test_a_changed_manifest_is_refused(store: LogStore) -> None:
    stored = store.add(_rich_log(), parts=(PART,), report={})
    path = stored.folder / "manifest.json"
    content = json.loads(path.read_text())
    content["zone"] = "UTC"
    path.write_text(json.dumps(content))
    with pytest.raises(RefusedInput, match="damaged"):
        store.open(stored.address)
    assert [damage.file for damage in stored.verify()] == ["manifest.json"]


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", '{"format": 1}', "\x00", '{"format": 99}'])
def test_a_manifest_that_is_none_is_refused(store: LogStore, content: str) -> None:
    stored = store.add(_rich_log(), parts=(PART,), report={})
    (stored.folder / "manifest.json").write_text(content)
    with pytest.raises(RefusedInput, match=r"damaged|other_format"):
        store.open(stored.address)


def test_a_damaged_log_is_stored_afresh(store: LogStore) -> None:
    stored = store.add(_rich_log(), parts=(PART,), report={})
    (stored.folder / "names.parquet").unlink()
    assert not store.holds((PART,))
    again = store.add(_rich_log(), parts=(PART,), report={})
    assert again.verify() == ()
    assert_same_log(again.load(), _rich_log())


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_folder_one_may_not_write_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(RefusedInput, match="not_writable"):
        LogStore(tmp_path / "logs").add(_rich_log(), parts=(PART,), report={})


def test_a_full_disk_is_said_and_leaves_nothing(store: LogStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_space(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("anlan.formats.log_store.writing.write_bucket", no_space)
    with pytest.raises(RefusedInput, match="no_space"):
        store.add(_rich_log(), parts=(PART,), report={})
    assert [path.name for path in store.folder.iterdir()] == [".lock"]


def test_a_log_without_parts_has_no_address(store: LogStore) -> None:
    with pytest.raises(UsageError, match="no_parts"):
        store.add(_rich_log(), parts=(), report={})
