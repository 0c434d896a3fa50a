"""The band of open parameters against cases that can be solved: a rate alone, a size alone."""

import math

import numpy as np
import pytest

from anlan.maths.distributions import Distribution
from anlan.maths.loss_portfolios.parameter_band import MIDDLE, parameter_band, stratified
from anlan.maths.loss_portfolios.portfolios import Portfolio, PortfolioRisk
from anlan.maths.loss_portfolios.quantile_tables import quantile_table

RATE = Distribution("gamma", {"shape": 6.5, "scale": 0.1})
DRAWS, YEARS = 200, 20_000


def _portfolio(rate: float, size: float, kind: str = "poisson") -> Portfolio:
    constant = Distribution("constant", {"value": size})
    return Portfolio(
        (PortfolioRisk(kind, Distribution("constant", {"value": rate}), quantile_table(constant)),)
    )


def test_strata_are_met_once_each_and_differ_between_places() -> None:
    first, second = (stratified(50, place=place, seed=3) for place in (0, 1))
    for shares in (first, second):
        assert sorted(np.floor(shares * 50).astype(int)) == list(range(50))
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.5


def test_the_band_of_an_open_rate_is_the_chance_at_the_quantiles_of_the_rate() -> None:
    """P(any event) = 1 - exp(-rate) and P(two or more) = 1 - exp(-rate) (1 + rate) rise with the rate."""
    rates = RATE.quantile(stratified(DRAWS, place=0, seed=1))
    band = parameter_band(lambda draw: _portfolio(float(rates[draw]), 10.0), draws=DRAWS, years=YEARS,
                          losses=[0.0, 10.0], level=0.95, seed=1)  # fmt: skip
    low, high = band.limits()
    for end, found in zip(RATE.quantile(MIDDLE), (low, high), strict=True):
        exact = (1 - math.exp(-end), 1 - math.exp(-end) * (1 + end))
        for chance, share in zip(exact, found, strict=True):
            assert share == pytest.approx(chance, abs=4 * math.sqrt(chance / YEARS) + 0.01)
    assert np.quantile(band.mean, MIDDLE) == pytest.approx(10 * RATE.quantile(MIDDLE), rel=0.05)
    assert band.mean.mean() == pytest.approx(10 * RATE.mean, rel=0.02)


def test_the_band_of_an_open_size_is_its_own_interval() -> None:
    """One certain event of size g a year: mean, VaR and CVaR are g in every draw."""
    size = Distribution("lognormal", {"mu": 0.0, "sigma": 0.5})
    sizes = size.quantile(stratified(DRAWS, place=1, seed=2))
    band = parameter_band(lambda draw: _portfolio(1.0, float(sizes[draw]), "fixed"), draws=DRAWS, years=1_000,
                          losses=[1.0], level=0.9, seed=2)  # fmt: skip
    for found in (band.mean, band.at_risk, band.cvar):
        assert np.allclose(found, sizes)
        assert np.quantile(found, MIDDLE) == pytest.approx(size.quantile(MIDDLE), rel=0.03)
    assert set(np.unique(band.beyond)) == {0.0, 1.0}
    assert band.beyond.mean() == pytest.approx(0.5, abs=0.01)
