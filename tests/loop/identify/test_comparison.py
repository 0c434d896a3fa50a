import numpy as np
import pytest

from anlan.loop.identify.comparison import _matched_excess_min, slower_than_peers
from finders import add_type, chosen_cases, context_of, numbers_of
from logs import random_draft


def _mask(context, cases: np.ndarray) -> np.ndarray:
    return context.mask_of(numbers_of(context.log, cases))


def test_the_delay_is_taken_against_the_case_at_the_same_place():
    draft = random_draft(seed=1, n_cases=400)
    hit = chosen_cases(draft, 0.5, seed=2)
    draft.gap_s[(draft.steps == "close") & hit[draft.case]] += 7_200.0
    context = context_of(draft.build())
    slower = slower_than_peers(context, _mask(context, hit))
    assert slower.delay_min.mean() == pytest.approx(120, rel=0.15)
    assert slower.stratified_by is None


def test_equal_groups_show_hardly_any_delay():
    draft = random_draft(seed=3, n_cases=2_000)
    hit = chosen_cases(draft, 0.3, seed=4)
    context = context_of(draft.build())
    slower = slower_than_peers(context, _mask(context, hit))
    median_min = np.median(context.duration_us) / 60e6
    assert slower.delay_min.mean() < 0.1 * median_min


def test_places_below_their_peers_are_set_off_against_those_above():
    peers = np.arange(1.0, 101.0) * 6e7
    weights = np.ones(100)
    mixed = np.sort(np.concatenate([peers[:50] - 3e7, peers[50:] + 9e7]))
    minutes = _matched_excess_min(mixed, peers, weights)
    assert (minutes[:50] == 0).all()
    assert minutes.sum() == pytest.approx((mixed - peers).sum() / 6e7)
    assert _matched_excess_min(peers - 1e7, peers, weights).sum() == 0


def test_equal_groups_claim_nothing_in_half_of_the_draws():
    assert np.median(_nulls()) < 2.0
    assert np.mean(_nulls()) < 15.0


def _nulls() -> list[float]:
    """Minutes claimed by 300 of 3,300 cases that are all alike, one minute each on average."""
    claims = []
    for seed in range(200):
        rng = np.random.default_rng(seed)
        hit, others = np.sort(rng.exponential(6e7, 300)), np.sort(rng.exponential(6e7, 3_000))
        claims.append(float(_matched_excess_min(hit, others, np.ones(3_000)).sum()))
    return claims


def test_the_column_most_associated_gives_the_strata():
    draft = random_draft(seed=5, n_cases=1_000, attributes={"noise": ["a", "b", "c"]})
    slow = add_type(draft, 0.4, seed=6)
    hit = slow & chosen_cases(draft, 0.7, seed=7)
    draft.gap_s[slow[draft.case]] *= 4
    context = context_of(draft.build())
    aware = slower_than_peers(context, _mask(context, hit))
    assert aware.stratified_by == "type"
    assert aware.p > 0.001
    assert aware.ratio.low <= 1 <= aware.ratio.high
    unaware = slower_than_peers(context, _mask(context, hit), not_by=("type",))
    assert unaware.p < 1e-20


def test_peers_are_weighted_to_the_mix_of_the_affected():
    draft = random_draft(seed=14, n_cases=6_000)
    slow = add_type(draft, 0.4, seed=15)
    hit = np.where(slow, chosen_cases(draft, 0.7, seed=16), chosen_cases(draft, 0.2, seed=16))
    draft.gap_s[slow[draft.case]] *= 4
    context = context_of(draft.build())
    slower = slower_than_peers(context, _mask(context, hit))
    assert slower.stratified_by == "type"
    assert slower.ratio.low <= 1 <= slower.ratio.high
    assert slower.delay_min.mean() < 0.1 * np.median(context.duration_us) / 60e6


def test_a_column_that_equals_the_mark_leaves_nothing_to_compare_and_is_not_used():
    draft = random_draft(seed=8, n_cases=400)
    hit = add_type(draft, 0.4, seed=9)
    context = context_of(draft.build())
    assert slower_than_peers(context, _mask(context, hit)).stratified_by is None


def test_too_few_cases_are_not_compared():
    draft = random_draft(seed=10, n_cases=100)
    context = context_of(draft.build())
    assert slower_than_peers(context, _mask(context, np.arange(100) < 5)) is None


def test_open_cases_are_not_compared_and_lose_nothing():
    draft = random_draft(seed=11, n_cases=300)
    hit = chosen_cases(draft, 0.4, seed=12)
    still_open = chosen_cases(draft, 0.1, seed=13)
    draft.gap_s[hit[draft.case]] *= 3
    draft.keep(~((draft.steps == "close") & still_open[draft.case]))
    context = context_of(draft.build())
    slower = slower_than_peers(context, _mask(context, hit))
    cases = numbers_of(context.log, hit)
    delays = slower.delays_of(cases)
    open_numbers = numbers_of(context.log, hit & still_open)
    assert delays[np.isin(cases, open_numbers)].max() == 0
    assert delays.sum() == pytest.approx(slower.delay_min.sum())
