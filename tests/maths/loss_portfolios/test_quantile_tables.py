"""A table stands for its distribution, with and without the terms of truncation and insurance."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate

from anlan.maths.distributions import Distribution
from anlan.maths.loss_portfolios.portfolio_kernels import table_value
from anlan.maths.loss_portfolios.quantile_tables import SURVIVAL, Terms, quantile_table

KINDS = [
    Distribution("lognormal", {"mu": 2.0, "sigma": 1.5}),
    Distribution("gamma", {"shape": 0.5, "scale": 30.0}),
    Distribution("weibull", {"shape": 0.7, "scale": 20.0}),
    Distribution("pert", {"low": 2.0, "likely": 5.0, "high": 40.0}),
    Distribution("constant", {"value": 7.0}),
]


@pytest.mark.parametrize("distribution", KINDS, ids=lambda d: d.kind)
def test_moments_and_limited_means_are_those_of_the_distribution(distribution: Distribution) -> None:
    table = quantile_table(distribution)
    assert table.mean == pytest.approx(distribution.mean, rel=2e-5)
    assert table.variance == pytest.approx(distribution.variance, rel=1e-3, abs=1e-9)
    limits = distribution.mean * np.array([0.0, 0.01, 0.5, 1.0, 3.0, 50.0])
    assert table.limited_mean(limits) == pytest.approx(
        distribution.limited_mean(limits), rel=2e-4, abs=2e-5 * distribution.mean
    )


@given(st.floats(1e-11, 1 - 1e-9))
def test_a_look_up_is_the_quantile(v: float) -> None:
    for distribution in KINDS[:3]:
        table = quantile_table(distribution)
        at = np.interp(-v, -SURVIVAL, table.values)
        assert table_value(table.values, v) == pytest.approx(at, rel=1e-9)
        if v < 0.9:
            assert at == pytest.approx(
                float(distribution.quantile(1 - v)), rel=1e-3, abs=1e-4 * distribution.mean
            )


@pytest.mark.parametrize("distribution", KINDS[:4], ids=lambda d: d.kind)
def test_what_is_borne_has_the_mean_of_the_integral(distribution: Distribution) -> None:
    terms = Terms(truncated_below=3.0, truncated_above=35.0, limit=25.0, deductible=8.0,
                  insured_share=0.6, cover=7.0)  # fmt: skip
    low, high = float(distribution.cdf(3.0)), float(distribution.cdf(35.0))

    def borne(u: float) -> float:
        return float(terms.borne(distribution.quantile(low + u * (high - low))))

    expected, _ = integrate.quad(borne, 0.0, 1.0, limit=500)
    assert quantile_table(distribution, terms).mean == pytest.approx(expected, rel=2e-4)


@settings(max_examples=50, deadline=None)
@given(st.floats(0, 50), st.floats(0, 1), st.floats(1, 500), st.floats(0, 20), st.floats(30, 1e4))
def test_more_insurance_never_costs_the_insured_more(
    deductible: float, share: float, cover: float, below: float, above: float
) -> None:
    severity = KINDS[0]
    bare = quantile_table(severity, Terms(below, above))
    insured = quantile_table(severity, Terms(below, above, np.inf, deductible, share, cover))
    assert (insured.values <= bare.values + 1e-9).all()
    assert (np.diff(insured.values) >= 0).all()
    assert (insured.values >= 0).all()
    assert bare.values[0] >= below - 1e-9
    assert bare.values[-1] <= above


def test_groups_keep_the_mean_and_the_whole() -> None:
    table = quantile_table(KINDS[0])
    values, weights = table.groups()
    assert weights.sum() == pytest.approx(1.0)
    assert values @ weights == pytest.approx(table.mean, rel=1e-12)
    assert (np.diff(values) > 0).all()
