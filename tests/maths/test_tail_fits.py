"""Generalised Pareto fits against scipy, against what they were drawn from, and by laws."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from anlan.maths.streams import Stream
from anlan.maths.tail_fits import (
    candidate_thresholds,
    excess_quantile,
    fit_excesses,
    fit_tail,
    tail_quantile,
)


def _draws(shape: float, n: int, seed: int, scale: float = 2.0) -> np.ndarray:
    return np.asarray(stats.genpareto.rvs(shape, scale=scale, size=n, random_state=seed))


def _height(excesses: np.ndarray, shape: float, scale: float) -> float:
    return float(stats.genpareto.logpdf(excesses, shape, scale=scale).sum())


@pytest.mark.parametrize("shape", [-0.3, 0.0, 0.2, 0.8, 1.5])
def test_the_fit_is_at_least_as_likely_as_that_of_scipy_and_as_the_truth(shape: float) -> None:
    drawn = _draws(shape, 400, 7)
    xi, sigma = (float(each[0]) for each in fit_excesses(drawn[None, :]))
    theirs, _, width = stats.genpareto.fit(drawn, floc=0.0)
    ours = _height(drawn, xi, sigma)
    assert ours >= _height(drawn, theirs, width) - 1e-4
    assert ours >= _height(drawn, shape, 2.0)
    assert xi == pytest.approx(shape, abs=0.25)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 10_000), st.floats(-0.2, 0.9), st.floats(0.01, 100))
def test_another_unit_scales_the_scale_alone_and_no_neighbour_is_more_likely(
    seed: int, shape: float, factor: float
) -> None:
    drawn = _draws(shape, 80, seed)
    (xi,), (sigma,) = fit_excesses(drawn[None, :])
    (again,), (wider,) = fit_excesses(factor * drawn[None, :])
    assert again == pytest.approx(xi, abs=1e-5)
    assert wider == pytest.approx(factor * sigma, rel=1e-4)
    height = _height(drawn, xi, sigma)
    for other in ((xi + 0.05, sigma), (xi - 0.05, sigma), (xi, 1.05 * sigma), (xi, 0.95 * sigma)):
        if other[0] >= -0.5:
            assert height >= _height(drawn, *other) - 1e-7


def test_rows_are_fitted_as_if_alone() -> None:
    rows = np.stack([_draws(0.1, 60, 1), _draws(0.7, 60, 2)])
    together = fit_excesses(rows)
    for row in range(2):
        alone = fit_excesses(rows[row : row + 1])
        assert [each[row] for each in together] == pytest.approx([each[0] for each in alone])


@pytest.mark.parametrize("shape", [-0.2, 0.0, 0.4])
def test_quantiles_are_those_of_scipy(shape: float) -> None:
    share = np.array([0.1, 0.5, 0.99])
    assert excess_quantile(share, shape, 3.0) == pytest.approx(stats.genpareto.ppf(share, shape, scale=3.0))
    found = float(tail_quantile(0.99, 10.0, 0.05, shape, 3.0))
    assert found == pytest.approx(10.0 + stats.genpareto.ppf(0.8, shape, scale=3.0))


def test_the_tail_of_a_pareto_sample_is_found_with_its_limits() -> None:
    """Pareto with index 3: shape 1/3, P(X > x) = x^-3."""
    values = np.random.default_rng(4).pareto(3.0, 2_000) + 1.0
    fit = fit_tail(values, float(np.quantile(values, 0.9)), bootstrap=199, stream=Stream(1))
    low, high = np.quantile(fit.shapes, [0.025, 0.975])
    assert low < 1 / 3 < high
    low, high = np.quantile(fit.quantiles(0.99), [0.025, 0.975])
    assert low < 0.01 ** (-1 / 3) < high
    assert fit.ks_p > 0.05
    assert fit.tail_mean(0.99) > fit.quantile(0.99) > fit.threshold


def test_quantiles_rise_with_the_level_and_never_fall_below_the_threshold() -> None:
    fit = fit_tail(_draws(0.3, 300, 3), 1.0, bootstrap=39, stream=Stream(1))
    found = [fit.quantile(level) for level in (0.01, 0.9, 0.99, 0.999)]
    assert found == sorted(found)
    assert found[0] == fit.threshold


def test_mean_and_tail_mean_of_an_exponential_tail_are_a_scale_apart() -> None:
    fit = fit_tail(np.random.default_rng(1).exponential(5.0, 4_000), 5.0, bootstrap=39, stream=Stream(1))
    assert fit.shape == pytest.approx(0.0, abs=0.06)
    assert fit.tail_mean(0.99) - fit.quantile(0.99) == pytest.approx(5.0, rel=0.15)


def test_no_mean_where_the_tail_has_none_and_no_candidate_with_too_few_above() -> None:
    heavy = fit_tail(_draws(2.0, 300, 3), 0.5, bootstrap=39, stream=Stream(1))
    assert heavy.tail_mean(0.99) is None
    assert candidate_thresholds(np.arange(100.0), [0.5, 0.79, 0.9]) == pytest.approx([49.5, 78.21])
