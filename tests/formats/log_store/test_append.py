"""Appending parts gives what reading them as one file gives, and writes only what they touch."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.errors import UsageError
from anlan.domain.event_log import EventLog
from anlan.formats.log_store import LogStore, Part, StoredLog
from formats.log_store.same_log import assert_same_log, texts
from logs import make_log, random_log

MINUTE = 60_000_000
START = 1_700_000_000_000_000

rows = st.tuples(
    st.sampled_from(["a", "b", "case c", "案例", "e", "f", "g"]),
    st.sampled_from(["open", "check", "办结", "z"]),
    st.integers(0, 6).map(lambda k: START + k * MINUTE),
    st.sampled_from([None, "ann", "bo", "乙"]),
    st.sampled_from([None, START]),
)
files = st.lists(st.lists(rows, max_size=12), min_size=1, max_size=4)


def _part(number: int, n_rows: int) -> Part:
    return Part(f"part-{number}.csv", f"{number:064x}", rows=n_rows)


def _read(lines: list[tuple[int, tuple]]) -> EventLog:
    """What reading numbered lines gives: exact duplicates are dropped, rows keep their numbers."""
    kept: dict[tuple, int] = {}
    for number, line in lines:
        kept.setdefault(line, number)
    cells = list(kept)
    region = {case: f"region {ord(case[0]) % 3}" for case, *_ in cells if ord(case[0]) % 3}
    log = make_log(
        cells,
        attributes={"channel": [None if line[2] % 7 == 0 else f"ch{line[2] % 3}" for line in cells]},
        case_attributes={"region": region},
        costs=[line[2] % 11 for line in cells],
    )
    return replace(log, row=np.array(list(kept.values()), dtype=np.int64)[log.row - 1], has_start=True)


def _appended(folder: Path, contents: list[list[tuple]]) -> StoredLog:
    stored = None
    for number, content in enumerate(contents):
        log = _read(list(enumerate(content, start=1)))
        part = _part(number, len(content))
        stored = (
            LogStore(folder).add(log, parts=(part,), report={})
            if stored is None
            else stored.append(log, part)
        )
    assert stored is not None
    return stored


@settings(max_examples=80, deadline=None)
@given(files)
def test_appended_parts_equal_one_file_read_afresh(tmp_path_factory, contents: list) -> None:  # type: ignore[no-untyped-def]
    stored = _appended(tmp_path_factory.mktemp("s"), contents)
    lines = [line for content in contents for line in content]
    afresh = _read(list(enumerate(lines, start=1)))
    assert_same_log(stored.load(), afresh)
    manifest = stored.manifest
    assert (manifest.n_events, manifest.n_cases) == (afresh.n_events, afresh.n_cases)
    assert manifest.last_us == (int(afresh.end_us.max()) if afresh.n_events else None)
    assert stored.verify() == ()


@settings(max_examples=50, deadline=None)
@given(
    st.lists(rows, min_size=1, max_size=25, unique=True), st.lists(st.integers(0, 25), min_size=1, max_size=3)
)
def test_cumulative_exports_count_what_was_stored_as_known(tmp_path_factory, lines, cuts) -> None:  # type: ignore[no-untyped-def]
    ends = sorted(min(cut, len(lines)) for cut in cuts)
    contents = [lines[:end] for end in [*ends, len(lines)]]
    stored = _appended(tmp_path_factory.mktemp("s"), contents)
    assert stored.manifest.n_events == len(lines)
    parts = stored.manifest.parts
    assert [part.known for part in parts[1:]] == [len(content) for content in contents[: len(parts) - 1]]


def test_repeated_events_are_known_only_as_often_as_they_are_stored(tmp_path: Path) -> None:
    """A format that keeps repeats (XES): two stored, three sent, one is new."""
    twice = make_log([("a", "x", START)] * 2)
    thrice = make_log([("a", "x", START)] * 3)
    stored = LogStore(tmp_path).add(twice, parts=(_part(1, 2),), report={})
    longer = stored.append(thrice, _part(2, 3))
    assert longer.manifest.n_events == 3
    assert longer.manifest.parts[1].known == 2


def test_the_address_is_that_of_the_parts_in_order(tmp_path: Path) -> None:
    one, two = random_log(seed=1, n_cases=20), random_log(seed=2, n_cases=20)
    store = LogStore(tmp_path)
    forth = store.add(one, parts=(_part(1, 9),), report={}).append(two, _part(2, 9))
    back = store.add(two, parts=(_part(2, 9),), report={}).append(one, _part(1, 9))
    fresh = LogStore(tmp_path / "other").add(one, parts=(_part(1, 9), _part(2, 9)), report={})
    assert forth.address == fresh.address != back.address
    assert store.open(forth.address[:10]).manifest == forth.manifest


def test_appending_a_part_that_is_in_the_log_changes_nothing(tmp_path: Path) -> None:
    log = random_log(seed=1, n_cases=20)
    stored = LogStore(tmp_path).add(log, parts=(_part(1, 9),), report={})
    assert stored.append(log, replace(_part(1, 9), name="renamed.csv")) is stored
    longer = stored.append(random_log(seed=2, n_cases=9), _part(2, 9))
    assert longer.append(log, _part(1, 9)) is longer
    assert len(LogStore(tmp_path).list()) == 2


def test_untouched_buckets_are_shared_and_the_old_log_stays(tmp_path: Path) -> None:
    base = random_log(seed=3, n_cases=500)
    stored = LogStore(tmp_path).add(base, parts=(_part(1, 9_000),), report={})
    known_case = base.case_names[0].as_py()
    longer = stored.append(
        make_log([(known_case, "reopen", START), ("brand new", "open", START)]), _part(2, 2)
    )
    touched = set()
    for file in longer.manifest.files:
        old = stored.manifest.file(file.name)
        same = old is not None and os.path.samefile(stored.folder / file.name, longer.folder / file.name)
        if not same:
            touched.add(file.name[:3])
    assert 2 <= len(touched) <= 3  # two buckets (or one) and the names
    assert longer.manifest.n_events == base.n_events + 2
    assert stored.verify() == longer.verify() == ()
    assert_same_log(stored.load(), base)


def test_a_cumulative_export_without_news_rewrites_no_bucket(tmp_path: Path) -> None:
    base = random_log(seed=3, n_cases=100)
    stored = LogStore(tmp_path).add(base, parts=(_part(1, 9_000),), report={})
    same = stored.append(base, _part(2, 9_000))
    assert same.manifest.parts[1].known == base.n_events
    buckets = [file.name for file in same.manifest.files if file.name.startswith("b")]
    assert all(os.path.samefile(stored.folder / name, same.folder / name) for name in buckets)
    assert_same_log(same.load(), base)


def test_new_columns_are_missing_before_the_part_that_brings_them(tmp_path: Path) -> None:
    first = make_log([("a", "x", START), ("b", "x", START)])
    second = make_log(
        [("a", "y", START + 1, "ann", START), ("c", "y", START)],
        attributes={"channel": ["web", None]},
        case_attributes={"region": {"c": "north"}},
        costs=[2.5, None],
    )
    log = LogStore(tmp_path).add(first, parts=(_part(1, 2),), report={}).append(second, _part(2, 2)).load()
    by_case = {
        log.case_names[c].as_py(): slice(*log.case_offsets[c : c + 2].tolist()) for c in range(log.n_cases)
    }
    channel = texts(log.attributes["channel"])
    assert channel[by_case["a"]] == [None, "web"]
    assert channel[by_case["b"]] == channel[by_case["c"]] == [None]
    assert dict(zip(log.case_names.to_pylist(), texts(log.case_attributes["region"]), strict=True)) == {
        "a": None, "b": None, "c": "north",
    }  # fmt: skip
    assert log.cost is not None
    assert log.cost[by_case["a"]].tolist() == [0, 2_500_000]
    assert log.has_start


@pytest.mark.parametrize("first_by_case", [True, False])
def test_a_column_of_the_case_in_one_part_and_of_the_event_in_another_is_of_the_event(
    tmp_path: Path, first_by_case: bool
) -> None:
    lines = [("a", "x", START), ("b", "x", START)]
    by_case = make_log(lines, case_attributes={"region": {"a": "north", "b": "south"}})
    later = [("a", "y", START + 1), ("a", "z", START + 2)]
    by_event = make_log(later, attributes={"region": ["east", "west"]})
    logs = (by_case, by_event) if first_by_case else (by_event, by_case)
    stored = LogStore(tmp_path).add(logs[0], parts=(_part(1, 2),), report={})
    log = stored.append(logs[1], _part(2, 2)).load()
    assert not log.case_attributes
    case_a = log.case_names.to_pylist().index("a")
    events = slice(*log.case_offsets[case_a : case_a + 2].tolist())
    assert texts(log.attributes["region"])[events] == ["north", "east", "west"]


def test_a_column_one_part_could_not_keep_is_in_no_longer_log(tmp_path: Path) -> None:
    both = make_log([("a", "x", START)], attributes={"note": ["one"], "channel": ["web"]})
    channel = make_log([("a", "y", START + 1)], attributes={"channel": ["phone"]})
    stored = LogStore(tmp_path).add(both, parts=(_part(1, 1),), report={})
    longer = stored.append(channel, replace(_part(2, 1), dropped=("note",)))
    assert {name: texts(column) for name, column in longer.load().attributes.items()} == {
        "channel": ["web", "phone"]
    }
    again = longer.append(both, replace(_part(3, 1), sha256="f" * 64))
    assert set(again.load().attributes) == {"channel"}


def test_a_part_read_in_another_zone_is_refused(tmp_path: Path) -> None:
    stored = LogStore(tmp_path).add(make_log([("a", "x", START)]), parts=(_part(1, 1),), report={})
    with pytest.raises(UsageError, match="other_zone"):
        stored.append(make_log([("a", "y", START)], zone="Asia/Shanghai"), _part(2, 1))
    assert [path.name for path in tmp_path.iterdir() if path.name not in (".lock", stored.address)] == []


def test_links_become_copies_where_the_file_system_has_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = LogStore(tmp_path).add(random_log(seed=4, n_cases=50), parts=(_part(1, 9),), report={})

    def no_links(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", no_links)
    longer = stored.append(make_log([("new", "x", START)]), _part(2, 1))
    assert longer.verify() == ()
    assert longer.manifest.n_cases == 51
