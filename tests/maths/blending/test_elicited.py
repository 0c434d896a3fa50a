"""What people said comes out again of the distribution made from it; what cannot be said is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from anlan.domain.errors import UsageError
from anlan.maths.blending.elicited import (
    TURN_SHAPE,
    beta_from_mean,
    beta_from_quantiles,
    gamma_from_mean,
    gamma_from_quantiles,
)


@given(st.floats(0.01, 1e4), st.floats(1.01, 5.8))
def test_a_gamma_has_the_mean_and_p95_it_was_given(mean: float, ratio: float) -> None:
    found = gamma_from_mean(mean, p95=ratio * mean)
    said = stats.gamma(found.shape, scale=1 / found.exposure)
    assert said.mean() == pytest.approx(mean)
    assert said.ppf(0.95) == pytest.approx(ratio * mean, rel=1e-6)


@given(st.floats(1e-3, 1e3), st.floats(1.01, 1e4), st.sampled_from([0.5, 0.8, 0.9]))
def test_a_gamma_has_the_quantiles_it_was_given(low: float, ratio: float, level: float) -> None:
    found = gamma_from_quantiles(low, low * ratio, level=level)
    said = stats.gamma(found.shape, scale=1 / found.exposure)
    assert said.ppf([(1 - level) / 2, (1 + level) / 2]) == pytest.approx([low, low * ratio], rel=1e-6)


@given(st.floats(0.001, 0.9), st.floats(0.01, 0.9))
def test_a_beta_has_the_quantiles_it_was_given(low: float, width: float) -> None:
    high = low + width * (1 - low)
    found = beta_from_quantiles(low, high)
    assert stats.beta(found.a, found.b).ppf([0.05, 0.95]) == pytest.approx([low, high], rel=1e-5)


@given(st.floats(0.005, 0.8), st.floats(0.05, 0.6))
def test_a_beta_has_the_mean_and_p95_it_was_given(mean: float, reach: float) -> None:
    p95 = mean + reach * (1 - mean) * min(1.0, 4 * mean)
    found = beta_from_mean(mean, p95=p95)
    assert found.a / (found.a + found.b) == pytest.approx(mean)
    assert stats.beta(found.a, found.b).ppf(0.95) == pytest.approx(p95, rel=1e-5)


def test_the_turning_shape_is_the_largest_ratio() -> None:
    shapes = np.geomspace(0.02, 2, 2000)
    ratios = stats.gamma(shapes).ppf(0.95) / shapes
    assert shapes[ratios.argmax()] == pytest.approx(TURN_SHAPE, rel=0.01)


def test_what_no_distribution_can_have_is_refused() -> None:
    for refused in (
        lambda: gamma_from_mean(1.0, p95=7.0),
        lambda: gamma_from_mean(1.0, p95=0.9),
        lambda: gamma_from_quantiles(2.0, 1.0),
        lambda: beta_from_mean(0.2, p95=0.1),
        lambda: beta_from_quantiles(0.3, 0.3),
    ):
        with pytest.raises(UsageError):
            refused()
