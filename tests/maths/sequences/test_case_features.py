import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.event_log import EventLog
from anlan.maths.sequences.case_features import (
    case_features,
    orders_between,
    same_person_counts,
    sorted_groups,
    visits_of,
)
from logs import make_log

ROWS = st.lists(
    st.tuples(
        st.sampled_from("pqrs"), st.sampled_from("abc"), st.integers(0, 6),
        st.sampled_from(["ann", "bob", None]),
    ),
    max_size=40,
)  # fmt: skip


def _log(rows) -> EventLog:
    return make_log([(case, activity, time * 10**6, person) for case, activity, time, person in rows])


def _cases(log: EventLog):
    for case in range(log.n_cases):
        yield range(int(log.case_offsets[case]), int(log.case_offsets[case + 1]))


def test_a_hand_made_case():
    log = make_log(
        [
            ("x", "a", "2024-01-01T08:00", "ann", "2024-01-01T07:00"),
            ("x", "b", "2024-01-01T09:00", "bob"),
            ("x", "b", "2024-01-01T09:30", "bob"),
            ("x", "a", "2024-01-01T11:00", None),
            ("x", "c", "2024-01-01T12:00", "ann"),
        ]
    )
    features = case_features(log, visits_of(log))
    assert (features.last_us - features.first_us).tolist() == [5 * 3_600_000_000]
    assert features.rework_events.tolist() == [2]
    assert features.self_loops.tolist() == [1]
    assert features.handovers.tolist() == [1]
    assert features.known_resources.tolist() == [4]
    assert log.activity_names[features.last_activity[0]] == "c"


@settings(deadline=None)
@given(ROWS)
def test_features_equal_a_plain_count(rows):
    log = _log(rows)
    visits = visits_of(log)
    features = case_features(log, visits)
    for case, events in enumerate(_cases(log)):
        steps = [int(log.activity[i]) for i in events]
        people = [int(log.resource[i]) for i in events]
        pairs = list(itertools.pairwise(people))
        assert features.n_events[case] == len(steps)
        assert features.rework_events[case] == len(steps) - len(set(steps))
        assert features.self_loops[case] == sum(a == b for a, b in itertools.pairwise(steps))
        assert features.handovers[case] == sum(a >= 0 and b >= 0 and a != b for a, b in pairs)
        first_of = {}
        for i, step in zip(events, steps, strict=True):
            earlier = [j for j in events if j < i and log.activity[j] == step]
            assert visits.previous[i] == (earlier[-1] if earlier else -1)
            assert visits.first_event[visits.visit[i]] == first_of.setdefault(step, i)


@settings(deadline=None)
@given(ROWS)
def test_orders_and_persons_equal_a_plain_count(rows):
    log = _log(rows)
    visits = visits_of(log)
    n = len(log.activity_names)
    before = np.zeros((n, n), dtype=int)
    both, same = np.zeros((n, n), dtype=int), np.zeros((n, n), dtype=int)
    for events in _cases(log):
        first = {}
        for i in events:
            first.setdefault(int(log.activity[i]), i)
        for a, i in first.items():
            for b, j in first.items():
                before[a, b] += log.end_us[i] < log.end_us[j]
                if a < b and log.resource[i] >= 0 and log.resource[j] >= 0:
                    both[a, b] += 1
                    same[a, b] += log.resource[i] == log.resource[j]
    assert np.array_equal(orders_between(log, visits), before)
    counted = same_person_counts(log, visits)
    assert np.array_equal(counted[0], both)
    assert np.array_equal(counted[1], same)


def test_a_case_without_events_has_no_activity():
    log = make_log([("x", "a", 10), ("y", "a", 20)])
    empty = log.cases(0, 1)
    hollow = EventLog(
        **{
            **{name: getattr(empty, name) for name in empty.__dataclass_fields__},
            "case": empty.case[:0], "activity": empty.activity[:0], "start_us": empty.start_us[:0],
            "end_us": empty.end_us[:0], "resource": empty.resource[:0], "row": empty.row[:0],
            "row_hash": empty.row_hash[:0], "case_offsets": np.zeros(2, dtype=np.int64),
        }
    )  # fmt: skip
    features = case_features(hollow, visits_of(hollow))
    assert features.n_events.tolist() == [0]
    assert features.last_activity.tolist() == [-1]
    assert features.first_us.tolist() == [0]


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-1, 3), st.integers(-5, 5)), max_size=50))
def test_groups_are_sorted_and_complete(items):
    key = np.array([k for k, _ in items], dtype=np.int64)
    values = np.array([v for _, v in items], dtype=np.int64)
    groups = sorted_groups(values, key, 4)
    for number in range(4):
        members, positions = groups.group(number)
        assert members.tolist() == sorted(v for k, v in items if k == number)
        assert values[positions].tolist() == members.tolist()


@pytest.mark.parametrize("order", [1, -1])
def test_the_order_of_the_rows_changes_nothing(order):
    rows = [("p", "a", 1, "ann"), ("q", "b", 2, "bob"), ("p", "b", 3, "bob"), ("q", "b", 5, "ann")][::order]
    log = _log(rows)
    features = case_features(log, visits_of(log))
    by_name = dict(zip(log.case_names.to_pylist(), features.handovers.tolist(), strict=True))
    assert by_name == {"p": 1, "q": 1}
