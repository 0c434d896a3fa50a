import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.maths.sequences.instances import instances_of
from anlan.maths.sequences.timelines import joined, timelines_of
from logs import make_log

START = 1_704_067_200_000_000


def log_of_seconds(rows):
    """Rows (case, activity, start, end, person) in seconds."""
    return make_log([(c, a, START + int(e * 1e6), p, START + int(s * 1e6)) for c, a, s, e, p in rows])


def test_what_came_before_is_the_last_end_that_is_over() -> None:
    rows = instances_of(
        log_of_seconds(
            [
                ("x", "a", 0, 10, "p"),
                ("x", "b", 20, 60, "p"),
                ("x", "c", 30, 40, "q"),
                ("x", "d", 50, 70, "q"),
            ]
        )
    )
    assert rows.ready_s.tolist() == [0.0, 10.0, 10.0, 40.0]
    assert rows.reached_s.tolist() == [0.0, 10.0, 60.0, 60.0]
    assert rows.overlaps.tolist() == [False, False, True, True]
    assert rows.before.tolist() == [-1, 0, 1, 2]
    assert rows.after.tolist() == [1, 2, 3, -1]
    assert rows.left_s().tolist() == [70.0]


def test_a_moment_that_ends_when_the_next_begins_comes_before_it() -> None:
    rows = instances_of(log_of_seconds([("x", "a", 5, 5, "p"), ("x", "b", 5, 5, "p"), ("x", "c", 5, 9, "p")]))
    assert rows.ready_s.tolist() == [0.0, 0.0, 0.0]
    assert not rows.overlaps.any()


def test_laps_count_the_most_repeated_activity() -> None:
    rows = instances_of(log_of_seconds([("x", name, k, k, "p") for k, name in enumerate("abacab")]))
    assert rows.lap.tolist() == [1, 1, 2, 2, 3, 3]


executions = st.lists(
    st.tuples(
        st.sampled_from("xyz"),
        st.sampled_from("abc"),
        st.integers(0, 200),
        st.integers(0, 60),
        st.sampled_from("pq"),
    ),
    min_size=1, max_size=25,
)  # fmt: skip


@given(executions)
@settings(max_examples=60, deadline=None)
def test_ready_and_reached_are_as_counted_by_hand(drawn) -> None:
    rows = instances_of(log_of_seconds([(c, a, s, s + d, p) for c, a, s, d, p in drawn]))
    for i in range(len(rows.case)):
        same = [j for j in range(len(rows.case)) if rows.case[j] == rows.case[i] and j != i]
        earlier = [rows.end_s[j] for j in same if j < i]
        over = [rows.end_s[j] for j in same if rows.end_s[j] <= rows.start_s[i] and j < i]
        assert rows.reached_s[i] == pytest.approx(max(earlier, default=rows.start_s[i]))
        assert rows.ready_s[i] == pytest.approx(max(over, default=rows.start_s[i]))


@given(executions)
@settings(max_examples=60, deadline=None)
def test_sessions_cover_all_brief_work_and_idle_lies_in_them(drawn) -> None:
    log = log_of_seconds([(c, a, s * 600, (s + d) * 600, p) for c, a, s, d, p in drawn])
    rows = instances_of(log)
    lines = timelines_of(rows, len(log.resource_names))
    low, high = lines.place(rows.resource, rows.start_s), lines.place(rows.resource, rows.end_s)
    brief = rows.end_s - rows.start_s <= 8 * 3600.0
    assert lines.sessions.between(low, high)[brief] == pytest.approx((high - low)[brief])
    assert lines.busy.between(low, high) == pytest.approx(high - low)
    assert lines.idle.between(low, high) == pytest.approx(0.0)
    idle, sessions = (lines.by_resource(each).sum() for each in (lines.idle, lines.sessions))
    assert idle <= sessions + 1e-6


def test_stretches_are_joined_within_the_gap() -> None:
    of = joined(np.array([10.0, 0.0, 30.0]), np.array([12.0, 5.0, 31.0]), gap=5.0)
    assert of.begin.tolist() == [0.0, 30.0]
    assert of.end.tolist() == [12.0, 31.0]
    assert of.before(np.array([-1.0, 6.0, 20.0, 30.5])).tolist() == [0.0, 6.0, 12.0, 12.5]


def test_a_group_is_idle_while_one_of_it_is() -> None:
    log = log_of_seconds(
        [
            ("x", "a", 0, 100, "p"),
            ("x", "a", 400, 500, "p"),
            ("y", "a", 50, 450, "q"),
            ("y", "a", 700, 800, "q"),
        ]
    )
    rows = instances_of(log)
    group = timelines_of(rows, 2).joined_by(np.array([0, 0]))
    assert (group.idle.begin.tolist(), group.idle.end.tolist()) == ([100.0, 450.0], [400.0, 700.0])
    assert (group.sessions.begin.tolist(), group.sessions.end.tolist()) == ([0.0], [800.0])
