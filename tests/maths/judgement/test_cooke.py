"""Cooke's model: scores written out by hand, laws of the mixture, the threshold, experts left out."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from anlan.domain.errors import NotEnoughData
from anlan.maths.judgement.cooke import Elicited, decide, left_out, mixture_quantiles, scores

LEVELS = np.array([0.05, 0.5, 0.95])


def _panel(seed: int, *, experts: int = 4, seeds: int = 12, targets: int = 2) -> Elicited:
    rng = np.random.default_rng(seed)
    n = seeds + targets
    truth = rng.normal(100, 20, n)
    middle = truth + rng.normal(0, 10, (experts, n))
    half = rng.uniform(3, 25, (experts, 1, 1)) * np.array([-1.0, 0.0, 1.0])
    truth[seeds:] = np.nan
    return Elicited(LEVELS, middle[..., None] + half, truth)


def test_calibration_and_information_written_out() -> None:
    """Two experts, four seeds: 1 true value below, 2 and 1 inside, 0 above."""
    quantiles = np.array([[[10.0, 20, 30]] * 4, [[0.0, 50, 100]] * 4])
    of = Elicited(LEVELS, quantiles, np.array([5.0, 15, 20, 25]), overshoot=0.1)
    found = scores(of)
    s, p = np.array([0.25, 0.5, 0.25, 0.0]), np.array([0.05, 0.45, 0.45, 0.05])
    relative = sum(a * math.log(a / b) for a, b in zip(s, p, strict=True) if a)
    assert found.calibration[0] == pytest.approx(stats.chi2.sf(2 * 4 * relative, 3))
    widths = np.array([10 - -10.0, 10, 10, 110 - 30])
    by_hand = math.log(120) + float((p * np.log(p / widths)).sum())
    assert found.of_seeds[0] == pytest.approx(by_hand)
    half = Elicited(LEVELS, quantiles, of.truth, power=0.5)
    assert scores(half).calibration[0] == pytest.approx(stats.chi2.sf(4 * relative, 3))


@given(st.integers(0, 300))
def test_units_do_not_matter_and_information_is_never_negative(seed: int) -> None:
    of = _panel(seed)
    found = scores(of)
    assert (found.information >= -1e-9).all()
    moved = scores(Elicited(LEVELS, of.quantiles * 60 - 7, of.truth * 60 - 7))
    assert moved.combined == pytest.approx(found.combined)


@given(st.integers(0, 60))
def test_the_optimised_threshold_is_the_best_of_all_that_can_be_set(seed: int) -> None:
    of = _panel(seed)
    best = decide(of, weighing="global")
    for threshold in np.linspace(0, float(scores(of).calibration.max()), 7):
        assert decide(of, weighing="global", threshold=threshold).score <= best.score + 1e-12
    assert best.weights.sum(axis=0) == pytest.approx(np.ones(len(of.truth)))


def test_mixture_quantiles_solve_the_mixed_distribution_function() -> None:
    rows = np.array([[10.0, 20, 30], [15.0, 40, 90]])
    shares = np.array([0.3, 0.7])
    found = mixture_quantiles(rows, LEVELS, shares, low=0.0, high=100.0)
    for level, value in zip(LEVELS, found, strict=True):
        heights = [np.interp(value, [0, *row, 100], [0, 0.05, 0.5, 0.95, 1]) for row in rows]
        assert shares @ np.array(heights) == pytest.approx(level)
    alone = mixture_quantiles(rows, LEVELS, np.array([0.0, 1.0]), low=0.0, high=100.0)
    assert alone == pytest.approx(rows[1])


def test_equal_weights_are_the_plain_mixture_and_item_weights_differ_by_question() -> None:
    of = _panel(3)
    assert decide(of, weighing="equal").weights == pytest.approx(np.full((4, 14), 0.25))
    item = decide(of, weighing="item", threshold=0.0)
    assert not np.allclose(item.weights[:, 0], item.weights[:, 1])


def test_leaving_out_a_useless_expert_changes_nothing_but_the_background() -> None:
    of = _panel(5)
    without = left_out(of, weighing="global", threshold=None, experts=range(4), seeds=range(12))
    assert len(without) == 16
    assert all(each is not None and each.quantiles.shape[0] in (13, 14) for each in without)
    alone = of.without_expert(3).without_expert(2).without_expert(1)
    assert left_out(alone, weighing="global", threshold=0.999, seeds=[0]) in ([None], [None])


def test_nobody_above_the_threshold_is_refused() -> None:
    with pytest.raises(NotEnoughData):
        decide(_panel(1), weighing="global", threshold=1.1)


def test_a_well_calibrated_expert_outweighs_one_who_is_sure_and_wrong() -> None:
    rng = np.random.default_rng(9)
    truth = rng.normal(0, 1, 20)
    reach = stats.norm.ppf(LEVELS)
    honest = np.broadcast_to(reach, (20, 3))
    sure = 1.5 + 0.05 * honest
    found = decide(Elicited(LEVELS, np.stack([honest, sure]), truth), weighing="global")
    assert found.weights[0, 0] > 0.99
