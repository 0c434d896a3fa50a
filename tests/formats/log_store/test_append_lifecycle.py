"""A start in one part and its completion in the next make one event, as if read from one file."""

from collections import deque
from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.event_log import NO_TIME, EventLog
from anlan.domain.lifecycle_rows import ENDED_OTHERWISE, STARTED, lifecycle_rows
from anlan.formats.log_store import LogStore, Part, StoredLog
from logs import make_log

START = 1_700_000_000_000_000
KINDS = {"start": STARTED, "abort": ENDED_OTHERWISE}

rows = st.tuples(
    st.sampled_from(["a", "b", "c", "d"]),
    st.sampled_from(["check", "decide"]),
    st.integers(0, 5).map(lambda k: START + k * 60_000_000),
    st.sampled_from(["start", "start", "complete", "complete", "abort"]),
    st.sampled_from(["", "", "one"]),
)


def _fifo_starts(cells: list[tuple], order: list[int]) -> dict[int, int]:
    """Start of each completion, first in, first out; `order`: the rows by (time, row number)."""
    opened: dict[tuple, deque[int]] = {}
    starts = {}
    for k in order:
        case, activity, time, transition, instance = cells[k]
        queue = opened.setdefault((case, activity, instance), deque())
        if transition == "start":
            queue.append(time)
        else:
            begun = queue.popleft() if queue else NO_TIME
            if transition == "complete":
                starts[k] = begun
    return starts


def _read(lines: list[tuple[int, tuple]]) -> EventLog:
    """What reading numbered lines gives: repeats dropped, starts paired, other rows kept aside."""
    kept: dict[tuple, int] = {}
    for number, line in lines:
        kept.setdefault(line, number)
    cells, numbers = list(kept), np.array(list(kept.values()), dtype=np.int64)
    transitions = [cell[3] for cell in cells]
    log = make_log(
        [(cell[0], cell[1], cell[2]) for cell in cells],
        attributes={"transition": transitions, "instance": [cell[4] or None for cell in cells]},
    )
    place = log.row - 1
    starts = _fifo_starts(cells, sorted(range(len(cells)), key=lambda k: (cells[k][2], numbers[k])))
    start_us = np.array([starts.get(k, NO_TIME) for k in place.tolist()], dtype=np.int64)
    row_hash = np.array([hash(cells[k]) & (2**63 - 1) for k in place.tolist()], dtype=np.uint64)
    instance = np.array([len(cells[k][4]) for k in place.tolist()], dtype=np.uint64)
    kind = np.array([KINDS.get(transitions[k], 0) for k in place.tolist()], dtype=np.uint8)
    lifecycle = lifecycle_rows(
        case_offsets=log.case_offsets,
        kind=kind,
        activity=log.activity,
        activity_names=log.activity_names,
        time_us=log.end_us,
        row=numbers[place],
        row_hash=row_hash,
        instance=instance,
        own_start_us=np.full(len(kind), NO_TIME),
    )
    event = kind == 0
    before = np.concatenate([[0], np.cumsum(event)])
    return replace(
        log,
        case=log.case[event],
        activity=log.activity[event],
        start_us=start_us[event],
        end_us=log.end_us[event],
        resource=log.resource[event],
        row=numbers[place][event],
        row_hash=row_hash[event],
        case_offsets=before[log.case_offsets],
        attributes={},
        lifecycle=lifecycle,
        has_start=bool((start_us[event] != NO_TIME).any()),
    )


def _told(log: EventLog) -> list[tuple]:
    cases = log.case_names.to_pylist()
    events = zip(
        (cases[c] for c in log.case.tolist()),
        (log.activity_names[a] for a in log.activity.tolist()),
        log.start_us.tolist(),
        log.end_us.tolist(),
        log.row.tolist(),
        strict=True,
    )
    return [cases, log.has_start, *events]


def _appended(folder: Path, contents: list[list[tuple]]) -> StoredLog:
    stored: StoredLog | None = None
    for number, content in enumerate(contents):
        log = _read(list(enumerate(content, start=1)))
        part = Part(f"{number}", f"{number:064x}", rows=len(content))
        stored = stored.append(log, part) if stored else LogStore(folder).add(log, parts=(part,), report={})
    assert stored is not None
    return stored


def test_a_start_waits_in_the_store_for_its_completion(tmp_path: Path) -> None:
    begun = [("a", "check", START, "start", "")]
    done = [("a", "check", START + 60_000_000, "complete", "")]
    stored = _appended(tmp_path, [begun, done])
    log = stored.load()
    assert log.n_events == 1
    assert log.start_us.tolist() == [START]
    assert log.has_start
    assert stored.verify() == ()


def test_a_cumulative_export_does_not_start_twice(tmp_path: Path) -> None:
    begun = ("a", "check", START, "start", "")
    done = ("a", "check", START + 60_000_000, "complete", "")
    again = ("a", "check", START + 120_000_000, "complete", "")
    stored = _appended(tmp_path, [[begun], [begun, done], [begun, done, again]])
    assert stored.load().start_us.tolist() == [START, NO_TIME]
    assert [part.known for part in stored.manifest.parts] == [0, 1, 2]


def test_a_log_without_life_cycle_takes_a_part_that_has_one(tmp_path: Path) -> None:
    plain = make_log([("a", "check", START, None, START - 5), ("z", "check", START)])
    stored = LogStore(tmp_path).add(plain, parts=(Part("plain", "a" * 64, rows=2),), report={})
    longer = stored.append(
        _read([(1, ("a", "check", START + 1, "start", "")), (2, ("a", "check", START + 2, "complete", ""))]),
        Part("more", "b" * 64, rows=2),
    )
    log = longer.load()
    case_a = log.case_names.to_pylist().index("a")
    assert log.start_us[log.case == case_a].tolist() == [START - 5, START + 1]
    last = longer.append(
        _read([(1, ("z", "check", START + 9, "complete", ""))]), Part("last", "c" * 64, rows=1)
    )
    assert last.load().n_events == 4


def test_a_log_whose_only_start_is_aborted_later_has_no_starts(tmp_path: Path) -> None:
    begun, ended = ("a", "check", START, "start", ""), ("a", "check", START + 60_000_000, "complete", "")
    stored = _appended(tmp_path, [[begun, ended], [("a", "check", START + 1, "abort", "")]])
    assert not stored.load().has_start


def test_a_log_keeps_its_starts_when_one_of_them_is_aborted(tmp_path: Path) -> None:
    begun, ended = ("a", "check", START, "start", ""), ("a", "check", START + 60_000_000, "complete", "")
    others = [(name, *row[1:]) for name in "bcdefgh" for row in (begun, ended)]
    stored = _appended(tmp_path, [[begun, ended, *others], [("a", "check", START + 1, "abort", "")]])
    assert stored.load().has_start


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(rows, max_size=14), min_size=1, max_size=4))
def test_any_split_equals_one_file_read_afresh(tmp_path_factory, contents: list) -> None:  # type: ignore[no-untyped-def]
    stored = _appended(tmp_path_factory.mktemp("s"), contents)
    lines = [line for content in contents for line in content]
    assert _told(stored.load()) == _told(_read(list(enumerate(lines, start=1))))
    assert stored.verify() == ()
