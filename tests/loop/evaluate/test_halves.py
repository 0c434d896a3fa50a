"""Halves keep cases whole, share nothing, and forget nothing."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from anlan.domain.event_log import N_BUCKETS, bucket_of
from anlan.loop.evaluate.halves import case_starts_us, choose_cases, median_start_us, split_at
from logs import make_log, random_log


def test_cases_are_split_by_their_first_moment() -> None:
    log = make_log(
        [
            ("early", "a", "2024-01-01"),
            ("early", "b", "2024-03-01"),
            ("late", "a", "2024-02-01"),
            ("started early", "a", "2024-02-02", None, "2024-01-02"),
        ]
    )
    moment = median_start_us(log)
    first, second = split_at(log, moment)
    assert first.log.case_names.to_pylist() == ["early"]
    assert sorted(second.log.case_names.to_pylist()) == ["late", "started early"]


def test_a_log_of_one_moment_has_an_empty_first_half() -> None:
    log = make_log([("a", "x", "2024-01-01"), ("b", "x", "2024-01-01")])
    first, second = split_at(log, median_start_us(log))
    assert (first.log.n_cases, second.log.n_cases) == (0, 2)


def test_an_empty_log_has_no_median() -> None:
    assert median_start_us(make_log([])) is None


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 9_999), st.integers(0, 2**32 - 1))
def test_chosen_cases_are_a_log_in_the_same_order(seed: int, mask_seed: int) -> None:
    log = random_log(seed=seed, n_cases=40, skip=0.3, attributes={"channel": ["web", "phone"]})
    chosen = np.random.default_rng(mask_seed).random(log.n_cases) < 0.5
    half = choose_cases(log, chosen)
    part = half.log
    names = np.array(log.case_names.to_pylist(), dtype=object)
    assert part.case_names.to_pylist() == names[chosen].tolist()
    assert part.case.tolist() == np.repeat(np.arange(part.n_cases), np.diff(part.case_offsets)).tolist()
    np.testing.assert_array_equal(part.end_us, log.end_us[half.events])
    np.testing.assert_array_equal(
        part.case_attributes["channel"].codes, log.case_attributes["channel"].codes[chosen]
    )
    for number in range(N_BUCKETS):
        assert (bucket_of(part.bucket(number).case_hash) == number).all()
    np.testing.assert_array_equal(case_starts_us(part), case_starts_us(log)[chosen])
