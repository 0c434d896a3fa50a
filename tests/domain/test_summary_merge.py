"""Merging is associative and commutative with an identity, whatever the split and the dictionaries."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain import log_summary
from anlan.domain.errors import UsageError
from anlan.domain.event_log import EventLog
from anlan.domain.log_summary import LogSummary
from anlan.domain.summary_merge import merge, order_of_hashes
from anlan.maths.sequences.summary import SummarySettings, summarise
from logs import log_from_columns, make_log, random_log
from plain_summary import as_plain, plain_summary

PROMISES = SummarySettings(
    case_limit_us=3 * 3_600_000_000, activity_limits_us={"x": 3_600_000_000, "close": 5}
)
CENTURY = 36_525 * 86_400_000_000


def shuffled(log: EventLog, seed: int) -> EventLog:
    """The same log with dictionaries in another order, and names in them that do not occur."""
    rng = np.random.default_rng(seed)
    activity, activity_names = _recoded(log.activity, log.activity_names, rng)
    resource, resource_names = _recoded(log.resource, log.resource_names, rng)
    return replace(
        log,
        activity=activity,
        activity_names=activity_names,
        resource=resource,
        resource_names=resource_names,
    )


def _recoded(codes, names, rng):
    names = (*names, "never " + str(rng.integers(100)))
    order = rng.permutation(len(names))
    new_code = np.empty(len(names) + 1, dtype=np.int32)
    new_code[order] = np.arange(len(names))
    new_code[-1] = -1
    return new_code[codes], tuple(names[k] for k in order)


def parts_of(log: EventLog, borders: list[int], seed: int) -> list[LogSummary]:
    cuts = [0, *sorted(borders), log.n_cases]
    return [
        summarise(shuffled(log.cases(a, b), seed + k), settings=PROMISES)
        for k, (a, b) in enumerate(pairwise(cuts))
    ]


@st.composite
def small_logs(draw):
    n = draw(st.integers(1, 30))
    column = lambda values: draw(st.lists(values, min_size=n, max_size=n))  # noqa: E731
    ends = column(st.integers(-CENTURY, CENTURY) | st.sampled_from([0, 0, 7]))
    return log_from_columns(
        case=column(st.sampled_from("abcdefghij")),
        activity=column(st.sampled_from(["x", "y", "z", "派单"])),
        end_us=ends,
        resource=column(st.none() | st.sampled_from(["ann", "bob", "cho", "程"])),
        start_us=[end - span for end, span in zip(ends, column(st.integers(-9, CENTURY)), strict=True)],
        costs=column(st.integers(-(10**6), 10**6)),
        zone="Asia/Shanghai",
    )


@settings(max_examples=80, deadline=None)
@given(small_logs(), st.data(), st.integers(0, 1000))
def test_any_split_and_any_tree_give_the_summary_of_the_whole(log, data, seed):
    borders = data.draw(st.lists(st.integers(0, log.n_cases), max_size=5))
    whole = summarise(log, settings=PROMISES)
    parts = parts_of(log, borders, seed)
    assert merge(parts) == whole
    rest = data.draw(st.permutations(parts))
    while len(rest) > 1:
        k = data.draw(st.integers(0, len(rest) - 2))
        rest = [*rest[:k], rest[k] + rest[k + 1], *rest[k + 2 :]]
    assert rest[0] == whole
    assert as_plain(rest[0]) == plain_summary(
        log, case_limit_us=PROMISES.case_limit_us, activity_limits_us=PROMISES.activity_limits_us
    )


@settings(max_examples=40, deadline=None)
@given(small_logs(), small_logs())
def test_addition_commutes_and_nothing_is_its_zero(one, other):
    a, b = summarise(one), summarise(other)
    assert a + b == b + a
    assert (
        a + LogSummary.empty()
        == LogSummary.empty() + a
        == merge([LogSummary.empty(), a, LogSummary.empty()])
        == a
    )
    assert merge([]) == LogSummary.empty()


@settings(max_examples=30, deadline=None)
@given(small_logs(), st.integers(0, 1000))
def test_the_order_of_cases_does_not_matter(log, seed):
    order = np.random.default_rng(seed).permutation(log.n_cases)
    events = np.concatenate([np.arange(log.case_offsets[c], log.case_offsets[c + 1]) for c in order])
    columns = {
        name: getattr(log, name)[events] for name in ("activity", "resource", "start_us", "end_us", "cost")
    }
    offsets = np.concatenate([[0], np.cumsum(np.diff(log.case_offsets)[order])])
    assert summarise(replace(log, **columns, case_offsets=offsets)) == summarise(log)


def test_a_larger_log_in_many_parts_gives_the_summary_of_the_whole():
    log = random_log(seed=8, n_cases=500, skip=0.3, repeat=0.3, n_people=40, with_service=True)
    parts = parts_of(log, [3, 50, 51, 51, 300, 460], seed=1)
    assert merge(parts) == sum(reversed(parts), LogSummary.empty()) == summarise(log, settings=PROMISES)


def test_sums_carry_across_2_to_the_64():
    log = make_log([("a", "x", 0), ("a", "x", 2**62 - 1)])
    piece = summarise(log)
    total = merge([piece] * 9)
    assert total.edges.duration.total(0) == 9 * (2**62 - 1)
    assert total.case_duration.total(0) == 9 * (2**62 - 1) > 2**65


def test_sequences_are_kept_for_the_smallest_hashes_in_any_order(monkeypatch):
    log = random_log(seed=4, n_cases=120, skip=0.4, repeat=0.4)
    complete = summarise(log)
    monkeypatch.setattr(log_summary, "VARIANT_STEPS_KEPT", 7)
    capped = summarise(log)
    assert complete.variants.complete
    assert not capped.variants.complete
    assert len(capped.variants.steps) == complete.variants.offsets[7]
    assert capped.variants.count.tolist() == complete.variants.count.tolist()
    parts = parts_of(log, [30, 60, 90], seed=2)
    settled = summarise(log, settings=PROMISES)
    assert (parts[3] + parts[0]) + (parts[2] + parts[1]) == merge(parts) == settled


def test_hashes_that_share_their_high_half_are_ordered_by_the_low():
    high = np.array([5, 1, 5, 5], dtype=np.uint64)
    low = np.array([9, 3, 2, 4], dtype=np.uint64)
    assert order_of_hashes(high, low).tolist() == [1, 2, 3, 0]


def test_other_clocks_and_zones_are_not_added():
    one = summarise(make_log([("a", "x", 0)]))
    with pytest.raises(UsageError, match=r"summary\.zones_differ"):
        one + summarise(make_log([("b", "x", 0)], zone="Asia/Shanghai"))
    with pytest.raises(UsageError, match=r"summary\.calendars_differ"):
        one + replace(one, calendar="office")


def test_the_digest_sees_every_field():
    summary = summarise(random_log(seed=1, n_cases=20, with_service=True))
    changed = [
        replace(summary, cost_total=1),
        replace(summary, zone="+00:00"),
        replace(summary, unfinished_events=1),
        replace(summary, arrivals_by_hour_of_week=np.roll(summary.arrivals_by_hour_of_week, 1)),
        replace(summary, edges=replace(summary.edges, target=summary.edges.target[::-1])),
        replace(summary, activities=replace(summary.activities, names=("a", "b", "c", "d", "e"))),
    ]
    assert len({each.digest() for each in [summary, *changed]}) == 1 + len(changed)
    assert summary != changed[0]
    assert hash(summary) == hash(replace(summary))
