"""A replay shows the replication that was computed, or the log as it was recorded, and says where it ends."""

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from anlan.domain.errors import NotEnoughData, UsageError
from anlan.loop.improve.designs.series import process_of
from anlan.loop.improve.replay import replay as bounds
from anlan.loop.improve.replay.document import document_of
from anlan.loop.improve.replay.moments import course_of, moments_of
from anlan.loop.improve.replay.recorded import replay_log
from anlan.loop.improve.replay.simulated import replay_run
from anlan.loop.quantify.methods.process.process_runs import come, run_process
from anlan.maths.simulation.stays import UNMANNED, WAITS
from logs import make_log

HOUR, DAY = 3600.0, 86_400.0
PROCESS: dict[str, Any] = {
    "steps": [
        {"name": "take", "time": {"kind": "gamma", "shape": 2, "scale": 1}, "pool": "desk"},
        {"name": "⏲ serve", "time": 3},
        {"name": "serve", "time": {"kind": "weibull", "shape": 1, "scale": 9}, "pool": "desk"},
    ],
    "pools": [{"name": "desk", "people": 2}],
    "shifts": [{"pool": "desk", "from_hour": 8, "to_hour": 18, "people": 3}],
    "arrivals": [0] * 8 + [12] * 10 + [0] * 6,
    "weeks": 2,
    "warm_up_weeks": 1,
    "promise": 30,
    "risks": [{"name": "again", "step": "serve", "chance": 0.1, "effect": "repeat"}],
}


def test_it_is_the_replication_that_was_computed() -> None:
    asked = process_of(PROCESS)
    runs = run_process(replace(asked, replications=3), 11)
    for number in (0, 2):
        seen = replay_run(asked, seed=11, number=number)
        times, cycle = runs.coming[number].arrivals.times, runs.runs[number].cycle_s
        place = np.searchsorted(times, seen.arrived_s)
        np.testing.assert_array_equal(times[place], seen.arrived_s)
        np.testing.assert_array_equal(times[place] + cycle[place], seen.left_s)
        there = (times < seen.span.until_s) & (times + cycle > seen.span.from_s)
        assert len(seen.arrived_s) == int(there.sum())
        for token in seen.tokens:
            if seen.left_s[token.case] < seen.span.until_s:
                assert token.until_s == seen.left_s[token.case]


def test_cases_are_conserved_and_nobody_works_who_is_not_there() -> None:
    seen = replay_run(process_of(PROCESS), seed=4)
    course = course_of(seen)
    at_first = course[0].under_way
    for moment in course:
        assert moment.under_way == at_first + moment.arrived - moment.left
        assert moment.under_way == int(moment.waiting.sum() + moment.working.sum())
        assert moment.late_cases <= moment.under_way
        assert int(moment.late.sum()) == moment.late_cases
    busiest = max(course, key=lambda moment: int(moment.busy[0]))
    assert 1 <= int(busiest.busy[0]) <= int(busiest.there[0]) == 3
    assert any(moment.late_cases for moment in course)


def test_a_delay_that_nobody_is_busy_with_is_a_wait() -> None:
    seen = replay_run(process_of(PROCESS), seed=4)
    delays = [stay for token in seen.tokens for stay in token.stays if stay.node == 1]
    assert delays
    assert {stay.doing for stay in delays} == {WAITS}


def test_the_fullest_day_that_counts_is_shown_unless_asked_otherwise() -> None:
    asked = process_of({**PROCESS, "arrivals": [0] * 8 + [3] * 8 + [0] * 8})
    seen = replay_run(asked, seed=4)
    assert seen.span.from_s >= 7 * DAY
    assert seen.span.from_s == seen.arrived_s.min() // HOUR * HOUR
    assert seen.span.until_s == np.ceil(seen.left_s.max() / HOUR) * HOUR
    times = come(asked, (), 4, 0).arrivals.times
    counts = np.bincount((times // DAY).astype(int))[7:14]
    assert counts[int(seen.span.from_s // DAY) - 7] == counts.max() == len(seen.arrived_s)
    other = replay_run(asked, seed=4, from_h=33.0, hours=4.0)
    assert (other.span.from_s, other.span.until_s) == (33 * HOUR, 37 * HOUR)
    assert all(left > 33 * HOUR and came < 37 * HOUR
               for came, left in zip(other.arrived_s, other.left_s, strict=True))  # fmt: skip


@pytest.mark.parametrize(
    ("from_h", "hours"), [(-1.0, 5.0), (0.0, 0.0), (0.0, 1e4), (1e6, 5.0), (0.0, float("nan"))]
)
def test_a_time_that_is_not_there_is_refused(from_h, hours) -> None:
    with pytest.raises(UsageError) as refused:
        replay_run(process_of(PROCESS), seed=4, from_h=from_h, hours=hours)
    assert refused.value.code == "replay.span"


def test_too_much_for_one_replay_ends_earlier_and_says_so(monkeypatch) -> None:
    asked = process_of(PROCESS)
    whole = replay_run(asked, seed=4)
    assert not whole.cut
    monkeypatch.setattr(bounds, "MOST_CASES", 40)
    fewer = replay_run(asked, seed=4)
    assert fewer.cut
    assert len(fewer.arrived_s) == 40
    np.testing.assert_array_equal(fewer.arrived_s, whole.arrived_s[:40])
    monkeypatch.setattr(bounds, "MOST_STAYS", 20)
    shorter = replay_run(asked, seed=4)
    assert shorter.cut
    assert shorter.span.until_s < fewer.span.until_s
    begun = sum(stay.from_s >= shorter.span.from_s for token in shorter.tokens for stay in token.stays)
    assert begun <= 20
    monkeypatch.setattr(bounds, "MOST_CASES", 0)
    with pytest.raises(UsageError) as refused:
        replay_run(asked, seed=4)
    assert refused.value.code == "replay.too_many"


def test_the_document_holds_the_same_in_numbers() -> None:
    seen = replay_run(process_of(PROCESS), seed=4)
    held = json.loads(json.dumps(document_of(seen), allow_nan=False))
    assert len(held["cases"]) == len(seen.arrived_s)
    for row, token in zip(held["tokens"], seen.tokens, strict=True):
        assert row[:3] == [token.case, token.born, token.fate]
        for n, stay in enumerate(token.stays):
            node, begin, end, doing = row[3 + 4 * n : 7 + 4 * n]
            assert (node, doing) == (stay.node, stay.doing)
            assert abs(begin / 10 + seen.span.from_s - stay.from_s) <= 0.05 + 1e-6
            assert abs(end / 10 + seen.span.from_s - stay.until_s) <= 0.05 + 1e-6


def test_a_log_with_begins_tells_waiting_from_work() -> None:
    rows = [("a", "take", "2024-01-01 09:10", None, "2024-01-01 09:00"),
            ("a", "serve", "2024-01-01 10:00", None, "2024-01-01 09:40"),
            ("b", "take", "2024-01-01 09:30", None, "2024-01-01 09:05")]  # fmt: skip
    seen = replay_log(make_log(rows), promise_s=1800.0, from_h=0, hours=24)
    assert (seen.first_day, seen.knows_work, seen.span.from_s) == ("2024-01-01", True, 0.0)
    take, serve = (seen.nodes.index(name) for name in ("take", "serve"))
    (moment,) = moments_of(seen, [9 * HOUR + 35 * 60])
    assert (moment.waiting[serve], moment.working[serve], moment.working[take]) == (1, 0, 0)
    assert (moment.under_way, moment.late_cases, moment.left) == (1, 1, 1)
    (moment,) = moments_of(seen, [9 * HOUR + 7 * 60])
    assert (moment.working[take], moment.under_way, moment.late_cases) == (2, 2, 0)
    assert seen.left_s.tolist() == [10 * HOUR, 9.5 * HOUR]


def test_a_log_without_begins_shows_where_a_case_goes_to_and_no_wait() -> None:
    rows = [("a", "take", "2024-01-01 09:00"), ("a", "serve", "2024-01-01 10:00"),
            ("a", "close", "2024-01-01 10:30")]  # fmt: skip
    seen = replay_log(make_log(rows, "Asia/Shanghai"), hours=24)
    assert not seen.knows_work
    (moment,) = moments_of(seen, [17.5 * HOUR])
    assert moment.working[seen.nodes.index("serve")] == 1
    assert not moment.waiting.any()
    assert {stay.doing for stay in seen.tokens[0].stays if stay.until_s > stay.from_s} == {UNMANNED}


def test_activities_that_overlap_keep_one_place_for_the_case_until_it_has_left() -> None:
    rows = [("a", "long", "2024-01-01 12:00", None, "2024-01-01 09:00"),
            ("a", "short", "2024-01-01 10:30", None, "2024-01-01 10:00")]  # fmt: skip
    seen = replay_log(make_log(rows), hours=24)
    for at in (9.5, 10.2, 11.0):
        (moment,) = moments_of(seen, [at * HOUR])
        assert moment.under_way == int(moment.waiting.sum() + moment.working.sum()) == 1
    assert seen.tokens[0].until_s == seen.left_s[0] == 12 * HOUR


def test_a_log_without_events_cannot_be_replayed() -> None:
    log = make_log([("a", "take", "2024-01-01 09:00")])
    seen = replay_log(log, from_h=8, hours=2)
    assert len(seen.arrived_s) == 1
    empty = replace(
        log, **{name: getattr(log, name)[:0] for name in ("case", "activity", "resource", "end_us")}
    )
    with pytest.raises(NotEnoughData):
        replay_log(empty)
