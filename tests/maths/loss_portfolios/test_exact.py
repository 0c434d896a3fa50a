"""Transforms and the recursion against series, moments and each other."""

import math

import numpy as np
import pytest
from scipy import stats

from anlan.maths.distributions import Distribution
from anlan.maths.loss_portfolios.exact import panjer_lattice, yearly_lattice, yearly_moments
from anlan.maths.loss_portfolios.portfolios import PortfolioRisk
from anlan.maths.loss_portfolios.quantile_tables import quantile_table

EXPONENTIAL = quantile_table(Distribution("gamma", {"shape": 1.0, "scale": 10.0}))


def _number(value: float) -> Distribution:
    return Distribution("constant", {"value": value})


def _risk(kind: str, frequency: Distribution, shape: float = math.inf) -> PortfolioRisk:
    return PortfolioRisk(kind, frequency, EXPONENTIAL, shape)


def test_poisson_of_exponentials_is_its_series() -> None:
    """P(S <= x) = sum over n of P(N = n) P(Gamma(n) <= x)."""
    lattice = yearly_lattice([_risk("poisson", _number(3.0))])
    for x in (5.0, 30.0, 80.0):
        series = stats.poisson.pmf(0, 3) + sum(
            stats.poisson.pmf(n, 3) * stats.gamma.cdf(x, n, scale=10) for n in range(1, 60)
        )
        assert lattice.exceedance(x) == pytest.approx(1 - series, abs=5e-4)


@pytest.mark.parametrize(
    "risk",
    [
        _risk("poisson", _number(2.5)),
        _risk("negative_binomial", _number(2.5), 0.8),
        _risk("bernoulli", _number(0.3)),
        _risk("fixed", _number(4.0)),
        _risk("fixed", _number(2.25)),
        _risk("poisson", Distribution("pert", {"low": 1.0, "likely": 2.0, "high": 9.0})),
        _risk("bernoulli", Distribution("pert", {"low": 0.1, "likely": 0.2, "high": 0.9})),
    ],
    ids=lambda r: f"{r.kind}-{r.frequency.kind}",
)
def test_every_count_has_its_moments(risk: PortfolioRisk) -> None:
    lattice = yearly_lattice([risk])
    mean, variance = yearly_moments(risk)
    assert lattice.mean == pytest.approx(mean, rel=1e-6)
    assert lattice.variance == pytest.approx(variance, rel=1e-3)
    assert mean == pytest.approx(risk.frequency.mean * 10.0, rel=1e-4)


def test_the_recursion_agrees_with_the_transform() -> None:
    for risks in (
        [_risk("poisson", _number(2.0)), PortfolioRisk("poisson", _number(0.5), quantile_table(
            Distribution("lognormal", {"mu": 3.0, "sigma": 0.8})))],
        [_risk("negative_binomial", _number(3.0), 1.5)],
    ):  # fmt: skip
        fft, panjer = yearly_lattice(risks), panjer_lattice(risks)
        assert panjer is not None
        assert panjer.probability.sum() == pytest.approx(1.0, abs=1e-6)
        for p in (0.5, 0.9, 0.99):
            assert panjer.quantile(p) == pytest.approx(fft.quantile(p), abs=2 * panjer.step)
            assert panjer.tail_mean(p) == pytest.approx(fft.tail_mean(p), rel=5e-3)


def test_the_recursion_declines_what_is_not_of_its_class() -> None:
    uncertain = Distribution("pert", {"low": 1.0, "likely": 2.0, "high": 9.0})
    for risks in (
        [_risk("bernoulli", _number(0.3))],
        [_risk("poisson", uncertain)],
        [_risk("poisson", _number(1e4))],
        [_risk("negative_binomial", _number(3.0), 1.5), _risk("poisson", _number(1.0))],
    ):
        assert panjer_lattice(risks) is None


def test_independent_risks_add_their_variances() -> None:
    risks = [_risk("poisson", _number(2.0)), _risk("bernoulli", _number(0.4)), _risk("fixed", _number(3.0))]
    lattice = yearly_lattice(risks)
    assert lattice.variance == pytest.approx(sum(yearly_moments(r)[1] for r in risks), rel=1e-3)
    assert np.isclose(lattice.probability.sum(), 1.0)
