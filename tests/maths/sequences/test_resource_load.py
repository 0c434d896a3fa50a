"""The load of resources and the flow of cases against a walk over every moment that matters."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.errors import UsageError
from anlan.domain.event_log import NO_TIME, EventLog
from anlan.maths.sequences.hourly_flow import HourlyFlow, hourly_flow
from anlan.maths.sequences.resource_load import ResourceLoad, merge_loads, resource_load
from anlan.maths.sequences.summary import summarise
from logs import log_from_columns, make_log, random_log
from plain_summary import _events, _hour

HOUR = 3_600_000_000


@st.composite
def logs(draw):
    n = draw(st.integers(0, 30))
    column = lambda values: draw(st.lists(values, min_size=n, max_size=n))  # noqa: E731
    ends = column(st.integers(0, 20) | st.integers(-(10**15), 10**15))
    spans = column(st.none() | st.integers(0, 6) | st.integers(0, 10**13))
    return log_from_columns(
        case=column(st.sampled_from("abcdef")),
        activity=column(st.sampled_from("xyz")),
        end_us=ends,
        start_us=[NO_TIME if span is None else end - span for end, span in zip(ends, spans, strict=True)],
        resource=column(st.none() | st.sampled_from(["bob", "ann", "cho", "dee"])),
        zone="Asia/Kathmandu",
    )


def all_events(log: EventLog) -> list[tuple]:
    return [event for case in range(log.n_cases) for event in _events(log, case)]


def plain_load(log: EventLog) -> dict:
    found: dict = {}
    for person in {event[3] for event in all_events(log)} - {None}:
        own = [event for event in all_events(log) if event[3] == person]
        tasks = [(start, end) for _, start, end, _ in own if start is not None and start < end]
        borders = sorted({moment for task in tasks for moment in task})
        levels: Counter = Counter()
        for a, b in pairwise(borders):
            level = sum(start <= a and b <= end for start, end in tasks)
            levels[level] += (b - a) * (level > 0)
        found[person] = (
            len(own),
            len(tasks),
            dict(Counter(_hour(event[2], log.zone) for event in own)),
            {level: spent for level, spent in levels.items() if spent},
        )
    return found


def as_plain(load: ResourceLoad) -> dict:
    found = {}
    for r, name in enumerate(load.names):
        hours, levels = load.hour_resource == r, load.level_resource == r
        found[name] = (
            int(load.events[r]),
            int(load.intervals[r]),
            dict(zip(load.hour[hours].tolist(), load.hour_count[hours].tolist(), strict=True)),
            dict(zip(load.level[levels].tolist(), load.level_us[levels].tolist(), strict=True)),
        )
        assert load.occupied_us[r] == load.level_us[levels].sum()
        assert load.peak[r] == max(load.level[levels], default=0)
    return found


@settings(max_examples=120, deadline=None)
@given(logs())
def test_the_load_agrees_with_a_walk_over_every_moment(log):
    assert as_plain(resource_load(log)) == plain_load(log)


@settings(max_examples=40, deadline=None)
@given(logs(), st.permutations(["bob", "ann", "cho", "dee"]), st.integers(0, 4))
def test_parts_with_different_resources_add_up(log, people, cut):
    one, other = (resource_load(log, only=part) for part in (people[:cut], people[cut:]))
    whole = resource_load(log)
    for total in (one + other, other + one, merge_loads([ResourceLoad.empty(), one, other])):
        assert as_plain(total) == as_plain(whole)
        assert total.names == whole.names
        assert total.hour_resource.tolist() == whole.hour_resource.tolist()


def test_two_tasks_at_once_are_seen_across_cases():
    log = make_log(
        [
            ("a", "x", "2024-01-01 11:00", "ann", "2024-01-01 09:00"),
            ("b", "x", "2024-01-01 12:00", "ann", "2024-01-01 10:00"),
            ("c", "x", "2024-01-01 12:30", "ann"),
        ]
    )
    load = resource_load(log)
    assert load.time_at_level(0)[0].tolist() == [1, 2]
    assert load.time_at_level(0)[1].tolist() == [7_200.0, 3_600.0]
    assert load.mean_level(0) == pytest.approx(4 / 3)
    assert (load.events[0], load.intervals[0], load.peak[0]) == (3, 2, 2)


def test_one_resource_in_two_parts_is_refused():
    load = resource_load(random_log(seed=1, n_cases=5))
    with pytest.raises(UsageError, match=r"summary\.resource_twice"):
        load + load


def test_without_start_times_there_is_no_concurrency():
    load = resource_load(random_log(seed=1, n_cases=5))
    assert not load.intervals.any()
    assert load.mean_level(0) is None


@settings(max_examples=60, deadline=None)
@given(logs(), st.integers(0, 6))
def test_work_in_progress_and_queues_are_counted_and_add_up(log, cut):
    flow = hourly_flow(log)
    cut = min(cut, log.n_cases)
    parts = hourly_flow(log.cases(0, cut)) + hourly_flow(log.cases(cut, log.n_cases)) + HourlyFlow.empty()
    for field in ("hour", "arrivals", "closings", "queued", "taken"):
        assert getattr(flow, field).tolist() == getattr(parts, field).tolist()
    spans, queue = [], []
    for case in range(log.n_cases):
        events = _events(log, case)
        spans.append((min(e[2] if e[1] is None else e[1] for e in events), events[-1][2]))
        queue += [(b[2], e[1]) for b, e in pairwise(events) if e[1] is not None and e[1] > b[2]]
    for k, hour in enumerate(flow.hour.tolist()):
        close = (hour + 1) * HOUR
        assert flow.work_in_progress()[k] == sum(a < close <= b for a, b in spans)
        assert flow.queue_length()[k] == sum(a < close <= b for a, b in queue)


def test_flow_and_summary_count_the_same_cases():
    log = random_log(seed=3, n_cases=100, with_service=True)
    flow, summary = hourly_flow(log), summarise(log)
    assert flow.arrivals.sum() == flow.closings.sum() == summary.n_cases
    assert flow.work_in_progress()[-1] == flow.queue_length()[-1] == 0
    assert np.array_equal(resource_load(log).events, summary.resources.events)
