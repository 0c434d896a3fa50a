"""The fused summary against hand-made logs and against a slow walk with dicts and lists."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.errors import UsageError
from anlan.domain.log_summary import LogSummary
from anlan.maths.sequences.summary import SummarySettings, summarise
from logs import MONDAY_2024_US, log_from_columns, make_log, random_log
from plain_summary import as_plain, plain_summary

HOUR = 3_600_000_000
YEAR = 8_766 * HOUR
CENTURY = 100 * YEAR


@st.composite
def logs(draw, max_events=40):
    """Logs with ties, gaps from none to a century, starts missing or after the completion."""
    n = draw(st.integers(0, max_events))
    column = lambda values: draw(st.lists(values, min_size=n, max_size=n))  # noqa: E731
    ends = column(st.integers(-CENTURY, CENTURY) | st.sampled_from([0, 0, 1, HOUR, 400 * HOUR]))
    spans = column(st.none() | st.sampled_from([0, 1, -5, 90, HOUR]) | st.integers(-HOUR, CENTURY))
    with_start = draw(st.booleans())
    return log_from_columns(
        case=column(st.sampled_from("abcdefgh")),
        activity=column(st.sampled_from(["登记", "派单", "x", "y", "z"])),
        end_us=ends,
        resource=column(st.none() | st.sampled_from(["ann", "bob", "cho"])),
        start_us=[
            np.iinfo(np.int64).min if span is None else end - span
            for end, span in zip(ends, spans, strict=True)
        ]
        if with_start
        else None,
        zone=draw(st.sampled_from(["UTC", "Asia/Shanghai", "Europe/Berlin", "+05:45"])),
        costs=column(st.none() | st.integers(-10, 10)) if draw(st.booleans()) else None,
    )


@settings(max_examples=150, deadline=None)
@given(logs(), st.sampled_from([None, 0, 10 * HOUR, YEAR]))
def test_the_fused_pass_agrees_with_a_slow_walk(log, limit):
    limits = {"x": HOUR, "登记": 0, "nobody does this": 5}
    fused = summarise(log, settings=SummarySettings(case_limit_us=limit, activity_limits_us=limits))
    assert as_plain(fused) == plain_summary(log, case_limit_us=limit, activity_limits_us=limits)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Shanghai"])
def test_a_larger_log_agrees_with_a_slow_walk(zone):
    log = random_log(seed=3, n_cases=300, skip=0.3, repeat=0.3, days=700, with_service=True, zone=zone)
    assert as_plain(summarise(log)) == plain_summary(log)


def test_a_hand_made_log_is_counted_right():
    summary = summarise(
        make_log(
            [
                ("a", "register", "2024-01-01 09:00", "ann", "2024-01-01 08:50"),
                ("a", "check", "2024-01-01 10:00", "bob", "2024-01-01 09:30"),
                ("a", "check", "2024-01-01 11:00", "bob", "2024-01-01 09:45"),
                ("b", "register", "2024-01-02 09:00", "ann", "2024-01-02 09:00"),
            ]
        )
    )
    activities, edges = summary.activities, summary.edges
    assert activities.names == ("check", "register")
    assert activities.count.tolist() == [2, 2]
    assert activities.cases.tolist() == [1, 2]
    assert activities.rework_cases.tolist() == activities.rework_events.tolist() == [1, 0]
    assert activities.self_loops.tolist() == [1, 0]
    assert activities.waiting.total(0) == 30 * 60 * 10**6, "the overlapping second check waited 0"
    assert activities.service.total(0) == (30 + 75) * 60 * 10**6
    assert [(int(a), int(b)) for a, b in zip(edges.source, edges.target, strict=True)] == [(0, 0), (1, 0)]
    assert summary.case_duration.maximum[0] == 130 * 60 * 10**6
    assert summary.resources.handover_count.tolist() == [1]
    assert np.flatnonzero(summary.arrivals_by_hour_of_week).tolist() == [8, 24 + 9]


def test_no_start_times_no_service_and_no_waiting():
    summary = summarise(make_log([("a", "x", "2024-01-01 09:00"), ("a", "y", "2024-01-01 10:00")]))
    assert summary.activities.service.n.tolist() == summary.activities.waiting.n.tolist() == [0, 0]


def test_an_empty_log_is_the_identity():
    assert summarise(make_log([])) == LogSummary.empty()


def test_a_case_without_events_is_counted_and_has_the_variant_without_steps():
    log = make_log([("a", "x", "2024-01-01 09:00")])
    whole = log.cases(0, 1)
    object.__setattr__(whole, "case_offsets", np.array([0, 0], dtype=np.int64))
    for name in ("case", "activity", "start_us", "end_us", "resource"):
        object.__setattr__(whole, name, getattr(whole, name)[:0])
    summary = summarise(whole)
    assert (summary.n_cases, summary.n_events, summary.first_us) == (1, 0, None)
    assert summary.variants.offsets.tolist() == [0, 0]
    assert as_plain(summary) == plain_summary(whole)


def test_hours_follow_the_wall_clock_on_both_days_it_changes():
    log = make_log(
        [
            ("a", "x", "2024-03-31 00:59:59"), ("a", "x", "2024-03-31 01:00"),
            ("b", "x", "2024-10-27 00:59:59"), ("b", "x", "2024-10-27 01:00"),
        ],
        zone="Europe/Berlin",
    )  # fmt: skip
    hours = summarise(log).events_by_hour_of_week
    assert np.flatnonzero(hours).tolist() == [6 * 24 + 1, 6 * 24 + 2, 6 * 24 + 3]
    assert hours[6 * 24 + 2] == 2, "02:59:59 before and 02:00 after the clock is put back"


def test_flags_of_the_caller_replace_a_limit():
    log = make_log([(case, "x", MONDAY_2024_US) for case in "abcd"])
    flags = np.array([1, 0, -1, 1], dtype=np.int8)
    summary = summarise(log, settings=SummarySettings(case_breached=flags))
    assert (summary.sla_cases, summary.sla_breached) == (3, 2)


def test_contradicting_settings_are_refused():
    with pytest.raises(UsageError, match=r"summary\.two_case_limits"):
        SummarySettings(case_limit_us=1, case_breached=np.zeros(1, dtype=np.int8))
    with pytest.raises(UsageError, match=r"summary\.breach_flags_length"):
        summarise(make_log([]), settings=SummarySettings(case_breached=np.zeros(1, dtype=np.int8)))


def test_sums_pass_2_to_the_63():
    n, gap = 400, 280 * CENTURY // 100
    log = log_from_columns(
        case=[str(i // 2) for i in range(2 * n)],
        activity=["x"] * (2 * n),
        end_us=[-gap * 5 if i % 2 == 0 else gap * 5 for i in range(2 * n)],
    )
    summary = summarise(log)
    assert summary.edges.duration.total(0) == n * 10 * gap > 2**63
    assert as_plain(summary) == plain_summary(log)


def test_many_activities_and_people_go_through_the_hashed_tables(monkeypatch):
    log = random_log(seed=5, n_cases=80, path=[f"step {k}" for k in range(30)], skip=0.5, n_people=60)
    dense = summarise(log)
    monkeypatch.setattr("anlan.maths.sequences.columns.Columns.pairs_fit", lambda columns, pairs: False)
    assert summarise(log) == dense
    assert as_plain(dense) == plain_summary(log)
