"""The local engine: 64 buckets whose sum is the whole, the same on any number of threads."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.event_log import N_BUCKETS
from anlan.domain.log_summary import LogSummary
from anlan.domain.summary_merge import merge
from anlan.engines.local import summarise_log
from anlan.maths.sequences.summary import SummarySettings, summarise
from logs import log_from_columns, make_log, random_log
from plain_summary import as_plain, plain_summary


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 80), st.booleans(), st.sampled_from([1, 2, 5]))
def test_the_sum_of_the_buckets_is_the_summary_of_the_log(seed, n_cases, with_service, threads):
    log = random_log(
        seed=seed, n_cases=n_cases, skip=0.3, repeat=0.3, with_service=with_service, zone="Europe/Berlin"
    )
    limits = SummarySettings(case_limit_us=4 * 3_600_000_000, activity_limits_us={"check": 10})
    total, buckets = summarise_log(log, settings=limits, threads=threads)
    assert len(buckets) == N_BUCKETS
    assert total == merge(buckets) == summarise(log, settings=limits)
    assert [bucket.n_cases for bucket in buckets] == np.diff(log.bucket_offsets).tolist()


def test_each_bucket_is_the_summary_of_its_cases_alone():
    log = random_log(seed=6, n_cases=200, skip=0.3, with_service=True)
    _, buckets = summarise_log(log)
    for number in (0, 1, 33, 63):
        assert as_plain(buckets[number]) == plain_summary(log.bucket(number))


def test_threads_do_not_change_a_byte():
    log = random_log(seed=7, n_cases=300, repeat=0.4, n_people=30)
    digests = {summarise_log(log, threads=threads)[0].digest() for threads in (1, 2, 3, 8)}
    assert len(digests) == 1


def test_breach_flags_go_to_the_bucket_of_their_case():
    log = random_log(seed=9, n_cases=150)
    flags = np.random.default_rng(0).integers(-1, 2, log.n_cases).astype(np.int8)
    total, buckets = summarise_log(log, settings=SummarySettings(case_breached=flags))
    assert (total.sla_cases, total.sla_breached) == (int((flags >= 0).sum()), int((flags == 1).sum()))
    first, last = log.bucket_offsets[40], log.bucket_offsets[41]
    assert buckets[40].sla_breached == int((flags[first:last] == 1).sum())


def test_an_empty_log_has_empty_buckets():
    total, buckets = summarise_log(make_log([]))
    assert total == LogSummary.empty()
    assert set(buckets) == {LogSummary.empty()}


def test_an_error_in_a_thread_reaches_the_caller():
    log = random_log(seed=2, n_cases=20)
    object.__setattr__(log, "end_us", None)
    with pytest.raises((TypeError, AttributeError)):
        summarise_log(log)


def test_sums_over_buckets_carry_for_large_and_for_negative_durations():
    n = 300
    for gap in (2**62, -(2**40)):
        log = log_from_columns(
            case=[str(k // 2) for k in range(2 * n)],
            activity=["x", "y"] * n,
            end_us=[0, max(gap, 0)] * n,
            start_us=[min(gap, 0), -min(gap, 0)] * n,
        )
        total, buckets = summarise_log(log)
        assert total == merge(buckets) == summarise(log)
        assert total.edges.duration.total(0) == n * max(gap, 0)
        assert total.activities.service.total(1) == n * (2**62 if gap > 0 else gap)
