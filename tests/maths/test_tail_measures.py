"""Tails in closed form against integrals and simulation."""

import pytest
from scipy import integrate, stats

from anlan.maths.distributions import Distribution
from anlan.maths.tail_measures import normal_tail, severity_tail, t_tail


@pytest.mark.parametrize("p", [0.5, 0.9, 0.999])
def test_the_shortfall_is_the_mean_of_the_quantiles_beyond(p: float) -> None:
    for found, law in ((normal_tail(p, mean=3, sd=2), stats.norm(3, 2)),
                       (t_tail(p, degrees=3, mean=1, scale=5), stats.t(3, 1, 5))):  # fmt: skip
        expected = law.expect(lb=law.ppf(p), limit=200) / (1 - p)
        assert found == pytest.approx((law.ppf(p), expected), rel=1e-6)


@pytest.mark.parametrize(
    "distribution",
    [
        Distribution("lognormal", {"mu": 1.0, "sigma": 1.2}),
        Distribution("gamma", {"shape": 0.7, "scale": 3.0}),
        Distribution("weibull", {"shape": 0.6, "scale": 2.0}),
        Distribution("pert", {"low": 1.0, "likely": 2.0, "high": 9.0}),
    ],
)
def test_the_tail_of_a_severity_is_the_integral_of_its_quantiles(distribution: Distribution) -> None:
    at_risk, beyond = severity_tail(distribution, 0.9)
    integral, _ = integrate.quad(lambda u: float(distribution.quantile(u)), 0.9, 1.0, limit=300)
    assert at_risk == float(distribution.quantile(0.9))
    assert beyond == pytest.approx(integral / 0.1, rel=1e-4)


def test_a_constant_has_itself_as_its_tail() -> None:
    assert severity_tail(Distribution("constant", {"value": 4.0}), 0.95) == (4.0, 4.0)
