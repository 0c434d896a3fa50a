"""Simulated years: exact means and tails, the same bits always, and what each dependence does."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from anlan.maths.copulas import spearman_of
from anlan.maths.distributions import Distribution
from anlan.maths.loss_portfolios import portfolio_kernels as kernels
from anlan.maths.loss_portfolios.allocation import allocate_tail, tail_weights
from anlan.maths.loss_portfolios.exact import yearly_lattice
from anlan.maths.loss_portfolios.portfolios import (
    Cause,
    Copula,
    Portfolio,
    PortfolioRisk,
    Shock,
    YearSimulator,
)
from anlan.maths.loss_portfolios.quantile_tables import quantile_table
from anlan.maths.loss_statistics import loss_sample

ONE = quantile_table(Distribution("constant", {"value": 1.0}))
WIDE = quantile_table(Distribution("lognormal", {"mu": 2.0, "sigma": 1.0}))
YEARS = 40_000


def _risk(rate: float, kind: str = "poisson", severity=WIDE, **more) -> PortfolioRisk:
    return PortfolioRisk(kind, Distribution("constant", {"value": rate}), severity, **more)


UNCERTAIN = PortfolioRisk("poisson", Distribution("pert", {"low": 1.0, "likely": 2.0, "high": 9.0}), WIDE)
RISKS = (
    _risk(0.7),
    _risk(1.6),
    _risk(2.0, "negative_binomial", shape=1.5),
    _risk(0.3, "bernoulli"),
    _risk(2.5, "fixed"),
    UNCERTAIN,
)


def _z(values: np.ndarray, expected: float) -> float:
    return (float(values.mean()) - expected) / (float(values.std()) / math.sqrt(len(values)))


def test_independent_years_agree_with_the_exact_distribution() -> None:
    years = YearSimulator(Portfolio(RISKS), seed=4).run(YEARS)
    exact, sample = yearly_lattice(RISKS), loss_sample(years.totals)
    assert abs(_z(years.totals, exact.mean)) < 4
    for p in (0.5, 0.9, 0.99):
        found, tail = sample.quantile(p), sample.cvar(p)
        assert abs(found.value - exact.quantile(p)) < 4 * found.standard_error + exact.step
        assert abs(tail.value - exact.tail_mean(p)) < 4 * tail.standard_error
    for r, risk in enumerate(RISKS):
        assert abs(years.mean_loss[r] - risk.frequency.mean * risk.severity.mean) < 4 * years.loss_error[r]


@pytest.mark.parametrize(
    "portfolio",
    [
        Portfolio(RISKS),
        Portfolio(RISKS[:2], Copula(np.array([[1, 0.5], [0.5, 1]]), 3.0)),
        Portfolio(RISKS[:2], Copula(np.array([[1, 0.5], [0.5, 1]]), of="loss")),
        Portfolio(RISKS[:3], shocks=(Shock(0.3, 3.0, (0, 2)),), causes=(Cause(0, 1, 2.0, 3, 0.5),)),
    ],
    ids=["independent", "t", "loss", "monthly"],
)
def test_threads_blocks_and_a_second_look_change_no_bit(portfolio: Portfolio) -> None:
    simulator = YearSimulator(portfolio, seed=9)
    one, two = simulator.run(5_000, threads=1), simulator.run(5_000, threads=3)
    assert (one.totals == two.totals).all()
    assert (one.mean_loss == two.mean_loss).all()
    some = np.array([4_999, 17, 1_000, 999])
    loss, _ = simulator.detail(some)
    again = np.empty(4)
    kernels.sum_risks(loss, again)
    assert (again == one.totals[some]).all()
    assert (YearSimulator(portfolio, seed=10).run(5_000).totals != one.totals).any()


@pytest.mark.parametrize("degrees", [math.inf, 4.0])
def test_a_copula_of_losses_keeps_the_margins_and_joins_the_ranks(degrees: float) -> None:
    risks = (_risk(8.0), _risk(5.0), _risk(8.0))
    r = np.array([[1, 0.6, 0.0], [0.6, 1, 0.0], [0, 0, 1.0]])
    loss, _ = YearSimulator(Portfolio(risks, Copula(r, degrees, "loss")), seed=2).detail(np.arange(YEARS))
    for column, risk in enumerate(risks):
        exact = yearly_lattice([risk])
        assert abs(_z(loss[:, column], exact.mean)) < 4
        assert np.quantile(loss[:, column], 0.95) == pytest.approx(exact.quantile(0.95), rel=0.03)
    rank = stats.spearmanr(loss[:, 0], loss[:, 1]).statistic
    reach = 0.02 if math.isinf(degrees) else 0.04
    assert rank == pytest.approx(spearman_of(0.6), abs=reach)
    assert abs(stats.spearmanr(loss[:, 0], loss[:, 2]).statistic) < reach


def test_t_brings_extremes_together_and_gauss_less() -> None:
    risks = (_risk(8.0), _risk(8.0))
    r = np.array([[1, 0.5], [0.5, 1]])
    joint = []
    for degrees in (math.inf, 3.0):
        loss, _ = YearSimulator(Portfolio(risks, Copula(r, degrees, "loss")), seed=2).detail(np.arange(YEARS))
        limit = np.quantile(loss, 0.99, axis=0)
        joint.append((loss > limit).all(axis=1).mean() / 0.01)
    assert joint[1] > 1.5 * joint[0]


@pytest.mark.parametrize("kind", ["poisson", "negative_binomial", "bernoulli", "fixed"])
def test_counts_by_copula_have_the_distribution_of_their_kind(kind: str) -> None:
    rate, shape = (
        (0.4, math.inf) if kind == "bernoulli" else (3.0, 2.0 if kind == "negative_binomial" else math.inf)
    )
    risks = (_risk(rate, kind, ONE, shape=shape), _risk(2.0, severity=ONE))
    r = np.array([[1, -0.5], [-0.5, 1]])
    _, count = YearSimulator(Portfolio(risks, Copula(r)), seed=5).detail(np.arange(YEARS))
    assert count[:, 0].mean() == pytest.approx(rate, rel=0.02)
    law = {"poisson": stats.poisson(3.0), "negative_binomial": stats.nbinom(2.0, 2.0 / 5.0),
           "bernoulli": stats.bernoulli(0.4), "fixed": stats.bernoulli(1.0, loc=2)}[kind]  # fmt: skip
    for n in range(7):
        assert (count[:, 0] <= n).mean() == pytest.approx(law.cdf(n), abs=0.012)
    if kind != "fixed":
        assert np.corrcoef(count.T)[0, 1] < -0.2


def test_large_counts_by_moments_are_within_a_count_of_the_exact_ones() -> None:
    for u in (1e-6, 0.01, 0.3, 0.5, 0.9, 0.99999):
        assert abs(kernels.count_quantile(0, u, 900.0, np.inf) - stats.poisson.ppf(u, 900)) <= 1
        theirs = stats.nbinom.ppf(u, 40, 40 / 940)
        assert kernels.count_quantile(1, u, 900.0, 40.0) == pytest.approx(theirs, rel=0.03)


def test_a_shock_multiplies_the_mean_and_joins_its_risks() -> None:
    risks = (_risk(2.0, severity=ONE), _risk(3.0, severity=ONE), _risk(1.0, severity=ONE))
    portfolio = Portfolio(risks, shocks=(Shock(0.2, 4.0, (0, 1)),))
    years = YearSimulator(portfolio, seed=1).run(YEARS)
    assert portfolio.expected_events() == pytest.approx((3.2, 4.8, 1.0))
    for r, expected in enumerate((3.2, 4.8, 1.0)):
        assert abs(years.mean_loss[r] - expected) < 4 * years.loss_error[r]
    loss, _ = YearSimulator(portfolio, seed=1).detail(np.arange(YEARS))
    correlation = np.corrcoef(loss.T)
    assert correlation[0, 1] > 0.4
    assert abs(correlation[0, 2]) < 0.02


def test_a_shock_of_factor_one_changes_nothing_in_distribution() -> None:
    plain = YearSimulator(Portfolio((_risk(2.0),)), seed=3).run(YEARS).totals
    shocked = YearSimulator(Portfolio((_risk(2.0),), shocks=(Shock(0.5, 1.0, (0,)),)), seed=3).run(YEARS)
    assert (plain == shocked.totals).all()


def test_a_cause_raises_its_effect_by_what_the_expectation_says() -> None:
    """E[N_B] = b (1 + a (f - 1) (1 + c + c^2) / 12), with a year before, so that nothing is missing."""
    risks = (_risk(6.0, severity=ONE), _risk(4.0, severity=ONE))
    for cause in (Cause(0, 1, 3.0), Cause(0, 1, 2.0, 3, 0.5), Cause(0, 1, 2.0, 12, 1.0)):
        portfolio = Portfolio(risks, causes=(cause,))
        years = YearSimulator(portfolio, seed=1).run(YEARS)
        lasting = sum(cause.carry**k for k in range(cause.months))
        expected = 4.0 * (1 + 6.0 * (cause.factor - 1) * lasting / 12)
        assert portfolio.expected_events()[1] == pytest.approx(expected)
        assert abs(years.mean_loss[1] - expected) < 4 * years.loss_error[1]
        assert abs(years.mean_loss[0] - 6.0) < 4 * years.loss_error[0]


def test_a_chain_of_causes_multiplies_along_its_way_and_joins_the_counts() -> None:
    risks = (_risk(3.0, severity=ONE), _risk(3.0, severity=ONE), _risk(3.0, severity=ONE))
    portfolio = Portfolio(risks, causes=(Cause(1, 2, 2.0, 2, 0.5), Cause(0, 1, 3.0)))
    assert portfolio.causal_order == (0, 1, 2)
    years = YearSimulator(portfolio, seed=1).run(YEARS)
    for r, expected in enumerate(portfolio.expected_events()):
        assert abs(years.mean_events[r] - expected) < 5 * years.loss_error[r]
    loss, _ = YearSimulator(portfolio, seed=1).detail(np.arange(YEARS))
    assert np.corrcoef(loss.T)[0, 1] > 0.3


def test_a_circle_of_causes_has_no_order() -> None:
    risks = (_risk(1.0), _risk(1.0))
    assert Portfolio(risks, causes=(Cause(0, 1, 2.0), Cause(1, 0, 2.0))).causal_order is None
    assert Portfolio(risks, causes=(Cause(0, 0, 2.0),)).causal_order is None


def test_a_lasting_loss_is_kept_whole_over_the_turn_of_the_year() -> None:
    """What begins last year and what goes on into the next balance: the mean is rate (1 + c + c^2 + ...)."""
    risk = replace(_risk(5.0, severity=ONE), months=6, carry=0.7)
    years = YearSimulator(Portfolio((risk,)), seed=1).run(YEARS)
    assert abs(years.mean_loss[0] - 5.0 * risk.lasting_factor) < 4 * years.loss_error[0]
    assert years.mean_events[0] == pytest.approx(5.0, abs=0.06)
    short = YearSimulator(Portfolio((_risk(5.0, severity=ONE),)), seed=1).run(YEARS)
    assert years.totals.std() / years.totals.mean() < short.totals.std() / short.totals.mean()


def test_months_without_any_link_are_years() -> None:
    """A link that adds nothing sends the simulation through months; its distribution stays."""
    risks = RISKS[:3]
    monthly = YearSimulator(Portfolio(risks, causes=(Cause(0, 1, 1.0),)), seed=7).run(YEARS)
    exact = yearly_lattice(risks)
    assert abs(_z(monthly.totals, exact.mean)) < 4
    assert loss_sample(monthly.totals).cvar(0.95).value == pytest.approx(exact.tail_mean(0.95), rel=0.03)


def test_parts_of_the_tail_add_up_and_are_those_of_a_full_look() -> None:
    simulator = YearSimulator(Portfolio(RISKS), seed=4)
    years = simulator.run(20_000)
    sample = loss_sample(years.totals)
    at_risk = sample.quantile(0.95).value
    found = allocate_tail(
        simulator.detail, years.totals, value_at_risk=at_risk, probability=0.95, risks=len(RISKS)
    )
    assert found.parts.sum() == pytest.approx(sample.cvar(0.95).value, rel=1e-12)
    loss, _ = simulator.detail(np.arange(20_000))
    assert found.parts == pytest.approx(loss[years.totals > at_risk].mean(axis=0), rel=2e-3)
    numbers, weights = tail_weights(years.totals, at_risk, 0.95)
    assert weights.sum() == pytest.approx(1.0)
    assert (np.diff(numbers) > 0).all()


def test_parts_of_a_tail_with_many_equal_years_add_up() -> None:
    simulator = YearSimulator(Portfolio((_risk(0.5, severity=ONE), _risk(0.2, severity=ONE))), seed=4)
    years = simulator.run(10_000)
    sample = loss_sample(years.totals)
    for p in (0.3, 0.6, 0.9, 0.99):
        found = allocate_tail(
            simulator.detail, years.totals, value_at_risk=sample.quantile(p).value, probability=p, risks=2
        )
        assert found.parts.sum() == pytest.approx(sample.cvar(p).value, rel=1e-9)
