"""Rank intervals hold the true rank, also where scores are close, and are narrow where they are not."""

import tracemalloc

import numpy as np
from scipy.special import stdtr

from anlan.maths.jackknife import Jackknife, delete_group_jackknife, left_out_totals
from anlan.maths.rank_intervals import rank_intervals, top_probability


def _means(rng: np.random.Generator, true: np.ndarray, noise: float, groups: int = 64) -> Jackknife:
    values = true + noise * rng.standard_normal((groups, len(true)))
    return delete_group_jackknife(values.mean(axis=0), left_out_totals(values) / (groups - 1))


def test_far_apart_scores_have_one_possible_rank() -> None:
    scores = _means(np.random.default_rng(1), np.array([0.1, 0.9, 0.5]), noise=0.01)
    low, high = rank_intervals(scores)
    assert low.tolist() == high.tolist() == [3, 1, 2]


def test_equal_scores_may_have_any_rank() -> None:
    estimate = np.full(4, 0.5)
    low, high = rank_intervals(delete_group_jackknife(estimate, np.tile(estimate, (64, 1))))
    assert low.tolist() == [1] * 4
    assert high.tolist() == [4] * 4


def test_the_interval_of_a_rank_holds_the_true_rank_nineteen_times_of_twenty() -> None:
    rng = np.random.default_rng(5)
    true = np.array([0.50, 0.50 - 1e-6, 0.49, 0.45, 0.44, 0.30, 0.20, 0.20 - 1e-6])
    true_rank = 1 + np.arange(len(true))
    held = np.zeros(len(true))
    trials = 500
    for _ in range(trials):
        low, high = rank_intervals(_means(rng, true, noise=0.05))
        held += (low <= true_rank) & (true_rank <= high)
    assert (held / trials).min() >= 0.94


def test_less_noise_never_widens_the_possible_ranks_of_the_same_draw() -> None:
    true = np.linspace(0.2, 0.8, 9)
    wide = _means(np.random.default_rng(7), true, noise=0.5)
    calm = Jackknife(wide.estimate, wide.deviations / 3, wide.level)
    (wide_low, wide_high), (low, high) = rank_intervals(wide), rank_intervals(calm)
    assert (low >= wide_low).all()
    assert (high <= wide_high).all()


def test_chances_to_be_on_top_sum_to_the_places_and_follow_the_scores() -> None:
    scores = _means(np.random.default_rng(8), np.array([0.9, 0.5, 0.5, 0.1]), noise=0.02)
    chance = top_probability(scores, 2, rng=np.random.default_rng(0))
    assert chance.sum() == 2.0
    assert chance[0] == 1.0
    assert chance[3] == 0.0


def _pairwise(scores: Jackknife) -> tuple[np.ndarray, np.ndarray]:
    """The definition, comparison by comparison: p-values, Holm's steps from the smallest."""
    n, alpha = len(scores.estimate), 1 - scores.level
    low, high = np.ones(n, dtype=int), np.full(n, n)
    for i in range(n):
        difference = scores.estimate - scores.estimate[i]
        spread = np.sqrt(np.sum((scores.deviations - scores.deviations[:, [i]]) ** 2, axis=0))
        others = [j for j in range(n) if j != i]
        p = {j: 2 * stdtr(scores.degrees_of_freedom, -abs(difference[j]) / spread[j]) for j in others}
        for step, j in enumerate(sorted(others, key=p.__getitem__)):
            if p[j] > alpha / (n - 1 - step):
                break
            low[i] += difference[j] > 0
            high[i] -= difference[j] < 0
    return low, high


def test_blocks_and_single_items_give_the_pairwise_definition(monkeypatch) -> None:
    rng = np.random.default_rng(11)
    scores = _means(rng, rng.uniform(0.2, 0.8, 60), noise=0.3)
    expected = _pairwise(scores)
    assert 0 < np.count_nonzero(expected[0] > 1) < 60
    monkeypatch.setattr("anlan.maths.rank_intervals._BLOCK", 7 * 60)
    for found, wanted in zip(rank_intervals(scores), expected, strict=True):
        assert found.tolist() == wanted.tolist()
    chosen = [41, 3, 59, 0, 20, 21, 22, 23, 24]
    for found, wanted in zip(rank_intervals(scores, items=chosen), expected, strict=True):
        assert found.tolist() == wanted[chosen].tolist()
    whole = top_probability(scores, 3, rng=np.random.default_rng(0))
    monkeypatch.undo()
    assert whole.tolist() == top_probability(scores, 3, rng=np.random.default_rng(0)).tolist()


def test_memory_grows_with_the_number_of_items_and_not_with_its_square() -> None:
    scores = _means(np.random.default_rng(3), np.linspace(0.1, 0.9, 20_000), noise=0.1)
    tracemalloc.start()
    low, high = rank_intervals(scores, items=range(300))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(low) == len(high) == 300
    assert peak < 150e6
