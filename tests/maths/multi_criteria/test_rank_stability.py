"""Rankings under perturbed weights: moments of the draws, an exact share, and firmness in the limit."""

import numpy as np
from scipy.stats import beta

from anlan.maths.multi_criteria.rank_stability import perturbed_weights, rank_stability
from anlan.maths.streams import Stream

WEIGHTS = np.array([0.5, 0.3, 0.2])


def _drawn(concentration: float, draws: int = 40_000, weights: np.ndarray = WEIGHTS) -> np.ndarray:
    places = range(len(weights))
    return perturbed_weights(
        weights, concentration=concentration, draws=draws, stream=Stream(5), places=places
    )


def test_drawn_weights_have_the_stated_mean_and_spread() -> None:
    drawn = _drawn(20.0)
    spread = np.sqrt(WEIGHTS * (1 - WEIGHTS) / 21.0)
    np.testing.assert_allclose(drawn.sum(axis=1), 1.0, atol=1e-12)
    np.testing.assert_allclose(drawn.mean(axis=0), WEIGHTS, atol=4 * spread.max() / 200)
    np.testing.assert_allclose(drawn.std(axis=0), spread, rtol=0.02)


def test_the_share_of_first_places_is_that_of_the_beta_distribution() -> None:
    """Two criteria, each alternative best in one: A is first where its weight is above one half."""
    weights = np.array([0.6, 0.4])
    drawn = _drawn(10.0, weights=weights)
    found = rank_stability(lambda w: w @ np.eye(2), drawn)
    exact = beta(6.0, 4.0).sf(0.5)
    assert abs(found.first[0] - exact) < 4 * np.sqrt(exact * (1 - exact) / len(drawn))
    np.testing.assert_allclose(found.score_low[0], beta(6.0, 4.0).ppf(0.05), atol=0.01)


def test_firm_weights_leave_the_ranking_as_it_is() -> None:
    scores = np.array([[0.9, 0.2, 0.1], [0.1, 0.8, 0.2], [0.5, 0.5, 0.1]])
    found = rank_stability(lambda w: w @ scores.T, _drawn(1e7, draws=500))
    assert found.first.tolist() == [1.0, 0.0, 0.0]
    assert found.rank_low.tolist() == found.rank_high.tolist() == [1, 3, 2]


def test_shares_of_first_places_sum_to_one_with_ties() -> None:
    found = rank_stability(lambda w: np.ones((len(w), 3)), _drawn(5.0, draws=50))
    np.testing.assert_allclose(found.first, 1 / 3)


def test_draws_belong_to_the_place_not_to_the_column() -> None:
    order = [2, 0, 1]
    turned = perturbed_weights(WEIGHTS[order], concentration=9.0, draws=50, stream=Stream(5), places=order)
    np.testing.assert_allclose(turned, _drawn(9.0, draws=50)[:, order], atol=1e-15)
