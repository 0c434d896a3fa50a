"""The weeks of a log make the years of the portfolio: planted weather is found, chance alone is not."""

import numpy as np
import pytest

from anlan.domain.risk import Portfolio
from anlan.formats.criteria_file import load_criteria
from anlan.loop.identify.intake import intake_of
from anlan.loop.quantify import CaseFacts, quantify
from anlan.loop.quantify.year_to_year import chance_variance, weekly_minutes
from anlan.maths.annual_loss import LossSource, simulate_years
from anlan.maths.distributions import empirical, lognormal_from_mean
from risk_findings import finding

WEEK_US = 7 * 86_400_000_000
CRITERIA = load_criteria()


def _portfolio(case_week: np.ndarray, minutes: np.ndarray, **settings: int) -> Portfolio:
    """Every case arrives at a random moment of its week and loses its minutes to one of two risks."""
    rng = np.random.default_rng(settings.pop("moments", 0))
    arrival = 1_700_000_000_000_000 + ((case_week + rng.random(len(case_week))) * WEEK_US).astype(np.int64)
    facts = CaseFacts(len(case_week), 6_000.0, arrival_us=arrival)
    halves = [np.arange(start, len(case_week), 2) for start in (0, 1)]
    findings = [
        finding(
            code,
            affected=half,
            delay_min=minutes[half],
            exposure_cases=len(case_week),
            period_days=facts.intake.days,
        )
        for code, half in zip(("a", "b"), halves, strict=True)
    ]
    options = {"years": 100_000} | settings
    return quantify(findings, log_facts=facts, criteria=CRITERIA, process="desk", **options)[1]


def _weeks(rng: np.random.Generator, levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Poisson cases a week at the given levels, lognormal minutes."""
    case_week = np.repeat(np.arange(len(levels)), rng.poisson(levels))
    return case_week, rng.lognormal(3.0, 0.5, len(case_week))


def test_chance_alone_leaves_years_close_to_chance() -> None:
    found = [
        _portfolio(*_weeks(np.random.default_rng(seed), np.full(104, 60.0)), years=200) for seed in range(30)
    ]
    chance = 1.28 / (60 * 52.18)  # E[X^2] / E[X]^2 of the lognormal over the cases of a year
    assert np.mean([p.common_variance for p in found]) < chance
    assert sum(p.common_variance == 0.0 for p in found) >= 5
    assert {p.notes[0] for p in found} == {"quantify.common_factor", "quantify.no_common_factor"}


def test_planted_weather_is_found_and_the_total_variance_is_that_of_the_weeks() -> None:
    """Independent weekly levels with a relative sd of 0.6: a year varies by 0.36 / 52.18 beyond chance."""
    found = []
    for seed in range(30):
        rng = np.random.default_rng(seed)
        levels = 200.0 * rng.gamma(1 / 0.36, 0.36, 156)
        found.append(_portfolio(*_weeks(rng, levels), years=200).common_variance)
    assert np.mean(found) == pytest.approx(0.36 / 52.18, rel=0.15)


def test_the_expected_year_lies_in_its_interval_about_as_often_as_stated() -> None:
    covered, narrow = [], []
    truth = 100.0 * 365.25 / 7 * np.exp(3.0 + 0.125)
    for seed in range(200):
        rng = np.random.default_rng(seed)
        swing = np.empty(60)
        swing[0] = rng.standard_normal()
        for week in range(1, 60):
            swing[week] = 0.5 * swing[week - 1] + np.sqrt(0.75) * rng.standard_normal()
        portfolio = _portfolio(*_weeks(rng, 100.0 * np.exp(0.4 * swing - 0.08)), years=10)
        covered.append(portfolio.expectation.low <= truth <= portfolio.expectation.high)
        error = 1.96 * portfolio.simulation_errors["mean"] / np.sqrt(20_000)  # as 200,000 years leave it
        narrow.append(abs(portfolio.simulated_mean - truth) <= error)
    assert 0.88 <= np.mean(covered) <= 0.99
    assert np.mean(narrow) < 0.2


def test_the_mean_stays_the_sum_of_the_risks_and_the_variance_follows_the_law() -> None:
    rng = np.random.default_rng(3)
    case_week, minutes = _weeks(rng, 50.0 * rng.gamma(2.0, 0.5, 80))
    portfolio = _portfolio(case_week, minutes)
    assert portfolio.common_variance > 0.001
    assert abs(portfolio.simulated_mean - portfolio.mean) < 4.5 * portfolio.simulation_errors["mean"]
    spread = (portfolio.p95 - portfolio.p05) / 2 / 1.645 / portfolio.mean
    of_log = (minutes**2).sum() / minutes.sum() ** 2
    own = of_log * 7.0 * 80 / 365.25 + 1 / len(case_week)
    assert spread**2 == pytest.approx(portfolio.common_variance + own, rel=0.1)


def test_under_eight_weeks_the_spread_is_chance_and_says_so() -> None:
    rng = np.random.default_rng(5)
    few = _portfolio(*_weeks(rng, np.array([10.0, 200, 10, 200, 10, 200, 10])), years=2_000)
    assert (few.common_variance, few.weeks) == (0.0, 0)
    assert few.notes[0] == "quantify.spread_is_chance"
    more = _portfolio(*_weeks(rng, np.tile([10.0, 200.0], 5)), years=2_000)
    assert more.weeks >= 8


@pytest.mark.parametrize("threads", [2, 5])
def test_threads_and_the_order_of_findings_change_no_number(threads: int) -> None:
    rng = np.random.default_rng(6)
    weeks = _weeks(rng, 30.0 * rng.gamma(2.0, 0.5, 60))
    one, other = (_portfolio(*weeks, years=40_000, threads=n) for n in (1, threads))
    assert (one.curve, one.expectation) == (other.curve, other.expectation)


def test_weekly_minutes_are_those_of_arrivals_within_whole_weeks() -> None:
    arrival = 1_700_000_000_000_000 + (np.arange(0, 30, 0.25) * 86_400e6).astype(np.int64)
    intake = intake_of(arrival)
    weeks = weekly_minutes(np.ones(len(arrival)), arrival, intake)
    assert len(weeks) == int(intake.days // 7) == 4
    assert weeks.tolist() == [28.0] * 4


def test_chance_is_what_simulated_independent_years_show() -> None:
    sources = [LossSource(3.0, lognormal_from_mean(20.0, sigma=0.9)), LossSource(0.8, empirical([5.0, 70.0]))]
    losses = simulate_years(sources, years=400_000, seed=1)
    assert chance_variance(sources) == pytest.approx(losses.var() / losses.mean() ** 2, rel=0.02)
    assert chance_variance([]) == 0.0
